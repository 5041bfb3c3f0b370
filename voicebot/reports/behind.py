"""The attempts behind a figure, one by one: those of a line, an hour, a try, a node, a list. Numbers are masked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Text, cast, func, select

from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.masking import masked
from voicebot.campaign.policy.windows import DAY_NAMES
from voicebot.reports.only import Only, attempts
from voicebot.store.asked import customers_who_asked
from voicebot.store.store import Store
from voicebot.store.tables import USUAL_ZONE, Attempt, Call, Lead, NodeVisit
from voicebot.store.zones import campaign_zones

DEAD = (str(Code.EMPTY), str(Code.SUSPENDED))
"""Codes of numbers that nobody has any more."""
NO_FLAGS = "[]"
AT_ONCE = 1_000


@dataclass(frozen=True)
class Which:
    """What the attempts have in common, besides an `Only`; None: anything. `hour` (0 to 23) and `weekday` (mon ...) by
    the campaign's clock; `hung_up_at`: the node at which the customer hung up; `batch`: the import that brought the
    lead; `flagged`: something is odd about the lead; `dead`: the number is out of service; `no_agent`: the customer
    asked for one and got none."""

    caller_number: str | None = None
    gateway: str | None = None
    hour: int | None = None
    weekday: str | None = None
    tries: int | None = None
    hung_up_at: str | None = None
    batch: int | None = None
    flagged: bool = False
    dead: bool = False
    no_agent: bool = False
    code: str | None = None
    grade: str | None = None


@dataclass(frozen=True)
class AttemptRow:
    """One attempt; `number` is masked, `grade` empty without a talk. `started` by the campaign's clock;
    `ended_node`: where the talk ended."""

    attempt: str
    campaign: str
    started: datetime
    number: str
    gateway: str
    caller_number: str
    tries: int
    code: str
    answered_by: str
    grade: str
    talk_s: float | None
    ended_node: str


def behind(store: Store, only: Only, which: Which, limit: int) -> tuple[AttemptRow, ...]:
    """The latest `limit` of them. Raises StoreError."""
    columns = (
        *(Attempt.id, Attempt.campaign_id, Attempt.started_at, Attempt.number, Attempt.gateway, Attempt.caller_number),
        *(Attempt.try_number, Attempt.code, Call.answered_by, Call.grade, Call.talk_ms, Call.ended_node),
    )
    query = attempts(select(*columns), only, with_calls=True).where(*_conditions(which))
    query = query.where(Attempt.started_at.is_not(None)).order_by(Attempt.started_at.desc(), Attempt.id)
    with store.reading() as connection:
        zones = {name: ZoneInfo(zone) for name, zone in campaign_zones(connection).items()}
        rows = connection.execute(query, execution_options={"yield_per": AT_ONCE})
        return tuple(_row(row, local) for row, local in islice(_timely(rows, which, zones), limit))


def _timely(rows: Any, which: Which, zones: dict[str, ZoneInfo]) -> Iterator[tuple[Any, datetime]]:
    """Those of the hour and the weekday, by the clock of their campaign, with their moments by it."""
    usual = ZoneInfo(USUAL_ZONE)
    for row in rows:
        local = row.started_at.astimezone(zones.get(row.campaign_id, usual))
        if which.hour in (None, local.hour) and which.weekday in (None, DAY_NAMES[local.weekday()]):
            yield row, local


def _conditions(which: Which) -> list[ColumnElement[bool]]:
    equal = (
        *((Attempt.caller_number, which.caller_number), (Attempt.gateway, which.gateway)),
        *((Attempt.code, which.code), (Call.grade, which.grade)),
    )
    found: list[ColumnElement[bool]] = [column == value for column, value in equal if value is not None]
    if which.tries is not None:
        found.append(Attempt.try_number == which.tries)
    if which.hung_up_at is not None:
        # The few visits of a call are looked through: SQLite would look up all visits of the node for each attempt.
        left = (NodeVisit.attempt_id == Attempt.id, func.coalesce(NodeVisit.node, "") == which.hung_up_at)
        found.append(select(NodeVisit.seq).where(*left, NodeVisit.hangup_phase.is_not(None)).exists())
    lead = [Lead.id == Attempt.lead_id]
    if which.batch is not None:
        lead.append(Lead.batch_id == which.batch)
    if which.flagged:
        lead.append(cast(Lead.flags, Text) != NO_FLAGS)
    if len(lead) > 1:
        found.append(select(Lead.id).where(*lead).exists())
    if which.dead:
        found.append(Attempt.code.in_(DEAD))
    if which.no_agent:
        asked = customers_who_asked()
        found.append(Attempt.id.in_(select(asked.c.attempt_id).where(asked.c.abandoned == 1)))
    return found


def _row(row: Any, started: datetime) -> AttemptRow:
    return AttemptRow(
        attempt=row.id,
        campaign=row.campaign_id or "",
        started=started,
        number=masked(row.number or ""),
        gateway=row.gateway or "",
        caller_number=row.caller_number or "",
        tries=row.try_number or 0,
        code=row.code or "",
        answered_by=row.answered_by or "",
        grade=row.grade or "",
        talk_s=None if row.talk_ms is None else row.talk_ms / 1000,
        ended_node=row.ended_node or "",
    )
