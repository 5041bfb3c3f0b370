"""The answer of `voicebot plan` as one JSON object: numbers as numbers, and under `exact` as fractions."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from voicebot.campaign.policy.accounts import Accounts
from voicebot.campaign.policy.calculator import Answer, Remaining
from voicebot.campaign.policy.economics import Economics
from voicebot.campaign.policy.exact import nearest, upward
from voicebot.campaign.policy.targets import QUANTITIES
from voicebot.campaign.policy.weeks import Week

NEEDED = ("leads",)
"""Counts that a plan needs: rounded up when they are worked out. Others are expected: whole only if they are."""


def as_json(found: Answer) -> dict[str, Any]:
    """Only what is known is in it."""
    values = found.solved.values
    exact = {name: str(value) for name, value in values.items() if value.denominator != 1}
    if found.accounts.exact is not None and found.accounts.exact.denominator != 1:
        exact["accounts"] = str(found.accounts.exact)
    shown = {
        **{name: upward(value) if name in NEEDED else number(value) for name, value in values.items()},
        **{f"{name}_percent": whole_percent(v) for name, v in values.items() if QUANTITIES[name].kind == "rate"},
        "target_adds": number(found.solved.target),
        "gap": number(found.solved.gap),
        "needed": {
            name: upward(value) if QUANTITIES[name].kind == "count" else number(value)
            for name, value in found.solved.needed.items()
        },
        **_accounts(found.accounts),
        "days": found.days,
        "end": _date(found.end),
        "projected_end": _date(found.projected_end),
        "weeks": [_week(week) for week in found.weeks],
        "rest": _remaining(found.remaining) if found.remaining else None,
        "money": _money(found.money),
        "sms": _money(found.messages, responses=number(found.responses)),
        "exact": exact,
        "how": dict(found.solved.how),
        "notes": list(found.notes),
    }
    return _known(shown)


def number(value: Fraction | None) -> int | float | None:
    """Whole where it is, else the nearest double."""
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


def whole_percent(value: Fraction) -> int:
    """The rate in whole percent, to the nearest."""
    return int(nearest(value * 100))


def _accounts(found: Accounts) -> dict[str, Any]:
    return {
        "accounts": found.needed,
        "capacity": found.capacity,
        "days_needed": found.days_needed,
        "days_late": found.days_late,
        "friends_needed": found.friends_needed,
    }


def _week(week: Week) -> dict[str, Any]:
    return _known(
        {
            "week": week.number,
            "first_day": week.first.number,
            "last_day": week.last.number,
            "from": _date(week.first.date),
            "to": _date(week.last.date),
            "calling_days": week.calling_days,
            "holidays": list(week.holidays),
            **week.amounts,
        }
    )


def _remaining(found: Remaining) -> dict[str, Any]:
    left = found.rest
    return _known(
        {
            "adds_done": number(left.adds),
            "adds_estimated": left.estimated,
            "rates": {name: number(value) for name, value in left.rates.items()},
            "target_left": number(left.target_left),
            "leads_left": left.leads_left,
            "forecast": number(left.forecast),
            "gap": number(left.gap),
            "leads_needed": left.leads_needed,
            "more_leads": left.more_leads,
            "add_rate_needed": number(left.add_rate_needed),
            "days": found.days,
            **_accounts(found.accounts),
            "end": _date(found.end),
            "advice": {
                "verdict": found.advice.verdict,
                "factor": number(found.advice.factor),
                "why": list(found.advice.why),
                "next_calls": found.next_calls,
            },
            "weeks": [_week(week) for week in found.weeks],
        }
    )


def _money(found: Economics | None, **more: Any) -> dict[str, Any] | None:
    if found is None:
        return None
    return _known(
        {
            "cost": number(found.cost),
            **more,
            "orders": number(found.orders),
            "cost_per": {name: number(value) for name, value in found.each.items()},
            "break_even": number(found.break_even),
            "break_even_rounded": None if found.break_even is None else int(nearest(found.break_even)),
            "result": number(found.result),
        }
    )


def _date(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None and value not in ([], {})}
