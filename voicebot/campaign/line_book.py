"""Gives each attempt its line: gateway and number shown, within all that these, the switch and the campaign carry.

What is tried first is policy's (line_choice.py), what is in use is counted in store/capacity.py. Behind the port of
line.py; every method blocks on the database and on Redis.
"""

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from voicebot.campaign.line import Line, NoLine
from voicebot.campaign.policy.caller_numbers import CallerNumber, usable
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.line_choice import Gateway, Lacking, Node, Way, Wish, ways
from voicebot.campaign.policy.plan import Plan
from voicebot.errors import LimitsUnknown, StoreError
from voicebot.store import gateways, number_health, own_numbers
from voicebot.store.capacity import LEASE_S, Ask, Cap, Capacity, Forgotten, Full, Room, Taken, campaign_key, rate_of
from voicebot.store.claims import Claimed
from voicebot.store.gateways import UnderWay
from voicebot.store.store import Store

log = logging.getLogger(__name__)

REFRESH = timedelta(seconds=2)
"""How old what is known of gateways and numbers may be; caps do not depend on it."""
HEALTH_EVERY = timedelta(seconds=30)
RENEW_S = LEASE_S / 3
"""How often `renew` wants to be called."""
DOWN_FOR = timedelta(seconds=30)
"""A gateway that the switch found down is tried again after so long, if nothing else was told of it; a failed try
costs the lead no attempt."""
NODE_REST = timedelta(seconds=1)
"""A switch that had too many new sessions in a second gets none for this long."""
BY = "dialer"


class LineBook:
    """The lines as the dialer of one switch sees them. `own`: the gateway and the number shown (empty: the gateway's
    own) of an installation that has set up none. `only`: gateways in place of the store's, of a simulated network."""

    def __init__(
        self,
        store: Store,
        capacity: Capacity,
        node: Node,
        own: tuple[Gateway, str],
        clock: Callable[[], datetime],
        only: Sequence[Gateway] = (),
    ) -> None:
        self._store, self._capacity, self._node, self._own, self._clock = store, capacity, node, own, clock
        self._only = only
        self._known: dict[str, _Known] = {}
        self._live: dict[str, Ask] = {}
        self._epoch = ""
        self._rests_until: datetime | None = None
        self._lock = threading.Lock()

    def room(self, plan: Plan) -> int:
        """How many more calls of the campaign the lines carry now; 0 when nobody counts. Raises StoreError."""
        now = self._clock()
        known = self._read(plan, now)
        if self._rests(now):
            return 0
        through = known.gateways_of(plan)
        caps = [*self._caps(plan), *(_gateway_cap(one) for one in through)]
        try:
            self._begin(now)
            found = self._capacity.room(self._ask_of("room", plan, caps))
            if isinstance(found, Forgotten):
                self._tell_all(found.epoch)
                return 0
        except LimitsUnknown as error:
            log.warning("%s", error)
            return 0
        campaign, node, *each = found.calls
        return min(campaign, node, sum(each), known.numbers_left(now))

    def choose(self, plan: Plan, claimed: Claimed, tried: Collection[str] = ()) -> Line | NoLine:
        """A line for the attempt, written on it; not through the gateways `tried`. Raises StoreError.

        Redis down is NoLine: nobody then knows the counts of all dialers, and a share of one's own would need to know
        how many dialers live.
        """
        now = self._clock()
        self._release(claimed.attempt_id)
        if self._rests_until is not None and self._rests(now):
            left = (self._rests_until - now).total_seconds()
            return NoLine(f"switch {self._node.name}: its new sessions a second were passed", left)
        known = self._read(plan, now)
        lacking = Lacking({f"gateway {name}": "did not take this attempt" for name in tried})
        wish = Wish(claimed.area, claimed.shown or "", claimed.lead_id)
        try:
            self._begin(now)
            for way in ways(self._node, known.gateways, known.numbers, plan.lines, wish, now, lacking):
                line = self._take(way, claimed, plan, now, lacking)
                if line is not None:
                    return line
                if f"campaign {plan.name}" in lacking.why:
                    break
        except LimitsUnknown as error:
            return NoLine(str(error))
        return NoLine(str(lacking), lacking.rest_s)

    def others(self, plan: Plan, tried: Collection[str]) -> bool:
        """Whether another gateway is up here that the plan may use. Raises StoreError."""
        return any(one.name not in tried for one in self._read(plan, self._clock()).gateways_of(plan))

    def done(self, claimed: Claimed, line: Line, code: Code | None) -> None:
        """The call is over. A gateway that it found down is taken out; a switch that throttled rests.

        What Redis does not take now ends with its lease. Raises StoreError.
        """
        self._release(claimed.attempt_id)
        now = self._clock()
        if code is Code.GATEWAY_DOWN:
            self.gateway_told(line.gateway, False, "an attempt found it down")
        elif code is Code.THROTTLED:
            self._rests_until = now + NODE_REST

    def renew(self) -> None:
        """The calls that are not done live, and so do those of dialers that are gone while nobody knows their end.

        To be called each RENEW_S. Raises LimitsUnknown, StoreError; call again then.
        """
        with self._lock:
            live = list(self._live.values())
        left = [self._ask_again(one) for one in gateways.under_way(self._store, self._clock())]
        if live or left:
            self._capacity.renew([*left, *live])

    def gateway_told(self, name: str, up: bool, why: str) -> bool:
        """What the switch tells of a gateway; see policy/gateway_state.py. Whether it changed. Raises StoreError."""
        changed = gateways.set_by_switch(self._store, name, up, why, self._clock(), by=BY)
        if changed:
            log.warning("gateway %s is %s: %s", name, "up" if up else "down", why)
            self._known.clear()
        return changed

    def _rests(self, now: datetime) -> bool:
        # A clock that is set back makes no rest longer.
        return self._rests_until is not None and self._rests_until - NODE_REST <= now < self._rests_until

    def _release(self, attempt_id: str) -> None:
        with self._lock:
            ask = self._live.pop(attempt_id, None)
        if ask is not None:
            try:
                self._capacity.give_back(ask.token, ask.caps)
            except LimitsUnknown as error:
                log.warning("the line of attempt %s is free in %d s only: %s", attempt_id, LEASE_S, error)

    # --- what there is --------------------------------------------------------------------------------
    def _read(self, plan: Plan, now: datetime) -> "_Known":
        """Gateways and the pool's numbers, not older than REFRESH."""
        pool = plan.lines.pool
        known = self._known.get(pool)
        if known is not None and abs(now - known.at) < REFRESH:
            return known
        checked = known.checked if known is not None else None
        if checked is None or now - checked >= HEALTH_EVERY:
            for number, why in number_health.check_health(self._store, plan.health, now, pool).items():
                log.warning("number %s is quarantined: %s", number, why)
            checked = now
        own_numbers.wake(self._store, now)
        numbers = [one.number for one in own_numbers.listed(self._store, now, plan.zone, pool)]
        found = self._only or [self._tried_again(one, now) for one in gateways.listed(self._store)]
        # Without any number in the common pool the installation shows one number, or the gateway's own.
        shown = numbers if numbers or pool else None
        self._known[pool] = known = _Known(now, checked, found or [self._own[0]], shown, self._node)
        return known

    def _tried_again(self, gateway: Gateway, now: datetime) -> Gateway:
        told = gateway.because.startswith(gateways.BY_SWITCH) and gateway.since is not None
        if gateway.up or not told or now < (gateway.since or now) + DOWN_FOR:
            return gateway
        why = f"tried again after {DOWN_FOR.total_seconds():.0f} s"
        gateways.set_by_switch(self._store, gateway.name, True, why, now, by=BY)
        return replace(gateway, up=True, because="", since=now)

    # --- what is in use -------------------------------------------------------------------------------
    def _take(self, way: Way, claimed: Claimed, plan: Plan, now: datetime, lacking: Lacking) -> Line | None:
        """Places, then the number's caps. None: what was full stands in `lacking`."""
        ask = self._ask(way, claimed.attempt_id, plan)
        answer = self._capacity.take(ask)
        self._check_known(answer)
        if isinstance(answer, Full):
            kind, _, name = answer.key.partition(":")
            lacking.why[f"{kind} {name}"] = answer.why
            lacking.rest_s = max(lacking.rest_s, answer.wait_s)
            return None
        shown = way.number.number if way.number is not None else self._own[1]
        try:
            why = self._written(way, claimed.attempt_id, shown, plan.zone, now)
            # Lost since, it was told by other dialers of what stood in the store by then: not of this call.
            self._check_known(self._capacity.room(self._ask_of(claimed.attempt_id, plan, ())))
        except (StoreError, LimitsUnknown):
            self._capacity.give_back(ask.token, ask.caps)
            raise
        if why:
            self._capacity.give_back(ask.token, ask.caps)
            lacking.why[f"number {shown}"] = why
            self._known.pop(plan.lines.pool, None)
            return None
        with self._lock:
            self._live[claimed.attempt_id] = ask
        return Line(way.gateway.name, shown, way.gateway.causes)

    def _check_known(self, answer: Taken | Full | Room | Forgotten) -> None:
        """Raises LimitsUnknown when the memory is a new one; from then on it knows of all calls."""
        if isinstance(answer, Forgotten):
            self._tell_all(answer.epoch)
            raise LimitsUnknown("Redis was started anew and knew none of the live calls; they are told to it now")

    def _written(self, way: Way, attempt_id: str, shown: str, zone: str, now: datetime) -> str:
        """Why the number may not be shown after all; empty when the line stands on the attempt."""
        if way.number is not None:
            return own_numbers.reserve(self._store, attempt_id, shown, way.gateway.name, now, zone)
        own_numbers.write_line(self._store, attempt_id, shown, way.gateway.name)
        return ""

    def _ask(self, way: Way, attempt_id: str, plan: Plan) -> Ask:
        """Places in the campaign, the switch, the gateway and the number, all or none."""
        caps = [*self._caps(plan), _gateway_cap(way.gateway)]
        rates = [
            rate_of(caps[0].key, plan.lines.calls_per_second),
            rate_of(caps[1].key, self._node.calls_per_second),
            rate_of(caps[2].key, way.gateway.calls_per_second),
        ]
        if way.number is not None:
            number, gap = f"number:{way.number.number}", way.number.gap.total_seconds()
            caps += [Cap(number, way.number.max_calls or way.gateway.max_calls)]
            per_second = [1 / gap] if gap else []
            per_second += [way.number.calls_per_second] if way.number.calls_per_second else []
            rates += [rate_of(number, one) for one in per_second]
        return replace(self._ask_of(attempt_id, plan, caps), rates=tuple(rates))

    def _ask_of(self, token: str, plan: Plan, caps: Sequence[Cap]) -> Ask:
        return Ask(token, plan.name, plan.lines.guaranteed, tuple(caps), (), self._epoch)

    def _caps(self, plan: Plan) -> tuple[Cap, Cap]:
        return (
            Cap(campaign_key(plan.name), plan.lines.concurrency),
            Cap(f"node:{self._node.name}", self._node.max_calls, shared=True),
        )

    def _ask_again(self, one: UnderWay) -> Ask:
        """The same places for a call that lives; how many there are at most does not matter to it."""
        node = one.owner.rpartition("@")[2] or self._node.name
        number = [Cap(f"number:{one.number}", 1)] if one.number else []
        places = (Cap(campaign_key(one.campaign), 1), Cap(f"node:{node}", 1), Cap(f"gateway:{one.gateway}", 1), *number)
        return Ask(one.attempt_id, one.campaign, 0, places)

    def _begin(self, now: datetime) -> None:
        """Once, before the first question: Redis may be new, and the calls of other dialers older than it."""
        if not self._epoch:
            probe = self._capacity.room(Ask("begin", BY, 0, ()))
            self._tell_all(probe.epoch)

    def _tell_all(self, epoch: str) -> None:
        """Every call that the store knows to be in the air is counted from now on; all dialers do so alike."""
        with self._lock:
            live = list(self._live.values())
        self._capacity.renew([*(self._ask_again(one) for one in gateways.under_way(self._store)), *live])
        self._epoch = epoch


def _gateway_cap(gateway: Gateway) -> Cap:
    return Cap(f"gateway:{gateway.name}", gateway.max_calls, shared=True)


@dataclass(frozen=True)
class _Known:
    """`numbers` None: none are set up; `checked`: when their health was."""

    at: datetime
    checked: datetime
    gateways: Sequence[Gateway]
    numbers: Sequence[CallerNumber] | None
    node: Node

    def gateways_of(self, plan: Plan) -> list[Gateway]:
        """Those that are up here and that the campaign may use."""
        wanted = plan.lines.gateways
        return [
            one
            for one in self.gateways
            if one.up and one.node in ("", self.node.name) and (not wanted or one.name in wanted)
        ]

    def numbers_left(self, now: datetime) -> int:
        """Calls that the caps of the numbers still allow; no more than is sensible to ask for at once."""
        if self.numbers is None:
            return self.node.max_calls
        free = [one for one in self.numbers if not usable(one, now)]
        return min(self.node.max_calls, sum(self._left(one) for one in free))

    def _left(self, number: CallerNumber) -> int:
        hour = self.node.max_calls if number.hourly_cap is None else number.hourly_cap - number.hour
        day = self.node.max_calls if number.daily_cap is None else number.daily_cap - number.day
        return max(0, min(hour, day, number.max_calls or hour, 1 if number.gap else hour))
