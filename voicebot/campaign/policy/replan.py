"""The rest of a campaign planned anew from what was reached, and whether to call more, go on, or look for a cause.

Pure and exact. Where the figures come from (options, the store) is not decided here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from voicebot.campaign.policy.exact import as_count, as_percent, nearest, upward
from voicebot.campaign.policy.targets import QUANTITIES, Solved
from voicebot.errors import UsageError


@dataclass(frozen=True)
class Actuals:
    """What was reached so far: leads dialled, of these connected, graded A or B, added; None: not known."""

    leads: int
    connected: int
    intents: int | None = None
    adds: int | None = None

    def check(self) -> None:
        """Raises UsageError for a part that is larger than its whole."""
        for label, part, whole_label, whole in (
            ("connected", self.connected, "leads dialled", self.leads),
            ("intents", self.intents, "connected", self.connected),
            ("adds", self.adds, "connected", self.connected),
        ):
            if part is not None and part > whole:
                raise UsageError(f"{as_count(Fraction(part))} {label} of {as_count(Fraction(whole))} {whole_label}")

    def rates(self) -> dict[str, Fraction]:
        """The rates that these counts give, by the names of QUANTITIES."""
        pairs = (
            ("connect_rate", self.connected, self.leads),
            ("intent_rate", self.intents, self.connected),
            ("accept_rate", self.adds, self.intents),
            ("add_rate", self.adds, self.connected),
        )
        return {name: Fraction(part, whole) for name, part, whole in pairs if part is not None and whole}


@dataclass(frozen=True)
class Rest:
    """The rest at the rates reached so far; where one is not known, at the planned one.

    `adds`: so far, `estimated` when they were not counted. `forecast`: adds at the end, with the leads that are left.
    `leads_needed`: further leads for `target_left`; None when the rates reach nothing. `more_leads`: those of them that
    are not in the plan. `add_rate_needed`: of the leads that are left, for the target; above 1: out of reach; None
    when nobody is left to connect.
    """

    adds: Fraction
    estimated: bool
    rates: Mapping[str, Fraction]
    target_left: Fraction
    leads_left: int
    forecast: Fraction
    gap: Fraction
    leads_needed: int | None
    more_leads: int | None
    add_rate_needed: Fraction | None


def lacking(plan: Solved) -> tuple[str, ...]:
    """The quantities without which the rest cannot be planned."""
    return tuple(name for name in ("leads", "connect_rate", "add_rate", "adds") if name not in plan.values)


def rest(plan: Solved, done: Actuals) -> Rest:
    """The rest of `plan`, of which nothing may be `lacking`, after `done`."""
    target = plan.values["adds"] if plan.target is None else plan.target
    found = done.rates()
    rates = {"connect_rate": found.get("connect_rate", plan.values["connect_rate"])}
    rates["add_rate"] = found.get("add_rate", _expected(plan, found))
    adds = done.connected * rates["add_rate"] if done.adds is None else Fraction(done.adds)
    target_left = max(Fraction(), target - adds)
    leads_left = max(0, upward(plan.values["leads"]) - done.leads)
    a_lead = rates["connect_rate"] * rates["add_rate"]
    forecast = adds + leads_left * a_lead
    needed = upward(target_left / a_lead) if a_lead else (None if target_left else 0)
    reachable = leads_left * rates["connect_rate"]
    return Rest(
        adds=adds,
        estimated=done.adds is None,
        rates=rates,
        target_left=target_left,
        leads_left=leads_left,
        forecast=forecast,
        gap=forecast - target,
        leads_needed=needed,
        more_leads=None if needed is None else max(0, needed - leads_left),
        add_rate_needed=target_left / reachable if reachable else None,
    )


def _expected(plan: Solved, found: Mapping[str, Fraction]) -> Fraction:
    """The add rate while adds are not counted: the intent rate reached × the accept rate planned, else as planned."""
    if "intent_rate" in found and "accept_rate" in plan.values:
        return found["intent_rate"] * plan.values["accept_rate"]
    return plan.values["add_rate"]


# --- ramp -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class RampRule:
    """`good`, `bad`: a rate reached as a share of the planned one. `step`: by which calls grow. `least`: leads dialled
    before anything is judged."""

    good: Fraction = Fraction(11, 10)
    bad: Fraction = Fraction(8, 10)
    step: Fraction = Fraction(2, 10)
    least: int = 500

    def __post_init__(self) -> None:
        if not 0 < self.bad < self.good:
            raise UsageError(
                f"bad from {as_percent(self.bad)} of the plan down and good from {as_percent(self.good)} up do not fit;"
                " --bad must be above 0 and below --good"
            )


@dataclass(frozen=True)
class Advice:
    """What to do next. `factor`: by which the calls planned for the next week are multiplied. `why`: for people."""

    verdict: Literal["scale up", "hold", "alert", "too few"]
    factor: Fraction
    why: tuple[str, ...]


def advise(plan: Solved, done: Actuals, left: Rest, rule: RampRule) -> Advice:
    """Alert when a rate or the forecast of `left` is bad; scale up when the last rate of the funnel that is known is
    good and none is bad; else hold. The last known is the add rate, else the accept, the intent, the connect rate."""
    if done.leads < rule.least:
        return Advice("too few", Fraction(1), (f"{done.leads:,} leads dialled, judged from {rule.least:,} on",))
    found = {
        name: rate / plan.values[name] for name, rate in done.rates().items() if name in plan.values
    }  # planned rates are above 0
    bad = sorted((share, name) for name, share in found.items() if share <= rule.bad)
    why = tuple(_against(plan, name, share) for share, name in bad)
    target = left.forecast - left.gap
    if left.forecast <= rule.bad * target:
        shown = (as_count(nearest(left.forecast)), as_count(target), as_percent(left.forecast / target))
        why = (*why, "forecast {} adds of {}: {} of the target".format(*shown))
    if why:
        return Advice("alert", Fraction(1), why)
    last = next(name for name in ("add_rate", "accept_rate", "intent_rate", "connect_rate") if name in found)
    why = (_against(plan, last, found[last]),)
    if found[last] >= rule.good:
        return Advice("scale up", 1 + rule.step, why)
    return Advice("hold", Fraction(1), why)


def _against(plan: Solved, name: str, share: Fraction) -> str:
    planned = plan.values[name]
    return (
        f"{QUANTITIES[name].label} {as_percent(planned * share)}, planned {as_percent(planned)}:"
        f" {as_percent(share)} of the plan"
    )
