"""What each product's campaigns dialled and won each day, against what they want of a day. A product is a purpose."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from voicebot.reports.daily import of_a_day
from voicebot.reports.leads import INTENT
from voicebot.reports.only import Only
from voicebot.reports.stats import Rate, rate
from voicebot.reports.sums.refresh import fresh
from voicebot.reports.sums.totals import ENDED, Total, Where, totals
from voicebot.store.store import Store
from voicebot.store.tables import Campaign
from voicebot.store.tables_sums import DayResult


@dataclass(frozen=True)
class ProductRow:
    """One product (purpose of campaigns; empty: they name none) on one day: attempts that have ended, people graded A
    or B (`success`), orders. The targets are the sums of those of its campaigns that called on the day; None where one
    of them has none. `order_rate`: orders of the connected."""

    product: str
    day: date
    volume: int
    volume_target: float | None
    volume_gap: float | None
    success: int
    success_target: float | None
    success_gap: float | None
    orders: int
    order_rate: Rate


def product_report(store: Store, only: Only) -> tuple[ProductRow, ...]:
    """Product by product, the first day first. Raises StoreError."""
    found: dict[tuple[str, date], list[tuple[str, tuple[int, ...]]]] = defaultdict(list)
    with store.reading() as connection:
        products = {name: purpose for name, purpose in connection.execute(select(Campaign.id, Campaign.purpose))}  # noqa: C416 - a row is no pair to mypy
    good = Total("connected", Where("grade", INTENT))
    asked = (*totals("attempts", "connected"), good, *totals("ordered"))
    for campaign, day, *counts in fresh(store, DayResult, only, ("campaign_id", "day"), asked, ENDED):
        if campaign in products:
            found[products[campaign], day].append((campaign, tuple(counts)))
    campaigns = {campaign for group in found.values() for campaign, _ in group}
    wanted = {campaign: of_a_day(store, Only(campaign)) for campaign in campaigns}
    return tuple(_row(*key, found[key], wanted) for key in sorted(found))


def _row(
    product: str,
    day: date,
    group: list[tuple[str, tuple[int, ...]]],
    wanted: Mapping[str, tuple[float | None, float | None]],
) -> ProductRow:
    volume, connected, success, orders = (sum(column) for column in zip(*(counts for _, counts in group), strict=True))
    volume_target, success_target = (_sum([wanted[campaign][place] for campaign, _ in group]) for place in (0, 1))
    return ProductRow(
        product=product,
        day=day,
        volume=volume,
        volume_target=volume_target,
        volume_gap=None if volume_target is None else volume - volume_target,
        success=success,
        success_target=success_target,
        success_gap=None if success_target is None else success - success_target,
        orders=orders,
        order_rate=rate(min(orders, connected), connected),
    )


def _sum(targets: list[float | None]) -> float | None:
    known = [target for target in targets if target is not None]
    return sum(known) if len(known) == len(targets) else None
