"""A progressive campaign with agents of the store on the simulated switch: who was rung, who waited, who talked."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from tests.whole_calls.conftest import Finished, finished_run
from tests.whole_calls.run_agents import ABSENT, BUSY, NUMBERS, PERSONAS, TAKES
from voicebot.sim.agent import AGENTS
from voicebot.store.asked import customers_who_asked

pytestmark = pytest.mark.audio

AGENT_RING_S = 3
MANNER = AGENTS[NUMBERS[TAKES]]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    directory = tmp_path_factory.mktemp("agents")
    with finished_run(directory, program="tests.whole_calls.run_agents", agent_ring_s=str(AGENT_RING_S)) as run:
        yield run


def rows(ran: Finished, query: str) -> list[tuple[object, ...]]:
    with ran.store.reading() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def spells(ran: Finished, agent: str) -> list[tuple[object, ...]]:
    """Its states in order since it came to work, with the reasons given."""
    return rows(ran, f"SELECT state, why FROM agent_spell WHERE agent = '{agent}' ORDER BY id")[1:]


def test_every_lead_was_called_and_whoever_asked_for_a_human_got_one(ran: Finished) -> None:
    assert ran.figures["attempts"] == len(PERSONAS)
    assert ran.figures["results"] == {"CUSTOMER_HANGUP": 2, "TRANSFERRED": 2}
    with ran.store.reading() as connection:
        asked = connection.execute(customers_who_asked().select()).all()
    assert [row.abandoned for row in asked] == [0, 0]


def test_who_did_not_take_it_rests_and_the_next_one_rang(ran: Finished) -> None:
    assert spells(ran, BUSY)[:3] == [("idle", ""), ("ringing", ""), ("pause", "busy")]
    assert spells(ran, ABSENT)[:3] == [("idle", ""), ("ringing", ""), ("pause", "no_answer")]


def test_the_agent_talked_with_one_after_the_other(ran: Finished) -> None:
    call = [("ringing", ""), ("talking", ""), ("idle", "")]
    assert spells(ran, TAKES) == [("idle", ""), *call, *call]


def test_who_it_was_how_long_it_rang_was_held_and_talked_stands_with_the_call(ran: Finished) -> None:
    found = rows(ran, "SELECT agent, outcome, ring_ms, hold_ms, talked_ms, waited_ms FROM handoff ORDER BY waited_ms")
    assert [row[:2] for row in found] == [(TAKES, "answered")] * 2
    held = MANNER.hold_ms[1] - MANNER.hold_ms[0]
    for _, _, ring_ms, hold_ms, talked_ms, waited_ms in found:
        assert abs(int(str(ring_ms)) - MANNER.pick_up_ms) < 500
        assert abs(int(str(hold_ms)) - held) < 300
        assert abs(int(str(talked_ms)) - MANNER.stays_ms) < 500
        assert int(str(waited_ms)) >= int(str(ring_ms)) - 50
    first, second = (int(str(row[5])) for row in found)
    assert second > first + 2000, "the second waited until the agent was free"


def test_no_more_calls_than_idle_agents_at_first(ran: Finished) -> None:
    started = [str(row[0]) for row in rows(ran, "SELECT started_at FROM attempt ORDER BY started_at")]
    ended = min(str(row[0]) for row in rows(ran, "SELECT ended_at FROM attempt"))
    assert len(NUMBERS) == 3
    assert started[2] < ended < started[3]


def test_nobody_waits_any_more_and_everybody_is_free(ran: Finished) -> None:
    assert rows(ran, "SELECT count(*) FROM agent_wait") == [(0,)]
    assert rows(ran, "SELECT count(*) FROM agent WHERE attempt_id IS NOT NULL OR lease_until IS NOT NULL") == [(0,)]
