"""The rest planned anew from what was reached, and what to do next."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaign.policy.replan import Actuals, RampRule, advise, lacking, rest
from voicebot.campaign.policy.targets import solve
from voicebot.errors import UsageError

F = Fraction
PLAN = solve(
    {"leads": F(600_000), "connect_rate": F("0.65"), "intent_rate": F("0.4"), "accept_rate": F("0.45")}, F(70_000)
)


def test_the_rest_goes_on_at_the_rates_reached() -> None:
    left = rest(PLAN, Actuals(200_000, 100_000, 40_000, 10_000))
    assert left.rates == {"connect_rate": F("0.5"), "add_rate": F("0.1")}
    assert (left.adds, left.estimated, left.target_left, left.leads_left) == (10_000, False, 60_000, 400_000)
    assert (left.forecast, left.gap) == (30_000, -40_000)
    assert (left.leads_needed, left.more_leads) == (1_200_000, 800_000)
    assert left.add_rate_needed == F(60_000, 200_000)


def test_adds_that_nobody_counted_are_estimated() -> None:
    by_intents = rest(PLAN, Actuals(200_000, 100_000, 50_000))
    assert (by_intents.adds, by_intents.estimated) == (100_000 * F("0.5") * F("0.45"), True)
    assert rest(PLAN, Actuals(200_000, 100_000)).adds == 18_000


def test_nothing_reached_needs_no_number_of_leads() -> None:
    left = rest(PLAN, Actuals(1_000, 500, 0, 0))
    assert (left.leads_needed, left.more_leads, left.forecast) == (None, None, 0)
    assert rest(PLAN, Actuals(1_000, 0)).leads_needed is None


def test_a_target_that_is_reached_needs_no_more() -> None:
    left = rest(PLAN, Actuals(600_000, 500_000, None, 71_000))
    assert (left.target_left, left.leads_needed, left.more_leads, left.add_rate_needed) == (0, 0, 0, None)


@given(st.integers(1, 600_000), st.integers(1, 100), st.integers(1, 100))
def test_the_leads_needed_are_just_enough(leads: int, connect: int, add: int) -> None:
    connected = max(1, leads * connect // 100)
    adds = max(1, connected * add // 100)
    left = rest(PLAN, Actuals(leads, connected, None, adds))
    a_lead = left.rates["connect_rate"] * left.rates["add_rate"]
    assert left.leads_needed is not None
    assert left.leads_needed * a_lead >= left.target_left
    assert not left.leads_needed or (left.leads_needed - 1) * a_lead < left.target_left
    assert (left.more_leads == 0) == (left.gap >= 0)


def test_on_plan_the_rest_is_the_plan() -> None:
    left = rest(PLAN, Actuals(300_000, 195_000, 78_000, 35_100))
    assert left.forecast == PLAN.values["adds"]
    assert left.gap == PLAN.gap


def test_a_plan_that_is_not_whole_says_what_it_lacks() -> None:
    assert lacking(solve({"leads": F(10), "connect_rate": F("0.5")})) == ("add_rate", "adds")
    assert lacking(PLAN) == ()


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (Actuals(10, 11), "11 connected of 10 leads dialled"),
        (Actuals(10, 5, 6), "6 intents of 5 connected"),
        (Actuals(10, 5, 2, 6), "6 adds of 5 connected"),
    ],
)
def test_a_part_is_not_larger_than_its_whole(done: Actuals, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        done.check()


@pytest.mark.parametrize(
    ("done", "verdict", "words"),
    [
        (Actuals(499, 300, 120, 60), "too few", "499 leads dialled, judged from 500 on"),
        (Actuals(1_000, 650, 260, 117), "hold", "add rate 18 %, planned 18 %: 100 % of the plan"),
        (Actuals(1_000, 650, 286, 130), "scale up", "add rate 20 %, planned 18 %: 111.11 % of the plan"),
        (Actuals(1_000, 520, 286, 130), "alert", "connect rate 52 %, planned 65 %: 80 % of the plan"),
        (Actuals(1_000, 650, 286), "scale up", "intent rate 44 %, planned 40 %: 110 % of the plan"),
        (Actuals(600_000, 500_000, None, 50_000), "alert", "add rate 10 %"),
        (Actuals(600_000, 330_000, None, 55_000), "alert", "forecast 55,000 adds of 70,000: 78.57 % of the target"),
    ],
)
def test_good_numbers_scale_up_and_bad_ones_alert(done: Actuals, verdict: str, words: str) -> None:
    advice = advise(PLAN, done, rest(PLAN, done), RampRule())
    assert advice.verdict == verdict
    assert words in "; ".join(advice.why)
    assert advice.factor == (F("1.2") if verdict == "scale up" else 1)


def test_the_worst_rate_stands_first() -> None:
    done = Actuals(1_000, 500, 100, 20)
    why = advise(PLAN, done, rest(PLAN, done), RampRule()).why
    assert [reason.split(" rate")[0] for reason in why[:4]] == ["add", "accept", "intent", "connect"]


def test_thresholds_that_do_not_fit_are_told() -> None:
    with pytest.raises(UsageError, match="--bad must be above 0 and below --good"):
        RampRule(good=F("0.5"))
