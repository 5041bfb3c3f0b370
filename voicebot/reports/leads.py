"""What leads came to, each counted once however often it was called: from the facts of their attempts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection

from voicebot.reports.only import Only
from voicebot.reports.sums.columns import Column, Numbers, Rows, narrowed
from voicebot.reports.sums.grouping import Groups, grouped
from voicebot.reports.sums.reader import Reader
from voicebot.reports.sums.reading import ATTEMPT, came_to
from voicebot.reports.sums.refresh import opened
from voicebot.store.store import Store

INTENT = ("A", "B")
FACTS = ("lead", "came", "grade")
LEAST = {"talked": ("turns", 1), "talked_3": ("turns", 3), "ordered": ("orders", 1)}
"""Steps that a lead comes to by so much of some fact in one attempt; whoever asks for them asks for the fact."""


@dataclass(frozen=True)
class Leads:
    """Leads dialled: masks and values have a place for each. `attempts`: the facts of their attempts; `groups`: whose
    each is; `best`: place of the best grade in `grades`, below 0 without a talk."""

    attempts: Rows
    groups: Groups
    best: Numbers
    grades: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many."""
        return self.groups.count

    def reached(self, step: str) -> Numbers:
        """A mask: those that came to a step, one of reading.CAME or LEAST, in any attempt."""
        found = np.zeros(self.count, dtype=bool)
        fact, least = LEAST.get(step, ("", 0))
        which = self.attempts[fact].values >= least if fact else came_to(self.attempts, step)
        found[self.groups.of_row[which]] = True
        return found

    def graded(self, *grades: str) -> Numbers:
        """A mask: those whose best grade is one of these."""
        return np.isin(self.best, [place for place, name in enumerate(self.grades) if name in grades])

    def fact(self, name: str) -> Column:
        """A fact that the attempts of a lead share: its campaign, its source, ..."""
        return self.attempts[name].of(self.groups.some_row)

    def ended(self, *codes: str) -> Numbers:
        """A mask: those with an attempt that ended with one of these codes."""
        found = np.zeros(self.count, dtype=bool)
        found[self.groups.of_row[self.attempts["code"].among(codes)]] = True
        return found

    def first_days(self, step: str | None) -> list[date]:
        """The day on which each lead that came to the step did so first; None: was dialled first."""
        rows = self.attempts
        which = np.ones(len(self.groups.of_row), dtype=bool) if step is None else came_to(rows, step)
        never = date.max.toordinal()
        first = np.full(self.count, never, dtype=np.int64)
        np.minimum.at(first, self.groups.of_row[which], rows["day"].values[which])
        return [date.fromordinal(day) for day in first[first != never].tolist()]

    def by(self, name: str, mask: Numbers) -> dict[str, int]:
        """How many of the masked ones there are by a fact in words; 0 for words of others."""
        column = self.fact(name)
        words = column.words or ()
        counts = np.bincount(column.values[mask], minlength=len(words)).tolist()
        return dict(zip(words, counts, strict=True))


@contextmanager
def leads_dialled(store: Store, only: Only, *facts: str, alone: bool = False) -> Iterator[tuple[Connection, Leads]]:
    """The leads of `only` that were dialled up to now, their attempts with these further facts. `alone`: attempts
    without a lead are leads themselves; else they are left out. Raises StoreError."""
    with opened(store, only, ATTEMPT) as reader:
        yield reader.connection, leads_of(reader, *facts, alone=alone)


def leads_of(reader: Reader, *facts: str, alone: bool = False) -> Leads:
    """The leads that a reader reads of; see `leads_dialled`."""
    rows = reader.facts(ATTEMPT, (*FACTS, *facts))
    lead = rows["lead"].values.astype(np.int64)
    if not alone:
        rows = narrowed(rows, lead != 0)
        lead = rows["lead"].values.astype(np.int64)
    nobody = lead == 0
    lead[nobody] = -1 - np.arange(int(nobody.sum()))
    groups = grouped([rows["campaign_id"].values, lead], len(lead))
    words = rows["grade"].words or ()
    grades = tuple(sorted(word for word in words if word))
    best = np.full(groups.count, -1, dtype=np.int64)
    for place, grade in reversed(list(enumerate(grades))):
        best[groups.of_row[rows["grade"].among((grade,))]] = place
    return Leads(rows, groups, best, grades)
