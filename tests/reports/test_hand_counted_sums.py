"""Reports by hour, day, try and line over the thirty attempts of hand_counted.py, written down by hand."""

from datetime import date

import pytest

from tests.reports.hand_counted import count_by_hand
from tests.reports.hand_counted_past import NUMBERS
from tests.store.samples import attempt_id
from voicebot.reports.behind import Which, behind
from voicebot.reports.daily import daily_report
from voicebot.reports.funnel import funnel
from voicebot.reports.heat import heat_report
from voicebot.reports.lines import gateway_lines, number_lines
from voicebot.reports.nodes import node_report
from voicebot.reports.only import Only, selection
from voicebot.reports.tries import try_report
from voicebot.store.store import Store

SPRING, ALL = Only(campaign="spring"), Only()
SUNDAY, MONDAY = date(2026, 3, 1), date(2026, 3, 2)


@pytest.fixture
def counted(store: Store) -> Store:
    count_by_hand(store)
    return store


def test_heat(counted: Store) -> None:
    assert [
        (row.weekday, row.hour, row.attempts, row.connected.hits, row.intent.hits)
        for row in heat_report(counted, SPRING)
    ] == [
        ("mon", 7, 1, 1, 1),  # 13
        ("mon", 9, 3, 2, 1),  # 14 15 16; 14 16 answer, 14 is A
        ("mon", 14, 1, 1, 0),  # 17; 18 lives
        ("sun", 9, 4, 1, 1),  # 1 2 3 4
        ("sun", 10, 3, 3, 1),  # 5 6 7; 7 is B
        ("sun", 11, 1, 0, 0),  # 8
        ("sun", 14, 3, 1, 0),  # 9 10 11; 11 is a voicemail
        ("sun", 15, 1, 0, 0),  # 12
    ]


def test_tries(counted: Store) -> None:
    found = {
        row.tries: (row.attempts, *(rate.hits for rate in (row.answered, row.connected, row.intent, row.added)))
        for row in try_report(counted, SPRING)
    }
    assert found == {
        1: (11, 5, 4, 2, 2),  # 1 to 8 11 12 15; 1 5 6 7 11 answered, 1 and 7 A, B and added
        2: (5, 4, 4, 1, 0),  # 9 10 14 16 17; 14 is A
        3: (1, 1, 1, 1, 1),  # 13
    }
    assert [row.share for row in try_report(counted, SPRING)] == [4 / 9, 4 / 9, 1 / 9]


def test_days(counted: Store) -> None:
    sunday, monday = daily_report(counted, SPRING)
    assert (sunday.day, sunday.volume, sunday.connected.hits, sunday.success) == (SUNDAY, 12, 5, 2)  # 1 5 6 7 9; 1 7
    assert (sunday.handed_off, sunday.added, sunday.ordered) == (1, 2, 1)  # 1; o1 o2; o4
    assert (monday.day, monday.volume, monday.connected.hits, monday.success) == (MONDAY, 5, 4, 2)  # 13 14 16 17; 13 14
    assert (monday.handed_off, monday.added, monday.ordered) == (1, 1, 0)  # 13; o3
    assert (sunday.volume_target, sunday.success_gap) == (None, None)


def test_gateways(counted: Store) -> None:
    first = next(row for row in gateway_lines(counted, SPRING) if row.line == "g1")
    assert first.length_s == pytest.approx((60 + 12 + 9.2 + 75 + 15) / 5)  # 1 6 9 13 17
    assert first.delay_s == 2.0  # eight rang after 2 s; 3 and 10 did not
    assert first.causes == {"NORMAL_CLEARING": 5, "NO_ANSWER": 2, "USER_BUSY": 2, "CALL_REJECTED": 1}


def test_numbers(counted: Store) -> None:
    found = {row.line: row for row in number_lines(counted, SPRING)}
    one, two = found[NUMBERS["n1"]], found[NUMBERS["n2"]]
    assert (two.attempts, two.connected.hits, two.short, two.days, two.state) == (
        8,
        4,
        1 / 5,
        2,
        "active",
    )  # 5 is short
    assert (one.complaints, two.complaints) == (1, 0)  # about 17
    everywhere = {row.line: row.complaints for row in number_lines(counted, ALL)}
    assert everywhere == {NUMBERS["n1"]: 1, NUMBERS["n2"]: 1, NUMBERS["n3"]: 0}


def test_a_day_and_a_segment(counted: Store) -> None:
    monday = selection(counted, campaign="spring", since=MONDAY, until=MONDAY)
    steps = {step.name: step.leads for step in funnel(counted, monday)}
    assert (steps["dialled"], steps["connected"], steps["intent"]) == (5, 4, 2)  # S3 S9 S10 S8 S11; S3 S9 are A
    shop = selection(counted, campaign="spring", segment=[("source", "京东")])
    steps = {step.name: step.leads for step in funnel(counted, shop)}
    assert (steps["loaded"], steps["refused"], steps["dialled"], steps["connected"]) == (6, 1, 5, 4)  # S4 has no owner
    gold = selection(counted, campaign="spring", segment=[("level", "gold"), ("area", "苏州")])
    visits = {(row.version, row.node): row.visits for row in node_report(counted, gold)}
    assert visits[("1", "opening")] == 2  # of S1 S3 S7 S9 S11: calls 1 7
    assert visits[("2", "opening")] == 2  # 13 14


def test_the_funnel_has_targets_and_reasons(counted: Store) -> None:
    found = {step.name: step for step in funnel(counted, SPRING)}
    assert found["refused"].reasons == (("COMPLAINT", 1), ("STOP_LIST", 1))
    assert (found["connected"].target, found["connected"].gap) == (pytest.approx(8.8), pytest.approx(0.2))  # 80 % of 11
    assert (found["intent"].target, found["added"].target) == (pytest.approx(3.6), 4.0)  # 40 % of 9
    assert (found["added"].leads, found["ordered"].leads) == (3, 1)  # S1 S7 S3; S1
    assert [found[f"grade_{letter}"].leads for letter in "abcde"] == [3, 1, 2, 2, 1]  # S1 S3 S9, S7, S2 S8, S6 S10, S5


def test_the_attempts_behind_a_code_and_a_grade(counted: Store) -> None:
    def told(**which: str) -> list[str]:
        return [row.attempt for row in behind(counted, SPRING, Which(**which), 50)]

    assert told(code="BUSY") == [attempt_id(10), attempt_id(3)]
    assert told(grade="A") == [attempt_id(14), attempt_id(13), attempt_id(1)]
    assert told(hung_up_at="benefit") == [attempt_id(14), attempt_id(9)]
