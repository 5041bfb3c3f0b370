"""What `voicebot plan` is given, by options and by the store, as one Question. Options go before what is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, tzinfo
from fractions import Fraction
from typing import Any

import click

from voicebot.campaign.policy.calculator import Answer, Messages, Question
from voicebot.campaign.policy.calendar import Calendar
from voicebot.campaign.policy.exact import from_store, parsed, upward
from voicebot.campaign.policy.replan import Actuals, RampRule
from voicebot.campaign.policy.targets import QUANTITIES, following
from voicebot.campaign.policy.windows import MARKETING, Window, parse_days, zone_named
from voicebot.errors import UsageError
from voicebot.reports.targets import actuals, first_day, loaded
from voicebot.store import campaigns
from voicebot.store.store import Store
from voicebot.store.targets import targets_of


def number(text: str) -> Fraction:
    """An option's number, exactly: 600,000, 0.65, 65%."""
    try:
        return parsed(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def whole(text: str) -> int:
    """An option's whole number: 90, 600,000."""
    found = number(text)
    if found.denominator != 1:
        raise click.BadParameter(f"{text!r} is no whole number")
    return int(found)


def day(text: str) -> date:
    """An option's day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no date; write for example 2026-12-01") from None


@dataclass(frozen=True)
class Stored:
    """What a campaign has in the store; empty without one."""

    targets: Mapping[str, Fraction] = field(default_factory=dict)
    window: Window = MARKETING
    calendar: Calendar = field(default_factory=Calendar)
    zone: tzinfo | None = None
    start: date | None = None
    done: Actuals | None = None
    loaded: int = 0


def stored(store: Store, name: str) -> Stored:
    """The campaign's targets, calendar, list, first day (planned, else that of the first call), figures so far.

    Raises UsageError for an unknown campaign, StoreError.
    """
    targets = {key: from_store(value) for key, value in targets_of(store, name).items()}
    found = campaigns.find(store, name)
    plan = found.plan
    zone = zone_named(plan.zone) if plan else UTC
    start = found.starts_at.astimezone(zone).date() if found.starts_at else first_day(store, name)
    kept = Stored(targets, zone=zone, start=start)
    with store.reading() as connection:
        kept = replace(kept, loaded=loaded(connection, name))
    kept = replace(kept, done=actuals(store, name))
    return replace(kept, window=plan.window, calendar=plan.calendar()) if plan else kept


def question_of(options: Mapping[str, Any], kept: Stored, today: date) -> Question:
    """All that is known. Raises UsageError for options that lack each other or are out of range."""
    target = options["target_adds"] or kept.targets.get("adds")
    given = {name: options[name] for name in QUANTITIES if name != "adds" and options[name] is not None}
    for name in QUANTITIES:
        if name != "adds" and name in kept.targets and name not in following(given):
            given[name] = kept.targets[name]
    if kept.loaded and "leads" not in following(given):
        given["leads"] = Fraction(kept.loaded)
    start = options["start"] or kept.start
    done = _done(options, kept.done)
    days_done = options["days_done"]
    if days_done is None and start is not None and done is not None:
        days_done = max(0, (today - start).days)
    return Question(
        given=given,
        target=target,
        days=_count(options["days"], kept, "days"),
        start=start,
        friends=_count(options["friends_per_account"], kept, "friends_per_account"),
        accounts=_count(options["accounts"], kept, "accounts"),
        window=_window(options["call_days"], kept.window),
        calendar=_calendar(options["holidays"], kept.calendar),
        calls_per_lead=_above_0("--calls-per-lead", options["calls_per_lead"], Fraction(1)),
        ramp=_ramp(options["ramp"]),
        done=done,
        days_done=days_done,
        rule=_rule(options),
        cost=options["cost"],
        lead_price=options["lead_price"],
        order_rate=_share("--order-rate", options["order_rate"]),
        order_value=options["order_value"],
        messages=_messages(options),
    )


def saved(question: Question, found: Answer) -> dict[str, float]:
    """The figures that become targets: what was given and what follows, counts of people rounded up."""
    targets = {
        name: float(value) if QUANTITIES[name].kind == "rate" else upward(value)
        for name, value in found.solved.values.items()
    }
    if question.target is not None:
        targets["adds"] = int(question.target)
    needed = found.accounts.needed if question.accounts is None else question.accounts
    counts = {"days": found.days, "friends_per_account": question.friends, "accounts": needed}
    return targets | {name: count for name, count in counts.items() if count is not None}


def _count(given: int | None, kept: Stored, name: str) -> int | None:
    return given if given is not None or name not in kept.targets else upward(kept.targets[name])


def _done(options: Mapping[str, Any], kept: Actuals | None) -> Actuals | None:
    names = ("leads", "connected", "intents", "adds")
    given = {name: options[f"done_{name}"] for name in names if options[f"done_{name}"] is not None}
    if not given:
        return kept
    known = given if kept is None else {name: getattr(kept, name) for name in names} | given
    lacking = [f"--done-{name}" for name in ("leads", "connected") if known.get(name) is None]
    if lacking:
        raise UsageError(f"the rest cannot be planned from {_options(given)} alone; give also {', '.join(lacking)}")
    done = Actuals(**known)
    done.check()
    return done


def _options(given: Mapping[str, int]) -> str:
    return ", ".join(f"--done-{name}" for name in given)


def _window(days: str | None, usual: Window) -> Window:
    return usual if days is None else replace(usual, days=parse_days(day.strip() for day in days.split(",")))


def _calendar(country: str | None, usual: Calendar) -> Calendar:
    return usual if country is None else Calendar("" if country == "none" else country)


def _ramp(text: str | None) -> tuple[Fraction, ...]:
    try:
        paces = tuple(parsed(part) for part in text.split(",")) if text else ()
    except ValueError as error:
        raise UsageError(f"--ramp: {error}; weeks are divided by commas, 20%,50%") from None
    for pace in paces:
        _share("--ramp", pace, least=True)
    return paces


def _rule(options: Mapping[str, Any]) -> RampRule:
    given = {name: options[name] for name in ("good", "bad", "step", "least") if options[name] is not None}
    return RampRule(**given)


def _messages(options: Mapping[str, Any]) -> Messages | None:
    names = ("sms", "sms_response_rate", "sms_order_rate")
    lacking = ["--" + name.replace("_", "-") for name in names if options[name] is None]
    if len(lacking) == len(names) and options["sms_cost"] is None and options["sms_price"] is None:
        return None
    if lacking:
        raise UsageError(f"messages cannot be reckoned without {', '.join(lacking)}")
    number = _above_0("--sms", options["sms"], Fraction(1))
    return Messages(
        number, options["sms_response_rate"], options["sms_order_rate"], options["sms_cost"], options["sms_price"]
    )


def _above_0(option: str, value: Fraction | None, usual: Fraction) -> Fraction:
    if value is None:
        return usual
    if value <= 0:
        raise UsageError(f"{option}: {value} must be above 0")
    return value


def _share(option: str, value: Fraction | None, *, least: bool = False) -> Fraction | None:
    """A rate above 0 (`least`: or 0) and at most 1. Raises UsageError."""
    if value is not None and not (0 <= value <= 1 if least else 0 < value <= 1):
        raise UsageError(f"{option}: {float(value):g} is no rate; 65 of a hundred are written 0.65 or 65%")
    return value
