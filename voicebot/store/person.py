"""All that the store keeps of one person, by number: shown, and forgotten. Files are removed in audio_files.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, cast, delete, func, literal, or_, select, update

from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.masking import masked
from voicebot.campaign.policy.states import LeadState
from voicebot.errors import UsageError
from voicebot.store.audio_files import audio_of, remove
from voicebot.store.campaigns import note
from voicebot.store.follow_ups import FAILED, TAKEN
from voicebot.store.personal import PERSONAL, By, Personal
from voicebot.store.rows import EVERYWHERE, OPEN, put_on_stop_list
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, FollowUp, Lead, StopEntry
from voicebot.store.tables_dialling import Audit, Complaint, Consent, Exclusion, WebhookDelivery
from voicebot.store.tables_quality import QaSample, QaVerdict

FORGOTTEN = "forgotten"
Rows = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Forgotten:
    """What became of a person: rows changed or deleted by table, `files` of audio removed. `stopped`: the number
    is on the stop list now; `attempts`: those that had called it.
    """

    rows: Mapping[str, int]
    files: int
    attempts: tuple[str, ...]
    stopped: bool


@dataclass(frozen=True)
class _Person:
    """Whose rows. `attempts`: those that called the number or one of its leads."""

    number: str
    leads: tuple[int, ...]
    attempts: tuple[str, ...]


def kept_of(store: Store, number: str) -> Rows:
    """Every row that is kept of the person, by table; tables without one are left out. `number`: E.164 with +.

    Raises StoreError.
    """
    with store.reading() as connection:
        whose = _person(connection, number)
        found = {each.name: _rows(connection, each, whose) for each in PERSONAL}
        for table, condition in _special(whose).items():
            rows = connection.execute(select(table.__table__).where(condition)).mappings()
            found[table.__tablename__] = [dict(row) for row in rows]
    return {name: rows for name, rows in found.items() if rows}


def forget(
    store: Store, number: str, recordings: Path, *, by: str, why: str, now: datetime, stop: bool = False
) -> Forgotten:
    """Delete the person in one transaction: audio, numbers, words and whole rows go; what only counts stays.

    An entry of the stop list holds on. Where a complaint, a refusal or an exclusion kept the person from being called,
    an entry of the stop list takes its place, as it does when `stop`. Leads that wait are refused. Raises UsageError
    while the person is being called, StoreError.
    """
    with store.writing() as connection:
        _hold_leads(connection, number)
        whose = _person(connection, number)
        _check_quiet(connection, whose)
        barred = stop or _barred(connection, number, now)
        changed: dict[str, int] = {}
        files = remove(recordings, audio_of(connection, whose.attempts))  # first: the rows are what finds them
        _end_plans(connection, whose, now)
        if barred:
            entry = {"number": number, "scope": EVERYWHERE, "reason": FORGOTTEN, "source": "person", "attempt_id": None}
            put_on_stop_list(connection, [entry | {"added_at": now}])
        for each in reversed(PERSONAL):  # those that hang on others first
            changed[each.name] = _treat(connection, each, whose)
        changed["webhook_delivery"] = _quiet_messages(connection, whose, now)
        changed["audit"] = _mask_audit(connection, number)
        changed["stop_list"] = _bare_stops(connection, number)
        stopped = connection.scalar(
            select(func.count()).where(StopEntry.number == number, StopEntry.removed_at.is_(None))
        )
        rows = {name: count for name, count in changed.items() if count}
        note(connection, by, "person.forget", f"person:{masked(number)}", {}, rows, why)
    return Forgotten(rows, files, whose.attempts, bool(stopped))


def _person(connection: Connection, number: str) -> _Person:
    leads = tuple(connection.scalars(select(Lead.id).where(Lead.number == number)))
    called = select(Attempt.id).where(or_(Attempt.number == number, Attempt.lead_id.in_(leads)))
    return _Person(number, leads, tuple(connection.scalars(called)))


def _hold_leads(connection: Connection, number: str) -> None:
    """A dialer that is claiming one of them in this moment comes before, and no other one after."""
    connection.execute(select(Lead.id).where(Lead.number == number).order_by(Lead.id).with_for_update())


def _check_quiet(connection: Connection, whose: _Person) -> None:
    live = select(func.count()).where(Attempt.id.in_(whose.attempts), Attempt.code.is_(None))
    claimed = select(func.count()).where(Lead.id.in_(whose.leads), Lead.state == str(LeadState.CLAIMED))
    if connection.scalar(live) or connection.scalar(claimed):
        raise UsageError(
            f"{masked(whose.number)} is being called; try again after the call. If no dialer runs: voicebot db recover"
        )


def _mine(each: Personal, whose: _Person) -> ColumnElement[bool]:
    """That a row of the table is the person's."""
    columns = each.table.__table__.c
    sampled = select(QaSample.id).where(QaSample.attempt_id.in_(whose.attempts))
    if each.by is By.SAMPLE:
        return columns["sample_id"].in_(sampled)
    if each.by is By.VERDICT:
        return columns["verdict_id"].in_(select(QaVerdict.id).where(QaVerdict.sample_id.in_(sampled)))
    if each.by is By.ATTEMPT:
        return columns["id" if each.table is Attempt else "attempt_id"].in_(whose.attempts)
    others = [columns["lead_id"].in_(whose.leads)] if "lead_id" in columns else []
    others += [columns["attempt_id"].in_(whose.attempts)] if "attempt_id" in columns else []
    return or_(columns["number"] == whose.number, *others)


def _special(whose: _Person) -> dict[type[StopEntry] | type[WebhookDelivery] | type[Audit], ColumnElement[bool]]:
    return {
        StopEntry: StopEntry.number == whose.number,
        WebhookDelivery: WebhookDelivery.subject.in_(_subjects(whose)),
        Audit: _names(whose.number),
    }


def _rows(connection: Connection, each: Personal, whose: _Person) -> list[dict[str, Any]]:
    table = each.table.__table__
    rows = connection.execute(select(table).where(_mine(each, whose)).order_by(*table.primary_key)).mappings()
    return [dict(row) for row in rows]


def _treat(connection: Connection, each: Personal, whose: _Person) -> int:
    if each.goes:
        return connection.execute(delete(each.table).where(_mine(each, whose))).rowcount
    values = emptied(each, {**each.numbers, **each.words, **each.files})
    return connection.execute(update(each.table).where(_mine(each, whose)).values(values)).rowcount if values else 0


def emptied(each: Personal, columns: Mapping[str, Any]) -> dict[str, Any]:
    """The new values of the columns; a key, which must stay unique, gets the row's number."""
    own = each.table.__table__.c
    return {
        name: literal(f"{FORGOTTEN}-") + cast(own["id"], Text) if empty == FORGOTTEN else empty
        for name, empty in columns.items()
    }


def _end_plans(connection: Connection, whose: _Person, now: datetime) -> None:
    """Nobody calls the person, or carries out what a call left to do."""
    waits = Lead.id.in_(whose.leads) & (Lead.state == str(LeadState.WAITING))
    ended = {"state": str(LeadState.REFUSED), "code": str(Code.NO_CONSENT), "due_at": None}
    connection.execute(update(Lead).where(waits).values(ended))
    undone = FollowUp.attempt_id.in_(whose.attempts) & FollowUp.status.in_([OPEN, TAKEN])
    connection.execute(update(FollowUp).where(undone).values(status=FAILED, closed_at=now))


def _bare_stops(connection: Connection, number: str) -> int:
    """Entries that hold keep the bare number, without words and without the call; those that were taken off go."""
    gone = delete(StopEntry).where(StopEntry.number == number, StopEntry.removed_at.is_not(None))
    bare = update(StopEntry).where(StopEntry.number == number).values(reason=FORGOTTEN, attempt_id=None)
    return connection.execute(gone).rowcount + connection.execute(bare).rowcount


def _barred(connection: Connection, number: str, now: datetime) -> bool:
    """Whether something that is deleted has kept the person from being called."""
    refused = select(Consent.id).where(Consent.number == number, Consent.given.is_(False))
    excluded = select(Exclusion.id).where(
        Exclusion.number == number, or_(Exclusion.until.is_(None), Exclusion.until > now)
    )
    complained = select(Complaint.id).where(Complaint.number == number)
    return any(connection.execute(each.limit(1)).first() for each in (refused, excluded, complained))


def _subjects(whose: _Person) -> Sequence[str]:
    leads = [f"lead:{lead}" for lead in whose.leads]
    return [*leads, *(f"attempt:{attempt}" for attempt in whose.attempts), f"number:{whose.number}"]


def _quiet_messages(connection: Connection, whose: _Person, now: datetime) -> int:
    """Messages about the person are emptied; those that wait are not sent any more."""
    mine = WebhookDelivery.subject.in_(_subjects(whose))
    waiting = mine & WebhookDelivery.delivered_at.is_(None)
    connection.execute(update(WebhookDelivery).where(waiting).values(given_up=True, last_error=FORGOTTEN))
    named = WebhookDelivery.subject == f"number:{whose.number}"
    anonymous = literal(f"number:{FORGOTTEN}-") + cast(WebhookDelivery.id, Text)
    changed = connection.execute(update(WebhookDelivery).where(mine).values(body={})).rowcount
    connection.execute(update(WebhookDelivery).where(named).values(subject=anonymous))
    return changed


def _names(number: str) -> ColumnElement[bool]:
    texts = (Audit.object, Audit.why, cast(Audit.before, Text), cast(Audit.after, Text))
    return or_(*(text.contains(number, autoescape=True) for text in texts))


def _mask_audit(connection: Connection, number: str) -> int:
    rows = connection.execute(select(Audit.__table__).where(_names(number))).mappings().all()
    for row in rows:
        hidden = {name: without(row[name], number) for name in ("object", "why", "before", "after")}
        connection.execute(update(Audit).where(Audit.id == row["id"]).values(hidden))
    return len(rows)


def without(value: Any, number: str) -> Any:
    """A text, or values of JSON, with the number masked wherever it stands."""
    if isinstance(value, str):
        return value.replace(number, masked(number))
    if isinstance(value, Mapping):
        return {without(key, number): without(one, number) for key, one in value.items()}
    return [without(one, number) for one in value] if isinstance(value, list | tuple) else value
