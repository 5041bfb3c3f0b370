"""Webhooks and their outbox: addresses, and the messages that are due, taken, delivered, failed. Sends nothing.

A message is taken for a while; a sender that dies with it lets go of it by that. What is told is outbox.py's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, exists, func, select, update
from sqlalchemy.orm import aliased

from voicebot.errors import UsageError
from voicebot.store.campaigns import note
from voicebot.store.outbox import TEST, Told, tell
from voicebot.store.rows import insert_once
from voicebot.store.store import Store
from voicebot.store.tables_dialling import Webhook, WebhookDelivery


@dataclass(frozen=True)
class Hook:
    """An address. `events`: empty for all; `secret`: the name of what signs; `waiting`, `given_up`: messages."""

    id: int
    url: str
    events: tuple[str, ...]
    secret: str
    active: bool
    waiting: int = 0
    given_up: int = 0


@dataclass(frozen=True)
class Message:
    """One message to one address; fields as the columns of `webhook_delivery`."""

    id: int
    webhook_id: int
    subject: str
    seq: int
    event: str
    body: Mapping[str, Any]
    created_at: datetime
    due_at: datetime
    tries: int
    delivered_at: datetime | None
    given_up: bool
    last_error: str


def add(store: Store, url: str, events: Sequence[str], secret: str, by: str = "") -> int:
    """A new address; its id. One that was removed is told again. Raises UsageError for one there is, StoreError."""
    row = {"url": url, "events": list(events), "secret": secret, "active": True}
    with store.writing() as connection:
        made = connection.scalar(insert_once(connection, Webhook).values(row).returning(Webhook.id))
        if made is None:
            again = update(Webhook).where(Webhook.url == url, Webhook.active.is_(False)).values(row)
            made = connection.scalar(again.returning(Webhook.id))
        if made is None:
            raise UsageError(f"{url} is a webhook already; remove it first to change it")
        note(connection, by, "webhook.add", f"webhook:{made}", {}, {"url": url, "events": list(events)})
    return int(made)


def remove(store: Store, hook: int, by: str = "") -> None:
    """Tell this address nothing more; what waits for it is not sent. Raises UsageError for an unknown one."""
    with store.writing() as connection:
        url = connection.scalar(
            update(Webhook).where(Webhook.id == hook, Webhook.active).values(active=False).returning(Webhook.url)
        )
        if url is None:
            raise UsageError(f"there is no webhook {hook}; `voicebot webhooks list` shows them")
        waiting = and_(WebhookDelivery.webhook_id == hook, *_open(WebhookDelivery))
        stopped = update(WebhookDelivery).where(waiting).values(given_up=True, last_error="the webhook was removed")
        connection.execute(stopped)
        note(connection, by, "webhook.remove", f"webhook:{hook}", {"url": url}, {})


def hooks(store: Store) -> list[Hook]:
    """The active addresses with what waits for them. Raises StoreError."""
    waiting = func.count().filter(*_open(WebhookDelivery))
    given_up = func.count().filter(WebhookDelivery.given_up)
    counted = (
        select(WebhookDelivery.webhook_id, waiting.label("waiting"), given_up.label("given_up"))
        .group_by(WebhookDelivery.webhook_id)
        .subquery()
    )
    zero = (func.coalesce(counted.c.waiting, 0), func.coalesce(counted.c.given_up, 0))
    asked = select(Webhook.id, Webhook.url, Webhook.events, Webhook.secret, Webhook.active, *zero)
    asked = asked.outerjoin(counted, counted.c.webhook_id == Webhook.id).where(Webhook.active).order_by(Webhook.id)
    with store.reading() as connection:
        return [
            Hook(key, url, tuple(events), secret, active, *counts)
            for key, url, events, secret, active, *counts in connection.execute(asked)
        ]


def take(store: Store, hook: int, limit: int, at: datetime, lease: timedelta) -> list[Message]:
    """The messages of the address that are due, at most one a subject: the first that was not taken yet.

    Each counts a try and is nobody else's until `lease` is over. Raises StoreError.
    """
    earlier = aliased(WebhookDelivery)
    before = and_(
        earlier.webhook_id == WebhookDelivery.webhook_id,
        earlier.subject == WebhookDelivery.subject,
        earlier.seq < WebhookDelivery.seq,
        *_open(earlier),
    )
    asked = (
        select(WebhookDelivery.__table__)
        .where(WebhookDelivery.webhook_id == hook, *_open(WebhookDelivery), WebhookDelivery.due_at <= at)
        .where(~exists().where(before))
        .order_by(WebhookDelivery.due_at, WebhookDelivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with store.writing() as connection:
        rows = [Message(**row) for row in connection.execute(asked).mappings()]
        held = update(WebhookDelivery).where(WebhookDelivery.id.in_([row.id for row in rows]))
        if rows:
            connection.execute(held.values(due_at=at + lease, tries=WebhookDelivery.tries + 1))
    return rows


def delivered(store: Store, message: int, at: datetime) -> None:
    """It was taken by its address. Raises StoreError."""
    _set(store, message, {"delivered_at": at, "last_error": ""})


def failed(store: Store, message: int, why: str, again_at: datetime | None) -> None:
    """It was not; it is tried `again_at`, or given up when that is None. Raises StoreError."""
    _set(store, message, {"last_error": why} | ({"given_up": True} if again_at is None else {"due_at": again_at}))


def retry(store: Store, messages: Sequence[int], at: datetime) -> int:
    """Try these at once, also those that were given up; how many there are. Raises StoreError."""
    mine = (WebhookDelivery.id.in_(messages), WebhookDelivery.delivered_at.is_(None))
    with store.writing() as connection:
        again = update(WebhookDelivery).where(*mine).values(given_up=False, due_at=at, tries=0)
        return connection.execute(again).rowcount


def messages(store: Store, limit: int, *, hook: int | None = None, undelivered: bool = False) -> list[Message]:
    """The latest. Raises StoreError."""
    asked = select(WebhookDelivery.__table__).order_by(WebhookDelivery.id.desc()).limit(limit)
    if hook is not None:
        asked = asked.where(WebhookDelivery.webhook_id == hook)
    if undelivered:
        asked = asked.where(WebhookDelivery.delivered_at.is_(None))
    with store.reading() as connection:
        return [Message(**row) for row in connection.execute(asked).mappings()]


def add_test(store: Store, hook: Hook) -> None:
    """A message that says nothing, for this address only. Raises StoreError."""
    with store.writing() as connection:
        tell(connection, [Told(TEST, f"webhook:{hook.id}", {"webhook_id": hook.id})], [hook.id])


def forget(store: Store, before: datetime) -> int:
    """Drop what was delivered or given up and made before then, but the last of each subject, from which numbers go on;
    how many. Raises StoreError."""
    later = aliased(WebhookDelivery)
    follows = and_(
        later.webhook_id == WebhookDelivery.webhook_id,
        later.subject == WebhookDelivery.subject,
        later.seq > WebhookDelivery.seq,
    )
    over = WebhookDelivery.delivered_at.is_not(None) | WebhookDelivery.given_up
    old = delete(WebhookDelivery).where(over, WebhookDelivery.created_at < before, exists().where(follows))
    with store.writing() as connection:
        return connection.execute(old).rowcount


def _open(table: Any) -> tuple[Any, Any]:
    return table.delivered_at.is_(None), table.given_up.is_(False)


def _set(store: Store, message: int, values: dict[str, Any]) -> None:
    with store.writing() as connection:
        connection.execute(update(WebhookDelivery).where(WebhookDelivery.id == message).values(values))
