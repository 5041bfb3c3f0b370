"""Agents for waiting customers: order, one call an agent, what became of them, dead call servers. Both databases."""

import threading
from dataclasses import replace

import pytest

from tests.store.agents_of import MINUTE, NOW, SECOND, at_work, queue, spells_of, state_of, waiting
from voicebot.campaign.policy.agent_states import REST, AgentState
from voicebot.errors import UsageError
from voicebot.store import agents
from voicebot.store.agent_desk import LEASE, Absence, Given, Round, Told, expired, give_back, keep, reserve, serve
from voicebot.store.store import Store

OWNER = "server@switch"


def asked(store: Store, *asks, at=NOW, owner: str = OWNER) -> list[str | Absence]:
    """Who each gets, by name."""
    given = serve(store, owner, Round(asks=asks), at)
    found = [given[ask.attempt_id] for ask in asks]
    return [one.name if isinstance(one, Given) else one for one in found]


def told(store: Store, ask, what: str, at=NOW) -> None:
    serve(store, OWNER, Round([Told(ask.leg_id, what, at)]), at)


def test_the_longest_idle_agent_of_the_team_is_rung_first(store):
    at_work(store, "li", team="service")
    at_work(store, "chen", "zhao", team="sales")
    at_work(store, "wu")
    assert asked(store, *(waiting(store, since=NOW + n * SECOND) for n in range(4))) == [
        "chen",
        "wu",
        "zhao",
        Absence.ALL_BUSY,
    ]
    assert state_of(store, "chen") == AgentState.RINGING
    assert state_of(store, "li") == AgentState.IDLE


def test_the_longest_waiting_customer_is_served_first_also_before_another_call_servers(store):
    late, early = waiting(store, since=NOW), waiting(store, since=NOW - SECOND)
    at_work(store, "chen")
    agents.set_state(store, "chen", AgentState.PAUSE, NOW)
    assert asked(store, early) == [Absence.NOBODY_AT_WORK]
    agents.set_state(store, "chen", AgentState.IDLE, NOW)
    assert asked(store, late, owner="other@switch") == [Absence.ALL_BUSY]
    assert asked(store, early) == ["chen"]


def test_two_idle_agents_serve_two_who_wait_whoever_asks_first(store):
    late, early = waiting(store, since=NOW), waiting(store, since=NOW - SECOND)
    at_work(store, "chen", "li")
    assert asked(store, late, early) == ["li", "chen"]


def test_who_waits_for_another_team_is_not_in_the_way(store):
    early, late = waiting(store, target="service", since=NOW - SECOND), waiting(store)
    at_work(store, "li", team="service")
    at_work(store, "chen", team="sales")
    agents.set_state(store, "li", AgentState.PAUSE, NOW)
    assert asked(store, early) == [Absence.NOBODY_AT_WORK]
    assert asked(store, late) == ["chen"]


def test_customers_whose_call_server_died_are_not_in_the_way_for_ever(store):
    dead, late = waiting(store, since=NOW - SECOND), waiting(store, since=NOW)
    at_work(store, "chen")
    agents.set_state(store, "chen", AgentState.PAUSE, NOW)
    asked(store, dead)
    agents.set_state(store, "chen", AgentState.IDLE, NOW)
    assert asked(store, late) == [Absence.ALL_BUSY]
    assert asked(store, late, at=NOW + MINUTE) == ["chen"]


def test_why_there_is_no_agent(store):
    ask = waiting(store)
    assert asked(store, ask) == [Absence.NONE_KNOWN]
    at_work(store, "li", team="service")
    assert asked(store, ask) == [Absence.NONE_KNOWN]
    at_work(store, "chen", team="sales")
    agents.set_state(store, "chen", AgentState.OFFLINE, NOW)
    assert asked(store, ask) == [Absence.NOBODY_AT_WORK]
    agents.set_state(store, "chen", AgentState.IDLE, NOW)
    assert asked(store, replace(ask, tried=frozenset({"chen"}))) == [Absence.NOBODY_AT_WORK]
    assert asked(store, ask) == ["chen"]
    assert asked(store, waiting(store)) == [Absence.ALL_BUSY]


def test_an_agent_talks_and_is_idle_again_and_the_customer_waits_no_more(store):
    at_work(store, "chen")
    ask = waiting(store)
    asked(store, ask)
    assert queue(store) == {ask.attempt_id}
    told(store, ask, "talking", NOW + 2 * SECOND)
    assert queue(store) == set()
    assert agents.find(store, "chen", NOW).attempt_id == ask.attempt_id
    told(store, ask, "over", NOW + MINUTE)
    found = agents.find(store, "chen", NOW + MINUTE)
    assert (found.state, found.attempt_id) == (AgentState.IDLE, None)
    assert [(state, began) for state, began, _, _ in spells_of(store, "chen")][-3:] == [
        ("ringing", NOW),
        ("talking", NOW + 2 * SECOND),
        ("idle", NOW + MINUTE),
    ]


def test_who_does_not_answer_rests_and_is_rung_again_afterwards(store):
    at_work(store, "chen")
    ask = waiting(store)
    asked(store, ask)
    told(store, ask, "no_answer", NOW + 10 * SECOND)
    found = agents.find(store, "chen", NOW + 10 * SECOND)
    assert (found.state, found.free_at, found.missed) == (AgentState.PAUSE, NOW + 10 * SECOND + REST, 1)
    assert asked(store, waiting(store), at=NOW + 10 * SECOND) == [Absence.ALL_BUSY]
    again = waiting(store, since=NOW + MINUTE)
    assert asked(store, again, at=NOW + MINUTE) == ["chen"]
    told(store, again, "talking", NOW + MINUTE)
    assert agents.find(store, "chen", NOW + MINUTE).missed == 0


def test_who_misses_three_in_a_row_is_away_until_somebody_says_that_he_is_back(store):
    at_work(store, "chen")
    at = NOW
    for _ in range(3):
        ask = waiting(store, since=at)
        assert asked(store, ask, at=at) == ["chen"]
        told(store, ask, "no_answer", at)
        serve(store, OWNER, Round(gone=[ask.attempt_id]), at)
        at += MINUTE
    assert state_of(store, "chen", at + 60 * MINUTE) == AgentState.PAUSE
    assert spells_of(store, "chen")[-1][3] == "no_answer, 3 in a row"
    agents.set_state(store, "chen", AgentState.IDLE, at)
    assert agents.find(store, "chen", at).missed == 0


def test_the_same_told_twice_or_late_changes_nothing(store):
    at_work(store, "chen")
    ask = waiting(store)
    asked(store, ask)
    told(store, ask, "over", NOW)
    before = spells_of(store, "chen")
    told(store, ask, "over", NOW)
    told(store, ask, "talking", NOW)
    assert spells_of(store, "chen") == before


def test_a_round_whose_answer_was_lost_is_repeated_and_gives_the_same_agent(store):
    at_work(store, "chen", "li")
    ask = waiting(store)
    once = serve(store, OWNER, Round(asks=[ask]), NOW)
    assert serve(store, OWNER, Round(asks=[ask]), NOW) == once
    assert (state_of(store, "chen"), state_of(store, "li")) == (AgentState.RINGING, AgentState.IDLE)


def test_that_an_agent_talks_may_be_told_again(store):
    at_work(store, "chen")
    ask = waiting(store)
    asked(store, ask)
    told(store, ask, "talking", NOW)
    before = spells_of(store, "chen")
    told(store, ask, "talking", NOW + SECOND)
    assert spells_of(store, "chen") == before


def test_a_customer_who_has_left_is_out_of_the_queue(store):
    at_work(store, "chen")
    first, second = waiting(store, since=NOW - SECOND), waiting(store)
    asked(store, first)
    asked(store, second)
    serve(store, OWNER, Round(gone=[second.attempt_id]), NOW)
    assert queue(store) == {first.attempt_id}


def test_a_lease_that_is_renewed_does_not_run_out(store):
    at_work(store, "chen")
    ask = waiting(store)
    asked(store, ask)
    serve(store, OWNER, Round(held=[ask.leg_id]), NOW + LEASE)
    assert expired(store, NOW + LEASE + SECOND) == []
    (found,) = expired(store, NOW + 2 * LEASE + SECOND)
    assert (found.name, found.leg_id, found.owner) == ("chen", ask.leg_id, OWNER)


def test_an_agent_of_a_dead_call_server_is_free_when_its_leg_is_gone_and_not_before(store):
    at_work(store, "chen", wrap_up_s=20)
    ask = waiting(store)
    asked(store, ask)
    told(store, ask, "talking")
    late = NOW + LEASE + SECOND
    assert not give_back(store, ask.leg_id, NOW + SECOND), "its lease still holds"
    keep(store, ask.leg_id, late)
    assert expired(store, late) == []
    assert not give_back(store, ask.leg_id, late)
    assert give_back(store, ask.leg_id, late + LEASE + SECOND)
    assert state_of(store, "chen", late + LEASE + SECOND) == AgentState.WRAP_UP
    assert not give_back(store, ask.leg_id, late + LEASE + SECOND)


def test_nobody_else_may_tell_of_an_agent(store):
    at_work(store, "chen")
    ask = waiting(store)
    asked(store, ask)
    serve(store, "other@switch", Round([Told(ask.leg_id, "over", NOW)], held=[ask.leg_id]), NOW)
    assert state_of(store, "chen") == AgentState.RINGING
    assert len(expired(store, NOW + LEASE + SECOND)) == 1


def test_an_agent_is_reserved_by_name_only_when_it_is_idle(store):
    at_work(store, "chen")
    ask = waiting(store)
    assert reserve(store, OWNER, "chen", ask.attempt_id, ask.leg_id, NOW) == Given("chen", "sofia/gateway/office/chen")
    with pytest.raises(UsageError, match="agent 'chen' is ringing and cannot become ringing"):
        reserve(store, OWNER, "chen", None, waiting(store).leg_id, NOW)
    with pytest.raises(UsageError, match="there is no agent 'li'; there are: chen"):
        reserve(store, OWNER, "li", None, waiting(store).leg_id, NOW)


def test_call_servers_that_ask_at_once_never_get_the_same_agent(store):
    at_work(store, *(f"a{number}" for number in range(8)))
    asks = [waiting(store) for _ in range(24)]
    found: list[str | Absence] = []
    begin = threading.Barrier(4)

    def server(number: int) -> None:
        begin.wait()
        for ask in asks[number::4]:
            found.extend(asked(store, ask, owner=f"server{number}@switch"))

    threads = [threading.Thread(target=server, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = [one for one in found if isinstance(one, str)]
    assert len(found) == 24
    assert len(names) == len(set(names))
    assert names
