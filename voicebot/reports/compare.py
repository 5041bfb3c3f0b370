"""Two runs over the same numbers side by side: whose result or grade differs, and at which turn they parted."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from voicebot.errors import UsageError
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Call, Campaign, Turn


@dataclass(frozen=True)
class TurnHeard:
    """One turn as the robot took it."""

    node: str
    text: str
    choice: str | None


@dataclass(frozen=True)
class Outcome:
    """What came of one number in one run. `grade` is None without a talk."""

    code: str | None
    grade: str | None
    turns: tuple[TurnHeard, ...]


@dataclass(frozen=True)
class Difference:
    """One number that ended differently. `parted`: index of the first turn taken differently, None if none was."""

    number: str
    one: Outcome
    other: Outcome
    parted: int | None


@dataclass(frozen=True)
class Comparison:
    """`numbers`: called in both runs; of these, those with the same result code, and with the same grade."""

    numbers: int
    same_codes: int
    same_grades: int
    differences: tuple[Difference, ...]


def compare(store: Store, one: str, other: str) -> Comparison:
    """The campaigns `one` and `other`, number by number. Raises UsageError for an unknown campaign, StoreError."""
    ours, theirs = _outcomes(store, one), _outcomes(store, other)
    both = sorted(ours.keys() & theirs.keys())
    pairs = [(number, ours[number], theirs[number]) for number in both]
    return Comparison(
        numbers=len(both),
        same_codes=sum(mine.code == his.code for _, mine, his in pairs),
        same_grades=sum(mine.grade == his.grade for _, mine, his in pairs),
        differences=tuple(
            Difference(number, mine, his, _parted(mine, his))
            for number, mine, his in pairs
            if (mine.code, mine.grade) != (his.code, his.grade)
        ),
    )


def _parted(one: Outcome, other: Outcome) -> int | None:
    """The first turn with another node or choice; the shorter talk's end when it lacks a turn."""
    for index, (mine, his) in enumerate(zip(one.turns, other.turns, strict=False)):
        if (mine.node, mine.choice) != (his.node, his.choice):
            return index
    return None if len(one.turns) == len(other.turns) else min(len(one.turns), len(other.turns))


def _outcomes(store: Store, campaign: str) -> Mapping[str, Outcome]:
    """Number to outcome; of a number called more than once the last attempt counts."""
    attempts = (
        select(Attempt.id, Attempt.number, Attempt.code, Call.grade)
        .join(Call, Call.attempt_id == Attempt.id, isouter=True)
        .where(Attempt.campaign_id == campaign)
        .order_by(Attempt.started_at)
    )
    turns = (
        select(Turn.attempt_id, Turn.node, Turn.text, Turn.choice)
        .join(Attempt, Attempt.id == Turn.attempt_id)
        .where(Attempt.campaign_id == campaign)
        .order_by(Turn.attempt_id, Turn.seq)
    )
    with store.reading() as connection:
        if connection.scalar(select(Campaign.id).where(Campaign.id == campaign)) is None:
            known = ", ".join(connection.scalars(select(Campaign.id).order_by(Campaign.created_at.desc()).limit(10)))
            raise UsageError(f"no campaign {campaign!r} in {store.name}; the latest are: {known or 'none'}")
        rows = connection.execute(attempts).all()
        heard: dict[str, list[TurnHeard]] = {}
        for attempt_id, node, text, choice in connection.execute(turns):
            heard.setdefault(attempt_id, []).append(TurnHeard(node, text, choice))
    return {
        number or "": Outcome(code, grade, tuple(heard.get(attempt_id, ()))) for attempt_id, number, code, grade in rows
    }
