"""The dialer's figures of agents and customers: hand-counted. On both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.agents_of import MINUTE, NOW, SECOND, at_work, waiting
from tests.store.samples import call, ended, prepare, started
from voicebot.campaign.policy.agent_states import AgentState
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.soon import Busy
from voicebot.store import agents
from voicebot.store.agent_desk import Round, Told, serve
from voicebot.store.floor import agents_now, talk_lengths
from voicebot.store.pacing_figures import AS_IF, USUAL_TO_ASK_S, shown
from voicebot.store.records import HandoffRecord
from voicebot.store.rows import write

OWNER = "server@switch"


def test_who_is_idle_who_is_busy_who_waits(store):
    store.add_campaign("spring", "春", simulated=True)
    store.add_campaign("autumn", "秋", simulated=True)
    at_work(store, "li", team="service")
    at_work(store, "chen", "zhao", team="sales", wrap_up_s=20)
    at_work(store, "wu", "he", wrap_up_s=10)
    agents.set_state(store, "he", AgentState.PAUSE, NOW)
    first = waiting(store, campaign="spring", since=NOW - 3 * SECOND)
    second = waiting(store, campaign="spring", since=NOW - 2 * SECOND)
    third = waiting(store, campaign="autumn", since=NOW - SECOND)
    late = waiting(store, campaign="autumn")
    serve(store, OWNER, Round(asks=[first, second, third, late]), NOW)
    serve(store, OWNER, Round([Told(first.leg_id, "talking", NOW)]), NOW)
    serve(store, OWNER, Round([Told(second.leg_id, "no_answer", NOW)]), NOW)
    found = agents_now(store, "spring", {"sales"}, NOW + 5 * SECOND)
    assert found.names == {"chen", "zhao", "wu"}
    assert found.idle == 0
    assert sorted(found.busy, key=str) == sorted(
        [Busy(5.0, None, 20), Busy(0.0, 25.0, 0.0), Busy(0.0, None, 20)], key=str
    )
    assert found.waiting == 2, "the second, whose agent did not come, and the late one"
    assert found.passed_on == 2
    assert agents_now(store, "autumn", {"service"}, NOW).names == {"li", "wu"}


def test_a_wrap_up_that_is_over_is_idle_before_anybody_has_written_so(store):
    at_work(store, "chen", wrap_up_s=20)
    ask = waiting(store)
    serve(store, OWNER, Round(asks=[ask]), NOW)
    serve(store, OWNER, Round([Told(ask.leg_id, "talking", NOW)]), NOW)
    serve(store, OWNER, Round([Told(ask.leg_id, "over", NOW + MINUTE)]), NOW + MINUTE)
    assert agents_now(store, "spring", {"sales"}, NOW + MINUTE).busy == (Busy(0.0, 20.0, 0.0),)
    assert agents_now(store, "spring", {"sales"}, NOW + 2 * MINUTE).idle == 1
    assert talk_lengths(store, {"chen"}) == [60.0]
    assert talk_lengths(store, {"li"}) == []


def test_nobody_of_another_team_and_nobody_who_went_home(store):
    at_work(store, "li", team="service")
    at_work(store, "chen")
    agents.set_state(store, "chen", AgentState.OFFLINE, NOW)
    found = agents_now(store, "spring", {"sales"}, NOW)
    assert (found.names, found.idle, found.busy) == (frozenset(), 0, ())


def test_a_new_campaign_is_reckoned_with_as_if_everybody_answered_and_asked(store):
    store.add_campaign("spring", "春", simulated=True)
    found = shown(store, "spring", NOW)
    assert (found.measured.answer_rate, found.measured.wants_agent) == (1.0, 1.0)
    assert (found.measured.asked, found.measured.abandon_rate, found.to_ask_s) == (0, 0.0, USUAL_TO_ASK_S)


def calls(store, *outcomes: str | None, first: int = 1) -> None:
    """Answered calls of spring; of each whether its customer asked, and what came of it."""
    lead, script = prepare(store)
    records = []
    for number, outcome in enumerate(outcomes, start=first):
        tries = (HandoffRecord(0, "sales", 30_000, outcome, 4_000),) if outcome else ()
        records += [started(number, lead), replace(call(number, script), handoffs=tries), ended(number)]
    with store.writing() as connection:
        write(connection, records)


def test_rates_of_the_campaigns_own_calls(store):
    calls(store, "answered", "answered", "customer_left", None)
    lead, _ = prepare(store)
    unanswered = [
        replace(ended(number, code), answered_at=None) for number, code in ((11, Code.BUSY), (12, Code.LINE_ERROR))
    ]
    with store.writing() as connection:
        write(connection, [started(11, lead), started(12, lead), *unanswered])
    at = ended(1).ended_at + timedelta(days=29)
    found = shown(store, "spring", at)
    assert found.measured.answer_rate == pytest.approx((4 + AS_IF) / (5 + AS_IF)), "our own fault does not count"
    assert found.measured.wants_agent == pytest.approx((3 + AS_IF) / (4 + AS_IF))
    assert (found.measured.asked, found.measured.abandon_rate) == (3, pytest.approx(1 / 3))
    assert found.to_ask_s == pytest.approx(6 + 30)
    later = shown(store, "spring", at + timedelta(days=2)).measured
    assert (later.asked, later.abandon_rate) == (0, 0.0)
