"""A clock that is not the database's is told with the difference and the remedy."""

from datetime import UTC, datetime, timedelta

import pytest

from voicebot.errors import StoreError
from voicebot.store.clock import APART, check_clock
from voicebot.store.store import Store


def off_by(seconds: float):
    return lambda: datetime.now(UTC) + timedelta(seconds=seconds)


@pytest.mark.parametrize("seconds", [0, 2, -2])
def test_clocks_that_agree(store: Store, seconds: float) -> None:
    check_clock(store, off_by(seconds))


@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize(("seconds", "side"), [(60, "ahead of"), (-60, "behind")])
def test_clocks_that_differ(store: Store, seconds: float, side: str) -> None:
    with pytest.raises(StoreError, match=f"this machine's clock is (59|60) s {side} that of postgresql.*NTP"):
        check_clock(store, off_by(seconds))


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_slow_answer_is_no_difference(store: Store) -> None:
    moments = iter([datetime.now(UTC) - 2 * APART, datetime.now(UTC) + 2 * APART])
    check_clock(store, lambda: next(moments))
