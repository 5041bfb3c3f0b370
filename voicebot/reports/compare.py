"""Two runs over the same numbers side by side: whose result or grade differs, and at which turn they parted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, select

from voicebot.errors import UsageError
from voicebot.store.among import among
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


class _Ended(NamedTuple):
    attempt_id: str
    code: str | None
    grade: str | None


def compare(store: Store, one: str, other: str) -> Comparison:
    """The campaigns `one` and `other`, number by number. Raises UsageError for an unknown campaign, StoreError."""
    with store.reading() as connection:
        for campaign in (one, other):
            _check_known(store, connection, campaign)
        ours, theirs = _last(connection, one, other), _last(connection, other, one)
        both = sorted(ours.keys() & theirs.keys())
        differ = [number for number in both if ours[number][1:] != theirs[number][1:]]
        heard = _heard(connection, [run[number].attempt_id for number in differ for run in (ours, theirs)])
    pairs = [(number, _outcome(ours[number], heard), _outcome(theirs[number], heard)) for number in differ]
    return Comparison(
        numbers=len(both),
        same_codes=sum(ours[number].code == theirs[number].code for number in both),
        same_grades=sum(ours[number].grade == theirs[number].grade for number in both),
        differences=tuple(Difference(number, mine, his, _parted(mine, his)) for number, mine, his in pairs),
    )


def _parted(one: Outcome, other: Outcome) -> int | None:
    """The first turn with another node or choice; the shorter talk's end when it lacks a turn."""
    for index, (mine, his) in enumerate(zip(one.turns, other.turns, strict=False)):
        if (mine.node, mine.choice) != (his.node, his.choice):
            return index
    return None if len(one.turns) == len(other.turns) else min(len(one.turns), len(other.turns))


def _check_known(store: Store, connection: Connection, campaign: str) -> None:
    if connection.scalar(select(Campaign.id).where(Campaign.id == campaign)) is None:
        known = ", ".join(connection.scalars(select(Campaign.id).order_by(Campaign.created_at.desc()).limit(10)))
        raise UsageError(f"no campaign {campaign!r} in {store.name}; the latest are: {known or 'none'}")


def _last(connection: Connection, campaign: str, other: str) -> Mapping[str, _Ended]:
    """The last attempt of each number of the campaign that the other called too."""
    called = select(Attempt.number).where(Attempt.campaign_id == other)
    attempts = (
        select(Attempt.number, Attempt.id, Attempt.code, Call.grade)
        .join(Call, Call.attempt_id == Attempt.id, isouter=True)
        .where(Attempt.campaign_id == campaign, Attempt.number.in_(called))
        .order_by(Attempt.started_at)
    )
    return {
        number: _Ended(attempt_id, code, grade)
        for number, attempt_id, code, grade in connection.execute(attempts)
        if number is not None
    }


def _heard(connection: Connection, attempts: Sequence[str]) -> Mapping[str, list[TurnHeard]]:
    """The turns of these attempts."""
    turns = select(Turn.attempt_id, Turn.node, Turn.text, Turn.choice).order_by(Turn.attempt_id, Turn.seq)
    heard: dict[str, list[TurnHeard]] = {}
    for attempt_id, node, text, choice in connection.execute(turns.where(among(connection, Turn.attempt_id, attempts))):
        heard.setdefault(attempt_id, []).append(TurnHeard(node, text, choice))
    return heard


def _outcome(ended: _Ended, heard: Mapping[str, list[TurnHeard]]) -> Outcome:
    return Outcome(ended.code, ended.grade, tuple(heard.get(ended.attempt_id, ())))
