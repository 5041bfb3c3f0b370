"""Reads a campaign's plan, YAML or the same as JSON; faults carry file:line:column and the remedy.

No clock, no database. What the values mean is plan.py's.
"""

import datetime
import functools
import re
from collections.abc import Callable
from typing import TypeVar

from voicebot.campaign.policy.answered import AnsweredBy, retries
from voicebot.campaign.policy.calendar import Calendar
from voicebot.campaign.policy.caller_numbers import STRATEGIES, HealthRule
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.frequency import DEFAULT as USUAL_CAPS
from voicebot.campaign.policy.frequency import FrequencyCap
from voicebot.campaign.policy.order import PARTS_OF_DAY, BestTimes
from voicebot.campaign.policy.pacing import Mode
from voicebot.campaign.policy.plan import Arm, Lines, ListRules, Plan
from voicebot.campaign.policy.plan_answered import read_answered, read_before_answer
from voicebot.campaign.policy.plan_costs import read_costs
from voicebot.campaign.policy.plan_values import number as _number
from voicebot.campaign.policy.retry import DEFAULT as USUAL_RETRY
from voicebot.campaign.policy.retry import RetryPolicy, Rule
from voicebot.campaign.policy.windows import MARKETING, Range, Window, parse_days, parse_range, zone_named
from voicebot.errors import UsageError
from voicebot.understanding.yaml_reader import Reader, suggestion, text_of
from voicebot.understanding.yaml_source import Items, Place, Tree, parse

T = TypeVar("T")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
LENGTH = re.compile(r"(\d{1,4})(s|m|h|d)")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
CONSENT = ("required", "not_refused")
LEAST_WAIT, MOST_WAIT = datetime.timedelta(seconds=2), datetime.timedelta(minutes=10)
"""For an agent: a telephone cannot ring for less, and nobody stays for more."""

LEAST_DELAY = datetime.timedelta(seconds=1)


def read_plan(text: str, shown: str) -> Plan:
    """The plan in YAML or JSON `text`; `shown` is its name in faults. Raises InputFault (file:line:column, remedy)."""
    reader = Reader(parse(text, shown), "the plan")
    name = reader.text("campaign")
    if not NAME.fullmatch(name):
        reader.at("campaign").fault(f"campaign {name!r}: a name has small letters, digits, - and _, at most 64")
    answered = read_answered(reader)
    plan = Plan(
        name=name,
        title=reader.text("title", name),
        purpose=reader.text("purpose", ""),
        arms=_arms(reader),
        place=reader.place,
        zone=_zone(reader),
        country=_country(reader),
        window=_window(reader.sub("window")),
        closed=_dates(reader, "closed_days"),
        worked=_dates(reader, "worked_days"),
        consent="required" if reader.word("consent", CONSENT, "not_refused") == "required" else "not_refused",
        complaint_months=reader.integer("complaint_months", 3, 0, 120),
        caps=_caps(reader),
        retry=retries(_retry(reader.sub("retry"), answered), answered),
        answered=answered,
        before_answer=read_before_answer(reader.sub("before_answer")),
        best=_best(reader.sub("best_hours")),
        list=_list(reader.sub("list")),
        lines=_lines(reader.sub("lines")),
        health=_health(reader.sub("number_health")),
        budget_calls=_budget(reader.sub("budget")),
        costs=read_costs(reader.sub("costs")),
        targets={name: _number(tree, f"target {name!r}") for name, tree in reader.mapping("targets").items()},
    )
    reader.done()
    if plan.consent == "required" and not plan.purpose:
        reader.at("consent").fault("consent is given for a purpose: name it with 'purpose'")
    return plan


def _arms(reader: Reader) -> tuple[Arm, ...]:
    if reader.has("arms") == reader.has("script"):
        reader.place.fault("a plan needs either 'script' or 'arms'")
    if reader.has("script"):
        return (Arm("only", reader.text("script")),)
    arms = []
    for name, sub in reader.subs("arms", "arm").items():
        if not NAME.fullmatch(name):
            sub.place.fault(f"arm {name!r}: a name has small letters, digits, - and _")
        arms.append(Arm(name, sub.text("script"), sub.integer("share", 1, 0, 1000)))
        sub.done()
    if not sum(arm.share for arm in arms):
        reader.at("arms").fault("no arm has a share; give at least one arm share: 1")
    return tuple(arms)


def _zone(reader: Reader) -> str:
    name = reader.text("zone", "Asia/Shanghai")
    _checked(reader.at("zone"), lambda: zone_named(name))
    return name


def _country(reader: Reader) -> str:
    code = reader.text("holidays", "CN")
    country = "" if code == "none" else code
    _checked(reader.at("holidays"), lambda: Calendar(country))
    return country


def _window(reader: Reader | None) -> Window:
    if reader is None:
        return MARKETING
    days = reader.texts("days")
    window = Window(
        ranges=_ranges(reader, "ranges") or MARKETING.ranges,
        days=_checked(reader.at("days"), lambda: parse_days(days)) if days else MARKETING.days,
        breaks=_ranges(reader, "breaks") if reader.has("breaks") else MARKETING.breaks,
    )
    reader.done()
    if not window.open_ranges():
        reader.place.fault("the window is never open: its breaks cover its ranges")
    return window


def _ranges(reader: Reader, key: str) -> tuple[Range, ...]:
    return tuple(_checked(reader.at(key), functools.partial(parse_range, text)) for text in reader.texts(key))


def _dates(reader: Reader, key: str) -> tuple[datetime.date, ...]:
    found = []
    for text in reader.texts(key):
        try:
            found.append(datetime.date.fromisoformat(text))
        except ValueError:
            reader.at(key).fault(f"{text!r} is no date; write for example 2026-10-01")
    return tuple(found)


def _caps(reader: Reader) -> tuple[FrequencyCap, ...]:
    if not reader.has("caps"):
        return USUAL_CAPS

    def cap(one: Reader) -> FrequencyCap:
        return FrequencyCap(one.integer("calls", 1, 1, 100), one.integer("days", 1, 1, 366))

    found: tuple[FrequencyCap, ...] = reader.each("caps", cap, "a cap")
    if not found:
        reader.at("caps").fault("'caps' is empty; without the key they are once a day and three times in 30 days")
    return found


def _retry(reader: Reader | None, answered: AnsweredBy) -> RetryPolicy:
    if reader is None:
        return USUAL_RETRY
    rules: dict[Code, Rule] = dict(USUAL_RETRY.rules)
    for name, sub in reader.subs("rules", "rule").items():
        codes = {str(code): code for code in Code}
        if name not in codes:
            sub.place.fault(f"{name!r} is no result code{suggestion(name, codes)}")
        if codes[name] in answered.given_up():
            sub.place.fault(f"{name} ends the lead by 'answered_by'; write {name.lower()}: try_later there")
        rules[codes[name]] = Rule(
            delay=_length(sub, "delay", datetime.timedelta(hours=1)),
            maximum=sub.integer("maximum", 1, 0, 20),
            next_window=sub.flag("next_window", False),
        )
        sub.done()
    policy = RetryPolicy(
        rules,
        max_attempts=reader.integer("max_attempts", USUAL_RETRY.max_attempts, 1, 20),
        ours_delay=_length(reader, "ours_delay", USUAL_RETRY.ours_delay),
        ours_maximum=reader.integer("ours_maximum", USUAL_RETRY.ours_maximum, 1, 100),
    )
    if not LEAST_DELAY <= policy.ours_delay <= policy.ours_longest:
        reader.at("ours_delay").fault("'ours_delay' after a failure of our own side must be 1s to 1h")
    reader.done()
    return policy


def _best(reader: Reader | None) -> BestTimes:
    if reader is None:
        return BestTimes()
    bonus = _number(tree, "'bonus'") if (tree := reader.take("bonus")) is not None else BestTimes().bonus
    hours: dict[str, tuple[tuple[int, int], ...]] = {}
    for persona, tree in reader.mapping("personas").items():
        many = tree.values if isinstance(tree, Items) else (tree,)
        hours[persona] = tuple(_part_of_day(one, persona) for one in many)
    reader.done()
    return BestTimes(hours, bonus)


def _part_of_day(tree: Tree, persona: str) -> tuple[int, int]:
    text = text_of(tree, f"an hour of {persona!r}")
    if text in PARTS_OF_DAY:
        return PARTS_OF_DAY[text]
    begin, _, end = text.partition("-")
    if not (begin.isdecimal() and end.isdecimal() and 0 <= int(begin) < int(end) <= 24):
        tree.place.fault(f"{text!r} is no part of the day; write 18-20 or one of {', '.join(PARTS_OF_DAY)}")
    return int(begin), int(end)


def _list(reader: Reader | None) -> ListRules:
    if reader is None:
        return ListRules()
    rules = ListRules(
        sources=reader.texts("sources"),
        fresh_days=reader.integer("fresh_days", 0, 0, 3650),
        excludes=reader.texts("excludes"),
        countries=reader.texts("countries") or ("CN",),
        landlines=reader.flag("landlines", True),
        regions_refused=reader.texts("regions_refused"),
    )
    reader.done()
    return rules


def _lines(reader: Reader | None) -> Lines:
    if reader is None:
        return Lines()
    usual = Lines()
    rate = reader.take("calls_per_second")
    cap = reader.take("abandon_cap")
    modes: tuple[Mode, ...] = ("fixed", "progressive", "predictive")
    mode = reader.word("mode", modes, "fixed")
    lines = Lines(
        concurrency=reader.integer("concurrency", usual.concurrency, 1, 10_000),
        calls_per_second=_number(rate, "'calls_per_second'") if rate else usual.calls_per_second,
        guaranteed=reader.integer("guaranteed", 0, 0, 10_000),
        gateways=reader.texts("gateways"),
        pool=reader.text("pool", ""),
        same_number=reader.flag("same_number", True),
        strategy=reader.word("strategy", tuple(STRATEGIES), usual.strategy),
        mode=next(one for one in modes if one == mode),
        abandon_cap=_number(cap, "'abandon_cap'") if cap else usual.abandon_cap,
        longest_wait=_length(reader, "longest_wait", LEAST_WAIT) if reader.has("longest_wait") else None,
    )
    reader.done()
    if lines.longest_wait is not None and not LEAST_WAIT <= lines.longest_wait <= MOST_WAIT:
        reader.at("longest_wait").fault("'longest_wait' for an agent must be 2s to 10m")
    if not 0 < lines.calls_per_second <= 1000:
        reader.at("calls_per_second").fault("'calls_per_second' must be above 0 and at most 1000")
    if not 0 <= lines.abandon_cap <= 1:
        reader.at("abandon_cap").fault("'abandon_cap' is a share, 0 to 1; three of a hundred are 0.03")
    if lines.guaranteed > lines.concurrency:
        reader.at("guaranteed").fault(f"{lines.guaranteed} guaranteed of {lines.concurrency} calls at once")
    return lines


def _health(reader: Reader | None) -> HealthRule:
    if reader is None:
        return HealthRule()
    usual = HealthRule()
    shares = {
        name: _number(tree, f"{name!r}") if (tree := reader.take(name)) is not None else getattr(usual, name)
        for name in ("short", "rejected", "blocked")
    }
    rule = HealthRule(
        least=reader.integer("least", usual.least, 1, 100_000),
        complaints=reader.integer("complaints", usual.complaints, 1, 1000),
        **shares,
    )
    reader.done()
    return rule


def _budget(reader: Reader | None) -> int:
    if reader is None:
        return 0
    calls = reader.integer("calls", 0)
    reader.done()
    return calls


def _length(reader: Reader, key: str, default: datetime.timedelta) -> datetime.timedelta:
    if not reader.has(key):
        return default
    text = reader.text(key)
    found = LENGTH.fullmatch(text)
    if not found:
        reader.at(key).fault(f"{text!r} is no length of time; write for example 90s, 10m, 2h or 1d")
    return datetime.timedelta(**{UNITS[found[2]]: int(found[1])})


def _checked(place: Place, make: Callable[[], T]) -> T:
    """What `make` makes; its UsageError becomes a fault with the place."""
    try:
        return make()
    except UsageError as error:
        place.fault(str(error))
