"""Attempts of a process that was killed: their results are taken in from disk, the rest is closed as NODE_LOST.

Only those that are longer ago than any call can last: another process may be talking in the others.
"""

from datetime import UTC, datetime, timedelta

from voicebot.settings import Settings
from voicebot.store.ingest import recover
from voicebot.store.store import Store
from voicebot.store.unfinished import close_unfinished

GRACE_S = 60
"""For a switch that ends a call late and a call server that writes late."""


def longest_attempt_s(settings: Settings) -> int:
    """Seconds from the claim of an attempt to its result, at most."""
    return settings.ring_timeout_s + settings.max_call_s + settings.handoff_talk_s + GRACE_S


def close_lost(store: Store, older_than_s: int) -> int:
    """Ingest what waits on disk, then close what has no result and is so old; returns how many. Raises StoreError."""
    recover(store, with_refused=False)
    now = datetime.now(UTC)
    return close_unfinished(store, now - timedelta(seconds=older_than_s), now)
