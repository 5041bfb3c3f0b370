"""The Redis that dialers share: the one of the settings, or an embedded one for this machine in the data directory."""

from collections.abc import Iterator
from contextlib import contextmanager

import redis

from voicebot.errors import UsageError
from voicebot.settings import Settings
from voicebot.store.embedded_redis import embedded_redis

TIMEOUT_S = 2.0
"""Longest wait for Redis; a dialer that does not know the counts starts nothing."""


@contextmanager
def opened_redis(settings: Settings) -> Iterator["redis.Redis"]:
    """A client, closed at the end; usable from any native thread. The embedded server ends with its last client.

    Processes with the same data directory share the embedded one. Raises UsageError for a wrong URL, LimitsUnknown
    when there is none to be had.
    """
    if not settings.redis_url:
        with embedded_redis(settings.data_dir, TIMEOUT_S) as client:
            yield client
    else:
        with _from_url(settings.redis_url) as client:
            yield client


def _from_url(url: str) -> "redis.Redis":
    try:
        return redis.Redis.from_url(url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
    except ValueError as error:
        raise UsageError(f"VOICEBOT_REDIS_URL: {error}; for example redis://127.0.0.1:6379/0") from None
