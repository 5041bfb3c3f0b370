"""Declarations of the reports that hold what was reached against what was planned."""

from collections.abc import Sequence

from voicebot.campaign.policy.targets import QUANTITIES
from voicebot.reports.forms.words import words
from voicebot.reports.hours import hour_report
from voicebot.reports.only import Only
from voicebot.reports.plots import Plot, bars
from voicebot.reports.products import product_report
from voicebot.reports.shape import Column, Kind, Report
from voicebot.reports.targets import TargetRow, target_report
from voicebot.reports.weeks import WeekRow, week_report
from voicebot.store.store import Store


def _read(store: Store, only: Only) -> tuple[TargetRow, ...]:
    return target_report(store, only.campaign)


def _is_rate(row: TargetRow) -> bool:
    quantity = QUANTITIES.get(row.name)
    return row.name.endswith("_rate") if quantity is None else quantity.kind == "rate"


def _kind(row: TargetRow) -> Kind:
    return Kind.EXACT if _is_rate(row) else Kind.NUMBER


def _gap(row: TargetRow) -> Kind:
    return Kind.POINTS if _is_rate(row) else Kind.CHANGE


def _reached(rows: Sequence[TargetRow]) -> Plot | None:
    """Figures of every size beside each other: each as its share of what is wanted."""
    found = [(row, row.actual / row.target) for row in rows if row.actual is not None and row.target]
    names = [f"{row.campaign} {row.name.replace('_', ' ')}" for row, _ in found]
    texts = [f"{share:.0%}: {words(row.actual, _kind(row))} of {words(row.target, _kind(row))}" for row, share in found]
    return bars("targets", names, [max(0.0, share) for _, share in found], texts, [1.0] * len(found), "target 目标")


def _by_week(rows: Sequence[WeekRow]) -> Plot | None:
    begun = [row for row in rows if row.actual is not None]
    names = [f"{row.campaign} {row.first} {row.name}" for row in begun]
    texts = [f"{words(row.actual, Kind.COUNT)} of {words(row.target, Kind.COUNT)}" for row in begun]
    wanted = [row.target for row in begun]
    return bars("weeks", names, [float(row.actual or 0) for row in begun], texts, wanted, "target 目标")


TARGETS = Report(
    "targets",
    "Targets",
    "目标",
    "Wanted figures of whole campaigns whatever the period, what was reached, and the gap.",
    _read,
    (
        Column("campaign", "campaign", "活动"),
        Column("name", "target of", "目标项"),
        Column("target", "target", "目标", _kind),
        Column("actual", "actual", "实际", _kind),
        Column("gap", "gap", "差距", _gap),
    ),
    plot=_reached,
    says="bars: actual of target 达成率",
    empty="no targets yet; a campaign gets them by `targets` of its plan or by voicebot plan --save",
)
WEEKS = Report(
    "weeks",
    "Targets by week",
    "每周目标",
    "Leads, connected and adds wanted and reached in each week of whole campaigns.",
    week_report,
    (
        Column("campaign", "campaign", "活动"),
        Column("week", "week", "周", Kind.COUNT),
        Column("first", "from", "起", Kind.LINE),
        Column("last", "to", "止", Kind.LINE),
        Column("name", "target of", "目标项"),
        Column("target", "target", "目标", Kind.COUNT),
        Column("actual", "actual", "实际", Kind.COUNT),
        Column("gap", "gap", "差距", Kind.CHANGE),
    ),
    plot=_by_week,
    says="bars: actual 实际, of the weeks that have begun",
    empty="no campaign has a target of people with a number of days: voicebot plan --campaign NAME --days N --save",
)
HOURS = Report(
    "hours",
    "Hours of the day",
    "分时段",
    "What each hour of the day brought: dialled, connected, to agents, successful, orders.",
    hour_report,
    (
        Column("hour", "hour", "时段", Kind.LINE),
        Column("dialled", "dialled", "外呼", Kind.COUNT),
        Column("answered", "answered", "接听", Kind.COUNT),
        Column("connected", "connected", "接通", Kind.COUNT),
        Column("to_agents", "to agents", "转人工", Kind.COUNT),
        Column("successful", "A or B", "成功", Kind.COUNT, drawn=True),
        Column("added", "added", "添加", Kind.COUNT),
        Column("orders", "orders", "订单", Kind.COUNT),
        Column("order_rate", "orders of\nconnected 95 %", "下单率", Kind.RATE),
    ),
)
PRODUCTS = Report(
    "products",
    "Products",
    "各产品",
    "Daily volume and success of each product (purpose of campaigns), against its targets of a day.",
    product_report,
    (
        Column("product", "product", "产品", of=lambda row: row.product or "(no purpose)"),
        Column("day", "day", "日期", Kind.LINE),
        Column("volume", "attempts", "外呼量", Kind.COUNT),
        Column("volume_target", "target", "外呼量目标", Kind.NUMBER, quiet=True),
        Column("volume_gap", "gap", "外呼量差距", Kind.CHANGE, quiet=True),
        Column("success", "A or B", "成功", Kind.COUNT, drawn=True),
        Column("success_target", "target", "成功目标", Kind.NUMBER, quiet=True),
        Column("success_gap", "gap", "成功差距", Kind.CHANGE, quiet=True),
        Column("orders", "orders", "订单", Kind.COUNT),
        Column("order_rate", "orders of\nconnected 95 %", "下单率", Kind.RATE, wide=True),
    ),
)
REPORTS = (TARGETS, WEEKS, HOURS, PRODUCTS)
