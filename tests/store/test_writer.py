"""Records reach the database once, whatever happens to it."""

from tests.store.rows_of import rows_of
from tests.store.samples import call, ended, everything, prepare
from voicebot.campaign.policy.codes import Code
from voicebot.store.store import Store
from voicebot.store.writer import Writer

DEADLINE_S = 20.0


def quick(store: Store, **options) -> Writer:
    return Writer(store, patience_s=0.2, retry_s=0.05, **options)


def test_all_that_an_attempt_leaves_behind_is_written(store):
    lead, script = prepare(store)
    writer = quick(store)
    for record in everything(1, lead, script):
        writer.put(record)
    writer.close(DEADLINE_S)
    rows = rows_of(store)
    assert {table: len(found) for table, found in rows.items()} == {
        "attempt": 1,
        "call": 1,
        "call_event": 2,
        "node_visit": 2,
        "turn": 1,
        "said": 1,
        "handoff": 1,
        "recording": 1,
    }
    assert writer.errors == ()
    assert writer.stats.written == 6


def test_a_result_is_written_once_however_often_it_is_sent(store):
    lead, script = prepare(store)
    writer = quick(store)
    for record in everything(1, lead, script):
        writer.put(record)
    assert writer.flush(DEADLINE_S)
    before = rows_of(store)
    for record in [*everything(1, lead, script), ended(1, Code.BUSY), call(1, script)]:
        writer.put(record)
    writer.close(DEADLINE_S)
    assert rows_of(store) == before
