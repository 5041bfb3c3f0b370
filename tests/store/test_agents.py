"""Agents as people deal with them: their life, their spells, their audit. On both databases."""

import pytest
from sqlalchemy import select

from tests.store.agents_of import MINUTE, NOW, SECOND, at_work, spells_of, waiting
from voicebot.campaign.policy.agent_states import AgentState
from voicebot.errors import UsageError
from voicebot.store import agents
from voicebot.store.agent_desk import Given, Round, Told, serve
from voicebot.store.agents import Ordered
from voicebot.store.tables_dialling import Audit

CHEN = {"title": "陈顾问", "dial": "sofia/gateway/office/1001", "team": "sales", "wrap_up_s": 20}


def audit(store) -> list[tuple[str, str, str]]:
    with store.reading() as connection:
        asked = select(Audit.action, Audit.who, Audit.why).where(Audit.object == "agent:chen").order_by(Audit.id)
        return [tuple(row) for row in connection.execute(asked)]


def test_the_day_of_an_agent_is_its_spells(store):
    agents.add(store, "chen", CHEN, NOW, by="wang")
    assert agents.set_state(store, "chen", AgentState.IDLE, NOW + MINUTE) == Ordered(AgentState.OFFLINE, changed=True)
    agents.set_state(store, "chen", AgentState.PAUSE, NOW + 2 * MINUTE, why="lunch", by="chen")
    agents.set_state(store, "chen", AgentState.OFFLINE, NOW + 3 * MINUTE)
    assert spells_of(store, "chen") == [
        ("offline", NOW, NOW + MINUTE, ""),
        ("idle", NOW + MINUTE, NOW + 2 * MINUTE, ""),
        ("pause", NOW + 2 * MINUTE, NOW + 3 * MINUTE, "lunch"),
        ("offline", NOW + 3 * MINUTE, None, ""),
    ]
    assert [spell.state for spell in agents.spells(store, "chen", 2)] == ["offline", "pause"]
    assert audit(store) == [
        ("agent.add", "wang", ""),
        ("agent.idle", "", ""),
        ("agent.pause", "chen", "lunch"),
        ("agent.offline", "", ""),
    ]


def test_a_state_that_holds_already_is_not_a_new_spell(store):
    agents.add(store, "chen", CHEN, NOW)
    assert agents.set_state(store, "chen", AgentState.OFFLINE, NOW + MINUTE) == Ordered(
        AgentState.OFFLINE, changed=False
    )
    assert len(spells_of(store, "chen")) == 1


@pytest.mark.parametrize("state", [AgentState.RINGING, AgentState.TALKING, AgentState.WRAP_UP])
def test_states_of_calls_are_not_for_people(store, state):
    at_work(store, "chen")
    with pytest.raises(UsageError, match=f"agent 'chen' becomes {state} by a call"):
        agents.set_state(store, "chen", state, NOW)


def test_what_is_given_changes_and_the_rest_stays(store):
    agents.add(store, "chen", CHEN, NOW)
    agents.change(store, "chen", {"wrap_up_s": 5}, by="li")
    found = agents.find(store, "chen", NOW)
    assert (found.title, found.team, found.wrap_up_s, found.state) == ("陈顾问", "sales", 5, AgentState.OFFLINE)


def test_the_list_by_team_has_those_who_answer_for_any(store):
    at_work(store, "chen", team="sales")
    at_work(store, "li", team="service")
    at_work(store, "wu")
    assert [one.name for one in agents.listed(store, NOW)] == ["chen", "li", "wu"]
    assert [one.name for one in agents.listed(store, NOW, "sales")] == ["chen", "wu"]


def test_a_removed_agent_is_gone_its_spells_stay_and_its_name_may_come_back(store):
    at_work(store, "chen")
    agents.remove(store, "chen", NOW, why="left the company")
    assert agents.listed(store, NOW) == []
    before = spells_of(store, "chen")
    assert before[-1] == ("idle", NOW - MINUTE, NOW, "")
    with pytest.raises(UsageError, match="there is no agent 'chen'; there are: none"):
        agents.set_state(store, "chen", AgentState.IDLE, NOW)
    agents.add(store, "chen", CHEN, NOW + MINUTE)
    assert spells_of(store, "chen") == [*before, ("offline", NOW + MINUTE, None, "")]


def test_an_agent_in_a_call_is_not_removed(store):
    at_work(store, "chen")
    serve(store, "server@switch", Round(asks=[waiting(store)]), NOW)
    with pytest.raises(UsageError, match="agent 'chen' is ringing: remove it when the call is over"):
        agents.remove(store, "chen", NOW)


def test_wrap_up_ends_at_its_own_moment_however_late_somebody_looks(store):
    at_work(store, "chen", wrap_up_s=20)
    ask = waiting(store)
    assert serve(store, "server@switch", Round(asks=[ask]), NOW) == {
        ask.attempt_id: Given("chen", "sofia/gateway/office/chen")
    }
    serve(store, "server@switch", Round([Told(ask.leg_id, "talking", NOW + SECOND)]), NOW + SECOND)
    serve(store, "server@switch", Round([Told(ask.leg_id, "over", NOW + MINUTE)]), NOW + MINUTE)
    found = agents.find(store, "chen", NOW + MINUTE)
    assert (found.state, found.free_at) == (AgentState.WRAP_UP, NOW + MINUTE + 20 * SECOND)
    found = agents.find(store, "chen", NOW + 9 * MINUTE)
    assert (found.state, found.since, found.free_at) == (AgentState.IDLE, NOW + MINUTE + 20 * SECOND, None)
    assert spells_of(store, "chen")[-2:] == [
        ("wrap_up", NOW + MINUTE, NOW + MINUTE + 20 * SECOND, ""),
        ("idle", NOW + MINUTE + 20 * SECOND, None, ""),
    ]


@pytest.mark.parametrize(
    ("name", "values", "fault"),
    [
        ("a b", {}, "agent 'a b': a name has letters"),
        ("a", {"dial": ""}, "agent 'a' needs a dial string"),
        ("a", {"wrap_up_s": 4000}, "agent 'a': a wrap-up of 4000 s is not in 0..3600"),
        ("a", {"state": "idle"}, "agent 'a' has no state; it has title, dial, team, wrap_up_s"),
    ],
)
def test_a_faulty_agent_is_refused_whole(store, name, values, fault):
    with pytest.raises(UsageError, match=fault):
        agents.add(store, name, {**CHEN, **values}, NOW)
    assert agents.listed(store, NOW) == []


def test_a_name_that_is_there_is_not_added_again(store):
    agents.add(store, "chen", CHEN, NOW)
    with pytest.raises(UsageError, match="there is an agent 'chen' already; change it with: voicebot agent update"):
        agents.add(store, "chen", CHEN, NOW)
    with pytest.raises(UsageError, match="there is no agent 'li'; there are: chen"):
        agents.change(store, "li", {"team": ""})
