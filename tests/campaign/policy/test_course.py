"""Steps that nobody orders: each is legal, none undoes a person's order, and an ended campaign stays ended."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaign.policy.course import Facts, Step, due_step
from voicebot.campaign.policy.states import DIALLING, ENDED, NEXT
from voicebot.campaign.policy.states import CampaignState as State

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
BUSY = Facts(live=2, waiting=True, loaded=True, open=True)

facts = st.builds(
    Facts,
    live=st.integers(0, 3),
    waiting=st.booleans(),
    loaded=st.booleans(),
    open=st.booleans(),
    spent=st.booleans(),
    starts_at=st.none() | st.sampled_from([NOW - timedelta(hours=1), NOW + timedelta(hours=1)]),
)


@given(st.sampled_from(list(State)), facts)
def test_every_step_is_legal_and_has_its_reason(state: State, now: Facts) -> None:
    step = due_step(state, now, NOW)
    if step is not None:
        assert step.to in NEXT[state]
        assert step.why


@given(st.sampled_from(list(State)), facts)
def test_steps_come_to_rest(state: State, now: Facts) -> None:
    """The same facts never lead round in a circle."""
    seen = [state]
    while (step := due_step(seen[-1], now, NOW)) is not None:
        assert step.to not in seen
        seen.append(step.to)


@given(st.sampled_from(list(State)), facts)
def test_nobody_is_called_by_a_step_out_of_hours_and_no_live_call_is_forgotten(state: State, now: Facts) -> None:
    step = due_step(state, now, NOW)
    if step is not None and step.to in DIALLING:
        assert now.open
        assert state in (State.SCHEDULED, State.OUT_OF_WINDOW)
    if step is not None and step.to in (*ENDED, State.PAUSED):
        assert now.live == 0


@pytest.mark.parametrize(
    ("state", "now", "step"),
    [
        (State.RUNNING, BUSY, None),
        (State.RUNNING, Facts(2, True, True, open=False), Step(State.OUT_OF_WINDOW, "its hours are over")),
        (State.OUT_OF_WINDOW, BUSY, Step(State.RUNNING, "its hours have begun")),
        (State.RUNNING, Facts(1, False, True, open=True), None),
        (State.RUNNING, Facts(0, False, True, open=True), Step(State.DONE, "no lead is left")),
        (State.RUNNING, Facts(0, False, False, open=True), None),
        (State.RUNNING, Facts(2, True, True, True, spent=True), Step(State.DRAINING, "the budget is used up")),
        (State.PAUSING, BUSY, None),
        (State.PAUSING, Facts(0, True, True, open=True), Step(State.PAUSED, "the last call has ended")),
        (State.DRAINING, Facts(0, True, True, open=True), Step(State.DONE, "the last call has ended")),
        (State.SCHEDULED, Facts(0, True, True, True, starts_at=NOW + timedelta(minutes=1)), None),
        (
            State.SCHEDULED,
            Facts(0, True, True, True, starts_at=NOW),
            Step(State.RUNNING, "scheduled for 2026-11-23 02:00 UTC"),
        ),
        (State.PAUSED, BUSY, None),
        (State.READY, BUSY, None),
    ],
)
def test_what_follows_from_the_facts(state: State, now: Facts, step: Step | None) -> None:
    assert due_step(state, now, NOW) == step
