"""The facts of days out of the store: a row an attempt, a talk, a visit, a turn, what was heard. Each defined once.

What is counted of them is counting.py's and leads.py's. The conditions are facts.py's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, Float, Text, case, cast, func, or_, select

from voicebot.reports.segments import PROPERTIES
from voicebot.reports.sums.columns import Column, Numbers, Rows, narrowed, numbers, ratios, texts
from voicebot.reports.sums.days import NO_CAMPAIGN, Unit
from voicebot.reports.sums.facts import (
    ADDED,
    ANSWERED,
    CONNECTED,
    DELAY_MS,
    LENGTH_MS,
    ORDERS,
    RUNG,
    SHORT,
    TAKEN,
    TURNS,
    WAITED_MS,
    WORTH,
)
from voicebot.reports.sums.functions import epoch_ms
from voicebot.store.tables import Attempt, Call, Handoff, Lead, NodeVisit, Turn
from voicebot.store.tables_quality import PickUp

NONE = -(2**31)
"""Stands for a length or a moment that is not there."""
NOT_NEXT = -1
"""Stands for the latency of a turn after which the robot did not speak."""
SECOND_MS = 1_000
"""Hang-ups are counted by whole seconds."""
NO_FLAGS = "[]"
CAME = {
    "rung": RUNG,
    "answered": ANSWERED,
    "connected": CONNECTED,
    "handed_off": TAKEN,
    "added": ADDED,
    "short": SHORT,
    "flagged": cast(Lead.flags, Text) != NO_FLAGS,
}
"""What an attempt came to, a bit of the column `came` each; `flagged`: something is odd about the lead."""
BITS = {name: 1 << place for place, name in enumerate(CAME)}
NO_TALK = 0
"""Version of an attempt without a talk."""
ATTEMPT, CALL, VISIT, TURN, HEARD = "attempt", "call", "visit", "turn", "heard"


def came_to(attempts: Rows, name: str) -> Numbers:
    """A mask: the attempts that came to one of CAME."""
    found: Numbers = attempts["came"].values.astype(np.int64) & BITS[name] != 0
    return found


Make = Callable[[list[Any]], Column]
Named = Mapping[str, tuple[Any, Make]]
"""What is asked of the store, and how a column is made of the answers."""


def _none(column: Any, instead: Any) -> Any:
    return func.coalesce(column, instead)


def _days(texts_of_days: list[str]) -> Column:
    found = texts(texts_of_days)
    days = np.array([date.fromisoformat(day).toordinal() for day in found.words or ()], dtype=np.int32)
    return Column(days[found.values])


def shared(unit: Unit) -> Named:
    """What every row has. `lead`: 0: none."""
    return {
        "campaign_id": (_none(Attempt.campaign_id, NO_CAMPAIGN), texts),
        "day": (cast(unit.day(), Text), _days),
        "lead": (_none(Attempt.lead_id, 0), numbers),
        "version_id": (_none(Call.script_version_id, NO_TALK), numbers),
    }


def attempts(connection: Connection, unit: Unit) -> Rows:
    """A row an attempt. `began`: ms since 1970; `turns`: how often the customer said something; `waited_ms`: for an
    agent; `orders`, `worth`: what came of it; lengths in ms, NONE without; of the lead: what it is told by."""
    came = sum((case((condition, BITS[name]), else_=0) for name, condition in CAME.items()), start=0)
    words = ("code", "gateway", "caller_number", "cause")
    lead: Named = {name: (_none(getattr(Lead, name), ""), texts) for name in PROPERTIES}
    columns: Named = {
        **shared(unit),
        **{name: (_none(getattr(Attempt, name), ""), texts) for name in words},
        "grade": (_none(Call.grade, ""), texts),
        "began": (epoch_ms(Attempt.started_at), numbers),
        "hour": (unit.hour(), numbers),
        "try_number": (_none(Attempt.try_number, 0), numbers),
        "came": (came, numbers),
        "turns": (TURNS, numbers),
        "waited_ms": (_none(WAITED_MS, NONE), numbers),
        "orders": (ORDERS, numbers),
        "worth": (cast(WORTH, Float), ratios),
        "talk_ms": (_none(Call.talk_ms, NONE), numbers),
        "length_ms": (_none(LENGTH_MS, NONE), numbers),
        "delay_ms": (_none(DELAY_MS, NONE), numbers),
        "frames_late": (_none(Call.frames_late, 0), numbers),
        "worst_gap_ms": (_none(Call.worst_gap_ms, 0), numbers),
        **lead,
        "batch": (_none(Lead.batch_id, 0), numbers),
        "score": (_none(cast(Lead.score, Float), 0.0), ratios),
    }
    query = select(*labelled(columns)).select_from(Attempt)
    query = query.outerjoin(Call, Call.attempt_id == Attempt.id).outerjoin(Lead, Lead.id == Attempt.lead_id)
    return read(connection, query.where(unit.attempts()), columns)


def calls(connection: Connection, unit: Unit) -> Mapping[str, Rows]:
    """A row a talk, `id_high` and `id_low` the halves of its id, `ended`: ms since 1970, 0: it lasts; `node`: that it
    ended in; `agent` who took it; and the rows of its visits and turns.

    `spoken`: turns with words that were taken as an answer, `understood` of these. `left...`: the node in which the
    customer hung up, empty: he did not, its role, in which phase, at how many ms (NONE: not told)."""
    took = select(func.max(Handoff.agent)).where(Handoff.attempt_id == Attempt.id, Handoff.outcome == "answered")
    columns: Named = {
        **shared(unit),
        "call": (cast(Call.attempt_id, Text), texts),
        "hour": (unit.hour(), numbers),
        "grade": (Call.grade, texts),
        "node": (_none(Call.ended_node, ""), texts),
        "ended": (_none(epoch_ms(Attempt.ended_at), 0), numbers),
        "agent": (_none(took.correlate(Attempt).scalar_subquery(), ""), texts),
    }
    query = select(*labelled(columns)).select_from(Attempt).join(Call, Call.attempt_id == Attempt.id)
    found = dict(read(connection, query.where(unit.attempts()), columns))
    ids = found.pop("call").words or ()
    whose = {name: found[name] for name in shared(unit)}
    visited, visits = _visits(connection, unit, ids)
    said, turns = _turns(connection, unit, ids)
    offset = visits.pop("offset")
    spoken, understood = (np.bincount(said[turns["words"].values >= least], minlength=len(ids)) for least in WORDS)
    del turns["words"]
    of_calls = {
        **found,
        **halves(ids),
        "spoken": numbers(spoken),
        "understood": numbers(understood),
        **_left(visited, {**visits, "offset": offset}, len(ids)),
    }
    return {
        CALL: of_calls,
        VISIT: {**narrowed(whose, visited), **visits},
        TURN: {**narrowed(whose, said), **turns},
    }


def halves(ids: Sequence[str]) -> Rows:
    """UUIDs as two whole numbers each."""
    pairs = np.frombuffer(bytes.fromhex("".join(ids).replace("-", "")), dtype=">u8").astype("<u8").reshape(-1, 2)
    return {"id_high": Column(pairs[:, 0]), "id_low": Column(pairs[:, 1])}


def _left(visited: Numbers, visits: Rows, calls_read: int) -> Rows:
    """How the customer left each call."""
    gone = ~visits["phase"].among(("",))
    call = visited[gone]
    found = {}
    for name, made_of in (("left", "node"), ("left_role", "role"), ("left_phase", "phase")):
        words = visits[made_of].words or ()
        places = np.full(calls_read, len(words), dtype=np.int32)
        places[call] = visits[made_of].values[gone]
        found[name] = Column(places, (*words, ""))
    offsets = np.full(calls_read, NONE, dtype=np.int32)
    offsets[call] = visits["offset"].values[gone]
    return {**found, "left_ms": Column(offsets)}


def _visits(connection: Connection, unit: Unit, ids: Sequence[str]) -> tuple[Numbers, dict[str, Column]]:
    """Places of calls and a row a visit of a node. `phase` in which the customer hung up, empty: he did not, `offset`
    ms into it, at `second` (NONE: not told); `places`: position in the call; `after`: the node visited next, empty:
    none."""
    columns: Named = {
        "node": (NodeVisit.node, texts),
        "role": (NodeVisit.role, texts),
        "phase": (_none(NodeVisit.hangup_phase, ""), texts),
        "offset": (_none(NodeVisit.offset_ms, NONE), numbers),
        "no_inputs": (NodeVisit.no_inputs, numbers),
        "no_matches": (NodeVisit.no_matches, numbers),
        "places": (NodeVisit.seq, numbers),
    }
    call, found = of_calls(connection, unit, NodeVisit, columns, ids)
    offset = found["offset"].values.astype(np.int64)
    second = np.where(offset == NONE, NONE, np.maximum(offset, 0) // SECOND_MS)
    after = _next(call, found["places"], found["node"])
    return call, {**found, "second": numbers(second), "after": after}


WORDS = (1, 2)
"""Of turns: their words were taken as an answer; were understood as well."""


def _turns(connection: Connection, unit: Unit, ids: Sequence[str]) -> tuple[Numbers, dict[str, Column]]:
    """Places of calls and a row a turn. `ms` until the robot answered (NOT_NEXT); `silent_ms` until it fell silent when
    interrupted, NONE when it was not; `words`: 0 or one of WORDS."""
    spoken, understood = WORDS
    meant = or_(Turn.intent.is_not(None), Turn.choice.is_not(None))
    columns: Named = {
        "node": (Turn.node, texts),
        "engine": (Turn.engine, texts),
        "ms": (_none(Turn.latency_ms, NOT_NEXT), numbers),
        "barge_in": (case((Turn.barge_in, 1), else_=0), numbers),
        "silent_ms": (_none(Turn.barge_in_ms, NONE), numbers),
        "words": (case((or_(Turn.text == "", Turn.aside), 0), (meant, understood), else_=spoken), numbers),
    }
    return of_calls(connection, unit, Turn, columns, ids)


def pick_ups(connection: Connection, unit: Unit) -> Rows:
    """A row a phase of an attempt in which something was heard. `code` that it was taken for, empty: no verdict;
    `decided_ms` since the phase began, NONE without; `saved_ms`: ringing left when the verdict ended it, else 0."""
    columns: Named = {
        **shared(unit),
        "gateway": (_none(Attempt.gateway, ""), texts),
        "phase": (PickUp.phase, texts),
        "code": (_none(PickUp.code, ""), texts),
        "score": (cast(PickUp.score, Float), ratios),
        "decided_ms": (_none(PickUp.decided_ms, NONE), numbers),
        "saved_ms": (PickUp.saved_ms, numbers),
    }
    query = select(*labelled(columns)).select_from(Attempt).join(PickUp, PickUp.attempt_id == Attempt.id)
    query = query.outerjoin(Call, Call.attempt_id == Attempt.id)
    return read(connection, query.where(unit.attempts()), columns)


@dataclass(frozen=True)
class Kind:
    """What is read together of the days of a unit: facts of `parts`, each row with campaign, day, lead and version.

    `version`: another word whenever facts, or the sums of them, are made otherwise; what was counted by another one is
    counted anew.
    """

    name: str
    version: str
    parts: tuple[str, ...]
    read: Callable[[Connection, Unit], Mapping[str, Rows]]

    @property
    def counted_as(self) -> str:
        """How `day_counted` names it."""
        return f"{self.name} {self.version}"


KINDS = (
    Kind(ATTEMPT, "2", (ATTEMPT,), lambda connection, unit: {ATTEMPT: attempts(connection, unit)}),
    Kind(CALL, "1", (CALL, VISIT, TURN), calls),
    Kind(HEARD, "1", (HEARD,), lambda connection, unit: {HEARD: pick_ups(connection, unit)}),
)
"""What reports read."""


def of_calls(
    connection: Connection, unit: Unit, part: Any, columns: Named, ids: Sequence[str], *which: ColumnElement[bool]
) -> tuple[Numbers, dict[str, Column]]:
    """For each row of `part` the place of its call in `ids`; and the columns. `which`: these rows only. A call that
    came after these were read is left out: its day is noted, and counted again."""
    place = {call: place for place, call in enumerate(ids)}
    asked: Named = {
        "call": (cast(part.attempt_id, Text), lambda calls: numbers([place.get(call, -1) for call in calls])),
        **columns,
    }
    query = select(*labelled(asked)).select_from(Attempt).join(Call, Call.attempt_id == Attempt.id)
    query = query.join(part, part.attempt_id == Attempt.id).where(unit.attempts(), *which)
    found = read(connection, query, asked)
    found = narrowed(found, found["call"].values >= 0)
    return found["call"].values, {name: found[name] for name in columns}


def labelled(columns: Named) -> list[Any]:
    """What is asked for, each by its name."""
    return [column.label(name) for name, (column, _) in columns.items()]


def read(connection: Connection, query: Any, columns: Named) -> Rows:
    """The columns of a query of `labelled` ones."""
    # As the driver has them: all are texts and numbers, and millions of SQLAlchemy's rows are dear.
    rows = connection.execute(query).cursor.fetchall()
    values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    return {name: make(list(its)) for (name, (_, make)), its in zip(columns.items(), values, strict=True)}


def _next(call: Numbers, place: Column, node: Column) -> Column:
    """The node of the same call's next visit; the empty word where there is none."""
    assert node.words is not None  # made by texts
    order = np.lexsort((place.values, call))
    follows = call[order][1:] == call[order][:-1]
    found = np.full(len(order), len(node.words), dtype=np.int32)
    found[order[:-1]] = np.where(follows, node.values[order[1:]], len(node.words))
    return Column(found, (*node.words, ""))
