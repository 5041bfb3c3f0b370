"""Rows of outcomes, and which lead and call each is about."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from voicebot.campaign.policy.outcomes import LeadKnown, Match, OutcomeTold, columns_of, match, moment, read_row
from voicebot.errors import UsageError

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TOLD = OutcomeTold("1", "+8613800000001", "added", NOON)


def test_columns_by_their_headings() -> None:
    assert columns_of(["订单号", "手机号", "类型", "下单时间", "金额"]) == {
        "key": 0,
        "number": 1,
        "type": 2,
        "at": 3,
        "amount": 4,
    }
    with pytest.raises(UsageError, match=r"no column for key .*the file has number, at"):
        columns_of(["number", "at"])


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (["", "1", "added", "2026-03-02", ""], "the row has no key"),
        (["1", "1", "bought", "2026-03-02", ""], "'bought' is no type of outcome"),
        (["1", "1", "order", "yesterday", ""], "'yesterday' is no date"),
        (["1", "1", "order", "2026-03-02", "free"], "'free' is no amount"),
        (["1", "1", "order", "2026-03-02", "-5"], "'-5' is no amount"),
        (["1"], "is no type"),
    ],
)
def test_a_row_that_is_none_says_why(cells: list[str], fault: str) -> None:
    columns = {"key": 0, "number": 1, "type": 2, "at": 3, "amount": 4}
    with pytest.raises(ValueError, match=fault):
        read_row(cells, columns, str, {}, ZONE)


def test_a_row_with_little_takes_what_is_usual() -> None:
    columns = {"key": 0, "number": 1, "at": 2}
    told = read_row(["1", "138", "2026-03-02"], columns, "+86{}".format, {"type": "order", "campaign": "spring"}, ZONE)
    assert told == OutcomeTold("1", "+86138", "order", datetime(2026, 3, 2, 23, 59, 59, tzinfo=ZONE), None, "spring")


def test_a_day_alone_is_its_end_and_a_zone_goes_before() -> None:
    assert moment("2026/03/02", ZONE) == datetime(2026, 3, 2, 23, 59, 59, tzinfo=ZONE)
    assert moment("2026-03-02 00:00", ZONE) == datetime(2026, 3, 2, tzinfo=ZONE)
    assert moment("2026-03-02T12:00:00Z", ZONE) == NOON


def test_the_lead_answered_last_before_it_and_else_the_newest() -> None:
    old = LeadKnown(1, "spring", NOON - timedelta(days=9), ((NOON - timedelta(days=3), "a"), (NOON, "b")))
    new = LeadKnown(2, "autumn", NOON - timedelta(days=1), ((NOON + timedelta(seconds=1), "c"),))
    assert match(TOLD, [old, new]) == Match(1, "spring", "b")
    silent = LeadKnown(3, "autumn", NOON - timedelta(hours=1))
    assert match(TOLD, [new, silent]) == Match(3, "autumn", None)
    with pytest.raises(ValueError, match="before the number was a lead"):
        match(TOLD, [LeadKnown(4, "x", NOON + timedelta(days=1))])
