"""Declarations of the reports that count money: names, columns and pictures."""

from voicebot.reports.cost import cost_report
from voicebot.reports.language import Bilingual
from voicebot.reports.shape import Column, Kind, Report

TOTAL = {"all": Bilingual("all", "合计")}
COST = Report(
    "cost",
    "Cost",
    "成本",
    Bilingual(
        "What campaigns cost, for each minute, call, person connected, A, add and order (CPO).",
        "活动的成本：每分钟、每通话、每接通、每个 A、每个添加、每个订单（CPO）。",
    ),
    cost_report,
    (
        Column("campaign", "campaign", "活动", told=TOTAL),
        Column("currency", "", "币种"),
        Column("cost", "cost", "成本", Kind.MONEY),
        Column("per_minute", "per\nminute", "每分钟", Kind.MONEY, wide=True),
        Column("per_call", "per\ncall", "每通话", Kind.MONEY),
        Column("per_connected", "per\nconnected", "每接通", Kind.MONEY),
        Column("per_a", "per A", "每 A 意向", Kind.MONEY),
        Column("per_added", "per\nadded", "每添加", Kind.MONEY),
        Column("per_order", "CPO", "单均成本 CPO", Kind.MONEY, drawn=True),
        Column("orders", "orders", "订单", Kind.COUNT, wide=True),
        Column("order_value", "order\nvalue", "订单金额", Kind.MONEY, wide=True),
        Column("added", "added", "添加", Kind.COUNT, wide=True),
        Column("leads_cost", "leads", "线索费", Kind.MONEY, wide=True),
        Column("attempts_cost", "attempts", "呼叫费", Kind.MONEY, wide=True),
        Column("minutes_cost", "minutes", "通话费", Kind.MONEY, wide=True),
        Column("agents_cost", "agents", "坐席费", Kind.MONEY, wide=True),
        Column("fixed_cost", "fixed", "固定费", Kind.MONEY, wide=True),
        Column("unpriced_s", "seconds\nwithout\nprice", "无价秒数", Kind.COUNT, quiet=True),
    ),
)
REPORTS = (COST,)
