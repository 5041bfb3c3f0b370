"""Leads given to a dialer under a lease: due, inside their hours, refused by nothing; one live attempt a lead, ever.

The attempt's row is written in the transaction that claims, so whoever dies afterwards leaves a trace. What becomes of
a lease is leases.py's, and of a lead when its attempt is over settle.py's.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, func, or_, select, text, update
from sqlalchemy.engine import Row

from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.order import Lane
from voicebot.campaign.policy.plan import Plan
from voicebot.campaign.policy.states import DIALLING, CampaignState, LeadState
from voicebot.campaign.policy.windows import LEGAL, Verdict, Window, may_call, zone_named
from voicebot.errors import UsageError
from voicebot.store.among import attempt_of_lead
from voicebot.store.bulk import add_many
from voicebot.store.campaigns import state_held
from voicebot.store.lead_import import UNDONE, was_undone
from voicebot.store.put_off import PutOff
from voicebot.store.refusals import Refusal, refusals, stale
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Campaign, Lead

LOOK_AHEAD, LOOK_AHEAD_PART = 5, 4
"""So many leads more than the wanted ones are looked at, or a part of these, since some will be refused or asleep."""
LEASE = timedelta(seconds=40)
"""A dialer renews its leases long before; one that died loses them after this time."""
SURE = timedelta(seconds=15)
"""So long a lease must still last at the last look: what is sent to the switch then has reached it, or never does,
before anybody may take the attempt for dead."""


@dataclass(frozen=True)
class Claimed:
    """A lead to be called now. `attempt_id` is the channel's UUID; `number` E.164 with +; `shown`: our number that it
    saw last; `callback`: it asked for this call."""

    attempt_id: str
    campaign_id: str
    lead_id: int
    number: str
    variables: Mapping[str, str]
    try_number: int
    area: str
    shown: str | None
    callback: bool


@dataclass(frozen=True)
class Claim:
    """What a claim came to. `refused`: leads that are not called for good, `postponed`: later; both by code."""

    leads: tuple[Claimed, ...] = ()
    refused: Mapping[str, int] = field(default_factory=dict)
    postponed: Mapping[str, int] = field(default_factory=dict)


def claim(
    store: Store,
    plan: Plan,
    owner: str,
    wanted: int,
    at: datetime,
    outer: Window = LEGAL,
    *,
    only: str | None = None,
) -> Claim:
    """At most `wanted` leads of the campaign for the dialer `owner` as of `at` (aware), in their order.

    `only`: the lead with this key and no other, due or not: a person wants it called now. Every check is made of it
    all the same. Nothing is claimed unless the campaign is in a state that dials, and nothing beyond its concurrency
    and budget, counted over all dialers. Raises StoreError.
    """
    with store.writing() as connection:
        if state_held(connection, plan.name) not in DIALLING:
            return Claim()
        # Looked at and checked first: what follows the exact room waits for the campaign's other dialers.
        wanted = min(wanted, room(connection, plan))
        looked_at = wanted + max(LOOK_AHEAD, wanted // LOOK_AHEAD_PART) if wanted else 0
        rows = _due(connection, plan, looked_at, at) if only is None else _named(connection, plan, only, looked_at)
        _lock_numbers(connection, [row.number for row in rows])
        asked_for = frozenset(row.number for row in rows if row.lane == Lane.CALLBACK)
        blocked = refusals(connection, [row.number for row in rows], plan, at, asked_for=asked_for)
        hours, off = _Hours(plan, outer, at), PutOff()
        taken: dict[str, Row[Any]] = {}
        for row in rows:
            verdict = hours.verdict(row.zone)
            refusal = blocked.get(row.number) or stale(row.dated, plan, at)
            if refusal is not None:
                off.refuse(row.id, refusal)
            elif not verdict.ok:
                off.wait_for_hours(row.id, verdict, at)
            else:
                taken.setdefault(row.number, row)
        off.write(connection)
        wanted = min(wanted, room(connection, plan, exact=True)) if taken else 0
        claimed = tuple(_claimed(plan.name, row) for row in islice(taken.values(), wanted))
        _write(connection, plan.name, claimed, owner, at)
    return Claim(claimed, off.refused, off.postponed)


def still_allowed(store: Store, plan: Plan, claimed: Claimed, at: datetime, outer: Window = LEGAL) -> Refusal | None:
    """Asked just before the switch is told to dial: what has come in between. Raises StoreError.

    A lease that has run out, or an attempt that others have closed meanwhile, is CANCELLED: it is not ours any more.
    """
    with store.reading() as connection:
        state = _state(connection, claimed.campaign_id)
        if state not in DIALLING:
            return Refusal(Code.CANCELLED, f"the campaign is {state}", at)
        held = (
            select(Lead.zone, Lead.dated)
            .join(Attempt, Attempt.id == Lead.attempt_id)
            .where(Lead.id == claimed.lead_id, Lead.attempt_id == claimed.attempt_id, Attempt.code.is_(None))
            .where(Lead.state == LeadState.CLAIMED, Lead.lease_until > at + SURE)
        )
        lead = connection.execute(held).first()
        if lead is None:
            return Refusal(Code.CANCELLED, "the lease has run out, or is about to", at)
        if was_undone(connection, claimed.lead_id):
            return Refusal(Code.CANCELLED, UNDONE, at)
        verdict = _Hours(plan, outer, at).verdict(lead.zone)
        if not verdict.ok:
            return Refusal(verdict.code or Code.OUT_OF_WINDOW, verdict.why, verdict.next_open)
        number, wish = claimed.number, frozenset([claimed.number] if claimed.callback else [])
        found = refusals(connection, [number], plan, at, asked_for=wish, but=claimed.attempt_id)
        gone = found.get(number) or stale(lead.dated, plan, at)
    late = gone is not None and gone.code == Code.STOP_LIST
    return Refusal(Code.STOP_LIST_LATE, gone.why) if late and gone is not None else gone


def room(connection: Connection, plan: Plan, *, exact: bool = False) -> int:
    """How many more attempts may live: by the campaign's concurrency and its budget, over all dialers.

    `exact`: it holds until the transaction ends; of two dialers that ask so at once the second waits until the first
    has claimed. Raises what SQLAlchemy raises.
    """
    if exact and connection.dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:campaign, 1))")
        connection.execute(lock, {"campaign": plan.name})
    claimed = select(func.count()).where(Lead.campaign_id == plan.name, Lead.state == LeadState.CLAIMED)
    free = plan.lines.concurrency - (connection.scalar(claimed) or 0)
    if plan.budget_calls:
        free = min(free, plan.budget_calls - used_calls(connection, plan.name, live=True))
    return max(0, free)


def used_calls(connection: Connection, campaign: str, *, live: bool) -> int:
    """Calls of a campaign that count against its budget: those that used up an attempt, and if `live` those that may.

    Raises what SQLAlchemy raises.
    """
    counted = Attempt.code.in_([str(code) for code in Code if code.uses_up_attempt])
    asked = select(func.count()).where(
        Attempt.campaign_id == campaign, or_(counted, Attempt.code.is_(None)) if live else counted
    )
    return connection.scalar(asked) or 0


def _state(connection: Connection, campaign: str) -> CampaignState:
    return CampaignState(connection.scalars(select(Campaign.state).where(Campaign.id == campaign)).one())


def _due(connection: Connection, plan: Plan, limit: int, at: datetime) -> list[Row[Any]]:
    """The first in order, locked; rows that another dialer looks at are passed over.

    Personas whose best hours are now get their bonus: the best of each such group and of all the others are read by
    the index and merged, so that a list of a million is not sorted at every claim.
    """
    hour = at.astimezone(zone_named(plan.zone)).hour
    favoured = [persona for persona in plan.best.hours if plan.best.fits(persona, hour)]
    rows = list(connection.execute(_first(plan.name, at, limit, None)))
    for persona in favoured:
        known = {row.id for row in rows}
        rows += [row for row in connection.execute(_first(plan.name, at, limit, persona)) if row.id not in known]
    bonus = plan.best.bonus

    def key(row: Row[Any]) -> tuple[int, float, float]:
        score = row.score + (bonus if row.persona in favoured else 0.0)
        return row.lane, -score, (row.due_at or row.created_at).timestamp()

    return sorted(rows, key=key)[:limit]


def _named(connection: Connection, plan: Plan, key: str, limit: int) -> list[Row[Any]]:
    """The lead of this key if it waits, locked."""
    wanted = (Lead.campaign_id == plan.name, Lead.state == LeadState.WAITING, Lead.key == key)
    asked = select(*_COLUMNS).where(*wanted).limit(limit).with_for_update(skip_locked=True)
    return list(connection.execute(asked))


_COLUMNS = (
    *(Lead.id, Lead.number, Lead.variables, Lead.zone, Lead.lane, Lead.score, Lead.persona, Lead.due_at),
    *(Lead.created_at, Lead.attempts, Lead.area, Lead.shown_number, Lead.dated),
)


def _first(campaign: str, at: datetime, limit: int, persona: str | None) -> Any:
    wanted = [
        Lead.campaign_id == campaign,
        Lead.state == LeadState.WAITING,
        or_(Lead.due_at.is_(None), Lead.due_at <= at),
    ]
    if persona is not None:
        wanted.append(Lead.persona == persona)
    order = (Lead.lane, Lead.score.desc(), Lead.due_at, Lead.id)  # as the index ix_lead_order has them
    return select(*_COLUMNS).where(*wanted).order_by(*order).limit(limit).with_for_update(skip_locked=True)


def _lock_numbers(connection: Connection, numbers: Sequence[str]) -> None:
    """Two campaigns that claim one number at the same moment: the second waits, and then sees the first's attempt."""
    if connection.dialect.name == "postgresql" and numbers:
        lock = text(
            "SELECT pg_advisory_xact_lock(hashtextextended(number, 0))"
            " FROM (SELECT DISTINCT unnest(CAST(:numbers AS text[])) AS number ORDER BY 1) AS wanted"
        )
        connection.execute(lock, {"numbers": list(numbers)})


class _Hours:
    """May a lead of this zone be called now; asked once a zone."""

    def __init__(self, plan: Plan, outer: Window, at: datetime) -> None:
        self._plan, self._outer, self._at = plan, outer, at
        self._calendar = plan.calendar()
        self._known: dict[str, Verdict] = {}

    def verdict(self, zone: str) -> Verdict:
        """For an empty zone the plan's; for one that nobody knows, no."""
        if zone not in self._known:
            try:
                place = zone_named(zone or self._plan.zone)
            except UsageError:
                place = None
            self._known[zone] = may_call(self._plan.window, self._outer, self._calendar, place, self._at)
        return self._known[zone]


def _claimed(campaign: str, row: Row[Any]) -> Claimed:
    return Claimed(
        attempt_id=str(uuid.uuid4()),
        campaign_id=campaign,
        lead_id=row.id,
        number=row.number,
        variables=row.variables,
        try_number=row.attempts + 1,
        area=row.area,
        shown=row.shown_number,
        callback=row.lane == Lane.CALLBACK,
    )


def _write(connection: Connection, campaign: str, claimed: Sequence[Claimed], owner: str, at: datetime) -> None:
    if not claimed:
        return
    shared = {"campaign_id": campaign, "started_at": at}
    rows = [(one.attempt_id, one.lead_id, one.number, one.try_number) for one in claimed]
    add_many(connection, Attempt, shared, ("id", "lead_id", "number", "try_number"), rows)
    given = attempt_of_lead(connection, [(one.lead_id, one.attempt_id) for one in claimed])
    held = {
        "state": str(LeadState.CLAIMED),
        "attempt_id": given.c.attempt,
        "attempts": Lead.attempts + 1,
        "lease_owner": owner,
        "lease_until": at + LEASE,
        "why": "",
    }
    connection.execute(update(Lead).where(Lead.id == given.c.lead).values(held))


def counts(store: Store, campaign: str) -> dict[str, int]:
    """How many leads of the campaign are in each state. Raises StoreError."""
    asked = select(Lead.state, func.count()).where(Lead.campaign_id == campaign).group_by(Lead.state)
    with store.reading() as connection:
        return {str(state): count for state, count in connection.execute(asked)}
