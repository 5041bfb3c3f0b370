"""How many leads of a campaign will be called and why not the others, in bulk: the claim's own refusals, counted.

Only numbers that stand in some list or were called of late are asked about one by one; the others are counted.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.order import Lane
from voicebot.campaign.policy.plan import Plan
from voicebot.campaign.policy.states import LeadState
from voicebot.campaign.policy.windows import LEGAL, Window, next_open, zone_named
from voicebot.errors import UsageError
from voicebot.store.refusals import AT_ONCE, DAYS_OF_A_MONTH, EVERYWHERE, Refusal, refusals, stale
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Lead, StopEntry
from voicebot.store.tables_dialling import Complaint, Consent, Exclusion


@dataclass(frozen=True)
class Dialable:
    """A campaign's leads as of a moment. `leads`: all of them; `fresh` and `begun`: will be called, the latter were
    already; `later`: of these, how many cannot be called now but on a later day, by code.

    `refused`: never called, by code; `over`: done before; `live`: with a call in the air.
    """

    leads: int
    fresh: int
    begun: int
    live: int
    over: int
    refused: Counter[str] = field(default_factory=Counter)
    later: Counter[str] = field(default_factory=Counter)

    @property
    def will_be_called(self) -> int:
        """Leads that get a call, or one more."""
        return self.fresh + self.begun


def dialable(store: Store, plan: Plan, at: datetime, outer: Window = LEGAL) -> Dialable:
    """The count as of `at` (aware), by the rules by which leads are claimed. Raises StoreError."""
    with store.reading() as connection:
        states: Counter[str] = Counter()
        refused: Counter[str] = Counter()
        asked = select(Lead.state, Lead.code, func.count()).where(Lead.campaign_id == plan.name)
        for state, code, count in connection.execute(asked.group_by(Lead.state, Lead.code)):
            states[state] += count
            if state == LeadState.REFUSED:
                refused[code or Code.BAD_NUMBER] += count
        waiting = _Waiting(plan, outer, at)
        waiting.count(connection)
    return Dialable(
        leads=states.total(),
        fresh=waiting.fresh,
        begun=waiting.begun,
        live=states[LeadState.CLAIMED],
        over=states[LeadState.DONE],
        refused=refused + waiting.refused,
        later=waiting.later,
    )


class _Waiting:
    """The waiting leads of one campaign, sorted into those who are called and those who are not."""

    def __init__(self, plan: Plan, outer: Window, at: datetime) -> None:
        self._plan, self._outer, self._at = plan, outer, at
        self._calendar = plan.calendar()
        self._opens: dict[str, bool] = {}
        self.fresh = self.begun = 0
        self.refused: Counter[str] = Counter()
        self.later: Counter[str] = Counter()

    def count(self, connection: Connection) -> None:
        """All of them: the listed one by one, the rest by time zone."""
        asked = select(Lead.zone, Lead.attempts, func.count()).where(*self._mine())
        unlisted: Counter[tuple[str, bool]] = Counter()
        for zone, attempts, count in connection.execute(asked.group_by(Lead.zone, Lead.attempts)):
            unlisted[zone, attempts > 0] += count
        for leads in self._listed(connection):
            blocked = self._blocked(connection, leads)
            for lead in leads:
                key = (lead.zone, lead.attempts > 0)
                unlisted[key] -= 1
                self._sort(*key, 1, blocked.get(lead.number) or stale(lead.dated, self._plan, self._at))
        unlisted_refusal = None
        if self._plan.consent == "required":
            unlisted_refusal = Refusal(Code.NO_CONSENT, "gave no consent")
        for (zone, begun), count in unlisted.items():
            self._sort(zone, begun, count, unlisted_refusal)

    def _sort(self, zone: str, begun: bool, count: int, refusal: Refusal | None) -> None:
        if refusal is not None and refusal.until is None:
            self.refused[refusal.code] += count
            return
        if not self._ever_open(zone):
            self.refused[Code.OUT_OF_WINDOW] += count
            return
        if refusal is not None:
            self.later[refusal.code] += count
        if begun:
            self.begun += count
        else:
            self.fresh += count

    def _ever_open(self, zone: str) -> bool:
        if zone not in self._opens:
            try:
                place = zone_named(zone or self._plan.zone)
            except UsageError:
                self._opens[zone] = False
            else:
                opened = next_open(self._plan.window, self._outer, self._calendar, place, self._at)
                self._opens[zone] = opened is not None
        return self._opens[zone]

    def _blocked(self, connection: Connection, leads: Sequence[Any]) -> dict[str, Refusal]:
        numbers = list({lead.number for lead in leads})
        asked_for = frozenset(lead.number for lead in leads if lead.lane == Lane.CALLBACK)
        return refusals(connection, numbers, self._plan, self._at, asked_for=asked_for)

    def _mine(self) -> tuple[Any, ...]:
        return (Lead.campaign_id == self._plan.name, Lead.state == LeadState.WAITING)

    def _listed(self, connection: Connection) -> Iterator[Sequence[Any]]:
        """Waiting leads whose numbers stand somewhere, each once, in batches."""
        found: set[int] = set()
        for wanted in self._lists(select(Lead.id).where(*self._mine())):
            found.update(connection.scalars(wanted))
        ordered = sorted(found)
        for begin in range(0, len(ordered), AT_ONCE):
            asked = select(Lead.number, Lead.zone, Lead.lane, Lead.attempts, Lead.dated)
            yield connection.execute(asked.where(Lead.id.in_(ordered[begin : begin + AT_ONCE]))).all()

    def _lists(self, ids: Select[Any]) -> Iterator[Select[Any]]:
        """The lists that a refusal may come from."""
        plan, at = self._plan, self._at
        stop = and_(StopEntry.scope.in_((EVERYWHERE, plan.name)), StopEntry.removed_at.is_(None))
        yield ids.join(StopEntry, StopEntry.number == Lead.number).where(stop)
        since = at - timedelta(days=DAYS_OF_A_MONTH * plan.complaint_months)
        yield ids.join(Complaint, Complaint.number == Lead.number).where(Complaint.made_at > since)
        purposes = Consent.purpose.in_((EVERYWHERE, plan.purpose))
        yield ids.join(Consent, Consent.number == Lead.number).where(purposes, Consent.at <= at)
        if plan.list.fresh_days:
            oldest = at.astimezone(zone_named(plan.zone)).date() - timedelta(days=plan.list.fresh_days)
            yield ids.where(Lead.dated < oldest)
        if plan.list.excludes:
            products = Exclusion.product.in_(plan.list.excludes)
            yield ids.join(Exclusion, Exclusion.number == Lead.number).where(products)
        if plan.caps:
            span = timedelta(days=max(cap.days for cap in plan.caps))
            yield ids.join(Attempt, Attempt.number == Lead.number).where(Attempt.started_at > at - span)
