"""Who asked for a human, and who was abandoned: by hand-counted calls. On both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.store.samples import attempt_id, call, ended, prepare, started
from voicebot.store.asked import customers_who_asked
from voicebot.store.records import AgentDialled, HandoffRecord
from voicebot.store.rows import write
from voicebot.store.tables import Handoff


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], []),
        ([("answered", 4_000)], [(4_000, 0)]),
        ([("customer_left", 9_000)], [(9_000, 1)]),
        ([("no_answer", 20_000)], [(20_000, 1)]),
        ([("not_configured", 0)], [(0, 1)]),
        ([("busy", 20_000), ("answered", 3_000)], [(23_000, 0)]),
        ([("busy", 20_000), ("customer_left", 3_000)], [(23_000, 1)]),
    ],
)
def test_a_customer_is_abandoned_when_no_agent_ever_talked_to_him(store, outcomes, expected):
    lead, script = prepare(store)
    tries = tuple(HandoffRecord(seq, "sales", 9_000, *one) for seq, one in enumerate(outcomes))
    with store.writing() as connection:
        write(connection, [started(1, lead), replace(call(1, script), handoffs=tries), ended(1)])
    asked = customers_who_asked()
    with store.reading() as connection:
        rows = connection.execute(select(asked)).all()
    assert [(row.waited_ms, row.abandoned) for row in rows] == expected
    assert all((row.attempt_id, row.campaign_id) == (attempt_id(1), "spring") for row in rows)


def test_a_call_that_an_agent_dialled_himself_asked_for_nobody(store):
    lead, _ = prepare(store)
    with store.writing() as connection:
        write(connection, [started(1, lead), ended(1), AgentDialled(attempt_id(1), "chen", "answered", 900, 60_000)])
    with store.reading() as connection:
        (row,) = connection.execute(select(Handoff.__table__)).all()
        assert connection.execute(select(customers_who_asked())).all() == []
    assert (row.agent, row.target, row.ring_ms, row.talked_ms, row.waited_ms) == ("chen", "direct", 900, 60_000, 0)
