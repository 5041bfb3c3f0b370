"""The daily sums: which facts each is grouped by, and what is added up. One code for every attempt and for a segment.

The facts are reading.py's; when days are counted is refresh.py's.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from typing import Any

import numpy as np

from voicebot.reports.sums.columns import BY_DAY, Column, Numbers, Rows, narrowed, same
from voicebot.reports.sums.grouping import Groups, grouped
from voicebot.reports.sums.reading import ATTEMPT, NONE, SECOND_MS, TURN, VISIT, came_to
from voicebot.reports.sums.totals import Total, Where
from voicebot.store.tables import Base
from voicebot.store.tables_sums import DayHangup, DayLatency, DayLength, DayLine, DayNext, DayNode, DayResult

SHARED = ("campaign_id", "day", "version_id")
"""Keys of every table of sums."""
INTENT = ("A", "B")

Of = Callable[[Rows], Numbers]
Table = list[tuple[Any, ...]]
Facts = Callable[[str, Sequence[str]], Rows]
"""Gives facts of a part by their names, with campaign and day."""


@dataclass(frozen=True)
class Measure:
    """What is added up: a number or a mask of the rows. `needs`: the facts that it is made of."""

    needs: tuple[str, ...]
    of: Of


def _as_they_are(rows: Rows) -> Rows:
    return rows


@dataclass(frozen=True)
class Source:
    """Rows of one part that go into a table of sums. `needs`: the facts that `shape` makes of them what is grouped;
    `makes`: the keys that only it knows. `greatest`: columns of which the greatest value is kept."""

    part: str
    sums: Mapping[str, Measure]
    needs: tuple[str, ...] = ()
    shape: Callable[[Rows], Rows] = _as_they_are
    makes: tuple[str, ...] = ()
    greatest: tuple[str, ...] = ()


@dataclass(frozen=True)
class Summed:
    """One table of sums: what it is grouped by besides SHARED, and out of what."""

    keys: tuple[str, ...]
    sources: tuple[Source, ...]

    @property
    def parts(self) -> set[str]:
        """The parts of the facts that it is counted from."""
        return {source.part for source in self.sources}


def _came(name: str) -> Measure:
    return Measure(("came",), lambda rows: came_to(rows, name))


def _known(name: str) -> Measure:
    return Measure((name,), lambda rows: rows[name].values != NONE)


def _value(name: str) -> Measure:
    """0 where there is none."""
    return Measure((name,), lambda rows: np.where(rows[name].values == NONE, 0, rows[name].values))


def _both(*parts: Measure) -> Measure:
    needs = tuple(dict.fromkeys(name for part in parts for name in part.needs))
    return Measure(needs, lambda rows: np.logical_and.reduce([part.of(rows) for part in parts]))


_EACH = Measure((), lambda rows: np.ones(len(rows["day"].values), dtype=bool))
_INTENT = Measure(("grade",), lambda rows: rows["grade"].among(INTENT))


def _least(name: str, least: int) -> Measure:
    return Measure((name,), lambda rows: rows[name].values >= least)


def _phase(name: str) -> Measure:
    return Measure(("phase",), lambda rows: rows["phase"].among((name,)))


def _lengths(attempts: Rows) -> Rows:
    rows = narrowed(attempts, attempts["length_ms"].values != NONE)
    seconds = (rows["length_ms"].values.astype(np.int64) + SECOND_MS - 1) // SECOND_MS
    return {**rows, "seconds": Column(seconds)}


def _interrupted(turns: Rows) -> Rows:
    return narrowed(turns, turns["barge_in"].values == 1)


def _hangups(visits: Rows) -> Rows:
    return narrowed(visits, ~visits["phase"].among(("",)) & (visits["second"].values != NONE))


def _steps(visits: Rows) -> Rows:
    return narrowed(visits, ~visits["after"].among(("",)))


def _answers(turns: Rows) -> Rows:
    return {**turns, "kind": same("answer", len(turns["ms"].values))}


def _silences(turns: Rows) -> Rows:
    cut = narrowed(turns, turns["silent_ms"].values != NONE)
    rows = len(cut["silent_ms"].values)
    return {**cut, "kind": same("barge_in", rows), "engine": same("", rows), "ms": cut["silent_ms"]}


def _values(*names: str) -> dict[str, Measure]:
    return {name: _value(name) for name in names}


_RESULTS = Source(
    ATTEMPT,
    {
        "attempts": _EACH,
        **{name: _came(name) for name in ("rung", "answered", "connected", "handed_off", "added")},
        "talked": _least("turns", 1),
        "talked_3": _least("turns", 3),
        "ordered": _least("orders", 1),
    }
    | _values("talk_ms", "frames_late"),
    greatest=("worst_gap_ms",),
)
_LINES = Source(
    ATTEMPT,
    {
        "attempts": _EACH,
        **{name: _came(name) for name in ("answered", "connected", "short")},
        "talks": _known("talk_ms"),
        "lengths": _known("length_ms"),
        "delays": _came("rung"),
        "intents": _both(_came("connected"), _INTENT),
        "added": _both(_came("connected"), _came("added")),
        "intents_added": _both(_came("connected"), _INTENT, _came("added")),
    }
    | _values("talk_ms", "length_ms", "delay_ms"),
)
_VISITS = Source(
    VISIT,
    {"visits": _EACH, "playing": _phase("playing"), "listening": _phase("listening")}
    | _values("no_inputs", "no_matches", "places"),
    greatest=("role",),
)
_INTERRUPTIONS = Source(TURN, {"barge_ins": _EACH}, ("barge_in",), _interrupted)
_TURNS = {"turns": _EACH}
SUMS: Mapping[type[Base], Summed] = {
    DayResult: Summed(("hour", "try_number", "code", "grade"), (_RESULTS,)),
    DayLine: Summed(("gateway", "caller_number", "code", "cause"), (_LINES,)),
    DayLength: Summed(
        ("gateway", "seconds"), (Source(ATTEMPT, {"attempts": _EACH}, ("length_ms",), _lengths, ("seconds",)),)
    ),
    DayNode: Summed(("node",), (_VISITS, _INTERRUPTIONS)),
    DayHangup: Summed(("node", "phase", "second"), (Source(VISIT, {"hangups": _EACH}, ("phase", "second"), _hangups),)),
    DayNext: Summed(("node", "after"), (Source(VISIT, {"steps": _EACH}, ("after",), _steps),)),
    DayLatency: Summed(
        ("kind", "engine", "ms"),
        (
            Source(TURN, _TURNS, ("ms",), _answers, ("kind",)),
            Source(TURN, _TURNS, ("silent_ms",), _silences, ("kind", "engine", "ms")),
        ),
    ),
}
"""Every table of sums."""


def every_total(table: type[Base]) -> tuple[Total, ...]:
    """All columns that the table keeps besides its keys."""
    sources = SUMS[table].sources
    added = dict.fromkeys(name for source in sources for name in source.sums)
    return (
        *(Total(name) for name in added),
        *(Total(name, greatest=True) for source in sources for name in source.greatest),
    )


def summed(
    table: type[Base], facts: Facts, by: Sequence[str], totals: Sequence[Total], where: Sequence[Where] = ()
) -> Table:
    """The totals of the rows `where`, grouped by the keys `by`: a row a group, its keys and totals in their order. One
    row without keys."""
    nothing = [_nothing(table, total.column) for total in totals]
    found: dict[tuple[Any, ...], list[Any]] = {} if by else {(): list(nothing)}
    for source in SUMS[table].sources:
        its = [place for place, total in enumerate(totals) if total.column in (*source.sums, *source.greatest)]
        if its:
            for key, values in _of_source(source, facts, by, [totals[place] for place in its], where):
                row = found.setdefault(key, list(nothing))
                for place, value in zip(its, values, strict=True):
                    row[place] = max(row[place], value) if totals[place].greatest else row[place] + value
    return [(*key, *row) for key, row in found.items()]


def _nothing(table: type[Base], column: str) -> Any:
    return table.__table__.columns[column].type.python_type()


def _of_source(
    source: Source, facts: Facts, by: Sequence[str], totals: Sequence[Total], where: Sequence[Where]
) -> Iterable[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """(keys, totals) of each group."""
    rows = source.shape(facts(source.part, _names(source, by, totals, where)))
    if where:
        rows = narrowed(rows, np.logical_and.reduce([_fits(rows, one) for one in where]))
    groups = grouped([rows[name].values for name in by], len(rows["day"].values))
    keys = zip(*(_key(name, rows, groups) for name in by), strict=True) if by else repeat((), groups.count)
    values = (_total(source, total, rows, groups) for total in totals)
    return zip(keys, zip(*values, strict=True), strict=True)


def _names(source: Source, by: Sequence[str], totals: Sequence[Total], where: Sequence[Where]) -> list[str]:
    """The facts of its part that are asked for."""
    keys = (*by, *(one.key for one in where), *(total.where.key for total in totals if total.where))
    needs = (source.sums[total.column].needs if total.column in source.sums else (total.column,) for total in totals)
    names = dict.fromkeys((*source.needs, *(name for each in needs for name in each)))
    return [*names, *(key for key in dict.fromkeys(keys) if key not in (*names, *source.makes, *BY_DAY))]


def _fits(rows: Rows, where: Where) -> Numbers:
    found = rows[where.key].among(where.values)
    return ~found if where.out else found


def _key(name: str, rows: Rows, groups: Groups) -> list[Any]:
    values = rows[name].known(groups.some_row)
    return [date.fromordinal(value) for value in values] if name == "day" else values


def _total(source: Source, total: Total, rows: Rows, groups: Groups) -> list[Any]:
    if total.greatest:
        return _greatest(rows[total.column], groups)
    values = source.sums[total.column].of(rows)
    if total.where is not None:
        values = values * _fits(rows, total.where)
    found: list[int] = groups.total(values).tolist()
    return found


def _greatest(column: Column, groups: Groups) -> list[Any]:
    if column.words is None:
        return list(groups.largest(column.values.astype(np.int64), 0).tolist())
    words = sorted(column.words)
    rank = np.array([words.index(word) for word in column.words], dtype=np.int64)
    return [words[place] for place in groups.largest(rank[column.values], 0).tolist()]
