"""Counting the talks of days: visits of nodes, hang-ups by the second, steps from node to node, latencies."""

from typing import Any

from sqlalchemy import case, func, literal, select, union_all

from voicebot.reports.sums.days import Unit
from voicebot.reports.sums.facts import one
from voicebot.reports.sums.summing import Counted, shared, summed
from voicebot.store.tables import Attempt, Call, NodeVisit, Turn
from voicebot.store.tables_sums import DayHangup, DayLatency, DayNext, DayNode

SECOND_MS = 1_000
"""Hang-ups are counted by whole seconds."""
NOT_NEXT = -1
"""Stands for the latency of a turn after which the robot did not speak."""
PHASES = ("playing", "listening")


def _of_calls(unit: Unit, part: Any, **columns: Any) -> Any:
    """A select of a row for each row of `part` that the unit's calls have."""
    named = shared(unit) | columns
    query = select(*(column.label(name) for name, column in named.items())).select_from(Attempt)
    query = query.join(Call, Call.attempt_id == Attempt.id).join(part, part.attempt_id == Attempt.id)
    return query.where(unit.attempts())


def nodes(unit: Unit) -> list[Counted]:
    """Visits, hang-ups and steps."""
    return [_visits(unit), _hangups(unit), _steps(unit)]


def _visits(unit: Unit) -> Counted:
    none = literal(0)
    visits = _of_calls(
        unit,
        NodeVisit,
        node=NodeVisit.node,
        role=NodeVisit.role,
        visits=literal(1),
        playing=one(NodeVisit.hangup_phase == "playing"),
        listening=one(NodeVisit.hangup_phase == "listening"),
        no_inputs=NodeVisit.no_inputs,
        no_matches=NodeVisit.no_matches,
        barge_ins=none,
        places=NodeVisit.seq,
    )
    same = {"visits": none, "playing": none, "listening": none, "no_inputs": none, "no_matches": none}
    barge_ins = _of_calls(unit, Turn, node=Turn.node, role=literal(""), **same, barge_ins=literal(1), places=none)
    rows = union_all(visits, barge_ins.where(Turn.barge_in)).subquery()
    sums = {name: func.sum(rows.c[name]) for name in (*same, "barge_ins", "places")}
    return summed(unit, DayNode, rows, ["node"], {"role": func.max(rows.c.role), **sums})


def _hangups(unit: Unit) -> Counted:
    second = case((NodeVisit.offset_ms > 0, NodeVisit.offset_ms // SECOND_MS), else_=0)
    rows = (
        _of_calls(unit, NodeVisit, node=NodeVisit.node, phase=NodeVisit.hangup_phase, second=second)
        .where(NodeVisit.hangup_phase.is_not(None), NodeVisit.offset_ms.is_not(None))
        .subquery()
    )
    return summed(unit, DayHangup, rows, ["node", "phase", "second"], {"hangups": func.count()})


def _steps(unit: Unit) -> Counted:
    after = func.lead(NodeVisit.node).over(partition_by=NodeVisit.attempt_id, order_by=NodeVisit.seq)
    each = _of_calls(unit, NodeVisit, node=NodeVisit.node, after=after).subquery()
    rows = select(each).where(each.c.after.is_not(None)).subquery()
    return summed(unit, DayNext, rows, ["node", "after"], {"steps": func.count()})


def latencies(unit: Unit) -> list[Counted]:
    """Turns by both latencies; every turn has a row of kind answer."""
    answers = _of_calls(
        unit, Turn, kind=literal("answer"), engine=Turn.engine, ms=func.coalesce(Turn.latency_ms, NOT_NEXT)
    )
    barge_ins = _of_calls(unit, Turn, kind=literal("barge_in"), engine=literal(""), ms=Turn.barge_in_ms)
    rows = union_all(answers, barge_ins.where(Turn.barge_in_ms.is_not(None))).subquery()
    return [summed(unit, DayLatency, rows, ["kind", "engine", "ms"], {"turns": func.count()})]
