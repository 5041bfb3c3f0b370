"""The calls that a goal looks at, each with its stratum: from the facts of their days, as reports count them."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from voicebot.number_of import number_of
from voicebot.qa.asked import Asked, Goal
from voicebot.qa.disagreement import DOUBT, SecondOpinion, doubt, graded_otherwise, in_words
from voicebot.reports.only import Only
from voicebot.reports.sums.columns import Column, Numbers, Rows, narrowed, texts
from voicebot.reports.sums.grouping import grouped
from voicebot.reports.sums.reader import Reader
from voicebot.reports.sums.reading import CALL, NONE, halves
from voicebot.reports.sums.refresh import fresh, opened
from voicebot.reports.sums.totals import Total
from voicebot.reports.version_names import label
from voicebot.store.store import Store
from voicebot.store.tables_sums import DayNode

INTERESTED = ("A", "B")
NOBODY = "none"
"""Stratum of calls that have no agent, campaign or node."""
BEGAN = datetime(1970, 1, 1, tzinfo=UTC)
CHANGED = "engines disagreed when the call's day was counted"
"""Said of a call that was written to since."""
OF_GOAL = {
    Goal.ACCURACY: (),
    Goal.NO_INTENT: ("spoken",),
    Goal.NOT_UNDERSTOOD: ("spoken", "understood"),
    Goal.HANG_UPS: ("left", "left_role", "left_phase", "left_ms"),
    Goal.DISAGREEMENT: (),
}
"""The facts of calls that a goal goes by."""
OF_STRATUM = {"script": "version_id", "version": "version_id", "campaign": "campaign_id"}
"""The fact behind a stratum where it has another name."""

Second = Callable[[], SecondOpinion]
"""Gives whoever is asked for a second opinion; not before it is needed."""
HALVES = ("id_high", "id_low")


@dataclass(frozen=True)
class Population:
    """Calls that may be drawn: facts of each, its stratum's place in `strata`, and how much speaks for it, where that
    decides."""

    asked: Asked
    calls: Rows
    of_stratum: Numbers
    strata: tuple[str, ...]
    strengths: Numbers

    def ids(self, places: Sequence[int]) -> list[str]:
        """The attempts at these places."""
        pairs = (self.calls[name].known(np.array(places, dtype=np.int64)) for name in HALVES)
        return [str(uuid.UUID(int=high << 64 | low)) for high, low in zip(*pairs, strict=True)]

    def why(self, store: Store, places: Sequence[int], second: Second) -> list[str]:
        """Why each of these calls is in the population, for people; nothing that gives its grade away. Raises
        StoreError."""
        if self.asked.goal is not Goal.DISAGREEMENT:
            return [self._why(place) for place in places]
        ids = self.ids(places)
        with store.reading() as connection:
            words = in_words(connection, ids, second())
        return [words.get(attempt, CHANGED) for attempt in ids]

    def _why(self, place: int) -> str:
        if self.asked.goal is Goal.HANG_UPS:
            left, phase, offset = (self._of(place, name) for name in ("left", "left_phase", "left_ms"))
            return f"hung up in {left}, {phase}, after {(0 if offset == NONE else offset) / 1000:.1f} s"
        if self.asked.goal in (Goal.NO_INTENT, Goal.NOT_UNDERSTOOD):
            return number_of(self._of(place, "spoken"), "turn")
        return "drawn by lot"

    def _of(self, place: int, name: str) -> Any:
        return self.calls[name].known(np.array([place]))[0]


def population(store: Store, asked: Asked, second: Second) -> Population:
    """Every call that the goal looks at. Raises StoreError."""
    strata = tuple(OF_STRATUM.get(name, name) for name in asked.strata)
    names = (*HALVES, "ended", "grade", *OF_GOAL[asked.goal], *strata)
    doubted = asked.goal is Goal.DISAGREEMENT
    with opened(store, asked.only, CALL, *([doubt(second())] if doubted else [])) as reader:
        calls = reader.facts(CALL, tuple(dict.fromkeys(names)))
        calls = narrowed(calls, np.flatnonzero(_fits(asked, calls)))
        strengths = np.zeros(len(calls["grade"].values), dtype=np.int64)
        if doubted:
            strengths = _signs(calls, reader)
            calls, strengths = narrowed(calls, np.flatnonzero(strengths)), strengths[strengths > 0]
        by = [_stratum(name, calls, asked, reader) for name in asked.strata]
    groups = grouped([column.values for column in by], len(strengths))
    named = zip(*(column.known(groups.some_row) for column in by), strict=True) if by else [("all",)] * groups.count
    return Population(asked, calls, groups.of_row, tuple(" · ".join(each) for each in named), strengths)


def _fits(asked: Asked, calls: Rows) -> Numbers:
    """A mask: the calls that the goal looks at."""
    ended = calls["ended"].values
    until = (asked.until - BEGAN) // timedelta(milliseconds=1)
    which: Numbers = (ended > 0) & (ended <= until)
    if asked.goal in (Goal.NO_INTENT, Goal.NOT_UNDERSTOOD):
        which &= calls["spoken"].values >= asked.turns
    if asked.goal is Goal.NO_INTENT:
        which &= ~calls["grade"].among(INTERESTED)
    if asked.goal is Goal.NOT_UNDERSTOOD:
        which &= calls["understood"].values == 0
    if asked.goal is Goal.HANG_UPS:
        which &= ~calls["left_phase"].among(("",))
        for names, fact in ((asked.nodes, "left"), (asked.roles, "left_role")):
            which = which & calls[fact].among(names) if names else which
    return which & calls["grade"].among(asked.grades) if asked.grades else which


def _stratum(name: str, calls: Rows, asked: Asked, reader: Reader) -> Column:
    """The words by which the calls are parted."""
    fact = "left" if name == "node" and asked.goal is Goal.HANG_UPS else OF_STRATUM.get(name, name)
    column = calls[fact]
    if column.words is not None:
        return Column(column.values, tuple(word or NOBODY for word in column.words))
    values, places = np.unique(column.values, return_inverse=True)
    if name == "hour":
        words = [f"{hour:02}h" for hour in values.tolist()]
    else:
        versions = (reader.version_names[number] for number in values.tolist())
        words = [label(version) if name == "version" else version[0] for version in versions]
    named = texts(words)
    return Column(named.values[places], named.words)


def _signs(calls: Rows, reader: Reader) -> Numbers:
    """How many signs of disagreement each call has."""
    doubts = reader.facts(DOUBT, (*HALVES, "signs"))
    signs = dict(zip(_pairs(doubts), doubts["signs"].values.tolist(), strict=True))
    again = graded_otherwise(reader.connection)
    for pair, grades in zip(_pairs(halves(list(again))), again.values(), strict=True):
        signs[pair] = signs.get(pair, 0) + grades
    return np.array([signs.get(pair, 0) for pair in _pairs(calls)], dtype=np.int64)


def _pairs(rows: Rows) -> list[tuple[int, int]]:
    """The calls' ids."""
    return list(zip(*(rows[name].values.tolist() for name in HALVES), strict=True))


def no_doubts() -> SecondOpinion:
    """For goals that do not look for disagreement: it never has an opinion."""
    return SecondOpinion(lambda text: None, 1.0, "none")


def nodes_known(store: Store, names: Sequence[str], roles: Sequence[str]) -> tuple[set[str], set[str]]:
    """Which of the nodes and roles no call has visited. Raises StoreError."""
    visited = fresh(store, DayNode, Only(), ("node", "version_id"), (Total("role", greatest=True),))
    return set(names) - {node for node, _, _ in visited}, set(roles) - {role for _, _, role in visited}
