"""What each product's campaigns dialled and won each day, against what they want of a day. A product is a purpose."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, select

from voicebot.reports.daily import of_a_day
from voicebot.reports.leads import INTENT
from voicebot.reports.only import Only
from voicebot.reports.stats import Rate, rate
from voicebot.reports.sums.functions import int_sum
from voicebot.reports.sums.refresh import fresh
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
    with fresh(store, DayResult, only, "campaign_id", "day", "code", "grade") as results:
        table = results.table
        good = case((table.grade.in_(INTENT), table.connected), else_=0)
        parts = (table.attempts, table.connected, good, table.ordered)
        key = (Campaign.purpose, table.day, table.campaign_id)
        query = select(*key, *(int_sum(part) for part in parts)).select_from(table)
        query = query.join(Campaign, Campaign.id == table.campaign_id).where(table.code != "", *results.chosen)
        for product, day, campaign, *counts in results.connection.execute(query.group_by(*key)):
            found[product, day].append((campaign, tuple(map(int, counts))))
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
