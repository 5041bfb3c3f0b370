"""A question and its whole answer: what belongs together agrees."""

import datetime
from dataclasses import replace
from fractions import Fraction

import pytest

from voicebot.campaign.policy.calculator import Messages, Question, answer
from voicebot.campaign.policy.replan import Actuals
from voicebot.errors import UsageError

F = Fraction
START = datetime.date(2026, 11, 2)
"""A Monday; the 60 days after it have no public holiday."""
ASKED = Question(
    {"leads": F(600_000), "connect_rate": F("0.65")}, F(70_000), days=90, friends=30, calls_per_lead=F("1.5")
)


def test_the_weeks_share_out_calls_connected_and_adds() -> None:
    weeks = answer(ASKED).weeks
    totals = {name: sum(week.amounts[name] for week in weeks) for name in weeks[0].amounts}
    assert totals == {"calls": 900_000, "connected": 390_000, "adds": 70_000}


def test_the_end_that_fewer_accounts_reach() -> None:
    found = answer(replace(ASKED, start=START, accounts=20))
    assert (found.end, found.projected_end) == (datetime.date(2027, 1, 30), datetime.date(2027, 2, 26))
    assert (found.projected_end - found.end).days == found.accounts.days_late == 27


def test_days_that_are_not_given_follow_from_the_accounts() -> None:
    found = answer(replace(ASKED, days=None, accounts=20))
    assert found.days == 117
    assert found.weeks[-1].last.number == 117


def test_the_rest_begins_after_the_days_that_are_over() -> None:
    done = Actuals(200_000, 130_000, None, 23_400)
    left = answer(replace(ASKED, start=START, days_done=10, done=done, accounts=26)).remaining
    assert left is not None
    assert left.weeks[0].first.date == datetime.date(2026, 11, 12)
    assert sum(week.amounts["adds"] for week in left.weeks) == 70_000 - 23_400
    assert left.rest.leads_needed is not None
    assert sum(week.amounts["calls"] for week in left.weeks) == -(-left.rest.leads_needed * 3 // 2)
    assert (left.days, left.accounts.needed) == (80, 20)
    assert left.end == datetime.date(2026, 11, 12) + datetime.timedelta(59)  # 46,600 adds, 780 a day: 60 days


def test_calls_that_scale_up_are_the_plans_times_the_step() -> None:
    slow = Question({"leads": F(2_800), "connect_rate": F("0.5"), "add_rate": F("0.1")}, F(140), days=28)
    good = Actuals(700, 420, None, 63)
    left = answer(replace(slow, done=good, days_done=7)).remaining
    assert left is not None and left.advice.verdict == "scale up"
    assert left.next_calls == 700 * F("1.2")
    middle = answer(replace(slow, done=good, days_done=9)).remaining
    assert middle is not None and middle.next_calls == 700 * F(5, 7) * F("1.2")
    last = answer(replace(slow, done=Actuals(2_700, 1_620, None, 243), days_done=7)).remaining
    assert last is not None and last.next_calls == 100


def test_a_ramp_that_is_over_does_not_begin_again() -> None:
    slow = Question({"leads": F(2_800), "connect_rate": F("0.5"), "add_rate": F("0.1")}, F(140), days=28)
    slow = replace(slow, ramp=(F("0.2"), F("0.5")), done=Actuals(200, 100, None, 10), days_done=7)
    left = answer(slow).remaining
    assert left is not None
    assert [week.amounts["calls"] for week in left.weeks] == [520, 1_040, 1_040]


@pytest.mark.parametrize(
    ("asked", "note"),
    [
        (replace(ASKED, done=Actuals(10, 5)), "say how many days are over with --days-done"),
        (replace(ASKED, done=Actuals(10, 5), days_done=90), "the 90 days are over; give more --days"),
        (Question({"leads": F(10), "connect_rate": F("0.5")}), "give also --add-rate, or --target-adds"),
        (
            replace(ASKED, start=datetime.date(2026, 9, 24), days=10, done=Actuals(10, 5), days_done=8),
            "no call may be made in the 2 days left",
        ),
        (Question({"leads": F(10), "connect_rate": F("0.5")}, done=Actuals(5, 2)), "the plan itself lacks --add-rate"),
        (replace(ASKED, days=4_000), "4,000 days are too many to be split into weeks"),
        (replace(ASKED, cost=F(1)), "no cost of an order: give --order-rate"),
        (Question(ASKED.given, lead_price=F(1)), "no cost of an order"),
        (Question({"intent_rate": F("0.5"), "accept_rate": F("0.5")}, lead_price=F(1)), "--lead-price needs the leads"),
    ],
)
def test_what_cannot_be_said_is_noted(asked: Question, note: str) -> None:
    assert note in "; ".join(answer(asked).notes)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Question(), "no numbers are given; for example"),
        (Question({"leads": F(5)}), "from --leads alone nothing follows; give also one of --connect-rate, --connected"),
        (Question({}, F(5)), "also one of --connected, .*, or 2 of --days, --friends-per-account, --accounts"),
        (Question(days=5, friends=3), "from --days, --friends-per-account alone .* 1 of --accounts, --target-adds"),
        (replace(ASKED, messages=Messages(F(10), F("0.5"), F("0.5"))), "give --sms-cost .* or --sms-price"),
        (replace(ASKED, messages=Messages(F(10), F(2), F("0.5"), F(1))), "--sms-response-rate: 2 is no rate"),
    ],
)
def test_what_leads_to_nothing_says_what_would(asked: Question, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        answer(asked)


def test_each_single_number_that_is_proposed_makes_something_follow() -> None:
    for more in ({"connect_rate": F("0.5")}, {"connected": F(3)}):
        assert answer(Question({"leads": F(5), **more})).solved.how
    assert answer(Question({}, F(5), friends=3, days=5)).accounts.needed == 1
    assert answer(Question(days=5, friends=3, accounts=2)).accounts.capacity == 30
