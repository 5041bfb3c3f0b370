"""What people order of agents in a call: it waits for the end of call and wrap-up, and may be taken back. Both
databases."""

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.agents_of import MINUTE, NOW, SECOND, at_work, spells_of, state_of, waiting
from voicebot.campaign.policy.agent_states import HELD, KEEPS_ORDER, MAY_WAIT, AgentState
from voicebot.store import agents
from voicebot.store.agent_desk import LEASE, Absence, Given, Round, Told, give_back, serve
from voicebot.store.agents import Ordered
from voicebot.store.floor import agents_now

OWNER = "server@switch"
A = AgentState


def rung(store, at=NOW):
    ask = waiting(store, since=at)
    assert isinstance(serve(store, OWNER, Round(asks=[ask]), at)[ask.attempt_id], Given)
    return ask


def told(store, ask, what, at) -> None:
    serve(store, OWNER, Round([Told(ask.leg_id, what, at)]), at)


TABLE = [
    # what ends the call, wrap-up, what was ordered, what follows at once, and what after a minute
    ("over", 0, A.PAUSE, A.PAUSE, A.PAUSE),
    ("over", 0, A.OFFLINE, A.OFFLINE, A.OFFLINE),
    ("over", 20, A.PAUSE, A.WRAP_UP, A.PAUSE),
    ("over", 20, A.OFFLINE, A.WRAP_UP, A.OFFLINE),
    ("over", 20, A.IDLE, A.WRAP_UP, A.IDLE),
    ("over", 0, A.IDLE, A.IDLE, A.IDLE),
]


@pytest.mark.parametrize(("what", "wrap_up_s", "order", "at_once", "later"), TABLE)
def test_an_order_during_a_talk_is_done_when_talk_and_wrap_up_are_over(store, what, wrap_up_s, order, at_once, later):
    at_work(store, "chen", wrap_up_s=wrap_up_s)
    ask = rung(store)
    told(store, ask, "talking", NOW)
    came = agents.set_state(store, "chen", order, NOW + SECOND, why="lunch")
    assert (came.before, came.waits) == (A.TALKING, order in MAY_WAIT)
    assert state_of(store, "chen", NOW + SECOND) == A.TALKING
    told(store, ask, what, NOW + 2 * SECOND)
    assert state_of(store, "chen", NOW + 3 * SECOND) == at_once
    assert state_of(store, "chen", NOW + MINUTE) == later
    if order in MAY_WAIT:
        assert spells_of(store, "chen")[-1][::3] == (str(order), "lunch")


@pytest.mark.parametrize("reason", ["customer_left", "no_answer", "declined"])
def test_an_order_while_it_rings_is_done_when_no_talk_comes_of_it(store, reason):
    at_work(store, "chen")
    ask = rung(store)
    agents.set_state(store, "chen", A.OFFLINE, NOW, why="end of shift")
    told(store, ask, reason, NOW + SECOND)
    found = agents.find(store, "chen", NOW + 10 * MINUTE)
    assert (found.state, found.free_at, found.after_call) == (A.OFFLINE, None, None)


def test_the_call_keeps_its_agent_and_the_talk_is_known_whatever_was_ordered_while_it_rang(store):
    at_work(store, "chen")
    ask = rung(store)
    agents.set_state(store, "chen", A.PAUSE, NOW)
    told(store, ask, "talking", NOW + SECOND)
    assert state_of(store, "chen") == A.TALKING


def test_sent_to_work_before_the_end_it_stays_at_work(store):
    at_work(store, "chen")
    ask = rung(store)
    told(store, ask, "talking", NOW)
    assert agents.set_state(store, "chen", A.PAUSE, NOW, why="lunch") == Ordered(A.TALKING, changed=True, waits=True)
    found = agents.listed(store, NOW)[0]
    assert (found.state, found.after_call, found.after_why) == (A.TALKING, A.PAUSE, "lunch")
    assert agents.set_state(store, "chen", A.PAUSE, NOW) == Ordered(A.TALKING, changed=False, waits=True)
    assert agents.set_state(store, "chen", A.IDLE, NOW) == Ordered(A.TALKING, changed=True)
    assert agents.set_state(store, "chen", A.IDLE, NOW) == Ordered(A.TALKING, changed=False)
    told(store, ask, "over", NOW + SECOND)
    assert state_of(store, "chen") == A.IDLE


def test_the_last_order_counts(store):
    at_work(store, "chen")
    ask = rung(store)
    told(store, ask, "talking", NOW)
    agents.set_state(store, "chen", A.PAUSE, NOW)
    agents.set_state(store, "chen", A.OFFLINE, NOW)
    told(store, ask, "over", NOW + SECOND)
    assert state_of(store, "chen") == A.OFFLINE


def test_it_is_done_too_when_the_call_server_died(store):
    at_work(store, "chen")
    ask = rung(store)
    told(store, ask, "talking", NOW)
    agents.set_state(store, "chen", A.PAUSE, NOW)
    assert give_back(store, ask.leg_id, NOW + LEASE + SECOND)
    assert state_of(store, "chen", NOW + LEASE + SECOND) == A.PAUSE


def test_nobody_waits_for_or_reckons_with_one_who_leaves_after_his_call(store):
    at_work(store, "chen")
    ask = rung(store)
    told(store, ask, "talking", NOW)
    late = waiting(store)
    assert serve(store, OWNER, Round(asks=[late]), NOW)[late.attempt_id] is Absence.ALL_BUSY
    agents.set_state(store, "chen", A.PAUSE, NOW)
    assert serve(store, OWNER, Round(asks=[late]), NOW)[late.attempt_id] is Absence.NOBODY_AT_WORK
    now = agents_now(store, "spring", ["sales"], NOW)
    assert (now.names, now.idle, now.busy) == (frozenset(), 0, ())


ORDERS = st.sampled_from([A.IDLE, A.PAUSE, A.OFFLINE])
FITS = {
    "talking": lambda state: state == A.RINGING,
    "over": lambda state: True,
    "no_answer": lambda state: state != A.TALKING,
    "customer_left": lambda state: state != A.TALKING,
}
"""In which states a call server tells what."""
DEEDS = st.lists(
    st.one_of(ORDERS, st.sampled_from(["ring", "talking", "over", "no_answer", "customer_left", "minute"])), max_size=14
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS, wrap_up_s=st.sampled_from([0, 20]))
def test_whatever_happens_an_agent_leaves_only_after_its_call_and_does_leave(store, deeds, wrap_up_s):
    """A model of one agent: its state, and the last order of a person that is not done yet."""
    name, ask, at = f"a{uuid.uuid4().hex[:12]}", None, NOW
    at_work(store, name, team=name, wrap_up_s=wrap_up_s)
    order = None
    for deed in deeds:
        at += SECOND
        before = agents.find(store, name, at)
        if isinstance(deed, AgentState):
            agents.set_state(store, name, deed, at)
            order = (deed if deed in MAY_WAIT else None) if before.state in HELD else None
        elif deed == "minute":
            at += MINUTE
        elif deed == "ring":
            asked = waiting(store, target=name, since=at)
            if isinstance(serve(store, OWNER, Round(asks=[asked]), at)[asked.attempt_id], Given):
                ask = asked
            else:
                serve(store, OWNER, Round(gone=[asked.attempt_id]), at)
        elif ask is not None and FITS[deed](before.state):
            told(store, ask, deed, at)
        after = agents.find(store, name, at)
        if before.state in HELD and isinstance(deed, AgentState):
            assert after.state == before.state
        if after.state in KEEPS_ORDER:
            assert after.after_call == order
        else:
            assert after.after_call is None
            if order is not None:
                assert after.state == order
            order = None
