"""Pacing: never over the lines, never over the cap, more than one call an agent only when that is safe."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaign.policy.pacing import Limits, Load, Measured, claims_on_agents, to_start

USUAL = Measured(answer_rate=0.4, wants_agent=0.1, asked=200)
LINES = Limits(lines=200)


def test_the_robot_alone_fills_its_lines():
    assert to_start("fixed", Load(ringing=3, talking=4), USUAL, Limits(10)) == 3


def test_progressive_calls_one_for_each_idle_agent():
    assert to_start("progressive", Load(1, 1, idle=5), USUAL, LINES) == 3
    assert to_start("progressive", Load(0, 0, waiting=2, idle=1), USUAL, LINES) == 0


def test_predictive_calls_more_since_few_want_an_agent():
    many = to_start("predictive", Load(0, 0, idle=5), USUAL, LINES)
    assert many > 30
    assert to_start("predictive", Load(0, 0, idle=5), USUAL, replace(LINES, confidence=0.99)) < many


def test_over_the_abandon_cap_it_is_progressive_again():
    lost = replace(USUAL, abandon_rate=0.03, asked=1000)
    assert to_start("predictive", Load(0, 0, idle=5), lost, LINES) == 5


def test_until_the_rate_is_known_it_is_progressive():
    first = replace(USUAL, asked=0)
    assert to_start("predictive", Load(0, 0, idle=5), first, LINES) == 5


def test_customers_with_an_agent_hold_lines_and_nothing_else():
    assert to_start("progressive", Load(0, 0, idle=5, passed_on=197), USUAL, LINES) == 3
    assert to_start("progressive", Load(0, 0, idle=5, passed_on=20), USUAL, LINES) == 5


def test_agents_whom_other_campaigns_will_want_are_not_called_for():
    assert to_start("progressive", Load(0, 0, idle=5, others=3), USUAL, LINES) == 2
    alone = to_start("predictive", Load(0, 0, idle=5), USUAL, LINES)
    assert to_start("predictive", Load(0, 0, idle=5, others=2.5), USUAL, LINES) < alone


def test_what_calls_under_way_take_of_the_agents():
    load = Load(ringing=10, talking=5)
    assert claims_on_agents("progressive", load, USUAL) == 15
    assert claims_on_agents("predictive", load, USUAL) == claims_on_agents("fixed", load, USUAL)
    assert abs(claims_on_agents("fixed", load, USUAL) - 0.9) < 1e-9


loads = st.builds(
    Load,
    st.integers(0, 300),
    st.integers(0, 300),
    st.integers(0, 20),
    st.integers(0, 100),
    st.integers(0, 100),
    st.floats(0, 50),
    st.integers(0, 50),
    st.floats(0, 50),
)
measures = st.builds(Measured, st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.integers(0, 10_000))


@given(st.sampled_from(["fixed", "progressive", "predictive"]), loads, measures, st.integers(0, 500))
def test_never_more_than_the_free_lines(mode, load, measured, lines):
    started = to_start(mode, load, measured, Limits(lines))
    assert 0 <= started <= max(0, lines - load.ringing - load.talking - load.passed_on)


@given(loads, measures)
def test_an_idle_agent_more_never_means_fewer_calls(load, measured):
    more = replace(load, idle=load.idle + 1)
    assert to_start("predictive", more, measured, LINES) >= to_start("predictive", load, measured, LINES)
