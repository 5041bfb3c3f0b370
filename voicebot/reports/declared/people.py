"""Declarations of the reports about agents and about customers who waited, stopped us, complained."""

from voicebot.reports.abandon import abandon_report
from voicebot.reports.agents import agent_report
from voicebot.reports.shape import Column, Kind, Report
from voicebot.reports.stops import stop_report

AGENTS = Report(
    "agents",
    "Agents",
    "坐席",
    "Agents: calls, talk, ring and hold times, utilisation (target 80 %), attendance (90 %), wait of customers.",
    agent_report,
    (
        Column("agent", "agent", "工号", Kind.LINE),
        Column("title", "name", "姓名", Kind.LINE, wide=True),
        Column("rung", "rung", "振铃次数", Kind.COUNT),
        Column("calls", "calls", "接听", Kind.COUNT),
        Column("talk_s", "talk", "通话时长", Kind.DURATION, drawn=True),
        Column("longest_s", "longest\ntalk", "最长通话", Kind.DURATION, wide=True),
        Column("ring_s", "ring s", "平均振铃秒", Kind.SECONDS),
        Column("hold_s", "hold", "保持时长", Kind.DURATION, wide=True),
        Column("hold_mean_s", "hold s\na call", "平均保持秒", Kind.SECONDS),
        Column("wait_s", "wait s", "客户平均等待秒", Kind.SECONDS),
        Column("wait_longest_s", "longest\nwait s", "客户最长等待秒", Kind.SECONDS, wide=True),
        Column("signed_in_s", "signed in", "签入时长", Kind.DURATION, wide=True),
        Column("utilisation", "utili-\nsation", "利用率", Kind.RATIO),
        Column("attendance", "attend-\nance", "出勤率", Kind.RATIO),
        Column("below_target", "below\ntarget", "未达标", of=lambda row: "yes" if row.below_target else ""),
    ),
    empty="no agent was signed in or rung yet; agents are added by: voicebot agent add",
)
ABANDON = Report(
    "abandon",
    "Abandoned customers",
    "放弃率",
    "Customers who asked for an agent and got none: each day, over 30 days, against the cap.",
    abandon_report,
    (
        Column("campaign", "campaign", "活动"),
        Column("day", "day", "日期", Kind.LINE),
        Column("asked", "asked", "请求人工", Kind.COUNT),
        Column("abandoned", "aban-\ndoned", "放弃", Kind.COUNT),
        Column("rate", "rate", "放弃率", Kind.RATIO),
        Column("wait_s", "wait s", "平均等待秒", Kind.SECONDS),
        Column("wait_p50_s", "wait s\np50", "等待秒 p50", Kind.SECONDS, wide=True),
        Column("wait_p95_s", "wait s\np95", "等待秒 p95", Kind.SECONDS),
        Column("wait_longest_s", "longest\nwait s", "最长等待秒", Kind.SECONDS, wide=True),
        Column("asked_30", "asked\n30 days", "30 天请求", Kind.COUNT, wide=True),
        Column("abandoned_30", "abandoned\n30 days", "30 天放弃", Kind.COUNT, wide=True),
        Column("rate_30", "rate\n30 days", "30 天放弃率", Kind.RATIO, drawn=True),
        Column("cap", "cap", "上限", Kind.RATIO),
        Column("over", "over", "超限", of=lambda row: "yes" if row.over else ""),
    ),
    empty="no customer asked for an agent yet",
)
STOPS = Report(
    "stops",
    "Stop requests and complaints",
    "停呼与投诉",
    "Who wants no more calls and who complained: by day, script, node, number shown.",
    stop_report,
    (
        Column("by", "by", "维度"),
        Column("name", "", "值", Kind.LINE),
        Column("asked", "stop\nrequests", "要求停呼", Kind.COUNT, of=lambda row: row.stops.hits),
        Column("stops", "stops\nof calls 95 %", "停呼率", Kind.RATE, drawn=True),
        Column("complained", "com-\nplaints", "投诉", Kind.COUNT, of=lambda row: row.complaints.hits),
        Column("complaints", "complaints\nof attempts 95 %", "投诉率", Kind.RATE),
    ),
    empty="nobody asked to be called no more, and nobody complained",
)
REPORTS = (AGENTS, ABANDON, STOPS)
