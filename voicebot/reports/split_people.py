"""The leads that a diagnosis looks at, counted once: parted by all that is known of them and of their list."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from voicebot.reports.behind import DEAD
from voicebot.reports.diagnosis import Split
from voicebot.reports.leads import INTENT, Leads, leads_of
from voicebot.reports.split_kinds import BATCH, DEAD_BATCH, DEAD_SOURCE, RUN, SEGMENTS
from voicebot.reports.sums.columns import Column, Numbers, texts
from voicebot.reports.sums.reader import Reader

MOST = 40
"""Values of one property of leads that are looked at, the most frequent; each look makes the others' proof harder."""
FLAGGED, OTHERS = "flagged", "others"
SOURCE = "source"


class Counts(NamedTuple):
    """Leads or attempts that were dialled: how many, of these those connected, graded A or B (`intents`), added,
    both."""

    dialled: int = 0
    connected: int = 0
    intents: int = 0
    added: int = 0
    intents_added: int = 0

    def of(self, metric: str) -> tuple[int, int]:
        """(hits, of) of a rate; a friend added by two calls is one."""
        hits, of = {
            "connect_rate": (self.connected, self.dialled),
            "intent_rate": (self.intents, self.connected),
            "accept_rate": (self.intents_added, self.intents),
            "add_rate": (self.added, self.connected),
        }[metric]
        return min(hits, of), of

    def plus(self, more: "Counts") -> "Counts":
        """Both together."""
        return Counts(*(one + two for one, two in zip(self, more, strict=True)))


ByName = Mapping[str, Counts]


@dataclass(frozen=True)
class People:
    """Leads dialled: all, by the value of each property, by import, flagged ones and others; `dead_by_...`: leads whose
    number an attempt found out of service."""

    whole: Counts
    by_property: Mapping[str, ByName]
    by_batch: ByName
    by_flag: ByName
    dead_by_batch: Mapping[str, int]
    dead_by_source: Mapping[str, int]


def people_dialled(reader: Reader) -> People:
    """The leads that a reader reads of."""
    leads = leads_of(reader, "code", "batch", *SEGMENTS)
    masks = _masks(leads)
    dead = leads.ended(*DEAD)
    batch = texts([str(number) if number else "" for number in leads.fact("batch").values.tolist()])
    flag = Column(leads.reached("flagged").astype(np.int8), (OTHERS, FLAGGED))
    return People(
        Counts(*(int(mask.sum()) for mask in masks)),
        {name: _by(leads.fact(name), masks) for name in SEGMENTS},
        _by(batch, masks),
        _by(flag, masks),
        _count(batch, dead),
        _count(leads.fact(SOURCE), dead),
    )


def _masks(leads: Leads) -> tuple[Numbers, ...]:
    """Those of each of Counts."""
    connected, added = leads.reached("connected"), leads.reached("added")
    intent = connected & leads.graded(*INTENT)
    return np.ones(leads.count, dtype=bool), connected, intent, connected & added, intent & added


def _by(column: Column, masks: tuple[Numbers, ...]) -> ByName:
    each = [_count(column, mask) for mask in masks]
    return {name: Counts(*(found[name] for found in each)) for name in each[0]}


def _count(column: Column, mask: Numbers) -> dict[str, int]:
    """How many of the masked rows have each word."""
    words = column.words or ()
    return dict(zip(words, np.bincount(column.values[mask], minlength=len(words)).tolist(), strict=True))


def splits_of_people(people: People, metric: str) -> list[Split]:
    """What is looked at of them for one of diagnosis.RATES."""
    found = [Split(kind, _most(_rates(people.by_property[name], metric))) for name, kind in SEGMENTS.items()]
    odd = _rates(people.by_flag, metric)
    found.append(Split(RUN, odd, looked_at=frozenset({FLAGGED} & odd.keys())))
    if metric != "connect_rate":
        return found
    found.append(Split(BATCH, _most(_rates(people.by_batch, metric))))
    found.append(Split(DEAD_BATCH, _most(_living(people.by_batch, people.dead_by_batch))))
    found.append(Split(DEAD_SOURCE, _most(_living(people.by_property[SOURCE], people.dead_by_source))))
    return found


Rates = dict[str, tuple[int, int]]
"""(hits, of) by name."""


def _rates(by_name: ByName, metric: str) -> Rates:
    return _named({name: counts.of(metric) for name, counts in by_name.items()})


def _living(by_name: ByName, dead: Mapping[str, int]) -> Rates:
    return _named({name: (counts.dialled - dead[name], counts.dialled) for name, counts in by_name.items()})


def _named(rates: Rates) -> Rates:
    """Nameless leads are nobody's."""
    return {name: rate for name, rate in rates.items() if name and rate[1]}


def _most(counts: Rates) -> Rates:
    """The most frequent; all others together are what they are held against."""
    names = sorted(counts, key=lambda name: (-counts[name][1], name))
    found = {name: counts[name] for name in names[:MOST]}
    if rest := [counts[name] for name in names[MOST:]]:
        found[OTHERS] = sum(hits for hits, _ in rest), sum(of for _, of in rest)
    return found
