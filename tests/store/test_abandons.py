"""Customers who were abandoned, counted as they come: the same as when all are counted anew. Both databases."""

import uuid
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from tests.store.agents_of import NOW
from tests.store.samples import call, ended, prepare, started
from voicebot.store.abandons import ABANDONED_DAYS, COUNTED_ANEW, SETTLES, Abandons
from voicebot.store.records import HandoffRecord
from voicebot.store.rows import write

MINUTES = st.integers(0, 40 * 24 * 60)
CALLS = st.lists(
    st.tuples(MINUTES, st.integers(1, 50), st.sampled_from(["answered", "customer_left", None])), max_size=12
)


def put(store, begins, lasts, outcome) -> None:
    """A call of spring. `begins`: minutes before NOW, `lasts`: minutes."""
    lead, script = prepare(store)
    attempt = str(uuid.uuid4())
    at = NOW - timedelta(minutes=begins)
    tries = (HandoffRecord(0, "sales", 30_000, outcome, 4_000),) if outcome else ()
    records = [
        replace(started(1, lead), attempt_id=attempt, started_at=at),
        replace(call(1, script), attempt_id=attempt, handoffs=tries),
        replace(ended(1), attempt_id=attempt, answered_at=at, ended_at=at + timedelta(minutes=lasts)),
    ]
    with store.writing() as connection:
        write(connection, records)


def counted(store, abandons, at) -> tuple[int, int]:
    with store.reading() as connection:
        return abandons.count(connection, at)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=CALLS)
def test_counted_as_they_come_is_counted_anew(store, calls):
    """Each call is written when it ends, and the count asked for then."""
    abandons = Abandons("spring")
    mine = []
    with store.writing() as connection:
        for table in ("handoff", "call_event", "turn", "node_visit", "call", "attempt"):
            connection.exec_driver_sql(f'DELETE FROM "{table}"')
    for begins, lasts, outcome in sorted(calls, key=lambda one: one[1] - one[0]):
        put(store, begins, lasts, outcome)
        at = NOW - timedelta(minutes=begins - lasts)
        if outcome:
            mine.append((NOW - timedelta(minutes=begins), outcome != "answered"))
        since = at - ABANDONED_DAYS
        lost = [left for answered, left in mine if answered >= since]
        assert counted(store, abandons, at) == (len(lost), sum(lost)) == counted(store, Abandons("spring"), at)


def test_a_second_look_reads_only_attempts_that_may_have_changed(store):
    put(store, 20 * 24 * 60, 5, "customer_left")
    put(store, 10, 5, "customer_left")
    abandons = Abandons("spring")
    assert counted(store, abandons, NOW) == (2, 2)
    seen = []
    event.listen(store.engine, "before_cursor_execute", lambda *asked: seen.append(asked[3]))
    assert counted(store, abandons, NOW + timedelta(seconds=10)) == (2, 2)
    (parameters,) = [values for values in seen if values]
    moments = parameters.values() if isinstance(parameters, dict) else parameters
    assert any(str(NOW - SETTLES)[:19] in str(moment) for moment in moments), "from an hour ago on"


def test_what_came_late_is_found_when_all_is_counted_anew(store):
    abandons = Abandons("spring")
    assert counted(store, abandons, NOW) == (0, 0)
    put(store, 20 * 24 * 60, 5, "customer_left")
    assert counted(store, abandons, NOW + timedelta(seconds=10)) == (0, 0)
    assert counted(store, abandons, NOW + COUNTED_ANEW) == (1, 1)
