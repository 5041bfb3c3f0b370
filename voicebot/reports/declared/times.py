"""Declarations of the reports over time and over tries: their names, columns and pictures."""

from voicebot.reports import charts_time
from voicebot.reports.daily import daily_report
from voicebot.reports.heat import heat_report
from voicebot.reports.language import Bilingual
from voicebot.reports.shape import Column, Kind, Report
from voicebot.reports.tries import try_report

HEAT = Report(
    "heat",
    "When people answer",
    "接通热力图",
    Bilingual(
        "Connected attempts by weekday and hour of the campaign's clock.",
        "按活动所在时区的星期与小时统计接通。",
    ),
    heat_report,
    (
        Column("weekday", "weekday", "星期", told=charts_time.WEEKDAYS),
        Column("hour", "hour", "小时", Kind.COUNT),
        Column("attempts", "attempts", "呼叫", Kind.COUNT),
        Column("connected", "connected 95 %", "接通率", Kind.RATE, drawn=True),
        Column("intent", "A or B 95 %", "意向率", Kind.RATE),
    ),
    plot=charts_time.heat_chart,
    says=Bilingual("connected, and attempts below it", "接通率，其下为呼叫次数"),
)
TRIES = Report(
    "retry",
    "Yield of calling again",
    "重呼收益",
    Bilingual(
        "What first, second, third ... attempts of leads bring.", "线索的第一次、第二次、第三次……呼叫各带来什么。"
    ),
    try_report,
    (
        Column("tries", "try", "第几次", Kind.COUNT),
        Column("attempts", "attempts", "呼叫", Kind.COUNT),
        Column("answered", "answered 95 %", "接听率", Kind.RATE, wide=True),
        Column("connected", "connected 95 %", "接通率", Kind.RATE, drawn=True),
        Column("intent", "A or B 95 %", "意向率", Kind.RATE),
        Column("added", "added 95 %", "添加率", Kind.RATE),
        Column("share", "of all\nconnected", "占全部接通", Kind.RATIO),
    ),
    plot=charts_time.tries_chart,
    says=Bilingual("bars: attempts, of them connected dark", "条形：呼叫次数，深色为其中接通"),
)
DAILY = Report(
    "daily",
    "Days",
    "每日",
    Bilingual("Volume and success of each day, against the targets of a day.", "每日外呼量与成功量，与日目标对照。"),
    daily_report,
    (
        Column("day", "day", "日期", Kind.LINE),
        Column("volume", "attempts", "外呼量", Kind.COUNT, drawn=True),
        Column("volume_gap", "gap", "外呼量差距", Kind.CHANGE, quiet=True),
        Column("connected", "connected 95 %", "接通率", Kind.RATE),
        Column("success", "A or B", "成功", Kind.COUNT),
        Column("success_gap", "gap", "成功差距", Kind.CHANGE, quiet=True),
        Column("success_rate", "A or B of\nconnected 95 %", "意向率", Kind.RATE, wide=True),
        Column("handed_off", "to agents", "转人工", Kind.COUNT),
        Column("added", "added", "添加", Kind.COUNT),
        Column("ordered", "ordered", "下单", Kind.COUNT),
        Column("volume_target", "target\nattempts", "外呼量目标", Kind.NUMBER, quiet=True, wide=True),
        Column("success_target", "target\nA or B", "成功目标", Kind.NUMBER, quiet=True, wide=True),
    ),
    plot=charts_time.daily_chart,
)
REPORTS = (DAILY, HEAT, TRIES)
