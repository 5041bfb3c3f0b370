"""Declarations of the reports that count attempts and leads: their names, columns and pictures."""

from voicebot.reports import charts
from voicebot.reports.funnel import funnel
from voicebot.reports.grades import result_report
from voicebot.reports.lines import gateway_lines, number_lines
from voicebot.reports.shape import Column, Kind, Report

RESULTS = Report(
    "results",
    "Results",
    "呼叫结果",
    "Why attempts ended: one code each.",
    result_report,
    (
        Column("code", "code", "结果码"),
        Column("label", "", "含义"),
        Column("layer", "layer", "层"),
        Column("attempts", "attempts", "呼叫", Kind.COUNT),
        Column("share", "share", "占比", Kind.RATIO),
    ),
    plot=charts.results_chart,
)
FUNNEL = Report(
    "funnel",
    "Funnel",
    "漏斗",
    "Leads left at each step from the list to the order, each lead once.",
    funnel,
    (
        Column("name", "step", "环节"),
        Column("label", "", "名称"),
        Column("leads", "leads", "线索", Kind.COUNT),
        Column("of_dialled", "of dialled", "占已拨", Kind.RATIO),
        Column("target", "target", "目标", Kind.NUMBER, quiet=True),
        Column("gap", "gap", "差距", Kind.CHANGE, quiet=True),
        Column("reasons", "reasons", "原因", Kind.MIX, quiet=True),
    ),
    plot=charts.funnel_chart,
)
_LINE = (
    Column("attempts", "attempts", "呼叫", Kind.COUNT, drawn=True),
    Column("answered", "answered", "接听率", Kind.RATIO),
    Column("talk_s", "talk s", "平均通话秒", Kind.SECONDS),
    Column("short", "short", "短通话占比", Kind.RATIO),
    Column("rejected", "rejected", "拒接占比", Kind.RATIO),
    Column("codes", "result codes", "结果码", Kind.MIX),
)
GATEWAYS = Report(
    "gateways",
    "Gateways",
    "线路",
    "What came of the attempts through each gateway.",
    gateway_lines,
    (Column("line", "gateway", "线路"), *_LINE),
)
NUMBERS = Report(
    "numbers",
    "Caller numbers",
    "外显号码",
    "What came of the attempts that showed each of our numbers.",
    number_lines,
    (Column("line", "number", "号码"), *_LINE),
)
REPORTS = (FUNNEL, RESULTS, GATEWAYS, NUMBERS)
