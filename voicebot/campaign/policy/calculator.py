"""One question to the calculator and its whole answer: results, accounts, weeks, the rest planned anew, money.

Puts the parts together and decides nothing of its own; reading and showing are the command line's.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from voicebot.campaign.policy.accounts import Accounts, accounts, last_day
from voicebot.campaign.policy.calendar import Calendar
from voicebot.campaign.policy.economics import Economics, economics, total_cost
from voicebot.campaign.policy.exact import as_count, nearest, upward
from voicebot.campaign.policy.replan import Actuals, Advice, RampRule, Rest, advise, lacking, rest
from voicebot.campaign.policy.targets import QUANTITIES, TARGET, Solved, one_more, smallest_completion, solve
from voicebot.campaign.policy.weeks import Day, Week, dated_days, plain_days, weekly
from voicebot.campaign.policy.windows import MARKETING, Window
from voicebot.errors import UsageError

SHOWN = 3
"""Ways to complete what is given that a note names."""
MAX_DAYS = 3660
"""The longest plan that is split into weeks: ten years."""


@dataclass(frozen=True)
class Messages:
    """A batch of text messages: people answer (follow the link, call) at `response_rate`, of them buy `order_rate`."""

    number: Fraction
    response_rate: Fraction
    order_rate: Fraction
    cost: Fraction | None = None
    price: Fraction | None = None


@dataclass(frozen=True)
class Question:
    """What is known. `given` by the names of QUANTITIES, without adds: these are the `target`. `days_done`: days that
    are over, of the plan's. `cost` of the whole campaign or `lead_price` of one lead; `order_rate`: orders of adds."""

    given: Mapping[str, Fraction] = field(default_factory=dict)
    target: Fraction | None = None
    days: int | None = None
    start: datetime.date | None = None
    friends: int | None = None
    accounts: int | None = None
    window: Window = MARKETING
    calendar: Calendar = field(default_factory=Calendar)
    calls_per_lead: Fraction = Fraction(1)
    ramp: tuple[Fraction, ...] = ()
    done: Actuals | None = None
    days_done: int | None = None
    rule: RampRule = field(default_factory=RampRule)
    cost: Fraction | None = None
    lead_price: Fraction | None = None
    order_rate: Fraction | None = None
    order_value: Fraction | None = None
    messages: Messages | None = None


@dataclass(frozen=True)
class Remaining:
    """The rest and its weeks; `accounts` for it in `days` days; `next_calls`: of the next week, by the advice.

    `end`: last day with the accounts that there are, where that is known.
    """

    rest: Rest
    advice: Advice
    days: int | None
    weeks: tuple[Week, ...]
    accounts: Accounts
    next_calls: int | None
    end: datetime.date | None


@dataclass(frozen=True)
class Answer:
    """All that follows. `end` by the days, `projected_end` by the accounts that there are. `notes`: what could not be
    said, and which further number would change that."""

    solved: Solved
    accounts: Accounts
    days: int | None
    end: datetime.date | None
    projected_end: datetime.date | None
    weeks: tuple[Week, ...]
    remaining: Remaining | None
    money: Economics | None
    messages: Economics | None
    responses: Fraction | None
    notes: tuple[str, ...]


def answer(question: Question) -> Answer:
    """All that follows from `question`. Raises UsageError when nothing does, or when what is given does not fit."""
    solved = solve(question.given, question.target)
    adds = question.target if question.target is not None else solved.values.get("adds")
    needed = accounts(adds, question.friends, question.days, question.accounts)
    days = question.days or needed.days_needed
    notes = _missing(question, solved)
    all_days = _days(question, days, notes)
    totals = _totals(question, solved, adds)
    weeks = weekly(all_days, totals, question.ramp) if all_days and totals else ()
    start = question.start
    found = Answer(
        solved=solved,
        accounts=needed,
        days=days,
        end=last_day(start, days) if start and days else None,
        projected_end=last_day(start, needed.days_needed) if start and needed.days_needed else None,
        weeks=weeks,
        remaining=_remaining(question, solved, all_days, notes),
        money=_money(question, solved, notes),
        messages=_messages(question.messages, question.order_value),
        responses=question.messages.number * question.messages.response_rate if question.messages else None,
        notes=tuple(notes),
    )
    if not (any(way != TARGET for way in solved.how.values()) or _any(found)):
        raise UsageError(_nothing(question))
    return found


def _any(found: Answer) -> bool:
    return found.accounts != Accounts() or any((found.weeks, found.remaining, found.money, found.messages))


def _missing(question: Question, solved: Solved) -> list[str]:
    """Which further numbers would give the rest of the way from leads to adds; nothing when none of it is asked."""
    more = smallest_completion(solved.values) if question.given else ()
    if not more:
        return []
    ways = [" with ".join(QUANTITIES[name].option for name in each) for each in more[:SHOWN]]
    unknown = [quantity.label for name, quantity in QUANTITIES.items() if name not in solved.values]
    return [f"not known: {', '.join(unknown)}; give also {', or '.join(ways)}"]


def _nothing(question: Question) -> str:
    """The error that says which single further number would make something follow."""
    names = [*question.given, *(["adds"] if question.target is not None else [])]
    parts = {
        "--days": question.days,
        "--friends-per-account": question.friends,
        "--accounts": question.accounts,
    }
    given = [QUANTITIES[name].option for name in names] + [option for option, part in parts.items() if part is not None]
    if not given:
        return "no numbers are given; for example: voicebot plan --leads 600000 --connect-rate 0.65 --target-adds 70000"
    ways = [f"one of {', '.join(QUANTITIES[name].option for name in one_more(names))}"] if names else []
    open_ = [option for option, part in parts.items() if part is None]
    if "adds" in names or len(open_) < len(parts):
        # Accounts, friends, days and adds: three of the four give the fourth.
        options = [*open_, *([] if "adds" in names else ["--target-adds"])]
        ways.append(f"{len(options) - 1} of {', '.join(options)}")
    return f"from {', '.join(given)} alone nothing follows; give also {', or '.join(ways)}"


def _days(question: Question, days: int | None, notes: list[str]) -> list[Day]:
    """The days of the plan; none when their number is not known."""
    if days is None:
        return []
    if days > MAX_DAYS:
        notes.append(f"{days:,} days are too many to be split into weeks; at most {MAX_DAYS:,} are")
        return []
    if question.start is None:
        return plain_days(days)
    return dated_days(question.start, days, question.window, question.calendar)


def _totals(question: Question, solved: Solved, adds: Fraction | None) -> dict[str, int]:
    """What is shared out to the weeks: calls (whole, upwards), connected and adds (to the nearest)."""
    totals = {}
    if "leads" in solved.values:
        totals["calls"] = upward(solved.values["leads"] * question.calls_per_lead)
    if "connected" in solved.values:
        totals["connected"] = int(nearest(solved.values["connected"]))
    if adds is not None:
        totals["adds"] = int(nearest(adds))
    return totals


def _remaining(question: Question, solved: Solved, days: list[Day], notes: list[str]) -> Remaining | None:
    """The rest after what was reached; None without it, or when the plan is not whole."""
    if question.done is None:
        return None
    if lacks := lacking(solved):
        options = ", ".join(QUANTITIES[name].option for name in lacks)
        notes.append(f"the rest cannot be planned: the plan itself lacks {options}")
        return None
    left = rest(solved, question.done)
    ahead = days[question.days_done :] if question.days_done is not None else []
    if question.days_done is None:
        notes.append("no weeks for the rest: say how many days are over with --days-done, or --start and --today")
    elif days and not ahead and left.target_left:
        notes.append(f"the {len(days):,} days are over; give more --days to split the rest")
    elif ahead and not any(day.minutes for day in ahead):
        notes.append(f"no call may be made in the {len(ahead):,} days left; give more --days, or other --call-days")
    needed = accounts(left.target_left, question.friends, len(ahead) or None, question.accounts)
    advice = advise(solved, question.done, left, question.rule)
    begin = ahead[0].date if ahead else None
    return Remaining(
        rest=left,
        advice=advice,
        days=len(ahead) or None,
        weeks=_rest_weeks(question, left, days, ahead),
        accounts=needed,
        next_calls=_next_calls(question, solved, left, days, ahead, advice) if ahead else None,
        end=last_day(begin, needed.days_needed) if begin and needed.days_needed is not None else None,
    )


def _rest_weeks(question: Question, left: Rest, days: list[Day], ahead: list[Day]) -> tuple[Week, ...]:
    """The calls and adds that are left, by weeks; the ramp goes on where it was."""
    if not any(day.minutes for day in ahead) or not left.target_left or left.leads_needed is None:
        return ()
    totals = {
        "calls": upward(left.leads_needed * question.calls_per_lead),
        "adds": int(nearest(left.target_left)),
    }
    over = sum(week.last.number < ahead[0].number for week in weekly(days, {}))
    return weekly(ahead, totals, question.ramp[over:])


def _next_calls(
    question: Question, solved: Solved, left: Rest, days: list[Day], ahead: list[Day], advice: Advice
) -> int | None:
    """Calls for the week that `ahead` begins with: as the plan had them, times the advice's factor, at most all that
    the leads left can take. None when nothing is to be scaled."""
    if advice.verdict != "scale up":
        return None
    planned = weekly(days, _totals(question, solved, None), question.ramp)
    week = next(week for week in planned if week.first.number <= ahead[0].number <= week.last.number)
    minutes = sum(day.minutes for day in days[week.first.number - 1 : week.last.number])
    still = sum(day.minutes for day in ahead if day.number <= week.last.number)
    calls = week.amounts["calls"] * Fraction(still, minutes) if minutes else Fraction()
    return min(upward(calls * advice.factor), upward(left.leads_left * question.calls_per_lead))


def _money(question: Question, solved: Solved, notes: list[str]) -> Economics | None:
    leads = solved.values.get("leads")
    if question.lead_price is not None and leads is None:
        notes.append("--lead-price needs the leads: give --leads, or what they follow from")
    cost = total_cost(leads, question.cost, question.lead_price, "leads") if leads is not None else question.cost
    if cost is None:
        return None
    adds = solved.values.get("adds")
    orders = adds * question.order_rate if adds is not None and question.order_rate is not None else None
    if orders is None:
        notes.append("no cost of an order: give --order-rate (orders of adds) and the adds")
    counts = {name: value for name, value in solved.values.items() if QUANTITIES[name].kind == "count"}
    return economics(cost, counts, orders, question.order_value)


def _messages(messages: Messages | None, order_value: Fraction | None) -> Economics | None:
    if messages is None:
        return None
    for option, value in (("--sms-response-rate", messages.response_rate), ("--sms-order-rate", messages.order_rate)):
        if not 0 < value <= 1:
            raise UsageError(f"{option}: {as_count(value)} is no rate; write for example 0.03 or 3%")
    responses = messages.number * messages.response_rate
    cost = total_cost(messages.number, messages.cost, messages.price, "messages")
    if cost is None:
        raise UsageError("messages have a cost: give --sms-cost (all of them) or --sms-price (one)")
    counts = {"messages": messages.number, "responses": responses}
    return economics(cost, counts, responses * messages.order_rate, order_value)
