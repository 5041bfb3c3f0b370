"""Every report over the thirty attempts of hand_counted.py, written down by hand; the same on both databases.

Where a figure is not plain from the texts there, the comment beside it counts it out by attempts.
"""

import pytest

from tests.reports.hand_counted import count_by_hand
from voicebot.reports.funnel import funnel
from voicebot.reports.grades import grade_report, result_report
from voicebot.reports.latency import latency_report
from voicebot.reports.lines import gateway_lines, number_lines
from voicebot.reports.nodes import node_report
from voicebot.reports.only import Only
from voicebot.store.store import Store

SPRING, LOAN, ALL = Only(campaign="spring"), Only(campaign="loan"), Only()


@pytest.fixture
def counted(store: Store) -> Store:
    count_by_hand(store)
    return store


def test_results(counted: Store) -> None:
    assert {row.code: row.attempts for row in result_report(counted, ALL)} == {
        "NO_ANSWER": 3,  # 2 15 20
        "BUSY": 3,  # 3 10 24
        "REJECTED": 2,  # 12 30
        "POWER_OFF": 2,  # 21 26
        "EMPTY": 1,  # 4
        "LINE_ERROR": 1,  # 8
        "CONGESTION": 1,  # 28
        "VOICEMAIL": 1,  # 11
        "CUSTOMER_HANGUP": 5,  # 5 9 14 22 25
        "ROBOT_END": 7,  # 6 7 16 17 19 27 29
        "TRANSFERRED": 3,  # 1 13 23
    }


def test_nodes(counted: Store) -> None:
    rows = {(row.version, row.node): row for row in node_report(counted, SPRING)}
    told = {key: (row.visits, row.hangups_playing, row.hangups_listening) for key, row in rows.items()}
    assert told == {
        ("1", "opening"): (6, 1, 0),  # 1 5 6 7 9 11; 5 leaves
        ("1", "benefit"): (4, 0, 1),  # 1, twice 7, 9; 9 leaves
        ("1", "closing"): (2, 0, 0),  # 6 7
        ("2", "opening"): (4, 0, 0),  # 13 14 16 17
        ("2", "benefit"): (3, 0, 1),  # 13 14 16; 14 leaves
        ("2", "closing"): (2, 0, 0),  # 16 17
    }
    assert rows["1", "opening"].offsets_playing == ((0, 0), (1000, 0), (2000, 1))
    assert rows["1", "benefit"].offsets_listening == ((0, 0), (1000, 1))
    assert rows["1", "benefit"].next_nodes == (("benefit", 1), ("closing", 1))
    assert (rows["1", "opening"].barge_ins, rows["2", "opening"].barge_ins) == (2, 0)  # 6 9
    assert (rows["2", "opening"].no_matches, rows["2", "benefit"].no_matches) == (2, 1)  # 16
    assert (rows["2", "opening"].no_inputs, rows["2", "benefit"].no_inputs) == (0, 1)  # 16


def test_grades(counted: Store) -> None:
    rows = {(row.script, row.version): row for row in grade_report(counted, ALL)}
    assert {key: "".join(str(row.grades[letter]) for letter in "ABCDE") for key, row in rows.items()} == {
        ("invite", "1"): "11112",  # 1 A, 7 B, 9 C, 6 D, 5 11 E
        ("invite", "2"): "20110",  # 13 14 A, 16 C, 17 D
        ("loan", "1"): "21111",  # 23 27 A, 19 B, 25 C, 29 D, 22 E
    }
    assert rows["invite", "2"].intent.ratio == 2 / 4


def test_latency(counted: Store) -> None:
    found = latency_report(counted, ALL)
    assert (found.answer.count, found.answer.p50, found.answer.longest) == (24, 600, 600)  # 15 turns and 9
    assert (found.barge_in.count, found.barge_in.p95) == (2, 200)  # 6 9


def test_gateways_and_numbers(counted: Store) -> None:
    told = {
        row.line: (row.attempts, round(row.answered * row.attempts), round((row.talk_s or 0), 3))
        for row in gateway_lines(counted, ALL)
    }
    assert told == {
        "g1": (10, 5, round((60 + 12 + 9.2 + 75 + 15) / 5, 3)),  # 1 2 3 6 9 10 12 13 15 17; 1 6 9 13 17 are answered
        "g2": (7, 5, round((2.3 + 30 + 6 + 20 + 40) / 5, 3)),  # 4 5 7 8 11 14 16; 5 7 11 14 16
        "g3": (12, 6, round((50 + 4.5 + 33 + 25 + 61 + 18) / 6, 3)),  # 19 to 30; 19 22 23 25 27 29
    }
    shown = {row.line[-1]: (row.attempts, dict(row.codes).get("REJECTED", 0)) for row in number_lines(counted, ALL)}
    assert shown == {"1": (9, 0), "2": (8, 1), "3": (12, 1)}  # 12 goes through g1 and shows n2


def test_funnel(counted: Store) -> None:
    assert [(step.name, step.leads) for step in funnel(counted, SPRING) if step.name != "refused"][:9] == [
        ("loaded", 13),
        ("dialled", 11),  # S1 to S11
        ("rung", 9),  # not S4, and S11 not yet
        ("answered", 9),  # S1 S2 S3 S5 S6 S7 S8 S9 S10
        ("connected", 9),  # S8 at its second attempt
        ("talked", 8),  # not S5
        ("talked_3", 2),  # S7 S8
        ("intent", 4),  # A S1 S3 S9, B S7
        ("handed_off", 2),  # S1 S3
    ]
