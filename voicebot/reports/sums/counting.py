"""The daily sums: which facts each is grouped by, and what is added up. One code for every attempt and for a segment.

The facts are reading.py's; when days are counted is refresh.py's.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from voicebot.reports.sums.columns import Column, Numbers, Rows, joined, narrowed, same
from voicebot.reports.sums.grouping import Groups, grouped
from voicebot.reports.sums.reading import ATTEMPT, NONE, SECOND_MS, TURN, VISIT, came_to
from voicebot.store.tables import Base
from voicebot.store.tables_sums import DayHangup, DayLatency, DayLength, DayLine, DayNext, DayNode, DayResult

SHARED = ("campaign_id", "day", "version_id")
OF_ATTEMPTS = ("hour", "try_number", "code", "grade", "gateway", "caller_number", "cause")
"""Keys that are facts of attempts: read only where somebody groups by them."""
INTENT = ("A", "B")

Of = Callable[[Rows], Numbers]
Parts = Mapping[str, Rows]


@dataclass(frozen=True)
class Summed:
    """One table of sums. `needs`: which facts of which part, without keys of attempts (OF_ATTEMPTS); `rows`: what is
    grouped, out of these; `keys`: what it is grouped by besides SHARED; `sums`: what is added up; `greatest`: columns
    of which the greatest value is kept."""

    needs: Mapping[str, Collection[str]]
    rows: Callable[[Parts], Rows]
    keys: tuple[str, ...]
    sums: Mapping[str, Of]
    greatest: tuple[str, ...] = ()


def came(name: str) -> Of:
    """1 for an attempt that came to it, else 0."""
    return lambda rows: came_to(rows, name).astype(np.int64)


def _known(name: str) -> Of:
    return lambda rows: (rows[name].values != NONE).astype(np.int64)


def _value(name: str) -> Of:
    """0 where there is none."""
    return lambda rows: np.where(rows[name].values == NONE, 0, rows[name].values.astype(np.int64))


def _both(*names: Of) -> Of:
    return lambda rows: np.prod([name(rows) for name in names], axis=0)


def _ones(rows: Rows) -> Numbers:
    return np.ones(len(rows["day"].values), dtype=np.int64)


def _intents(rows: Rows) -> Numbers:
    return rows["grade"].among(INTENT).astype(np.int64)


def _least(name: str, least: int) -> Of:
    return lambda rows: (rows[name].values >= least).astype(np.int64)


def _phase(name: str) -> Of:
    return lambda rows: rows["phase"].among((name,)).astype(np.int64)


def _lengths(parts: Parts) -> Rows:
    found = parts[ATTEMPT]
    rows = narrowed(found, found["length_ms"].values != NONE)
    seconds = (rows["length_ms"].values.astype(np.int64) + SECOND_MS - 1) // SECOND_MS
    return {**rows, "seconds": Column(seconds)}


def _nodes(parts: Parts) -> Rows:
    """Visits, and below them the interruptions, each of a node."""
    seen, said = parts[VISIT], parts[TURN]
    cut = narrowed(said, said["barge_in"].values == 1)
    of, more = len(seen["node"].values), len(cut["node"].values)
    counts = ("no_inputs", "no_matches", "places")
    visits = {**seen, "visits": Column(np.ones(of, dtype=np.int64)), "barge_ins": Column(np.zeros(of, dtype=np.int64))}
    none = Column(np.zeros(more, dtype=np.int64))
    cuts = {**cut, **dict.fromkeys((*counts, "visits"), none), "barge_ins": Column(np.ones(more, dtype=np.int64))}
    cuts |= {"role": same("", more), "phase": same("", more)}
    return {name: joined([visits[name], cuts[name]]) for name in visits if name in cuts}


def _hangups(parts: Parts) -> Rows:
    found = parts[VISIT]
    return narrowed(found, ~found["phase"].among(("",)) & (found["second"].values != NONE))


def _steps(parts: Parts) -> Rows:
    found = parts[VISIT]
    return narrowed(found, ~found["after"].among(("",)))


def _latencies(parts: Parts) -> Rows:
    """Every turn has a row of kind answer, one that interrupted another of kind barge_in."""
    found = parts[TURN]
    cut = narrowed(found, found["silent_ms"].values != NONE)
    of, more = len(found["ms"].values), len(cut["ms"].values)
    answers = {**found, "kind": same("answer", of)}
    silences = {**cut, "kind": same("barge_in", more), "engine": same("", more), "ms": cut["silent_ms"]}
    return {name: joined([answers[name], silences[name]]) for name in answers}


def _values(*names: str) -> dict[str, Of]:
    return {name: _value(name) for name in names}


_STEPS = {name: came(name) for name in ("rung", "answered", "connected", "handed_off", "added")}
SUMS: Mapping[type[Base], Summed] = {
    DayResult: Summed(
        {ATTEMPT: ("came", "turns", "orders", "talk_ms", "frames_late", "worst_gap_ms")},
        lambda parts: parts[ATTEMPT],
        ("hour", "try_number", "code", "grade"),
        {
            "attempts": _ones,
            **_STEPS,
            "talked": _least("turns", 1),
            "talked_3": _least("turns", 3),
            "ordered": _least("orders", 1),
        }
        | _values("talk_ms", "frames_late"),
        ("worst_gap_ms",),
    ),
    DayLine: Summed(
        {ATTEMPT: ("came", "grade", "talk_ms", "length_ms", "delay_ms")},
        lambda parts: parts[ATTEMPT],
        ("gateway", "caller_number", "code", "cause"),
        {
            "attempts": _ones,
            **{name: came(name) for name in ("answered", "connected", "short")},
            "talks": _known("talk_ms"),
            "lengths": _known("length_ms"),
            "delays": came("rung"),
            "intents": _both(came("connected"), _intents),
            "added": _both(came("connected"), came("added")),
            "intents_added": _both(came("connected"), _intents, came("added")),
        }
        | _values("talk_ms", "length_ms", "delay_ms"),
    ),
    DayLength: Summed({ATTEMPT: ("length_ms",)}, _lengths, ("gateway", "seconds"), {"attempts": _ones}),
    DayNode: Summed(
        {VISIT: ("node", "role", "phase", "no_inputs", "no_matches", "places"), TURN: ("node", "barge_in")},
        _nodes,
        ("node",),
        {"playing": _phase("playing"), "listening": _phase("listening")}
        | _values("visits", "no_inputs", "no_matches", "barge_ins", "places"),
        ("role",),
    ),
    DayHangup: Summed({VISIT: ("node", "phase", "second")}, _hangups, ("node", "phase", "second"), {"hangups": _ones}),
    DayNext: Summed({VISIT: ("node", "after")}, _steps, ("node", "after"), {"steps": _ones}),
    DayLatency: Summed({TURN: ("silent_ms", "engine", "ms")}, _latencies, ("kind", "engine", "ms"), {"turns": _ones}),
}
"""Every table of sums."""


def names_of(table: type[Base], part: str, by: Collection[str]) -> tuple[str, ...]:
    """The facts of the part that are needed to group by these keys."""
    keys = (*OF_ATTEMPTS, "version_id") if part == ATTEMPT else ("version_id",)
    return tuple(dict.fromkeys((*SUMS[table].needs[part], *(name for name in keys if name in by))))


def summed(table: type[Base], parts: Parts, by: Collection[str]) -> tuple[tuple[str, ...], Iterable[Sequence[Any]]]:
    """Columns and rows of the table, out of the facts; keys that are not in `by` are left empty, and all that differs
    in these alone is one row."""
    asked = SUMS[table]
    rows = asked.rows(parts)
    keys = (*SHARED, *asked.keys)
    groups = grouped([rows[name].values for name in keys if name in by], len(rows["day"].values))
    columns = {name: _key(name, rows, groups) if name in by else _empty(table, name, groups) for name in keys}
    columns |= {name: groups.total(of(rows)).tolist() for name, of in asked.sums.items()}
    columns |= {name: _greatest(rows[name], groups) for name in asked.greatest}
    return tuple(columns), zip(*columns.values(), strict=True)


def _key(name: str, rows: Rows, groups: Groups) -> list[Any]:
    values = rows[name].known(groups.some_row)
    return [date.fromordinal(value) for value in values] if name == "day" else values


def _empty(table: type[Base], name: str, groups: Groups) -> list[Any]:
    kind = table.__table__.columns[name].type.python_type
    return [date.min if kind is date else kind()] * groups.count


def _greatest(column: Column, groups: Groups) -> list[Any]:
    if column.words is None:
        return list(groups.largest(column.values.astype(np.int64), 0).tolist())
    words = sorted(column.words)
    rank = np.array([words.index(word) for word in column.words], dtype=np.int64)
    return [words[place] for place in groups.largest(rank[column.values], 0).tolist()]
