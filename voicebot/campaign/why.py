"""Why a lead is not called now: every check in the order in which a claim makes them, each with its verdict.

Words for people; the checks themselves are policy's and the store's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from voicebot.campaign.policy.masking import masked, masked_key
from voicebot.campaign.policy.order import Lane, Waiting, explain
from voicebot.campaign.policy.plan import Plan
from voicebot.campaign.policy.states import DIALLING, CampaignState, LeadState
from voicebot.campaign.policy.windows import LEGAL, Window, may_call, zone_named
from voicebot.errors import UsageError
from voicebot.store import campaigns
from voicebot.store.lead_looked_up import FoundLead, before_it, find_leads, in_air, refusals_of
from voicebot.store.refusals import stale
from voicebot.store.store import Store


@dataclass(frozen=True)
class Check:
    """One check. `ok`: it does not keep the lead from being called now."""

    name: str
    ok: bool
    words: str


@dataclass(frozen=True)
class Why:
    """All checks of one lead. `number` is masked."""

    campaign: str
    lead: str
    number: str
    at: datetime
    checks: tuple[Check, ...]

    @property
    def verdict(self) -> str:
        """In one sentence."""
        failed = [check for check in self.checks if not check.ok]
        if not failed:
            return "it is called as soon as its turn comes"
        return f"it is not called now: {failed[0].words}" + (f" (and {len(failed) - 1} more)" if failed[1:] else "")


def why(
    store: Store, plan: Plan, lead: str, number: str | None, at: datetime, outer: Window = LEGAL
) -> tuple[Why, ...]:
    """Each lead of the campaign with the key `lead`, else with the `number` (E.164), as of `at` (aware).

    Raises UsageError when there is none, StoreError.
    """
    found = find_leads(store, plan.name, lead, number)
    if not found:
        raise UsageError(f"campaign {plan.name!r} has no lead {lead!r}; give its key of the list, or its number")
    return tuple(
        Why(
            plan.name,
            masked_key(one.key, one.number),
            masked(one.number),
            at,
            tuple(_checks(store, plan, one, at, outer)),
        )
        for one in found
    )


def _checks(store: Store, plan: Plan, lead: FoundLead, at: datetime, outer: Window) -> Iterator[Check]:
    state = campaigns.find(store, plan.name).state
    yield Check("campaign", state in DIALLING, _campaign_words(plan.name, state))
    yield Check("lead", lead.state == LeadState.WAITING, _state_words(lead, plan))
    if lead.state in (LeadState.DONE, LeadState.REFUSED):
        return
    due = lead.due_at is None or lead.due_at <= at
    yield Check("due", due, _due_words(lead, plan, due))
    yield _hours(plan, lead, at, outer)
    refused = refusals_of(store, plan, lead, at)
    old = stale(lead.dated, plan, at)
    yield Check("freshness", old is None, old.why if old is not None else "its data is new enough")
    for name in ("stop list", "complaints", "consent", "exclusion", "frequency"):
        refusal = refused.get(name)
        words = refusal.why if refusal is not None else _ALLOWED[name]
        if refusal is not None and refusal.until is not None:
            words += f"; again from {_clock(refusal.until, plan)}"
        yield Check(name, refusal is None, words)
    if lead.state == LeadState.WAITING:
        yield Check("order", True, _order_words(store, plan, lead, at))
    live = in_air(store, plan.name)
    free = plan.lines.concurrency - live
    yield Check("lines", free > 0, f"{live} of {plan.lines.concurrency} lines are in use")


_ALLOWED = {
    "stop list": "not on the stop list",
    "complaints": "no complaint within the plan's months",
    "consent": "consent is not in the way",
    "exclusion": "not excluded",
    "frequency": "within all caps on calls to one person",
}


def _campaign_words(name: str, state: CampaignState) -> str:
    if state in DIALLING:
        return f"campaign {name} is running"
    return f"campaign {name} is {state}; new calls are placed only while it is running"


def _state_words(lead: FoundLead, plan: Plan) -> str:
    attempts = f"{lead.attempts} attempts so far"
    if lead.state == LeadState.CLAIMED:
        return f"a call to it is in the air: attempt {lead.attempt_id}, held by {lead.lease_owner}"
    if lead.state == LeadState.DONE:
        return f"finished with {lead.code} after {lead.attempts} attempts: {lead.why}"
    if lead.state == LeadState.REFUSED:
        return f"refused with {lead.code}: {lead.why}"
    return f"waiting, {attempts} of at most {plan.retry.max_attempts}"


def _due_words(lead: FoundLead, plan: Plan, due: bool) -> str:
    if lead.due_at is None:
        return "due since it was loaded"
    since = f"due {'since' if due else 'not before'} {_clock(lead.due_at, plan)}"
    return f"{since}: {lead.why}" if lead.why else since


def _hours(plan: Plan, lead: FoundLead, at: datetime, outer: Window) -> Check:
    name = lead.zone or plan.zone
    try:
        zone: ZoneInfo | None = zone_named(name)
    except UsageError:
        zone = None
    verdict = may_call(plan.window, outer, plan.calendar(), zone, at)
    if verdict.ok:
        return Check("hours", True, f"the hours are open in {name}")
    opened = f"; next opening {_clock(verdict.next_open, plan)}" if verdict.next_open else "; they never open"
    return Check("hours", False, verdict.why + opened)


def _order_words(store: Store, plan: Plan, lead: FoundLead, at: datetime) -> str:
    hour = at.astimezone(zone_named(plan.zone)).hour
    waiting = Waiting(
        lead.score,
        lead.due_at or lead.created_at,
        lead.tries,
        lead.lane == Lane.NEED,
        lead.lane == Lane.CALLBACK,
        lead.persona,
    )
    count = before_it(store, plan, lead, at)
    place = f"{count:,} leads before it" if count != 1 else "1 lead before it"
    return f"{place}; {explain(waiting, plan.best, hour)}"


def _clock(moment: datetime, plan: Plan) -> str:
    return f"{moment.astimezone(zone_named(plan.zone)):%a %Y-%m-%d %H:%M} {plan.zone}"
