"""What campaigns cost, and what that makes for a minute, a call, a person connected, an A, an add, an order (CPO).

The formulas are policy/costs.py's.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

import numpy as np
from sqlalchemy import Connection, func, select

from voicebot.campaign.policy.costs import Cost, LineUse, Use, cost_of, each
from voicebot.campaign.policy.exact import nearest
from voicebot.campaign.policy.plan import Costs
from voicebot.reports.leads import Leads, leads_of
from voicebot.reports.only import Only, attempts
from voicebot.reports.stops import LEFT, TALKS
from voicebot.reports.sums.columns import Numbers
from voicebot.reports.sums.days import NO_CAMPAIGN
from voicebot.reports.sums.functions import int_sum
from voicebot.reports.sums.grouping import grouped
from voicebot.reports.sums.reader import Reader
from voicebot.reports.sums.reading import ATTEMPT
from voicebot.reports.sums.refresh import opened
from voicebot.reports.sums.totals import Where, totals
from voicebot.store.campaigns import all_in
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Handoff, Lead
from voicebot.store.tables_dialling import Gateway
from voicebot.store.tables_sums import DayLength, DayResult

PLACES = 4
"""Decimals of money."""
ALL = "all"
USUAL_UNIT_S = 60
"""Begun minutes: how a gateway bills that says nothing else."""


@dataclass(frozen=True)
class CostRow:
    """One campaign, or `all` of one currency where there are several. Money in `currency`.

    Counts: `attempts` that left the house, `minutes` talked (answer to end, not billed ones), `calls`; people
    `connected`, graded `a`, `added`, each once; `orders` and what they brought. Each `per_...` is cost ÷ count, None
    without any. `unpriced_s`: billed seconds through gateways that have no price, which are not in the cost.
    `whole`: leads and fixed costs are in it; not where a period, script, version or segment is chosen.
    """

    campaign: str
    currency: str
    cost: float
    leads_cost: float
    attempts_cost: float
    minutes_cost: float
    agents_cost: float
    fixed_cost: float
    attempts: int
    minutes: float
    calls: int
    connected: int
    a: int
    added: int
    orders: int
    order_value: float
    per_minute: float | None
    per_call: float | None
    per_connected: float | None
    per_a: float | None
    per_added: float | None
    per_order: float | None
    unpriced_s: int
    whole: bool


@dataclass(frozen=True)
class _Counts:
    """What is divided by. Sums of campaigns are sums of counts: a person of two campaigns was won twice."""

    attempts: int = 0
    talk_ms: int = 0
    calls: int = 0
    connected: int = 0
    a: int = 0
    added: int = 0
    orders: int = 0
    order_value: Fraction = Fraction()

    def __add__(self, other: "_Counts") -> "_Counts":
        return _Counts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


def cost_report(store: Store, only: Only) -> tuple[CostRow, ...]:
    """Each campaign with attempts, then all of each currency that several share. Raises StoreError, InputFault."""
    plans = {found.id: found.plan.costs if found.plan else Costs() for found in all_in(store)}
    whole = not only.narrow
    with opened(store, only, ATTEMPT) as reader:
        counts = _counts(reader)
        used = _used(reader, counts, whole, plans)
    rows: list[CostRow] = []
    sums: dict[str, list[tuple[Cost, _Counts]]] = defaultdict(list)
    for campaign in sorted(counts):
        prices = plans.get(campaign, Costs())
        cost = cost_of(used[campaign], prices)
        rows.append(_row(campaign, prices.currency, [(cost, counts[campaign])], whole))
        sums[prices.currency].append((cost, counts[campaign]))
    shared = ((currency, parts) for currency, parts in sorted(sums.items()) if len(parts) > 1)
    return (*rows, *(_row(ALL, currency, parts, whole) for currency, parts in shared))


def _row(campaign: str, currency: str, parts: Iterable[tuple[Cost, _Counts]], whole: bool) -> CostRow:
    costs, counted = zip(*parts, strict=True)
    count = sum(counted, _Counts())
    total = sum((cost.total for cost in costs), Fraction())

    def part(name: str) -> float:
        return _money(sum((getattr(cost, name) for cost in costs), Fraction())) or 0.0

    return CostRow(
        campaign=campaign,
        currency=currency,
        cost=_money(total) or 0.0,
        leads_cost=part("lead"),
        attempts_cost=part("call"),
        minutes_cost=part("minute"),
        agents_cost=part("agent_minute"),
        fixed_cost=part("fixed"),
        attempts=count.attempts,
        minutes=count.talk_ms / 60_000,
        calls=count.calls,
        connected=count.connected,
        a=count.a,
        added=count.added,
        orders=count.orders,
        order_value=float(count.order_value),
        per_minute=_money(each(total, Fraction(count.talk_ms, 60_000))),
        per_call=_money(each(total, count.calls)),
        per_connected=_money(each(total, count.connected)),
        per_a=_money(each(total, count.a)),
        per_added=_money(each(total, count.added)),
        per_order=_money(each(total, count.orders)),
        unpriced_s=sum(sum(cost.unpriced.values()) for cost in costs),
        whole=whole,
    )


def _money(value: Fraction | None) -> float | None:
    return None if value is None else float(nearest(value, PLACES))


def _counts(reader: Reader) -> dict[str, _Counts]:
    """By campaign; attempts without one belong to nobody who pays."""
    asked = (LEFT, *totals("talk_ms"), TALKS)
    made = reader.sums(DayResult, ("campaign_id",), asked, Where("campaign_id", (NO_CAMPAIGN,), out=True))
    leads = leads_of(reader)
    people = [leads.by("campaign_id", which) for which in _people(leads)]
    orders = _orders(reader)
    found = {}
    for campaign, count, talk_ms, talked in made:
        connected, a, added = (of.get(campaign, 0) for of in people)
        placed, worth = orders.get(campaign, (0, Fraction()))
        found[campaign] = _Counts(count, talk_ms, talked, connected, a, added, placed, worth)
    return found


def _people(leads: Leads) -> Iterable[Numbers]:
    """Masks of those connected, graded A, added."""
    return leads.reached("connected"), leads.graded("A"), leads.reached("added")


def _orders(reader: Reader) -> Mapping[str, tuple[int, Fraction]]:
    """Orders that came of a call, and their worth, by campaign."""
    rows = reader.facts(ATTEMPT, ("orders", "worth"))
    groups = grouped([rows["campaign_id"].values], len(rows["orders"].values))
    worth = np.bincount(groups.of_row, weights=rows["worth"].values, minlength=groups.count).tolist()
    found = zip(
        rows["campaign_id"].known(groups.some_row), groups.total(rows["orders"].values).tolist(), worth, strict=True
    )
    return {campaign: (orders, nearest(Fraction(value), PLACES)) for campaign, orders, value in found}


def _used(reader: Reader, counts: Mapping[str, _Counts], whole: bool, plans: Mapping[str, Costs]) -> dict[str, Use]:
    """What each campaign pays for; leads and agents' talk are counted only where they have a price."""
    connection, only, lengths = reader.connection, reader.only, _lengths(reader)
    prices = {row.name: row for row in connection.execute(select(Gateway.name, Gateway.price_minute, Gateway.bill_s))}
    talked: dict[str, int] = {}
    if any(plan.agent_minute for name, plan in plans.items() if name in counts):
        # Summed first: few attempts were handed off, and only these are looked up then.
        each_one = select(Handoff.attempt_id, func.sum(Handoff.talked_ms).label("talked_ms"))
        talks = each_one.where(Handoff.talked_ms > 0).group_by(Handoff.attempt_id).subquery()
        agents = attempts(select(Attempt.campaign_id, int_sum(talks.c.talked_ms)), only)
        agents = agents.join(talks, talks.c.attempt_id == Attempt.id).group_by(Attempt.campaign_id)
        talked = dict(_pairs(connection, agents))
    bought = [name for name, plan in plans.items() if plan.lead and name in counts]
    leads = select(Lead.campaign_id, func.count()).where(Lead.campaign_id.in_(bought)).group_by(Lead.campaign_id)
    loaded = dict(_pairs(connection, leads)) if bought and whole else {}
    return {
        campaign: Use(
            leads=loaded.get(campaign, 0) if whole else 0,
            calls=counts[campaign].attempts,
            lines=tuple(_line(name, prices.get(name), found) for name, found in lengths[campaign].items()),
            agent_ms=talked.get(campaign, 0),
            fixed=whole,
        )
        for campaign in counts
    }


def _line(name: str, price: Any, lengths: list[tuple[int, int]]) -> LineUse:
    if price is None:  # attempts of a gateway that is no longer in the store
        return LineUse(name, None, USUAL_UNIT_S, lengths)
    return LineUse(name, price.price_minute, price.bill_s, lengths)


def _lengths(reader: Reader) -> Mapping[str, Mapping[str, list[tuple[int, int]]]]:
    """Answered attempts by campaign, gateway and length in ms, seconds rounded up.

    Any whole unit of seconds bills these as it bills the milliseconds: ceil(ceil(x) / n) = ceil(x / n).
    """
    found: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    keys = ("campaign_id", "gateway", "seconds")
    for campaign, gateway, seconds, count in reader.sums(DayLength, keys, totals("attempts")):
        found[campaign][gateway].append((seconds * 1000, count))
    return found


def _pairs(connection: Connection, query: Any) -> list[tuple[str, int]]:
    return [(name, int(count)) for name, count in connection.execute(query)]
