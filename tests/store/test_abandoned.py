"""Who asked for an agent and left. On both databases."""

from datetime import timedelta

from tests.reports.hand_counted import at, count_by_hand
from voicebot.store.abandoned import Abandoned, abandoned
from voicebot.store.store import Store


def test_only_those_who_got_nobody_count(store: Store) -> None:
    count_by_hand(store)
    with store.reading() as connection:
        found = abandoned(connection, "spring", at("Mon", "20:00"))
        assert found == Abandoned(3, 1)  # 1 and 13 got one, 13 at the second try; 14 left
        assert found.rate == 1 / 3
        day = abandoned(connection, "spring", at("Mon", "20:00"), timedelta(hours=20))
        assert day == Abandoned(2, 1)  # 13 14
        assert abandoned(connection, "spring", at("Mon", "09:00")) == Abandoned(2, 0)  # 1 13
        assert abandoned(connection, "loan", at("Mon", "20:00")) == Abandoned(1, 0)  # 23
        assert abandoned(connection, "nothing", at("Mon", "20:00")).rate is None
