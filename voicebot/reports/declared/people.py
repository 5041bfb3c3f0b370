"""Declarations of the reports about agents and about customers who waited, stopped us, complained."""

from voicebot.reports import charts_days
from voicebot.reports.abandon import abandon_report
from voicebot.reports.agents import agent_report
from voicebot.reports.declared.money import TOTAL
from voicebot.reports.language import Bilingual
from voicebot.reports.shape import Column, Kind, Report
from voicebot.reports.stops import stop_report

BY = {
    "all": Bilingual("all", "合计"),
    "day": Bilingual("day", "日"),
    "script": Bilingual("script", "话术"),
    "node": Bilingual("node", "节点"),
    "number": Bilingual("number", "号码"),
}
YES = {"yes": Bilingual("yes", "是")}
AGENTS = Report(
    "agents",
    "Agents",
    "坐席",
    Bilingual(
        "Agents: calls, talk, ring and hold times, utilisation (target 80 %), attendance (90 %), wait of customers.",
        "坐席：接听、通话、振铃、保持时长，利用率（目标 80 %），出勤率（目标 90 %），客户等待时间。",
    ),
    agent_report,
    (
        Column("agent", "agent", "工号", Kind.LINE, told=TOTAL),
        Column("title", "name", "姓名", Kind.LINE, wide=True),
        Column("rung", "rung", "振铃次数", Kind.COUNT),
        Column("calls", "calls", "接听", Kind.COUNT),
        Column("talk_s", "talk", "通话时长", Kind.DURATION, drawn=True),
        Column("longest_s", "longest\ntalk", "最长通话", Kind.DURATION, wide=True),
        Column("ring_s", "ring s", "平均\n振铃秒", Kind.SECONDS),
        Column("hold_s", "hold", "保持时长", Kind.DURATION, wide=True),
        Column("hold_mean_s", "hold s\na call", "平均\n保持秒", Kind.SECONDS),
        Column("wait_s", "wait s", "客户平均\n等待秒", Kind.SECONDS),
        Column("wait_longest_s", "longest\nwait s", "客户最长\n等待秒", Kind.SECONDS, wide=True),
        Column("signed_in_s", "signed in", "签入时长", Kind.DURATION, wide=True),
        Column("utilisation", "utili-\nsation", "利用率", Kind.RATIO),
        Column("attendance", "attend-\nance", "出勤率", Kind.RATIO),
        Column("below_target", "below\ntarget", "未达标", of=lambda row: "yes" if row.below_target else "", told=YES),
    ),
    empty=Bilingual(
        "no agent was signed in or rung yet; agents are added by: voicebot agent add",
        "还没有坐席签入或被振铃；添加坐席：voicebot agent add",
    ),
)
ABANDON = Report(
    "abandon",
    "Abandoned customers",
    "放弃率",
    Bilingual(
        "Customers who asked for an agent and got none: each day, over 30 days, against the cap.",
        "请求人工却没有接通坐席的客户：每日、近 30 天，与上限对照。",
    ),
    abandon_report,
    (
        Column("campaign", "campaign", "活动"),
        Column("day", "day", "日期", Kind.LINE),
        Column("asked", "asked", "请求人工", Kind.COUNT),
        Column("abandoned", "aban-\ndoned", "放弃", Kind.COUNT),
        Column("rate", "rate", "放弃率", Kind.RATIO),
        Column("wait_s", "wait s", "平均\n等待秒", Kind.SECONDS),
        Column("wait_p50_s", "wait s\np50", "等待秒 p50", Kind.SECONDS, wide=True),
        Column("wait_p95_s", "wait s\np95", "等待秒 p95", Kind.SECONDS),
        Column("wait_longest_s", "longest\nwait s", "最长\n等待秒", Kind.SECONDS, wide=True),
        Column("asked_30", "asked\n30 days", "近30天请求", Kind.COUNT, wide=True),
        Column("abandoned_30", "abandoned\n30 days", "近30天放弃", Kind.COUNT, wide=True),
        Column("rate_30", "rate\n30 days", "近30天放弃率", Kind.RATIO, drawn=True),
        Column("cap", "cap", "上限", Kind.RATIO),
        Column("over", "over", "超限", of=lambda row: "yes" if row.over else "", told=YES),
    ),
    plot=charts_days.abandon_chart,
    says=Bilingual("lines: abandoned over 30 days, dashed: the cap", "折线：近 30 天放弃率，虚线：上限"),
    empty=Bilingual("no customer asked for an agent yet", "还没有客户请求人工"),
)
STOPS = Report(
    "stops",
    "Stop requests and complaints",
    "停呼与投诉",
    Bilingual(
        "Who wants no more calls and who complained: by day, script, node, number shown.",
        "谁要求不再来电、谁投诉：按日、话术、节点、外显号码。",
    ),
    stop_report,
    (
        Column("by", "by", "维度", told=BY),
        Column("name", "", "值", Kind.LINE),
        Column("asked", "stop\nrequests", "要求停呼", Kind.COUNT, of=lambda row: row.stops.hits),
        Column("stops", "stops\nof calls 95 %", "停呼率", Kind.RATE, drawn=True),
        Column("complained", "com-\nplaints", "投诉", Kind.COUNT, of=lambda row: row.complaints.hits),
        Column("complaints", "complaints\nof attempts 95 %", "投诉率", Kind.RATE),
    ),
    plot=charts_days.stops_chart,
    says=Bilingual(
        "stop requests of calls: each day, then by script, node, number", "停呼率：先按日，再按话术、节点、号码"
    ),
    empty=Bilingual("nobody asked to be called no more, and nobody complained", "没有人要求停呼，也没有人投诉"),
)
REPORTS = (AGENTS, ABANDON, STOPS)
