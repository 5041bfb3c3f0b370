"""Whatever the order and however often records are written, the rows are the same."""

import itertools
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from tests.store.rows_of import rows_of
from tests.store.samples import attempt_id, everything, prepare
from voicebot.store.ingest import put
from voicebot.store.records import CallResult
from voicebot.store.rows import write
from voicebot.store.store import write_transaction
from voicebot.store.tables import Attempt

TWO_ATTEMPTS = 18


def clear(store):
    with write_transaction(store.engine) as connection:
        connection.execute(delete(Attempt))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations(range(TWO_ATTEMPTS)),
    again=st.lists(st.integers(0, TWO_ATTEMPTS - 1), max_size=8),
    cuts=st.sets(st.integers(0, TWO_ATTEMPTS + 8), max_size=6),
)
def test_order_repetition_and_batches_do_not_matter(store, order, again, cuts):
    lead, script = prepare(store)
    records = [*everything(1, lead, script), *everything(2, lead, script)]
    assert len(records) == TWO_ATTEMPTS
    clear(store)
    assert put(store.engine, records) == ()
    wanted = rows_of(store)

    clear(store)
    sent = [records[index] for index in [*order, *again]]
    edges = [0, *sorted(cut for cut in cuts if cut < len(sent)), len(sent)]
    for first, last in itertools.pairwise(edges):
        assert put(store.engine, sent[first:last]) == ()
    assert rows_of(store) == wanted


def test_nothing_to_write_is_fine(store):
    assert put(store.engine, []) == ()


def test_rows_go_with_their_attempt(store):
    lead, script = prepare(store)
    put(store.engine, everything(1, lead, script))
    clear(store)
    assert all(rows == [] for rows in rows_of(store).values())


def test_a_half_written_transaction_leaves_nothing(store):
    lead, script = prepare(store)
    with store.engine.connect() as connection:
        write(connection, everything(1, lead, script))
        connection.rollback()
    assert rows_of(store)["attempt"] == []


def test_what_is_refused_does_not_keep_others_out(store):
    lead, script = prepare(store)
    bad_lead = everything(2, 999_999, script)[0]
    refusals = put(store.engine, [everything(1, lead, script)[0], bad_lead, everything(3, lead, script)[0]])
    assert [refusal.record for refusal in refusals] == [bad_lead]
    assert "IntegrityError" in refusals[0].reason
    assert [row[0] for row in rows_of(store)["attempt"]] == [attempt_id(1), attempt_id(3)]


def test_a_talk_whose_parts_are_refused_does_not_keep_others_out(store):
    lead, script = prepare(store)
    talks = [
        next(record for record in everything(n, lead, script) if isinstance(record, CallResult)) for n in (1, 2, 3)
    ]
    twice = replace(talks[1], turns=(talks[1].turns[0], talks[1].turns[0]))
    unsayable = replace(talks[2], visits=(replace(talks[2].visits[0], entered_ms=2**70),))
    refusals = put(store.engine, [talks[0], twice, unsayable])
    assert [refusal.record for refusal in refusals] == [twice, unsayable]
    assert [row[0] for row in rows_of(store)["call"]] == [attempt_id(1)]
