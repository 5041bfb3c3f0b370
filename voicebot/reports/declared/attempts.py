"""Declarations of the reports that count attempts and leads: their names, columns and pictures."""

from voicebot.reports import charts
from voicebot.reports.funnel import funnel
from voicebot.reports.grades import result_report
from voicebot.reports.language import Bilingual
from voicebot.reports.lines import gateway_lines, number_lines
from voicebot.reports.shape import Column, Kind, Report

RESULTS = Report(
    "results",
    "Results",
    "呼叫结果",
    Bilingual("Why attempts ended: one code each.", "每次呼叫为什么结束：一次一个结果码。"),
    result_report,
    (
        Column("code", "code", "结果码"),
        Column("label", "", "含义", Kind.LINE),
        Column("layer", "layer", "层", told=charts.LAYERS),
        Column("attempts", "attempts", "呼叫", Kind.COUNT),
        Column("share", "share", "占比", Kind.RATIO),
    ),
    plot=charts.results_chart,
    says=Bilingual("bars: attempts, and their share; one colour a layer", "条形：呼叫次数与占比；颜色区分层"),
)
FUNNEL = Report(
    "funnel",
    "Funnel",
    "漏斗",
    Bilingual(
        "Leads left at each step from the list to the order, each lead once.",
        "从名单到下单，每一环节剩下的线索；每条线索只计一次。",
    ),
    funnel,
    (
        Column("name", "step", "环节"),
        Column("label", "", "名称", Kind.LINE),
        Column("leads", "leads", "线索", Kind.COUNT),
        Column("of_dialled", "of dialled", "占已拨", Kind.RATIO),
        Column("target", "target", "目标", Kind.NUMBER, quiet=True),
        Column("gap", "gap", "差距", Kind.CHANGE, quiet=True),
        Column("reasons", "reasons", "原因", Kind.MIX, quiet=True),
    ),
    plot=charts.funnel_chart,
    says=Bilingual("bars: leads, and their share of the leads dialled", "条形：线索数，及占已拨打线索的比例"),
)
STATES = {
    "active": Bilingual("active", "使用中"),
    "resting": Bilingual("resting", "休息"),
    "quarantined": Bilingual("quarantined", "已隔离"),
    "retired": Bilingual("retired", "已停用"),
}
_SHORT = Column("short", "short", "短通话占比", Kind.RATIO)
_REJECTED = Column("rejected", "rejected", "拒接占比", Kind.RATIO)
_ATTEMPTS = Column("attempts", "attempts", "呼叫", Kind.COUNT)
_CODES = Column("codes", "most frequent\nresult codes", "结果码", Kind.MIX, wide=True)
GATEWAYS = Report(
    "gateways",
    "Gateways",
    "线路",
    Bilingual(
        "Each gateway: answer-seizure ratio, mean length, post-dial delay, causes.",
        "每条线路：接听率（ASR）、平均时长（ACD）、接续时延（PDD）、挂断原因。",
    ),
    gateway_lines,
    (
        Column("line", "gateway", "线路", Kind.LINE),
        _ATTEMPTS,
        Column("answered", "ASR 95 %", "接听率 ASR", Kind.RATE, drawn=True),
        Column("length_s", "ACD s", "平均时长秒 ACD", Kind.SECONDS),
        Column("talk_s", "talk s", "平均\n通话秒", Kind.SECONDS, wide=True),
        Column("delay_s", "PDD s", "接续时延秒 PDD", Kind.SECONDS),
        _SHORT,
        _REJECTED,
        Column("causes", "most frequent\ncauses", "挂断原因", Kind.MIX),
        _CODES,
    ),
)
NUMBERS = Report(
    "numbers",
    "Caller numbers",
    "外显号码",
    Bilingual(
        "Health of our numbers, those out of use first: answers, short calls, rejects, complaints, days in use, state.",
        "外显号码的健康状况，停用的在前：接听、短通话、拒接、投诉、使用天数、状态。",
    ),
    number_lines,
    (
        Column("line", "number", "号码", Kind.LINE),
        _ATTEMPTS,
        Column("answered", "answered", "接听率", Kind.RATE, wide=True),
        Column("connected", "connected", "接通率", Kind.RATE, drawn=True),
        Column("talk_s", "talk s", "平均\n通话秒", Kind.SECONDS, wide=True),
        _SHORT,
        _REJECTED,
        Column("complaints", "com-\nplaints", "投诉", Kind.COUNT),
        Column("days", "days", "使用天数", Kind.COUNT),
        Column("state", "state", "状态", Kind.LINE, told=STATES),
        Column("because", "because", "原因", wide=True),
        _CODES,
    ),
    plot=charts.numbers_chart,
    says=Bilingual(
        "bars: connected, red: out of use; behind them attempts and short calls",
        "条形：接通率，红色为停用号码；其后为呼叫次数与短通话占比",
    ),
)
REPORTS = (FUNNEL, RESULTS, GATEWAYS, NUMBERS)
