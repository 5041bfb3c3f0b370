"""The answer of `voicebot plan` as tables within 80 columns."""

from collections.abc import Sequence
from fractions import Fraction

from rich import box
from rich.console import Console
from rich.table import Table

from voicebot.campaign.policy.accounts import Accounts
from voicebot.campaign.policy.calculator import Answer, Remaining
from voicebot.campaign.policy.economics import Economics
from voicebot.campaign.policy.exact import as_count, as_percent, nearest, upward
from voicebot.campaign.policy.targets import QUANTITIES, TARGET
from voicebot.campaign.policy.weeks import Week
from voicebot.cli.plan_json import NEEDED, whole_percent

ONE = {
    "leads": "a lead",
    "connected": "a connected person",
    "intents": "an A or B",
    "adds": "an add",
    "orders": "an order",
    "messages": "a message",
    "responses": "a response",
}
"""One of what costs are told for."""


def print_answer(found: Answer) -> None:
    """Everything that is known, and the notes at the end."""
    console = Console(highlight=False, soft_wrap=False)
    if found.solved.values:
        console.print(_people(found))
    for line in (*_gap(found), *_accounts(found)):
        console.print(line)
    if found.weeks:
        console.print(_weeks(found.weeks))
    if found.remaining is not None:
        _rest(console, found.remaining)
    for title, money in (("cost", found.money), ("text messages", found.messages)):
        if money is not None:
            console.print(_money(title, money, found.responses if title == "text messages" else None))
    for note in found.notes:
        console.print(note)


def _people(found: Answer) -> Table:
    table = _table("figure", "", right=("value", "exact"))
    table.add_column("from")
    for name, value in found.solved.values.items():
        quantity = QUANTITIES[name]
        if quantity.kind == "rate":
            shown = f"{whole_percent(value)} %" if value >= Fraction(1, 100) else as_percent(value)
            exact = as_percent(value) if nearest(value, 4) == value else f"{value} = {as_percent(value)}"
        else:
            shown = f"{upward(value) if name in NEEDED else int(nearest(value)):,}"
            exact = "" if value.denominator == 1 else as_count(value)
        table.add_row(quantity.label, quantity.chinese, shown, exact, found.solved.how.get(name, "given"))
    return table


def _gap(found: Answer) -> list[str]:
    solved = found.solved
    if solved.target is None or solved.how.get("adds") == TARGET or solved.gap is None:
        return []
    lines = [f"target {as_count(solved.target)} adds: {_against(solved.target + solved.gap, solved.gap)}"]
    if "leads" in solved.needed:
        lines.append(f"  at these rates it takes {upward(solved.needed['leads']):,} leads")
    rate = solved.needed.get("add_rate")
    if rate is not None:
        lines.append(f"  with these connected it takes an add rate of {as_percent(rate)}{_beyond(rate)}")
    return lines


def _accounts(found: Answer) -> list[str]:
    lines = []
    needed = found.accounts
    if needed.needed is not None and needed.exact is not None:
        lines.append(f"accounts needed: {needed.needed:,} ({as_count(needed.exact)} rounded up)")
    if needed.capacity is not None:
        lines.append(f"  the accounts there are can add {needed.capacity:,} in that time")
    if needed.friends_needed is not None and (needed.days_late or needed.needed is None):
        lines.append(f"  if each adds {needed.friends_needed:,} friends a day they are enough")
    if needed.days_needed is not None:
        by = f", to {found.projected_end}" if found.projected_end else ""
        lines.append(f"  else they take {needed.days_needed:,} days{by}{_late(found)}")
    return lines


def _late(found: Answer) -> str:
    if found.accounts.days_late is None:
        return ""
    planned = f"{found.end}" if found.end else f"day {found.days:,}"
    late = found.accounts.days_late
    return f": {late:,} days later than {planned}" if late else f"; the plan ends on {planned}"


def _weeks(weeks: Sequence[Week]) -> Table:
    names = list(weeks[0].amounts)
    table = _table("week", "days", right=("calling\ndays", *names))
    table.add_column("no calls")
    for week in weeks:
        days = (week.first, week.last)
        shown = "–".join(f"{day.date:%m-%d}" if day.date else str(day.number) for day in days)
        amounts = [f"{week.amounts[name]:,}" for name in names]
        table.add_row(str(week.number), shown, str(week.calling_days), *amounts, ", ".join(week.holidays))
    totals = [f"{sum(week.amounts[name] for week in weeks):,}" for name in names]
    table.add_section()
    table.add_row("all", "", str(sum(week.calling_days for week in weeks)), *totals, "")
    return table


def _rest(console: Console, found: Remaining) -> None:
    left = found.rest
    estimated = " (estimated; --done-adds gives them)" if left.estimated else ""
    rates = ", ".join(f"{QUANTITIES[name].label} {as_percent(value)}" for name, value in left.rates.items())
    console.print(f"so far: {as_count(nearest(left.adds))} adds{estimated}; {rates}")
    console.print(f"  with the {left.leads_left:,} leads left: {_against(left.forecast, left.gap)}")
    if left.leads_needed is None:
        console.print("  at these rates no number of leads reaches the target")
    elif left.target_left:
        more = f"; {left.more_leads:,} are lacking" if left.more_leads else ""
        wanted = as_count(nearest(left.target_left))
        console.print(f"  the {wanted} adds left take {left.leads_needed:,} leads at these rates{more}")
    else:
        console.print("  the target is reached")
    if left.add_rate_needed is not None and left.gap < 0:
        rate = left.add_rate_needed
        console.print(f"  or an add rate of {as_percent(rate)} from now on{_beyond(rate)}")
    for line in _rest_accounts(found.accounts, found):
        console.print(line)
    if found.weeks:
        console.print(_weeks(found.weeks))
    advice = found.advice
    then = ""
    if advice.verdict == "scale up" and found.next_calls is not None:
        then = f" to {found.next_calls:,} calls this week (planned × {float(advice.factor):g})"
    console.print(f"{advice.verdict}{then}: {'; '.join(advice.why)}")


def _rest_accounts(needed: Accounts, found: Remaining) -> list[str]:
    lines = []
    if needed.needed is not None:
        lines.append(f"  accounts needed for the {found.days:,} days left: {needed.needed:,}")
    if needed.days_needed:
        by = f", to {found.end}" if found.end else ""
        late = f", {needed.days_late:,} too many" if needed.days_late else ""
        lines.append(f"  the accounts there are take {needed.days_needed:,} more days{by}{late}")
    return lines


def _money(title: str, found: Economics, responses: Fraction | None) -> Table:
    table = _table(title, right=("value",))
    table.add_row("in all", as_count(found.cost))
    if responses is not None:
        table.add_row("responses", as_count(responses))
    if found.orders is not None:
        table.add_row("orders", as_count(found.orders))
    for name, value in found.each.items():
        table.add_row(f"cost of {ONE[name]}", f"{float(nearest(value, 4)):,.4f}".rstrip("0").rstrip("."))
    if found.break_even is not None:
        table.add_row("break-even value of an order", f"{int(nearest(found.break_even)):,}")
    if found.result is not None:
        table.add_row("orders' value minus cost", _signed(found.result))
    return table


def _table(*names: str, right: Sequence[str] = ()) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name in names:
        table.add_column(name)
    for name in right:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _against(expected: Fraction, gap: Fraction) -> str:
    """What is expected, and how far that is from the target."""
    rounded = nearest(gap)
    away = f"{abs(int(rounded)):,} {'over it' if rounded > 0 else 'short'}" if rounded else "just the target"
    return f"{as_count(nearest(expected))} expected, {away}"


def _signed(value: Fraction) -> str:
    rounded = nearest(value)
    return f"{'+' if rounded > 0 else '−' if rounded < 0 else ''}{abs(int(rounded)):,}"


def _beyond(rate: Fraction) -> str:
    return ", out of reach" if rate > 1 else ""
