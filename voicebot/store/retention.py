"""How long things are kept: audio, words and numbers that are older than their limit go, in lots, each its own commit.

Rows that only count stay. What belongs to a person is personal.py's table; one person's deletion is person.py's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import ColumnElement, String, and_, cast, delete, exists, func, literal, or_, select, update

from voicebot.campaign.policy.states import LeadState
from voicebot.store.audio_files import remove, without_rows
from voicebot.store.campaigns import note
from voicebot.store.person import FORGOTTEN, emptied
from voicebot.store.personal import PERSONAL, By, Personal
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Lead, Recording, StopEntry
from voicebot.store.tables_dialling import Complaint, Consent, Exclusion, WebhookDelivery
from voicebot.store.tables_quality import Outcome, PickUp, QaSample, QaVerdict

AT_ONCE = 500
"""Attempts, leads or files in one lot: a lot holds the right to write for some milliseconds."""
What = Literal["audio", "texts", "numbers"]


@dataclass(frozen=True)
class Limits:
    """What is older than its moment goes; None: it is kept."""

    audio: datetime | None = None
    texts: datetime | None = None
    numbers: datetime | None = None


@dataclass(frozen=True)
class Gone:
    """Rows of a table, or files, that go (or would)."""

    what: What
    where: str
    count: int


def due(store: Store, recordings: Path, limits: Limits) -> list[Gone]:
    """What would go. Nothing is changed. Raises StoreError."""
    found = []
    with store.reading() as connection:
        for step in _steps(store, limits):
            count = connection.scalar(select(func.count()).select_from(step.source).where(step.due))
            found.append(Gone(step.what, step.where, count or 0))
    if limits.audio is not None:
        lost = sum(len(lot) for lot in without_rows(store, recordings, limits.audio, AT_ONCE))
        found.append(Gone("audio", "files without a row", lost))
    return [one for one in found if one.count]


def apply(store: Store, recordings: Path, limits: Limits, *, by: str) -> Iterator[Gone]:
    """Let it go, lot by lot; safe to stop at any moment and to begin again. Raises StoreError."""
    counts: dict[tuple[What, str], int] = {}
    for step in _steps(store, limits):
        last: Any = None
        while True:
            last, gone = _lot(store, recordings, step, last)
            if last is None:
                break
            counts[step.what, step.where] = counts.get((step.what, step.where), 0) + gone
            yield Gone(step.what, step.where, gone)
    if limits.audio is not None:
        for lot in without_rows(store, recordings, limits.audio, AT_ONCE):
            gone = remove(recordings, lot)
            counts["audio", "files without a row"] = counts.get(("audio", "files without a row"), 0) + gone
            yield Gone("audio", "files without a row", gone)
    told = {name: moment and moment.isoformat() for name, moment in vars(limits).items()}
    with store.writing() as connection:
        note(
            connection, by, "db.retain", "db", told, {f"{what} {where}": n for (what, where), n in counts.items() if n}
        )


@dataclass(frozen=True)
class _Step:
    """Rows of one table that go alike. `key`: column that lots are made of, in its order; `due` speaks of `source`.

    `change`: the statement for the rows of a lot, without its WHERE; `files`: column with files to remove before.
    """

    what: What
    where: str
    source: Any
    key: Any
    due: ColumnElement[bool]
    change: Any
    files: Any = None


def _lot(store: Store, recordings: Path, step: _Step, after: Any) -> tuple[Any, int]:
    """Treat the next lot behind `after`; its last key (None: there is none) and the rows that went."""
    query = select(step.key).select_from(step.source).where(step.due)
    query = query.where(step.key > after) if after is not None else query
    with store.reading() as connection:
        keys = list(connection.scalars(query.distinct().order_by(step.key).limit(AT_ONCE)))
        paths = list(connection.scalars(select(step.files).where(step.key.in_(keys)))) if step.files is not None else []
    if not keys:
        return None, 0
    if step.files is not None:
        remove(recordings, [path for path in paths if path])
    with store.writing() as connection:
        return keys[-1], connection.execute(step.change.where(step.key.in_(keys))).rowcount


def _steps(store: Store, limits: Limits) -> Iterator[_Step]:
    postgresql = store.engine.dialect.name == "postgresql"
    if limits.audio is not None:
        yield from _audio(limits.audio)
    if limits.texts is not None:
        yield from _texts(limits.texts, postgresql)
    if limits.numbers is not None:
        yield from _numbers(limits.numbers)


def _audio(before: datetime) -> Iterator[_Step]:
    old = Recording.attempt_id == Attempt.id
    yield _Step("audio", "recording", Recording.__table__.join(Attempt.__table__, old), Recording.attempt_id,
                _older(before), delete(Recording), Recording.path)  # fmt: skip
    heard = PickUp.__table__.join(Attempt.__table__, PickUp.attempt_id == Attempt.id)
    yield _Step("audio", "pick_up", heard, PickUp.attempt_id, _older(before) & PickUp.path.is_not(None),
                update(PickUp).where(PickUp.path.is_not(None)).values(path=None), PickUp.path)  # fmt: skip


def _older(before: datetime) -> ColumnElement[bool]:
    """That the attempt began, or ended if its beginning is not known, before the moment."""
    return or_(Attempt.started_at < before, and_(Attempt.started_at.is_(None), Attempt.ended_at < before))


def _texts(before: datetime, postgresql: bool) -> Iterator[_Step]:
    for each in PERSONAL:
        if each.words and each.by is not By.NUMBER:
            yield _words(each, before)
    settled = or_(WebhookDelivery.delivered_at.is_not(None), WebhookDelivery.given_up)
    told = WebhookDelivery.__table__.c
    yield _Step("texts", "webhook_delivery", WebhookDelivery.__table__, WebhookDelivery.id,
                and_(settled, WebhookDelivery.created_at < before, told["body"] != {}),
                update(WebhookDelivery).values(body={}))  # fmt: skip
    wish = StopEntry.reason.contains(":")  # the kind of wish stays, its words go
    colon = func.strpos(StopEntry.reason, ":") if postgresql else func.instr(StopEntry.reason, ":")
    yield _Step("texts", "stop_list", StopEntry.__table__, StopEntry.id,
                and_(StopEntry.added_at < before, StopEntry.source == "call", wish),
                update(StopEntry).values(reason=func.substr(StopEntry.reason, 1, colon - 1)))  # fmt: skip


def _words(each: Personal, before: datetime) -> _Step:
    table = each.table.__table__
    full = or_(*(_full(table.c[name], empty) for name, empty in each.words.items()))
    change = delete(each.table) if each.goes else update(each.table).where(full).values(emptied(each, each.words))
    if each.goes:
        full = literal(True)
    if each.table is Attempt:
        return _Step("texts", each.name, table, Attempt.id, _older(before) & full, change)
    if each.by is By.ATTEMPT:
        source, key = table.join(Attempt.__table__, table.c["attempt_id"] == Attempt.id), table.c["attempt_id"]
        return _Step("texts", each.name, source, key, _older(before) & full, change)
    source = QaSample.__table__.join(Attempt.__table__, QaSample.attempt_id == Attempt.id)
    source = source.join(QaVerdict.__table__, QaVerdict.sample_id == QaSample.id)
    if each.by is By.VERDICT:
        source = source.join(table, table.c["verdict_id"] == QaVerdict.id)
    return _Step("texts", each.name, source, table.c[each.by.value], _older(before) & full, change)


def _full(column: Any, empty: Any) -> ColumnElement[bool]:
    return column.is_not(None) if empty is None else column != empty  # type: ignore[no-any-return]


def _numbers(before: datetime) -> Iterator[_Step]:
    over = Lead.state.in_([str(LeadState.DONE), str(LeadState.REFUSED)])
    later = exists().where(Attempt.lead_id == Lead.id, ~_older(before))
    lead, outcome = (next(each for each in PERSONAL if each.table is table) for table in (Lead, Outcome))
    yield _Step("numbers", "lead", Lead.__table__, Lead.id,
                and_(Lead.number != "", over, Lead.created_at < before, ~later),
                update(Lead).values(emptied(lead, {**lead.numbers, **lead.words})))  # fmt: skip
    yield _Step("numbers", "attempt", Attempt.__table__, Attempt.id,
                and_(Attempt.number.is_not(None), Attempt.code.is_not(None), _older(before)),
                update(Attempt).values(number=None))  # fmt: skip
    yield _Step("numbers", "outcome", Outcome.__table__, Outcome.id, and_(Outcome.number != "", Outcome.at < before),
                update(Outcome).values(emptied(outcome, outcome.numbers)))  # fmt: skip
    yield _Step("numbers", "complaint", Complaint.__table__, Complaint.id,
                and_(Complaint.number != "", Complaint.made_at < before),
                update(Complaint).values(number="", words=""))  # fmt: skip
    for table in (Consent, Exclusion):
        yield _Step("numbers", table.__tablename__, table.__table__, table.id, table.until < before, delete(table))
    named = WebhookDelivery.subject.startswith("number:+")
    settled = or_(WebhookDelivery.delivered_at.is_not(None), WebhookDelivery.given_up)
    yield _Step("numbers", "webhook_delivery", WebhookDelivery.__table__, WebhookDelivery.id,
                and_(named, settled, WebhookDelivery.created_at < before),
                update(WebhookDelivery).values(
                    subject=literal(f"number:{FORGOTTEN}-") + cast(WebhookDelivery.id, String), body={}
                ))  # fmt: skip
