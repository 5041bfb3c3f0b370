"""From a date, a time or both to the moment of a task."""

from datetime import datetime, timedelta, timezone

import pytest

from voicebot.campaign.policy.due import due_at

ASKED = datetime(2026, 11, 22, 14, 0, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize(
    ("at", "wanted"),
    [
        ("2026-11-23 15:30", "2026-11-23T15:30:00+08:00"),
        ("2026-11-23T15:30", "2026-11-23T15:30:00+08:00"),
        ("15:30 2026-11-23", "2026-11-23T15:30:00+08:00"),
        ("2026-11-23", "2026-11-23T09:00:00+08:00"),
        ("15:30", "2026-11-22T15:30:00+08:00"),
        ("13:30", "2026-11-23T13:30:00+08:00"),
        ("14:00", "2026-11-23T14:00:00+08:00"),
    ],
)
def test_a_date_a_time_or_both(at: str, wanted: str) -> None:
    assert due_at(at, 0, ASKED) == datetime.fromisoformat(wanted)


def test_minutes_count_from_the_asking() -> None:
    assert due_at("", 90, ASKED) == ASKED + timedelta(minutes=90)


def test_nothing_said_is_at_once() -> None:
    assert due_at("", 0, ASKED) is None


@pytest.mark.parametrize("at", ["明天", "2026-13-01", "25:00", "2026-11-23 晚上", "2026-11-23 15:3x"])
def test_what_is_neither_date_nor_time_gives_none(at: str) -> None:
    assert due_at(at, 0, ASKED) is None
