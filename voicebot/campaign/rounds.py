"""One round of the dialer over the store: leases kept, results settled, campaigns taken on, leads claimed.

It blocks, so it runs on a native thread; nothing of the switch here. The greenlets that dial are runner.py's.
"""

import logging
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from voicebot.campaign.floor import FindFloor, no_agents
from voicebot.campaign.in_hand import Hands, View, view_of
from voicebot.campaign.line import Line, Lines
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.course import Facts, due_step
from voicebot.campaign.policy.pace import Pace
from voicebot.campaign.policy.pacing import Limits, to_start
from voicebot.campaign.policy.plan import Plan
from voicebot.campaign.policy.plan_reader import read_plan
from voicebot.campaign.policy.shares import Demand, allot
from voicebot.campaign.policy.states import DIALLING, CampaignState
from voicebot.campaign.policy.windows import LEGAL, Window, may_call, zone_named
from voicebot.errors import InputFault, UsageError
from voicebot.store import campaigns, leases
from voicebot.store.arms import assigned_version
from voicebot.store.claims import LEASE, Claimed, claim, still_allowed
from voicebot.store.records import AttemptResult
from voicebot.store.refusals import Refusal
from voicebot.store.running import Standing, anyone_due, budget_spent, standings, zones_of
from voicebot.store.settle import settle
from voicebot.store.store import Store

log = logging.getLogger(__name__)

AHEAD_S = 1.0
"""So far ahead leads are claimed: what is claimed is dialled within this time."""
LOOKS = 20
"""So often in one round a campaign is asked for leads while those it has are refused or asleep."""
RENEW_EVERY = LEASE / 4
ZONES_FOR = timedelta(minutes=1)
"""How long the zones of a campaign's leads are held for known."""
BY = "dialer"
"""Who it was, for the audit."""


@dataclass(frozen=True)
class Due:
    """A lead to be dialled at `start`, in seconds of the clock that the round was given."""

    plan: Plan
    claimed: Claimed
    start: float


@dataclass(frozen=True)
class Round:
    """What a round came to. `held`: attempts that the store has under our lease."""

    due: tuple[Due, ...]
    held: frozenset[str]


@dataclass(frozen=True)
class Scope:
    """Whose campaigns. `owner`: this dialer in the store; `names`: only these campaigns, empty for all; `outer`: the
    hours that no plan can widen; `lines`, `calls_per_second`: what the node carries."""

    owner: str
    lines: int
    calls_per_second: float
    names: tuple[str, ...] = ()
    simulated: bool = False
    outer: Window = LEGAL


class Rounds:
    """The dialer's dealings with the store. One thread at a time, but for `check` and `turn_back`."""

    def __init__(
        self,
        store: Store,
        lines: Lines,
        scope: Scope,
        clock: Callable[[], datetime],
        floor: FindFloor = no_agents,
        check_clock: Callable[[], None] = lambda: None,
    ) -> None:
        """`check_clock`: raises StoreError while `clock` is not to be trusted; then nobody is dialled."""
        self._store, self._lines, self._scope, self._clock, self._floor = store, lines, scope, clock, floor
        self._plans: dict[str, Plan] = {}
        self._unreadable: set[str] = set()
        self._zones: dict[str, tuple[datetime, tuple[str, ...]]] = {}
        self._paces: dict[str, Pace] = {}
        self._node = Pace(scope.calls_per_second)
        self._renewed: datetime | None = None
        self._turn = 0
        self._in_force: dict[str, Plan] = {}
        self._check_clock = check_clock

    def now(self) -> datetime:
        """The clock by which leases run."""
        return self._clock()

    def run(self, hands: Hands, now: float, *, dialling: bool = True) -> Round:
        """One round at `now` seconds; not `dialling`: nothing new is claimed. Raises StoreError."""
        at = self._clock()
        self._renew(hands, at)
        for attempt_id, campaign in leases.finished(self._store, self._scope.owner, at):
            # A result may be written a moment before its channel is gone, and nobody is dialled twice at once.
            if attempt_id not in hands.going and (plan := self._plan_of(campaign)) is not None:
                settle(self._store, plan, attempt_id, self._scope.outer)
        found = standings(self._store, simulated=self._scope.simulated, names=self._scope.names)
        taken = [(one, plan, self._take_on(one, plan, at)) for one in found if (plan := self._plan(one)) is not None]
        self._in_force = {plan.name: plan for _, plan, _ in taken}
        running = [(one, plan) for one, plan, state in taken if state in DIALLING]
        due = self._claim(running, hands, at, now) if dialling else ()
        return Round(due, leases.held_by(self._store, self._scope.owner))

    def idle(self, patience: timedelta = timedelta()) -> bool:
        """Whether nobody could be dialled within `patience` or is under lease. Raises StoreError."""
        scope, until = self._scope, self._clock() + patience
        return not anyone_due(self._store, until, simulated=scope.simulated, names=scope.names)

    def check(self, due: Due, line: Line) -> Refusal | None:
        """The last look before the switch is told to dial, by the plan as of the latest round; its line and arm are
        written down. Raises StoreError."""
        claimed = due.claimed
        assigned_version(self._store, claimed.lead_id)
        leases.note_line(self._store, claimed.attempt_id, line.gateway, line.caller_number)
        plan = self._in_force.get(due.plan.name, due.plan)
        return still_allowed(self._store, plan, claimed, self._clock(), self._scope.outer)

    def turn_back(self, due: Due, refusal: Refusal) -> None:
        """A claimed lead is not dialled. Raises StoreError."""
        leases.turn_back(self._store, due.claimed.attempt_id, refusal, self._clock())

    def hand_on(self, due: Due, result: AttemptResult) -> Due | None:
        """The attempt ends with `result`, and its lead has another at once; None when it is not ours any more. Raises
        StoreError."""
        at = self._clock()
        attempt_id = leases.hand_on(self._store, result, self._scope.owner, at)
        if attempt_id is None:
            return None
        return replace(due, claimed=replace(due.claimed, attempt_id=attempt_id, try_number=due.claimed.try_number + 1))

    def _renew(self, hands: Hands, at: datetime) -> None:
        if self._renewed is None or abs(at - self._renewed) >= RENEW_EVERY:  # a clock that is set back renews too
            leases.renew(self._store, self._scope.owner, tuple(hands.held), at)
            self._check_clock()
            self._renewed = at

    def _plan(self, one: Standing) -> Plan | None:
        """Its plan as it stands now; None for one that this program cannot read, which is said once."""
        known = self._plans.get(one.plan_text)
        if known is None and one.plan_text not in self._unreadable:
            try:
                known = self._plans[one.plan_text] = read_plan(one.plan_text, f"the plan of {one.campaign}")
            except InputFault as fault:
                self._unreadable.add(one.plan_text)
                log.error("campaign %s is not dialled: %s", one.campaign, fault)
        return known

    def _plan_of(self, campaign: str) -> Plan | None:
        """For a lead whose campaign may have ended meanwhile."""
        try:
            return campaigns.plan_of(self._store, campaign)
        except (UsageError, InputFault) as fault:
            log.error("campaign %s: its results are not settled: %s", campaign, fault)
            return None

    def _take_on(self, one: Standing, plan: Plan, at: datetime) -> CampaignState:
        """The state after the step that is due, if one is."""
        spent = bool(plan.budget_calls) and budget_spent(self._store, plan.name, plan.budget_calls)
        facts = Facts(one.live, one.waiting, one.loaded, self._is_open(plan, at), spent, one.starts_at)
        step = due_step(one.state, facts, at)
        if step is None:
            return one.state
        rest = Code.BUDGET if spent else Code.CANCELLED
        # A list may be loaded in this moment: its leads are not to wait in a campaign that is over.
        dry = step.to == CampaignState.DONE and one.state != CampaignState.DRAINING
        before = campaigns.step_to(
            self._store, plan.name, step.to, by=BY, why=step.why, only_from=one.state, if_none_waits=dry, rest=rest
        )
        return step.to if before == one.state else before

    def _is_open(self, plan: Plan, at: datetime) -> bool:
        """Whether somebody of the campaign may be called now."""
        asked, zones = self._zones.get(plan.name, (at - ZONES_FOR, ()))
        if at - asked >= ZONES_FOR:
            zones = zones_of(self._store, plan.name)
            self._zones[plan.name] = (at, zones)
        calendar, outer = plan.calendar(), self._scope.outer
        return any(may_call(plan.window, outer, calendar, _zone(name), at).ok for name in (plan.zone, *zones))

    def _claim(
        self, running: Sequence[tuple[Standing, Plan]], hands: Hands, at: datetime, now: float
    ) -> tuple[Due, ...]:
        live = Counter(hands.held.values())
        views = [view_of(one, plan, self._floor(plan), hands) for one, plan in self._turned(running)]
        demands = []
        for number, view in enumerate(views):
            wanted = self._wanted(view, views, now)
            views[number] = view.with_started(wanted)  # the next campaign of the same agents reckons with them
            name = view.plan.name
            demands.append(Demand(name, live[name], view.plan.lines.guaranteed, wanted))
        others = sum(count for name, count in live.items() if name not in {plan.name for _, plan in running})
        lines = min(self._scope.lines - others, sum(one.live for one in demands) + self._node.within(now, AHEAD_S))
        given = allot(lines, demands)
        due: list[Due] = []
        for _, plan in running:
            due += [self._started(plan, one, now) for one in self._leads(plan, given[plan.name], at)]
        return tuple(due)

    def _turned(self, running: Sequence[tuple[Standing, Plan]]) -> list[tuple[Standing, Plan]]:
        """Each round another campaign comes first, so that those with the same agents share them evenly."""
        self._turn += 1
        first = self._turn % len(running) if running else 0
        return [*running[first:], *running[:first]]

    def _wanted(self, view: View, views: Sequence[View], now: float) -> int:
        """How many calls the campaign would start now: by its mode, its rate, and what the lines carry."""
        plan = view.plan
        load = replace(view.load, others=sum(other.claims for other in views if other.shares_agents_with(view)))
        limits = Limits(plan.lines.concurrency, plan.lines.abandon_cap)
        start = to_start(plan.lines.mode, load, view.floor.measured, limits)
        pace = self._pace(plan).within(now, AHEAD_S)
        if not min(start, pace):
            return 0
        # A lead that has no line yet will take one: neither the lines nor their rates count it.
        ahead = math.ceil(plan.lines.calls_per_second * AHEAD_S) - view.unlined
        return max(0, min(start, pace, ahead, self._lines.room(plan) - view.unlined))

    def _pace(self, plan: Plan) -> Pace:
        """The campaign's pace; a changed rate holds at once."""
        known = self._paces.get(plan.name)
        return Pace(plan.lines.calls_per_second, known.next_at if known else 0.0)

    def _started(self, plan: Plan, claimed: Claimed, now: float) -> Due:
        self._paces[plan.name], own = self._pace(plan).take(now)
        self._node, node = self._node.take(now)
        return Due(plan, claimed, max(own, node))

    def _leads(self, plan: Plan, wanted: int, at: datetime) -> list[Claimed]:
        found: list[Claimed] = []
        for _ in range(LOOKS):
            if len(found) >= wanted:
                break
            got = claim(self._store, plan, self._scope.owner, wanted - len(found), at, self._scope.outer)
            found += got.leads
            if not (got.refused or got.postponed):
                break
        return found


def _zone(name: str) -> tzinfo | None:
    """None for a zone that nobody knows: its leads are never called."""
    try:
        return zone_named(name)
    except UsageError:
        return None
