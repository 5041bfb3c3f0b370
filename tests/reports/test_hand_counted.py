"""Every report over the thirty attempts of hand_counted.py, written down by hand; the same on both databases.

Where a figure is not plain from the texts there, the comment beside it counts it out by attempts.
"""

from datetime import date

import pytest

from tests.reports.hand_counted import at, count_by_hand
from voicebot.reports.abandon import abandon_report
from voicebot.reports.agents import agent_report
from voicebot.reports.cost import cost_report
from voicebot.reports.drift import drift_report
from voicebot.reports.funnel import funnel
from voicebot.reports.grades import grade_report, result_report
from voicebot.reports.hours import hour_report
from voicebot.reports.latency import latency_report
from voicebot.reports.lines import gateway_lines, number_lines
from voicebot.reports.nodes import node_report
from voicebot.reports.only import Only, selection
from voicebot.reports.products import product_report
from voicebot.reports.stops import stop_report
from voicebot.reports.targets import target_report
from voicebot.reports.weeks import week_report
from voicebot.store.store import Store
from voicebot.store.targets import save_targets

SUNDAY, MONDAY = date(2026, 3, 1), date(2026, 3, 2)
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
        row.line: (row.attempts, row.answered.hits, round((row.talk_s or 0), 3)) for row in gateway_lines(counted, ALL)
    }
    assert told == {
        "g1": (10, 5, round((60 + 12 + 9.2 + 75 + 15) / 5, 3)),  # 1 2 3 6 9 10 12 13 15 17; 1 6 9 13 17 are answered
        "g2": (7, 5, round((2.3 + 30 + 6 + 20 + 40) / 5, 3)),  # 4 5 7 8 11 14 16; 5 7 11 14 16
        "g3": (12, 6, round((50 + 4.5 + 33 + 25 + 61 + 18) / 6, 3)),  # 19 to 30; 19 22 23 25 27 29
    }
    shown = {row.line[-1]: (row.attempts, dict(row.codes).get("REJECTED", 0)) for row in number_lines(counted, ALL)}
    assert shown == {"1": (9, 0), "2": (8, 1), "3": (12, 1)}  # 12 goes through g1 and shows n2


def test_funnel(counted: Store) -> None:
    assert [
        (step.name, step.leads)
        for step in funnel(counted, SPRING)
        if step.name != "refused" and "grade" not in step.name
    ][:9] == [
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


def test_cost(counted: Store) -> None:
    loan, spring, whole = cost_report(counted, ALL)
    assert (spring.campaign, spring.currency, spring.attempts, spring.calls) == ("spring", "CNY", 17, 10)
    assert spring.leads_cost == 1.30  # 13 leads
    assert spring.attempts_cost == 0.34  # 17: 18 is still in the air
    # g1, begun minutes at 0.12: 1 → 1, 6 → 1, 9 → 1, 13 (75 s) → 2, 17 → 1: 6 minutes, 0.72
    # g2, begun 6 s at 0.10: 5 → 6 s, 7 → 30, 11 → 6, 14 → 24, 16 → 42: 108 s, 0.18
    assert spring.minutes_cost == 0.90
    assert spring.agents_cost == 1.50  # 40 s and 50 s
    assert (spring.fixed_cost, spring.cost) == (10.0, 14.04)
    # people connected: S1 S2 S3 S5 S6 S7 S8 S9 S10; A: S1 S3 S9; added: S1 S3 S7; o7 came of no call
    assert (spring.connected, spring.a, spring.added, spring.orders, spring.order_value) == (9, 3, 3, 1, 200.0)
    assert spring.minutes == pytest.approx((60 + 2.3 + 12 + 30 + 9.2 + 6 + 75 + 20 + 40 + 15) / 60)
    assert (spring.per_call, spring.per_connected, spring.per_a) == (1.404, 1.56, 4.68)
    assert (spring.per_added, spring.per_order) == (4.68, 14.04)
    assert spring.per_minute == round(14.04 / (269.5 / 60), 4)
    # 12 attempts at 0.05; g3 has no price, so 0.30: 19 → 1, 22 → 1, 23 → 1, 25 → 1, 27 (61 s) → 2, 29 → 1 minutes
    assert (loan.attempts_cost, loan.minutes_cost, loan.agents_cost, loan.cost) == (0.60, 2.10, 0.0, 2.70)
    assert (loan.connected, loan.a, loan.added, loan.orders, loan.per_order) == (6, 2, 1, 1, 2.70)
    assert (whole.campaign, whole.cost, whole.orders, whole.per_order) == ("all", 16.74, 2, 8.37)
    assert {row.unpriced_s for row in (spring, loan, whole)} == {0}


def test_cost_of_a_part_has_no_costs_of_the_whole(counted: Store) -> None:
    (row,) = cost_report(counted, selection(counted, campaign="spring", since=date(2026, 3, 2)))
    # 13 to 17: five attempts 0.10; g1 13 → 2, 17 → 1: 0.36; g2 66 s: 0.11; 50 s of an agent: 0.8333
    assert (row.whole, row.leads_cost, row.fixed_cost, row.attempts_cost) == (False, 0.0, 0.0, 0.10)
    assert (row.minutes_cost, row.agents_cost, row.added) == (0.47, 0.8333, 1)


def test_agents(counted: Store) -> None:
    amy, bob, everybody = agent_report(counted, ALL, at("Mon", "20:00"))
    assert (amy.agent, amy.title, amy.rung, amy.calls) == ("amy", "Amy", 2, 1)  # rung by 1 and 14, busy at 13; took 1
    assert (amy.longest_s, amy.talk_s, amy.ring_s) == (40, 40, (4 + 9) / 2)
    assert (amy.hold_s, amy.hold_mean_s, amy.wait_s, amy.wait_longest_s) == (0, 0, 6, 6)
    # Sunday 9:00 to 9:30, Monday 7:40 to 9:40, of these 5 minutes of pause; 4 + 40 + 20 s and 9 s busy
    assert (amy.signed_in_s, amy.utilisation) == (9_000, 73 / 8_700)
    assert (bob.rung, bob.calls, bob.longest_s, bob.talk_s, bob.ring_s) == (2, 2, 50, 70, (6 + 3) / 2)  # 13 23
    assert (bob.hold_s, bob.hold_mean_s) == (10, 5)
    assert (bob.wait_s, bob.wait_longest_s) == ((2 + 8 + 3) / 2, 10)  # at 13 two seconds went to amy
    # an hour each day; 3 + 20 + 30 s and 6 + 50 + 30 s busy
    assert (bob.signed_in_s, bob.utilisation) == (7_200, 139 / 7_200)
    assert (amy.attendance, bob.attendance, everybody.attendance) == (1.0, 1.0, None)
    assert (everybody.calls, everybody.talk_s, everybody.longest_s) == (3, 110, 50)
    assert everybody.utilisation == (73 + 139) / (8_700 + 7_200)
    assert everybody.wait_s == (6 + 10 + 3) / 3
    assert amy.below_target and bob.below_target


def test_agents_of_a_campaign_and_a_day(counted: Store) -> None:
    only = selection(counted, campaign="spring", since=date(2026, 3, 2))
    amy, bob, _ = agent_report(counted, only, at("Mon", "20:00"))
    assert (amy.calls, amy.ring_s, amy.signed_in_s, amy.utilisation) == (0, 9, 7_200, 9 / 7_200)
    assert (bob.calls, bob.talk_s, bob.signed_in_s, bob.utilisation) == (1, 50, 3_600, 86 / 3_600)


def test_abandon(counted: Store) -> None:
    loan, sunday, monday = abandon_report(counted, ALL)
    assert (loan.campaign, loan.day, loan.asked, loan.abandoned, loan.over) == ("loan", SUNDAY, 1, 0, False)
    assert (sunday.campaign, sunday.asked, sunday.abandoned, sunday.rate_30) == ("spring", 1, 0, 0.0)  # 1
    assert (monday.day, monday.asked, monday.abandoned, monday.rate) == (MONDAY, 2, 1, 0.5)  # 13 14; 14 left
    assert (monday.wait_s, monday.wait_p50_s, monday.wait_p95_s, monday.wait_longest_s) == ((10 + 9) / 2, 9, 10, 10)
    assert (monday.asked_30, monday.abandoned_30, monday.rate_30) == (3, 1, 1 / 3)
    assert (monday.cap, monday.over) == (0.03, True)
    (only_monday,) = abandon_report(counted, selection(counted, campaign="spring", since=MONDAY))
    assert only_monday == monday


def test_stops(counted: Store) -> None:
    told = {
        (row.by, row.name): (row.stops.hits, row.stops.of, row.complaints.hits, row.complaints.of)
        for row in stop_report(counted, ALL)
    }
    # S5's complaint names no call: it is about attempt 5, the last to this number before it
    assert told == {
        ("all", ""): (2, 16, 2, 29),  # 6 29; 5 17; 18 has not ended
        ("day", "2026-03-01"): (1, 10, 1, 19),  # calls 1 5 6 7 9 11 19 22 23 25
        ("day", "2026-03-02"): (1, 6, 1, 10),  # 13 14 16 17 27 29
        ("script", "invite@1"): (1, 6, 1, 6),
        ("script", "invite@2"): (0, 4, 1, 4),
        ("script", "loan@1"): (1, 6, 0, 6),
        ("node", "opening"): (2, 16, 2, 16),  # the last words of 6 17 29, and the end of 5, which had none
        ("number", "051200000001"): (1, 5, 1, 9),
        ("number", "051200000002"): (0, 5, 1, 8),
        ("number", "051200000003"): (1, 6, 0, 12),
    }
    assert stop_report(counted, selection(counted, campaign="loan", until=SUNDAY)) == ()


def test_hours(counted: Store) -> None:
    rows = {row.hour: row for row in hour_report(counted, SPRING)}
    told = {
        hour: (row.dialled, row.answered, row.connected, row.to_agents, row.successful, row.added, row.orders)
        for hour, row in rows.items()
    }
    assert told == {
        "07:00": (1, 1, 1, 1, 1, 1, 0),  # 13, added by o3
        "09:00": (7, 3, 3, 1, 2, 1, 1),  # 1 2 3 4 14 15 16: 1 14 16 answered, 1 14 are A; o1 o4
        "10:00": (3, 3, 3, 0, 1, 1, 0),  # 5 6 7: 7 is B, added by o2
        "11:00": (1, 0, 0, 0, 0, 0, 0),  # 8
        "14:00": (4, 3, 2, 0, 0, 0, 0),  # 9 10 11 17: 9 17, and a voicemail; 18 has not ended
        "15:00": (1, 0, 0, 0, 0, 0, 0),  # 12
        "all": (17, 10, 9, 2, 4, 3, 1),
    }
    assert (rows["all"].order_rate.hits, rows["all"].order_rate.of) == (1, 9)


def test_drift(counted: Store) -> None:
    rows = drift_report(counted, ALL)
    loan, spring = (
        next(row for row in rows if (row.campaign, row.tenth) == (name, "all")) for name in ("loan", "spring")
    )
    # dialled: S1 to S11; A or B: S1 .9, S3 .8, S7 .7, S9 .6
    assert (spring.leads, spring.actual.hits, spring.low, spring.high) == (11, 4, 0.1, 0.9)
    assert spring.predicted == pytest.approx((0.9 + 0.3 + 0.8 + 0.2 + 0.1 + 0.2 + 0.7 + 0.4 + 0.6 + 0.3 + 0.5) / 11)
    assert (spring.auc, spring.flag) == (1.0, "")
    # dialled: K1 to K7, K9; A or B: K1 60, K5 90, K6 80; of 3 × 5 pairs only (60, 70) is the wrong way round
    assert (loan.leads, loan.actual.hits, loan.predicted, loan.gap) == (8, 3, None, None)
    assert loan.auc == 14 / 15
    assert loan.flag.startswith("scores are no rates of 0 to 1: only their order is judged")


def test_targets(counted: Store) -> None:
    found = {row.name: (row.target, row.actual) for row in target_report(counted, "spring")}
    assert found == {
        "connect_rate": (0.8, 9 / 11),  # of S1 to S11
        "intent_rate": (0.4, 4 / 9),  # S1 S3 S7 S9
        "adds": (4, 3),  # S1 S3 S7
    }
    save_targets(counted, "spring", {"add_rate": 0.5, "accept_rate": 0.75, "orders": 2, "order_rate": 0.5})
    found = {row.name: (row.target, row.actual) for row in target_report(counted, "spring")}
    assert (found["add_rate"], found["accept_rate"]) == ((0.5, 3 / 9), (0.75, 3 / 4))
    assert (found["orders"], found["order_rate"]) == ((2, 1), (0.5, 1 / 3))


def test_weeks(counted: Store) -> None:
    assert week_report(counted, ALL) == ()  # nobody said how many days
    save_targets(counted, "spring", {"leads": 26, "connected": 13, "days": 3})
    rows = {(row.week, row.name): row for row in week_report(counted, SPRING)}
    # Sunday is a week of its own; it has a third of the minutes of the three days, Monday and Tuesday the rest
    assert {key: (row.target, row.actual, row.gap) for key, row in rows.items()} == {
        (1, "leads"): (9, 9, 0),  # S1 to S9
        (1, "connected"): (4, 5, 1),  # S1 S2 S5 S6 S7
        (1, "adds"): (1, 2, 1),  # by calls of Sunday: S1 S7
        (2, "leads"): (17, 2, -15),  # S10 S11
        (2, "connected"): (9, 4, -5),  # S3 S8 S9 S10
        (2, "adds"): (3, 1, -2),  # S3
    }
    assert (rows[1, "adds"].first, rows[2, "adds"].last) == (SUNDAY, date(2026, 3, 3))


def test_products(counted: Store) -> None:
    save_targets(counted, "spring", {"daily_volume": 10, "daily_success": 3})
    told = {
        (row.product, row.day): (row.volume, row.volume_gap, row.success, row.success_gap, row.orders)
        for row in product_report(counted, ALL)
    }
    assert told == {
        ("wecom", SUNDAY): (12, 2, 2, -1, 1),  # 1 to 12; 1 is A, 7 B; o4
        ("wecom", MONDAY): (5, -5, 2, -1, 0),  # 13 to 17; 13 14 are A
        ("loan", SUNDAY): (7, None, 2, None, 0),  # 19 to 25; 19 B, 23 A
        ("loan", MONDAY): (5, None, 1, None, 1),  # 26 to 30; 27 A; o5
    }
