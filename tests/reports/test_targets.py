"""Target, actual, gap, on the calls counted by hand: 8 leads dialled, 5 connected, 2 of them A or B."""

from datetime import date

import pytest

from tests.reports.counted import count_by_hand
from voicebot.campaign.policy.replan import Actuals
from voicebot.reports.targets import TargetRow, actuals, first_day, loaded, target_report
from voicebot.store.store import Store
from voicebot.store.targets import save_targets


@pytest.fixture
def counted(store: Store) -> Store:
    count_by_hand(store)
    return store


def test_each_target_with_its_gap(counted: Store) -> None:
    save_targets(counted, "spring", {"accounts": 2, "adds": 5, "connect_rate": 0.75, "leads": 10, "intent_rate": 0.25})
    assert target_report(counted, "spring") == (
        TargetRow("spring", "leads", 10, 8, -2),
        TargetRow("spring", "connect_rate", 0.75, 5 / 8, 5 / 8 - 0.75),
        TargetRow("spring", "intent_rate", 0.25, 2 / 5, 2 / 5 - 0.25),
        TargetRow("spring", "adds", 5, None, None),
        TargetRow("spring", "accounts", 2, None, None),
    )


def test_the_figures_so_far(counted: Store) -> None:
    assert actuals(counted, "spring") == Actuals(8, 5, 2)
    with counted.reading() as connection:
        assert loaded(connection, "spring") == 9
    assert first_day(counted, "spring") == date(2026, 3, 2)


def test_a_campaign_without_calls_or_targets(store: Store) -> None:
    store.add_campaign("new", "新", simulated=True)
    assert actuals(store, "new") is None
    assert first_day(store, "new") is None
    assert (
        target_report(
            store,
        )
        == ()
    )
    save_targets(store, "new", {"adds": 5})
    assert target_report(
        store,
    ) == (TargetRow("new", "adds", 5, None, None),)
