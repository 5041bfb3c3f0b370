"""Declarations of the reports that hold what was reached against what was planned."""

from collections.abc import Sequence

from voicebot.campaign.policy.targets import QUANTITIES
from voicebot.reports import charts_days
from voicebot.reports.declared.money import TOTAL
from voicebot.reports.forms.words import words
from voicebot.reports.hours import hour_report
from voicebot.reports.language import Bilingual, label
from voicebot.reports.only import Only
from voicebot.reports.plots import Plot, bars
from voicebot.reports.products import product_report
from voicebot.reports.shape import Column, Kind, Report
from voicebot.reports.targets import TargetRow, target_report
from voicebot.reports.weeks import WeekRow, week_report
from voicebot.store.store import Store

NAMES = {name: Bilingual(one.label, one.chinese) for name, one in QUANTITIES.items()} | {
    "orders": Bilingual("orders", "订单"),
    "order_rate": Bilingual("order rate", "下单率"),
    "days": Bilingual("days", "天数"),
    "daily_volume": Bilingual("attempts a day", "日外呼量"),
    "daily_success": Bilingual("A or B a day", "日成功量"),
}
"""Targets, for people."""


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
    called = [f"{row.campaign} {label(*NAMES[row.name]) if row.name in NAMES else row.name}" for row, _ in found]
    texts = [f"{share:.0%}: {words(row.actual, _kind(row))} / {words(row.target, _kind(row))}" for row, share in found]
    shares = [max(0.0, share) for _, share in found]
    return bars("targets", called, shares, texts, [1.0] * len(found), label("target", "目标"))


def _by_week(rows: Sequence[WeekRow]) -> Plot | None:
    begun = [row for row in rows if row.actual is not None]
    return charts_days.weeks_chart(begun, {name: label(*NAMES[name]) for name in {row.name for row in begun}})


TARGETS = Report(
    "targets",
    "Targets",
    "目标",
    Bilingual(
        "Wanted figures of whole campaigns whatever the period, what was reached, and the gap.",
        "整个活动的目标、实际与差距，不随时间段变化。",
    ),
    _read,
    (
        Column("campaign", "campaign", "活动"),
        Column("name", "target of", "目标项", told=NAMES),
        Column("target", "target", "目标", _kind),
        Column("actual", "actual", "实际", _kind),
        Column("gap", "gap", "差距", _gap),
    ),
    plot=_reached,
    says=Bilingual("bars: actual of target", "条形：达成率（实际 ÷ 目标）"),
    empty=Bilingual(
        "no targets yet; a campaign gets them by `targets` of its plan or by voicebot plan --save",
        "还没有目标；在活动计划的 `targets` 中设置，或用 voicebot plan --save",
    ),
    whole=True,
)
WEEKS = Report(
    "weeks",
    "Targets by week",
    "每周目标",
    Bilingual(
        "Leads, connected and adds wanted and reached in each week of whole campaigns.",
        "整个活动每周的线索、接通、添加：目标与实际。",
    ),
    week_report,
    (
        Column("campaign", "campaign", "活动"),
        Column("week", "week", "周", Kind.COUNT),
        Column("first", "from", "起", Kind.LINE),
        Column("last", "to", "止", Kind.LINE),
        Column("name", "target of", "目标项", told=NAMES),
        Column("target", "target", "目标", Kind.COUNT),
        Column("actual", "actual", "实际", Kind.COUNT),
        Column("gap", "gap", "差距", Kind.CHANGE),
    ),
    plot=_by_week,
    says=Bilingual("bars: actual, of the weeks that have begun; line: target", "条形：已开始各周的实际；线：目标"),
    empty=Bilingual(
        "no campaign has a target of people with a number of days: voicebot plan --campaign NAME --days N --save",
        "没有活动同时设了人数目标和天数：voicebot plan --campaign NAME --days N --save",
    ),
    whole=True,
)
HOURS = Report(
    "hours",
    "Hours of the day",
    "分时段",
    Bilingual(
        "What each hour of the day brought: dialled, connected, to agents, successful, orders.",
        "一天中每个时段带来什么：外呼、接通、转人工、成功、订单。",
    ),
    hour_report,
    (
        Column("hour", "hour", "时段", Kind.LINE, told=TOTAL),
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
UNNAMED = {"(no purpose)": Bilingual("(no purpose)", "（未填用途）")}
PRODUCTS = Report(
    "products",
    "Products",
    "各产品",
    Bilingual(
        "Daily volume and success of each product (purpose of campaigns), against its targets of a day.",
        "各产品（活动用途）每日的外呼量与成功量，与日目标对照。",
    ),
    product_report,
    (
        Column("product", "product", "产品", of=lambda row: row.product or "(no purpose)", told=UNNAMED),
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
    plot=charts_days.products_chart,
    says=Bilingual("lines: A or B of each day, dashed: the target of a day", "折线：每日成功量，虚线：日目标"),
)
REPORTS = (TARGETS, WEEKS, HOURS, PRODUCTS)
