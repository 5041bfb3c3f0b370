"""Whether this machine's clock agrees with the database's: dialers on several machines share leases, hours and caps."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select

from voicebot.errors import StoreError
from voicebot.store.store import Store

APART = timedelta(seconds=5)
"""By more than this no two clocks may differ: less than the grace of an orphan, by which a lease outlasts them."""


def check_clock(store: Store, now: Callable[[], datetime]) -> None:
    """Raises StoreError naming the difference when `now` is not the time of the database server. A file has no clock
    of its own."""
    if store.engine.dialect.name != "postgresql":
        return
    before = now()
    with store.reading() as connection:
        theirs = connection.scalar(select(func.clock_timestamp()))
    after = now()
    assert theirs is not None
    ahead = max(before - theirs, theirs - after)  # whatever the answer took
    if ahead > APART:
        side = "ahead of" if before > theirs else "behind"
        raise StoreError(
            f"this machine's clock is {ahead.total_seconds():.0f} s {side} that of {store.name}; let NTP set both, for"
            " example with chrony, and see: chronyc tracking"
        )
