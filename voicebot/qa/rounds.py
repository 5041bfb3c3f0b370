"""Rounds of review as the store has them: found by name, listed with how far they are, closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from voicebot.errors import UsageError
from voicebot.qa.asked import Asked, asked_from
from voicebot.store.campaigns import note
from voicebot.store.store import Store
from voicebot.store.tables_quality import QaRound, QaSample, QaVerdict

SHOWN = 10


@dataclass(frozen=True)
class Round:
    """A round. `population`: calls that it was drawn from, by stratum; `reviews`: reviewers wanted for each call."""

    id: int
    name: str
    made_at: datetime
    made_by: str
    asked: Asked
    population: Mapping[str, int]
    reviews: int
    closed_at: datetime | None


@dataclass(frozen=True)
class Progress:
    """How far a round is. `verdicts`: given, of those `wanted`; `final`: calls that a third person settled."""

    name: str
    goal: str
    made_at: datetime
    calls: int
    verdicts: int
    wanted: int
    final: int
    closed: bool


def round_named(store: Store, name: str) -> Round:
    """Raises UsageError naming the rounds there are, StoreError."""
    with store.reading() as connection:
        row = connection.execute(select(QaRound.__table__).where(QaRound.name == name)).mappings().first()
        latest = select(QaRound.name).order_by(QaRound.id.desc()).limit(SHOWN)
        names = [] if row else connection.scalars(latest).all()
    if row is None:
        raise UsageError(f"no round {name!r}; there are: {', '.join(names) or 'none; draw one: voicebot qa sample'}")
    return _round(row)


def all_rounds(store: Store) -> tuple[Round, ...]:
    """The newest first. Raises StoreError."""
    with store.reading() as connection:
        rows = connection.execute(select(QaRound.__table__).order_by(QaRound.id.desc())).mappings().all()
    return tuple(_round(row) for row in rows)


def _round(row: Any) -> Round:
    names = ("id", "name", "made_at", "made_by", "population", "reviews", "closed_at")
    return Round(**{name: row[name] for name in names}, asked=asked_from(row["selection"]))


def progress(store: Store) -> tuple[Progress, ...]:
    """All rounds, the newest first. Raises StoreError."""
    calls = select(QaSample.round_id, func.count()).group_by(QaSample.round_id)
    given = (
        select(QaSample.round_id, QaVerdict.final, func.count())
        .join(QaVerdict, QaVerdict.sample_id == QaSample.id)
        .group_by(QaSample.round_id, QaVerdict.final)
    )
    rounds = all_rounds(store)
    with store.reading() as connection:
        drawn = {key: count for key, count in connection.execute(calls)}  # noqa: C416 - rows are not pairs to mypy
        verdicts = {(key, final): count for key, final, count in connection.execute(given)}
    return tuple(
        Progress(
            one.name,
            str(one.asked.goal),
            one.made_at,
            drawn.get(one.id, 0),
            verdicts.get((one.id, False), 0),
            drawn.get(one.id, 0) * one.reviews,
            verdicts.get((one.id, True), 0),
            one.closed_at is not None,
        )
        for one in rounds
    )


def close(store: Store, name: str, *, by: str, now: datetime) -> None:
    """No verdict is taken any more. Raises UsageError for an unknown or closed round, StoreError."""
    found = round_named(store, name)
    if found.closed_at is not None:
        raise UsageError(f"round {name!r} was closed on {found.closed_at:%Y-%m-%d}")
    with store.writing() as connection:
        connection.execute(update(QaRound).where(QaRound.id == found.id).values(closed_at=now))
        note(connection, by, "qa.close", f"qa:{name}", {}, {})
