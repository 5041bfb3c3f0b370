"""What came of leads after their calls, as other systems tell it: rows read, and the lead and call that each is about.

Pure. Where rows come from and where they are kept is campaign/outcome_file.py's and store/outcomes.py's.
"""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.list_columns import HEADINGS as LIST_HEADINGS
from voicebot.errors import UsageError

ADDED, ORDER = "added", "order"
TYPES = {
    **dict.fromkeys(("added", "add", "friend", "已添加", "添加", "好友"), ADDED),
    **dict.fromkeys(("order", "ordered", "订单", "下单", "成交"), ORDER),
}
CODES = {ADDED: Code.ADDED}
"""The business code that a type stands for; an order has none of its own."""
HEADINGS: Mapping[str, Sequence[str]] = {
    "key": ("key", "id", "order_id", "编号", "订单号", "单号"),
    "number": LIST_HEADINGS["number"],
    "type": ("type", "outcome", "类型", "结果"),
    "at": ("at", "time", "date", "时间", "日期", "添加时间", "下单时间", "成交时间"),
    "amount": ("amount", "value", "金额", "订单金额", "成交金额"),
    "campaign": ("campaign", "活动", "任务"),
}
NEEDED = ("key", "number", "at")
AMOUNT = re.compile(r"\d{1,12}(\.\d{1,4})?")
LAST_SECOND = datetime.time(23, 59, 59)


@dataclass(frozen=True)
class OutcomeTold:
    """One outcome as it was told. `key`: its id where it was told, unique; `number` in E.164; `campaign` empty: that of
    the call before it."""

    key: str
    number: str
    type: str
    at: datetime.datetime
    amount: float | None = None
    campaign: str = ""


@dataclass(frozen=True)
class LeadKnown:
    """A lead of the number told, with its answered attempts: (when answered, attempt id)."""

    lead_id: int
    campaign: str
    created_at: datetime.datetime
    answered: tuple[tuple[datetime.datetime, str], ...] = ()


@dataclass(frozen=True)
class Match:
    """The lead that an outcome is about and its last answered attempt before it; None: no call reached it before."""

    lead_id: int
    campaign: str
    attempt_id: str | None


def columns_of(headings: Sequence[str]) -> dict[str, int]:
    """The column of each field. Raises UsageError naming what is missing and what there is."""
    plain = [re.sub(r"\s", "", heading).lower() for heading in headings]
    found = {name: plain.index(one) for name, known in HEADINGS.items() for one in reversed(known) if one in plain}
    missing = [name for name in NEEDED if name not in found]
    if missing:
        names = ", ".join(f"{name} ({', '.join(HEADINGS[name][:4])}, …)" for name in missing)
        raise UsageError(f"no column for {names}; the file has {', '.join(headings)}")
    return found


def read_row(
    cells: Sequence[str],
    columns: Mapping[str, int],
    number: Callable[[str], str],
    usual: Mapping[str, str],
    zone: datetime.tzinfo,
) -> OutcomeTold:
    """The row as an outcome. `number`: makes E.164 of a number as written; `usual`: fields for rows that have none;
    `zone`: of times without one. Raises ValueError with the reason."""

    def cell(name: str) -> str:
        position = columns.get(name, len(cells))
        return (cells[position].strip() if position < len(cells) else "") or usual.get(name, "")

    if not cell("key"):
        raise ValueError("the row has no key; each outcome needs one, so that a repeat is known")
    written = cell("type").lower()
    if written not in TYPES:
        raise ValueError(f"{cell('type')!r} is no type of outcome; write added or order")
    amount = cell("amount").replace(",", "")
    if amount and not AMOUNT.fullmatch(amount):
        raise ValueError(f"{cell('amount')!r} is no amount; write for example 199 or 199.50")
    return OutcomeTold(
        key=cell("key"),
        number=number(cell("number")),
        type=TYPES[written],
        at=moment(cell("at"), zone),
        amount=float(amount) if amount else None,
        campaign=cell("campaign"),
    )


def moment(text: str, zone: datetime.tzinfo) -> datetime.datetime:
    """A time of `zone` unless it names another. A day alone is its end: calls of that day were before it.

    Raises ValueError with an example.
    """
    plain = text.strip().replace("/", "-")
    try:
        found = datetime.datetime.fromisoformat(plain)
    except ValueError:
        raise ValueError(f"{text!r} is no date; write for example 2026-11-23 or 2026-11-23 15:30") from None
    if ":" not in plain and "T" not in plain:
        found = datetime.datetime.combine(found.date(), LAST_SECOND)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def match(told: OutcomeTold, leads: Iterable[LeadKnown]) -> Match:
    """The lead of the number, in the campaign told if one is: of several the one answered last before the outcome,
    else the one loaded last before it. Raises ValueError with the reason when none fits."""
    mine = [lead for lead in leads if told.campaign in ("", lead.campaign)]
    if not mine:
        where = f"campaign {told.campaign!r}" if told.campaign else "any campaign"
        raise ValueError(f"no lead of {where} has this number")
    reached = [(when, attempt, lead) for lead in mine for when, attempt in lead.answered if when <= told.at]
    if reached:
        _, attempt, lead = max(reached, key=lambda each: (each[0], each[1]))
        return Match(lead.lead_id, lead.campaign, attempt)
    before = [lead for lead in mine if lead.created_at <= told.at]
    if not before:
        raise ValueError(f"it happened on {told.at:%Y-%m-%d %H:%M}, before the number was a lead")
    lead = max(before, key=lambda each: (each.created_at, each.lead_id))
    return Match(lead.lead_id, lead.campaign, None)
