"""Records to rows, and writing them so that order and repetition do not matter. One transaction at a time.

An attempt's row is made by whichever record comes first; each record fills columns of its own, once.
"""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, bindparam, update
from sqlalchemy.dialects import postgresql, sqlite

from voicebot.store import outbox
from voicebot.store.bulk import add_many
from voicebot.store.records import (
    DIRECT,
    AgentDialled,
    AttemptResult,
    AttemptStarted,
    CallResult,
    EventRecord,
    FollowUpAsked,
    PickUpHeard,
    Record,
    RecordingMade,
    StopAsked,
)
from voicebot.store.tables import (
    Attempt,
    Base,
    Call,
    CallEvent,
    FollowUp,
    Handoff,
    NodeVisit,
    Recording,
    Said,
    StopEntry,
    Turn,
)
from voicebot.store.tables_quality import PickUp

Row = dict[str, Any]
OPEN = "open"
"""Status of a task that nobody has taken."""
EVERYWHERE = "*"
"""Scope of a stop entry that holds for every campaign."""
IMPORTED = "import"
"""Source of entries that came in lists; webhooks are not told of these, since the lists are somebody else's."""
FROM_CALL = {"scope": EVERYWHERE, "source": "call"}
BY_HAND = {"seq": 0, "target": DIRECT, "requested_ms": 0, "waited_ms": 0}
"""Of the hand-off of a call that an agent dialled himself: nobody asked, and nobody waited."""


def insert_once(connection: Connection, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An insert that leaves a row alone which is there already; the same on SQLite and PostgreSQL."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def write(connection: Connection, records: Sequence[Record]) -> None:
    """Write `records` within the caller's transaction. Safe to repeat, in any order, from several processes.

    Raises what SQLAlchemy raises; the caller rolls back.
    """
    if not records:
        return
    # Sorted, so that two writers with the same attempts lock them in the same order.
    attempts = sorted({record.attempt_id for record in records})
    connection.execute(insert_once(connection, Attempt), [{"id": attempt} for attempt in attempts])
    _write_starts(connection, [r for r in records if isinstance(r, AttemptStarted)])
    _write_results(connection, [r for r in records if isinstance(r, AttemptResult)])
    _insert(connection, CallEvent, [_event_row(r) for r in records if isinstance(r, EventRecord)])
    _write_calls(connection, [r for r in records if isinstance(r, CallResult)])
    _insert(connection, Recording, [asdict(r) for r in records if isinstance(r, RecordingMade)])
    _insert(connection, PickUp, [_pick_up_row(r) for r in records if isinstance(r, PickUpHeard)])
    _insert(connection, FollowUp, [asdict(r) | {"status": OPEN} for r in records if isinstance(r, FollowUpAsked)])
    put_on_stop_list(connection, [asdict(r) | FROM_CALL for r in records if isinstance(r, StopAsked)])
    _insert(connection, Handoff, [asdict(r) | BY_HAND for r in records if isinstance(r, AgentDialled)])


def _insert(connection: Connection, table: type[Base], rows: list[Row]) -> None:
    if rows:
        connection.execute(insert_once(connection, table), rows)


def put_on_stop_list(connection: Connection, rows: list[Row]) -> None:
    """Entries whose numbers hold already are left alone; one that was taken off before `added_at` holds again."""
    if not rows:
        return
    made = postgresql.insert(StopEntry) if connection.dialect.name == "postgresql" else sqlite.insert(StopEntry)
    renewed = {name: made.excluded[name] for name in ("reason", "source", "attempt_id", "added_at")}
    statement = made.on_conflict_do_update(
        index_elements=["number", "scope"],
        set_={**renewed, "removed_at": None, "removed_why": None},
        where=StopEntry.removed_at < made.excluded.added_at,
    )
    ordered = sorted(rows, key=lambda row: (str(row["number"]), str(row["scope"])))
    if not outbox.wanting(connection, outbox.STOP_ADDED):
        connection.execute(statement, ordered)
        return
    columns = (StopEntry.number, StopEntry.scope, StopEntry.reason, StopEntry.source, StopEntry.added_at)
    new = connection.execute(statement.returning(*columns, StopEntry.attempt_id), ordered).mappings().all()
    outbox.stops_added(connection, [dict(row) for row in new if row["source"] != IMPORTED])


def _write_starts(connection: Connection, starts: Sequence[AttemptStarted]) -> None:
    if starts:
        starts = sorted(starts, key=lambda start: start.attempt_id)
        statement = update(Attempt).where(Attempt.id == bindparam("key"), Attempt.started_at.is_(None))
        connection.execute(statement, [_attempt_columns(start) for start in starts])


def _write_results(connection: Connection, results: Sequence[AttemptResult]) -> None:
    if results:
        results = sorted(
            results, key=lambda result: result.attempt_id
        )  # rows are locked in this order; the first holds
        ended = outbox.open_attempts(connection, [result.attempt_id for result in results])
        statement = update(Attempt).where(Attempt.id == bindparam("key"), Attempt.code.is_(None))
        connection.execute(statement, [_attempt_columns(result) | _code_columns(result) for result in results])
        outbox.attempts_ended(connection, ended)


def _attempt_columns(record: AttemptStarted | AttemptResult) -> Row:
    """The record's fields as columns of `attempt`; an empty text is not known, hence NULL."""
    columns = asdict(record)
    key = columns.pop("attempt_id")
    return {name: None if value == "" else value for name, value in columns.items()} | {"key": key}


def _code_columns(result: AttemptResult) -> Row:
    return {"code": str(result.code), "layer": str(result.code.layer)}


def _event_row(event: EventRecord) -> Row:
    return {"attempt_id": event.attempt_id, "seq": event.seq, "body": dict(event.body)}


def _pick_up_row(heard: PickUpHeard) -> Row:
    row = asdict(heard)
    lists = {name: list(row[name]) for name in ("evidence", "sounds")}
    return row | lists | {"code": None if heard.code is None else str(heard.code)}


def _write_calls(connection: Connection, results: Sequence[CallResult]) -> None:
    """Calls with all their parts; the parts of a call that was there already are left alone with it."""
    firsts: dict[str, CallResult] = {}
    for result in results:
        firsts.setdefault(result.attempt_id, result)
    if not firsts:
        return
    statement = insert_once(connection, Call).returning(Call.attempt_id)
    written = connection.scalars(statement, [_call_row(result) for result in firsts.values()]).all()
    new = [firsts[attempt] for attempt in written]
    for table, parts in (
        (NodeVisit, [(r, part) for r in new for part in r.visits]),
        (Turn, [(r, part) for r in new for part in r.turns]),
        (Said, [(r, part) for r in new for part in r.said]),
        (Handoff, [(r, part) for r in new for part in r.handoffs]),
    ):
        if parts:
            names = tuple(field.name for field in fields(parts[0][1]))
            rows = ((r.attempt_id, *(getattr(part, name) for name in names)) for r, part in parts)
            add_many(connection, table, {}, ("attempt_id", *names), rows)
    outbox.calls_ended(connection, written, {r.attempt_id: _told(r) for r in new})


def _told(result: CallResult) -> Row:
    """What a webhook hears of a talk."""
    row = _call_row(result)
    names = (
        "answered_by",
        "ending",
        "ended_by",
        "ended_node",
        "talk_ms",
        "grade",
        "grade_rule",
        "score",
        "tags",
        "slots",
    )
    return {name: row[name] for name in names}


def _call_row(result: CallResult) -> Row:
    return {
        "attempt_id": result.attempt_id,
        "script_version_id": result.script_version_id,
        "answered_by": str(result.answered_by),
        "ending": str(result.ending),
        "ended_by": result.ended_by,
        "ended_node": result.ended_node,
        "talk_ms": result.talk_ms,
        "grade": result.grade,
        "grade_rule": result.grade_rule,
        "grade_evidence": [asdict(evidence) for evidence in result.grade_evidence],
        "score": result.score,
        "tags": list(result.tags),
        "slots": dict(result.slots),
        "frames_in": result.frames_in,
        "frames_late": result.frames_late,
        "worst_gap_ms": result.worst_gap_ms,
    }
