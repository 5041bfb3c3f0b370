"""Drawing a round and drawing more of it: the lottery over the population, written down with how it was drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import bindparam, insert, select, update

from voicebot.errors import UsageError
from voicebot.qa.allocation import allocate, lottery, lowest
from voicebot.qa.asked import Asked
from voicebot.qa.population import Second, nodes_known, population
from voicebot.qa.rounds import Round, round_named
from voicebot.store.campaigns import note
from voicebot.store.store import Store
from voicebot.store.tables_quality import QaRound, QaSample

AT_ONCE = 1_000
"""Samples in one statement at most."""


@dataclass(frozen=True)
class Drawn:
    """One call of a sample. `weight`: calls of the population that it stands for."""

    attempt_id: str
    stratum: str
    weight: float
    why: str


@dataclass(frozen=True)
class Sample:
    """Calls in the order of review, and the population by stratum that they were drawn from."""

    drawn: tuple[Drawn, ...]
    population: Mapping[str, int]


def draw(store: Store, asked: Asked, second: Second) -> Sample:
    """The sample that `asked` names: the same for the same store, however often. `second` is asked where engines may
    disagree. No round is written.

    A call weighs what its stratum's calls divided by those drawn of it are; calls of a goal that is no lottery weigh 1.
    Raises UsageError when no call fits or the strata are too many, StoreError.
    """
    found = population(store, asked, second)
    sizes = np.bincount(found.of_stratum, minlength=len(found.strata)).tolist()
    strata = {stratum: calls for stratum, calls in sorted(zip(found.strata, sizes, strict=True)) if calls}
    if not strata:
        raise UsageError(_nothing(store, asked))
    counts = allocate(strata, asked.size, asked.allocation)
    tickets = lottery(asked.seed, found.calls["id_high"].values, found.calls["id_low"].values)
    order = lowest([tickets, -found.strengths], found.of_stratum, [counts.get(stratum, 0) for stratum in found.strata])
    drawn = []
    for place, attempt, why in zip(order, found.ids(order), found.why(store, order, second), strict=True):
        stratum = found.strata[found.of_stratum[place]]
        weight = strata[stratum] / counts[stratum] if asked.random else 1.0
        drawn.append(Drawn(attempt, stratum, weight, why))
    return Sample(tuple(drawn), strata)


def _nothing(store: Store, asked: Asked) -> str:
    no_node, no_role = nodes_known(store, asked.nodes, asked.roles)
    if no_node or no_role:
        return f"no call has visited {', '.join(sorted(no_node | no_role))}; voicebot report nodes lists the nodes"
    return f"no call of {store.name} fits goal {asked.goal} and these filters; leave some out"


def make_round(
    store: Store, name: str, asked: Asked, sample: Sample, *, reviews: int, by: str = "", now: datetime
) -> Round:
    """Write the round down. Raises UsageError for a name that is taken, StoreError."""
    with store.writing() as connection:
        if connection.scalar(select(QaRound.id).where(QaRound.name == name)) is not None:
            raise UsageError(f"there is a round {name!r} already; choose another name, or draw more of it: qa more")
        row = {
            "name": name,
            "goal": str(asked.goal),
            "made_at": now,
            "made_by": by,
            "selection": asked.to_json(),
            "population": dict(sample.population),
            "reviews": reviews,
        }
        round_id = connection.execute(insert(QaRound).values(row).returning(QaRound.id)).scalar_one()
        _put(connection, round_id, sample.drawn, 0)
        note(connection, by, "qa.sample", f"qa:{name}", {}, {"calls": len(sample.drawn), "seed": asked.seed})
    return round_named(store, name)


def extend(store: Store, name: str, more: int, second: Second, *, by: str = "") -> tuple[Round, int]:
    """Draw `more` calls into the round, by the same lottery; how many came. Those that are there stay, their weights
    are counted anew. Raises UsageError for a closed round or when there are no more calls, StoreError.
    """
    found = round_named(store, name)
    if found.closed_at is not None:
        raise UsageError(f"round {name!r} is closed; draw another one")
    with store.reading() as connection:
        there = set(connection.scalars(select(QaSample.attempt_id).where(QaSample.round_id == found.id)))
    asked = replace(found.asked, size=max(found.asked.size, len(there)) + more)
    sample = draw(store, asked, second)
    new = [one for one in sample.drawn if one.attempt_id not in there]
    if not new:
        raise UsageError(f"round {name!r} has all {len(there)} calls of its population; take fewer filters in another")
    weights = [{"key": one.attempt_id, "new": one.weight} for one in sample.drawn if one.attempt_id in there]
    with store.writing() as connection:
        _put(connection, found.id, new, len(there))
        if weights:
            same = (QaSample.round_id == found.id) & (QaSample.attempt_id == bindparam("key"))
            connection.execute(update(QaSample).where(same).values(weight=bindparam("new")), weights)
        values = {"selection": asked.to_json(), "population": dict(sample.population)}
        connection.execute(update(QaRound).where(QaRound.id == found.id).values(values))
        note(connection, by, "qa.more", f"qa:{name}", {"calls": len(there)}, {"calls": len(there) + len(new)})
    return round_named(store, name), len(new)


def _put(connection: Any, round_id: int, drawn: Sequence[Drawn], first: int) -> None:
    rows = [
        {
            "round_id": round_id,
            "attempt_id": one.attempt_id,
            "stratum": one.stratum,
            "weight": one.weight,
            "reason": one.why,
            "rank": rank,
        }
        for rank, one in enumerate(drawn, first)
    ]
    for begin in range(0, len(rows), AT_ONCE):
        connection.execute(insert(QaSample), rows[begin : begin + AT_ONCE])
