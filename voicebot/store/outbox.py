"""What is told to webhooks: rows of the outbox, written in the transaction of the change that they tell of.

Who sends them, and how often, is not known here. Without a webhook that wants an event nothing is written.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from voicebot.store.tables import Attempt, Lead
from voicebot.store.tables_dialling import Webhook, WebhookDelivery

ATTEMPT_ENDED = "attempt.ended"
CALL_ENDED = "call.ended"
LEAD_FINISHED = "lead.finished"
CAMPAIGN_STATE = "campaign.state"
STOP_ADDED = "stop.added"
TEST = "webhook.test"
EVENTS = (ATTEMPT_ENDED, CALL_ENDED, LEAD_FINISHED, CAMPAIGN_STATE, STOP_ADDED)
"""Every event that a webhook may ask for."""
AT_ONCE = 500
"""Subjects in one question at most."""


@dataclass(frozen=True)
class Told:
    """One thing that happened. `subject`: what it is about, e.g. lead:17; messages of a subject keep their order."""

    event: str
    subject: str
    body: Mapping[str, Any]


def wanting(connection: Connection, event: str) -> tuple[int, ...]:
    """The webhooks that want the event. Raises what SQLAlchemy raises."""
    rows = connection.execute(select(Webhook.id, Webhook.events).where(Webhook.active))
    return tuple(hook for hook, events in rows if not events or event in events)


def tell(connection: Connection, told: Sequence[Told], hooks: Iterable[int] | None = None) -> None:
    """Put messages into the outbox of every webhook that wants them (or of `hooks`), in this order.

    Within the caller's transaction: they are told if and only if the change happens. Two transactions that tell of one
    subject at once: the second waits, so that numbers follow the order of the changes. Raises what SQLAlchemy raises.
    """
    now = datetime.now(UTC)
    by_event = {one.event: tuple(hooks or wanting(connection, one.event)) for one in told}
    wanted = [one for one in told if by_event[one.event]]
    if not wanted:
        return
    subjects = sorted({one.subject for one in wanted})
    _lock(connection, subjects)
    last = _last(connection, subjects)
    rows = []
    for one in wanted:
        for hook in by_event[one.event]:
            last[hook, one.subject] += 1
            rows.append(
                {
                    "webhook_id": hook,
                    "subject": one.subject,
                    "seq": last[hook, one.subject],
                    "event": one.event,
                    "body": dict(one.body),
                    "created_at": now,
                    "due_at": now,
                }
            )
    connection.execute(insert(WebhookDelivery), rows)


def open_attempts(connection: Connection, attempts: Sequence[str]) -> list[str]:
    """Which of the attempts have no result yet, if a webhook wants to know; locked until the transaction ends."""
    if not attempts or not wanting(connection, ATTEMPT_ENDED):
        return []
    asked = select(Attempt.id).where(Attempt.id.in_(attempts), Attempt.code.is_(None)).order_by(Attempt.id)
    return list(connection.scalars(asked.with_for_update()))


def attempts_ended(connection: Connection, attempts: Sequence[str]) -> None:
    """These attempts have their results now."""
    if not attempts:
        return
    columns = (
        *(Attempt.id, Attempt.campaign_id, Attempt.lead_id, Attempt.number, Attempt.caller_number, Attempt.gateway),
        *(Attempt.try_number, Attempt.started_at, Attempt.answered_at, Attempt.ended_at, Attempt.code, Attempt.layer),
        *(Attempt.who_hung_up, Lead.key),
    )
    asked = select(*columns).outerjoin(Lead, Lead.id == Attempt.lead_id).where(Attempt.id.in_(attempts))
    told = []
    for row in connection.execute(asked.order_by(Attempt.ended_at)).mappings():
        told.append(Told(ATTEMPT_ENDED, _subject(row["lead_id"], row["id"]), _body(row, id="attempt", key="lead")))
    tell(connection, told)


def calls_ended(connection: Connection, attempts: Sequence[str], bodies: Mapping[str, Mapping[str, Any]]) -> None:
    """The talks of these attempts were written down; `bodies` by attempt."""
    if not attempts or not wanting(connection, CALL_ENDED):
        return
    asked = select(Attempt.id, Attempt.campaign_id, Attempt.lead_id, Attempt.number, Lead.key)
    asked = asked.outerjoin(Lead, Lead.id == Attempt.lead_id).where(Attempt.id.in_(attempts)).order_by(Attempt.id)
    told = []
    for row in connection.execute(asked).mappings():
        body = _body(row, id="attempt", key="lead") | dict(bodies[row["id"]])
        told.append(Told(CALL_ENDED, _subject(row["lead_id"], row["id"]), body))
    tell(connection, told)


def leads_finished(connection: Connection, leads: Sequence[int]) -> None:
    """The leads are done or refused now: they are not called again."""
    if not leads or not wanting(connection, LEAD_FINISHED):
        return
    columns = (Lead.id, Lead.campaign_id, Lead.key, Lead.number, Lead.state, Lead.code, Lead.why, Lead.attempts)
    told = []
    for begin in range(0, len(leads), AT_ONCE):
        asked = select(*columns).where(Lead.id.in_(leads[begin : begin + AT_ONCE])).order_by(Lead.id)
        for row in connection.execute(asked).mappings():
            told.append(Told(LEAD_FINISHED, _subject(row["id"], ""), _body(row, id="lead_id", key="lead")))
    tell(connection, told)


def campaign_state(connection: Connection, campaign: str, before: str, state: str, by: str, why: str) -> None:
    """The campaign came from one state to another."""
    body = {"campaign_id": campaign, "before": before, "state": state, "by": by, "why": why}
    tell(connection, [Told(CAMPAIGN_STATE, f"campaign:{campaign}", body)])


def stops_added(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """These numbers must not be called any more."""
    tell(connection, [Told(STOP_ADDED, f"number:{row['number']}", _body(row)) for row in rows])


def _subject(lead_id: int | None, attempt: str) -> str:
    return f"lead:{lead_id}" if lead_id is not None else f"attempt:{attempt}"


def _body(row: Mapping[Any, Any], **renamed: str) -> dict[str, Any]:
    """The columns by name, moments as ISO 8601."""
    plain = {renamed.get(name, name): value for name, value in row.items()}
    return {name: one.isoformat() if isinstance(one, datetime) else one for name, one in plain.items()}


def _lock(connection: Connection, subjects: Sequence[str]) -> None:
    """SQLite has one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        lock = text(
            "SELECT pg_advisory_xact_lock(hashtextextended(subject, 1))"
            " FROM (SELECT unnest(CAST(:subjects AS text[])) AS subject ORDER BY 1) AS wanted"
        )
        connection.execute(lock, {"subjects": list(subjects)})


def _last(connection: Connection, subjects: Sequence[str]) -> defaultdict[tuple[int, str], int]:
    """The last number of each webhook and subject."""
    found: defaultdict[tuple[int, str], int] = defaultdict(int)
    columns = (WebhookDelivery.webhook_id, WebhookDelivery.subject)
    for begin in range(0, len(subjects), AT_ONCE):
        asked = select(*columns, func.max(WebhookDelivery.seq)).group_by(*columns)
        for hook, subject, seq in connection.execute(
            asked.where(WebhookDelivery.subject.in_(subjects[begin : begin + AT_ONCE]))
        ):
            found[hook, subject] = seq
    return found
