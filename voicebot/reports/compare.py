"""Two runs over the same numbers side by side: whose result or grade differs, and at which turn they parted.

Every number is counted, from the facts of days; talks are read only of the numbers that are shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np
from sqlalchemy import Connection, func, select

from voicebot.errors import UsageError
from voicebot.reports.only import Only
from voicebot.reports.sums.columns import Numbers, Rows, joined, narrowed, numbers, texts
from voicebot.reports.sums.functions import epoch_ms
from voicebot.reports.sums.grouping import grouped
from voicebot.reports.sums.lead_ids import IDS, ids_of
from voicebot.reports.sums.reader import Reader
from voicebot.reports.sums.reading import ATTEMPT
from voicebot.reports.sums.refresh import opened
from voicebot.store.among import among
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Call, Campaign, Lead, Turn

MOST = 100
"""Numbers that are shown, if nobody says otherwise."""
NO_LEAD = 0
BEGAN = datetime(1970, 1, 1, tzinfo=UTC)
FACTS = ("lead", "began", "code", "grade")
NUMBERS: Final = func.aggregate_strings(Lead.number, " ")
"""The numbers of leads as one text, beside their IDS: both are put together row by row. A forgotten number is empty."""


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
class Change:
    """Numbers that ended differently in the same way: result code and grade in each run, None: none."""

    numbers: int
    one_code: str | None
    one_grade: str | None
    other_code: str | None
    other_grade: str | None


@dataclass(frozen=True)
class Comparison:
    """`numbers`: called in both runs; of these, those with the same result code, with the same grade, and `differing`
    in either. `changes`: how, the most frequent first, all of them together are `differing`.

    `differences`: some or all of the differing numbers: those with a talk in both runs first, by number.
    """

    numbers: int
    same_codes: int
    same_grades: int
    differing: int
    changes: tuple[Change, ...]
    differences: tuple[Difference, ...]


class _Last(NamedTuple):
    attempt_id: str
    code: str | None
    grade: str | None


@dataclass(frozen=True)
class _Run:
    """Attempts, and by number the place of the last one."""

    place: Mapping[str, int]
    rows: Rows


def compare(store: Store, one: str, other: str, most: int | None = MOST) -> Comparison:
    """The campaigns `one` and `other`, number by number; the talks of `most` differing numbers, None: of all.

    Raises UsageError for an unknown campaign, StoreError.
    """
    for campaign in (one, other):
        _check_known(store, campaign)
    with opened(store, Only(other), ATTEMPT):
        pass  # both are counted before either is read
    with opened(store, Only(one), ATTEMPT) as reader:
        ours, theirs = _run(reader, one), _run(reader.of(Only(other)), other)
        both = list(ours.place.keys() & theirs.place.keys())
        ended = _ended(ours, theirs, both)
        code, grade = (ended["one_code"], ended["other_code"]), (ended["one_grade"], ended["other_grade"])
        differ = np.flatnonzero((code[0].values != code[1].values) | (grade[0].values != grade[1].values))
        talked = ~(grade[0].among(("",)) | grade[1].among(("",)))
        shown = _first(most, both, (differ[talked[differ]], differ[~talked[differ]]))
        differences = _differences(reader.connection, (one, other), shown)
    return Comparison(
        numbers=len(both),
        same_codes=int((code[0].values == code[1].values).sum()),
        same_grades=int((grade[0].values == grade[1].values).sum()),
        differing=len(differ),
        changes=_changes(narrowed(ended, differ)),
        differences=differences,
    )


def _check_known(store: Store, campaign: str) -> None:
    with store.reading() as connection:
        if connection.scalar(select(Campaign.id).where(Campaign.id == campaign)) is None:
            known = ", ".join(connection.scalars(select(Campaign.id).order_by(Campaign.created_at.desc()).limit(10)))
            raise UsageError(f"no campaign {campaign!r} in {store.name}; the latest are: {known or 'none'}")


# --- every number -----------------------------------------------------------------------------------
def _run(reader: Reader, campaign: str) -> _Run:
    """The last attempt of each number that the campaign called. A person who was forgotten has none."""
    rows = reader.facts(ATTEMPT, FACTS)
    ids, told = reader.connection.execute(select(IDS, NUMBERS).where(Lead.campaign_id == campaign)).one()
    leads, called = ids_of(ids), [] if told is None else told.split(" ")
    if not (rows["lead"].values != NO_LEAD).all():
        rows, own = _leads_made(reader.connection, campaign, rows)
        leads, called = np.append(leads, NO_LEAD - 1 - np.arange(len(own))), [*called, *own]
    order, last = _last_of_each(leads, rows)
    dialled = np.flatnonzero(last >= 0)
    dialled = dialled[np.argsort(last[dialled])]  # of two leads with one number the later one is taken
    whose = np.array(called, dtype=object)[dialled].tolist()
    place = dict(zip(whose, order[last[dialled]].tolist(), strict=True))
    place.pop("", None)
    return _Run(place, rows)


def _last_of_each(leads: Numbers, rows: Rows) -> tuple[Numbers, Numbers]:
    """Places of the attempts as they began, and where in these the last one of each lead is; -1: none."""
    order = np.argsort(rows["began"].values, kind="stable")
    sorter = np.argsort(leads, kind="stable")
    lead = rows["lead"].values[order]
    found = np.searchsorted(leads, lead, sorter=sorter)
    known = np.flatnonzero(found < len(leads))
    known = known[leads[sorter[found[known]]] == lead[known]]
    last = np.full(len(leads), -1, dtype=np.int64)
    np.maximum.at(last, sorter[found[known]], known)
    return order, last


def _leads_made(connection: Connection, campaign: str, rows: Rows) -> tuple[Rows, list[str]]:
    """Attempts without a lead have a number of their own: each number is made a lead, the next one below NO_LEAD. The
    attempts with those, and the numbers in the order of their leads."""
    with_lead = rows["lead"].values != NO_LEAD
    first, last = (BEGAN + timedelta(milliseconds=int(each(rows["began"].values[~with_lead]))) for each in (min, max))
    query = select(Attempt.number, epoch_ms(Attempt.started_at), Attempt.code, Call.grade)
    query = query.outerjoin(Call, Call.attempt_id == Attempt.id).where(Attempt.campaign_id == campaign)
    query = query.where(Attempt.started_at >= first, Attempt.started_at < last + timedelta(milliseconds=1))
    found = connection.execute(query.where(Attempt.lead_id.is_(None), Attempt.number.is_not(None))).all()
    leads: dict[str, int] = {}
    own = {
        "lead": numbers([leads.setdefault(str(number), NO_LEAD - 1 - len(leads)) for number, *_ in found]),
        "began": numbers([began for _, began, *_ in found]),
        "code": texts([code or "" for *_, code, _ in found]),
        "grade": texts([grade or "" for *_, grade in found]),
    }
    return {name: joined([rows[name].of(with_lead), own[name]]) for name in FACTS}, list(leads)


def _ended(ours: _Run, theirs: _Run, both: Sequence[str]) -> Rows:
    """How each number ended in both runs."""
    first = len(ours.rows["code"].values)
    one = np.array(list(map(ours.place.__getitem__, both)), dtype=np.int64)
    other = np.array(list(map(theirs.place.__getitem__, both)), dtype=np.int64) + first
    whole = {name: joined([ours.rows[name], theirs.rows[name]]) for name in ("code", "grade")}
    return {
        f"{which}_{name}": column.of(places)
        for which, places in (("one", one), ("other", other))
        for name, column in whole.items()
    }


def _changes(ended: Rows) -> tuple[Change, ...]:
    names = ("one_code", "one_grade", "other_code", "other_grade")
    groups = grouped([ended[name].values for name in names], len(ended[names[0]].values))
    keys = zip(*(ended[name].known(groups.some_row) for name in names), strict=True)
    found = [
        Change(numbers, *(word or None for word in key))
        for key, numbers in zip(keys, groups.sizes().tolist(), strict=True)
    ]
    return tuple(sorted(found, key=lambda each: (-each.numbers, *(getattr(each, name) or "" for name in names))))


# --- numbers that are shown -------------------------------------------------------------------------
def _first(most: int | None, both: Sequence[str], groups: Sequence[Numbers]) -> list[str]:
    """The first `most` numbers of these places, group by group."""
    found: list[str] = []
    for places in groups:
        if most is None or len(found) < most:
            found += sorted([both[place] for place in places.tolist()])
    return found[:most]


def _differences(connection: Connection, campaigns: tuple[str, str], numbers: Sequence[str]) -> tuple[Difference, ...]:
    ours, theirs = (_last(connection, campaign, numbers) for campaign in campaigns)
    heard = _heard(connection, [run[number].attempt_id for number in numbers for run in (ours, theirs)])
    pairs = [(number, _outcome(ours[number], heard), _outcome(theirs[number], heard)) for number in numbers]
    return tuple(Difference(number, mine, his, _parted(mine, his)) for number, mine, his in pairs)


def _parted(one: Outcome, other: Outcome) -> int | None:
    """The first turn with another node or choice; the shorter talk's end when it lacks a turn."""
    for index, (mine, his) in enumerate(zip(one.turns, other.turns, strict=False)):
        if (mine.node, mine.choice) != (his.node, his.choice):
            return index
    return None if len(one.turns) == len(other.turns) else min(len(one.turns), len(other.turns))


def _last(connection: Connection, campaign: str, numbers: Sequence[str]) -> Mapping[str, _Last]:
    """The last attempt of each of these numbers."""
    query = select(Attempt.started_at, Attempt.number, Attempt.id, Attempt.code, Call.grade)
    query = query.outerjoin(Call, Call.attempt_id == Attempt.id)
    query = query.where(Attempt.campaign_id == campaign, among(connection, Attempt.number, numbers))
    # Sorted here: a database that is asked for the order goes through the whole campaign by its moments.
    rows = sorted(connection.execute(query.where(Attempt.started_at.is_not(None))).all(), key=itemgetter(0))
    return {str(number): _Last(attempt_id, code, grade) for _, number, attempt_id, code, grade in rows}


def _heard(connection: Connection, attempts: Sequence[str]) -> Mapping[str, list[TurnHeard]]:
    """The turns of these attempts."""
    turns = select(Turn.attempt_id, Turn.node, Turn.text, Turn.choice).order_by(Turn.attempt_id, Turn.seq)
    heard: dict[str, list[TurnHeard]] = {}
    for attempt_id, node, text, choice in connection.execute(turns.where(among(connection, Turn.attempt_id, attempts))):
        heard.setdefault(attempt_id, []).append(TurnHeard(node, text, choice))
    return heard


def _outcome(ended: _Last, heard: Mapping[str, list[TurnHeard]]) -> Outcome:
    return Outcome(ended.code, ended.grade, tuple(heard.get(ended.attempt_id, ())))
