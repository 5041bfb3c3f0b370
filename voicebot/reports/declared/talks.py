"""Declarations of the reports that count talks, nodes and turns: their names, columns and pictures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from voicebot.reports import charts
from voicebot.reports.engines import engine_report
from voicebot.reports.grades import GRADES, GradeRow, grade_report
from voicebot.reports.language import Bilingual
from voicebot.reports.latency import Latencies, Spread, latency_report
from voicebot.reports.nodes import node_report
from voicebot.reports.plots import Plot
from voicebot.reports.shape import Column, Kind, Report

NODES = Report(
    "nodes",
    "Node hang-ups",
    "节点挂断",
    Bilingual(
        "Where customers leave: hang-ups by node and second of the prompt, opening and benefit first.",
        "客户在哪里离开：按节点和播放到第几秒统计挂断，首节点和利益点在前。",
    ),
    node_report,
    (
        Column("script", "script", "话术", quiet=True),
        Column("version", "v", "版本", quiet=True),
        Column("node", "node", "节点"),
        Column("visits", "visits", "进入", Kind.COUNT),
        Column("hangups_playing", "hung up:\nplaying", "播放中挂断", Kind.COUNT),
        Column("hangups_listening", "hung up:\nlistening", "聆听中挂断", Kind.COUNT),
        Column("hangups", "hung up\nof visits 95 %", "挂断率", Kind.RATE, drawn=True),
        Column("no_inputs", "silent", "无应答", Kind.COUNT, wide=True),
        Column("no_matches", "no\nmatch", "未匹配", Kind.COUNT, wide=True),
        Column("barge_ins", "barge-ins", "打断", Kind.COUNT, wide=True),
        Column("offsets_playing", "second of\nprompt", "挂断秒", Kind.BINS),
        Column("next_nodes", "next", "下一节点", Kind.MIX, wide=True),
    ),
    plot=charts.hangups_chart,
    says=Bilingual("bars: hang-ups of visits, with their 95 % interval", "条形：挂断率及 95 % 区间"),
)


def _grade(letter: str) -> Callable[[GradeRow], int]:
    return lambda row: row.grades[letter]


GRADE_COLUMNS = Report(
    "grades",
    "Grades",
    "意向等级",
    Bilingual("Intent grades of all calls by script version.", "按话术版本统计全部通话的意向等级。"),
    grade_report,
    (
        Column("script", "script", "话术"),
        Column("version", "version", "版本"),
        Column("calls", "calls", "通话", Kind.COUNT),
        *(Column(f"grades.{letter}", letter, letter, Kind.COUNT, _grade(letter)) for letter in GRADES),
        Column("intent", "A and B 95 %", "意向率", Kind.RATE, drawn=True),
        Column("ungraded", "not graded", "未评级", Kind.COUNT, quiet=True),
    ),
    plot=charts.grades_chart,
    says=Bilingual("calls by grade", "各等级的通话数"),
)


@dataclass(frozen=True)
class _Named:
    """One spread of the latencies with its name."""

    latency: str
    spread: Spread


def _spreads(latencies: Latencies) -> Sequence[_Named]:
    return [_Named("answer", latencies.answer), _Named("barge-in", latencies.barge_in)]


def _answer_plot(latencies: Latencies) -> Plot | None:
    return charts.latency_chart(latencies.answer)


LATENCIES = {"answer": Bilingual("answer", "回答"), "barge-in": Bilingual("barge-in", "被打断后停下")}
LATENCY = Report(
    "latency",
    "Latency",
    "响应时间",
    Bilingual("How quickly the robot answers and falls silent.", "机器人多快回答、被打断时多快停下。"),
    latency_report,
    (
        Column("latency", "latency", "时延", told=LATENCIES),
        *(
            Column(f"spread.{key}", english, chinese, kind, attrgetter(f"spread.{key}"))
            for key, english, chinese, kind in (
                ("count", "count", "次数", Kind.COUNT),
                ("p50", "p50 ms", "中位毫秒", Kind.MS),
                ("p95", "p95 ms", "95分位毫秒", Kind.MS),
                ("longest", "longest ms", "最长毫秒", Kind.MS),
            )
        ),
    ),
    rows=_spreads,
    plot=_answer_plot,
)
ENGINES = Report(
    "engines",
    "Engines",
    "理解引擎",
    Bilingual(
        "Which engine understood the customers, and when another stood in.",
        "哪个引擎理解了客户的话，何时由另一个引擎顶替。",
    ),
    engine_report,
    (
        Column("engine", "engine", "引擎"),
        Column("turns", "turns", "轮次", Kind.COUNT, drawn=True),
        Column("share", "share", "占比", Kind.RATIO),
        Column("p50_ms", "answer p50 ms", "响应中位\n毫秒", Kind.MS),
        Column("p95_ms", "p95 ms", "95分位毫秒", Kind.MS),
    ),
)
REPORTS = (NODES, GRADE_COLUMNS, LATENCY, ENGINES)
