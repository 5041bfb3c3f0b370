"""The pictures of single reports: their figures in, a plot each out. How a plot becomes a file is in plots.py."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from voicebot.reports.forms.words import percent
from voicebot.reports.funnel import Step
from voicebot.reports.grades import GRADES, GradeRow, ResultRow
from voicebot.reports.language import Bilingual, label
from voicebot.reports.latency import BIN_MS, Spread
from voicebot.reports.lines import ILL, NumberRow
from voicebot.reports.nodes import OFFSET_BIN_MS, NodeRow
from voicebot.reports.plots import (
    AMBER,
    BLUE,
    FULL_IN,
    HALF_IN,
    INK,
    MUTED,
    RED,
    SKY,
    TEAL,
    Plot,
    bare,
    room_behind,
    rows_plot,
)

LAYERS = {
    "refused": Bilingual("refused", "未拨打"),
    "network": Bilingual("network", "网络"),
    "ours": Bilingual("ours", "我方"),
    "answered": Bilingual("answered", "接听"),
    "talk": Bilingual("talk", "对话"),
    "business": Bilingual("business", "业务"),
}
LAYER_COLOURS = {
    "refused": "#8d99a6",
    "network": AMBER,
    "ours": RED,
    "answered": SKY,
    "talk": BLUE,
    "business": TEAL,
}
GRADE_COLOURS = {"A": TEAL, "B": "#7cc4ae", "C": AMBER, "D": RED, "E": "#b4bdc7"}
STEPS = {f"grade_{letter.lower()}": letter for letter in GRADES} | {
    "talked": "≥ 1 turn",
    "talked_3": "≥ 3 turns",
    "intent": "A/B",
}
"""Steps of the funnel whose names are not for people."""
MIN_LABELLED = 0.06
"""Share of a grade from which there is room for its label."""
MAX_NUMBERS = 40
"""More rows nobody reads in a picture: the busiest are drawn."""
MAX_SMALL = 8
"""Nodes that get a histogram of their own: those with the most hang-ups."""


def funnel_chart(steps: Sequence[Step]) -> Plot | None:
    """Leads left at each step."""
    names = [label(STEPS.get(step.name, step.name.replace("_", " ")), step.label) for step in steps]
    texts = [f"{s.leads:,}" + (f" · {percent(s.of_dialled)}" if s.of_dialled is not None else "") for s in steps]

    def draw(axes: Axes) -> None:
        bars = axes.barh(range(len(steps)), [step.leads for step in steps], color=BLUE, height=0.66)
        for rank, bar in enumerate(bars):
            bar.set_alpha(1 - 0.7 * rank / len(steps))
        axes.bar_label(bars, texts, padding=5, color=INK)

    return rows_plot("funnel", names, draw, width_in=HALF_IN, room=room_behind(names, texts, HALF_IN))


def results_chart(rows: Sequence[ResultRow]) -> Plot | None:
    """Attempts by result code, coloured by layer."""
    names = [label(row.code, row.label) for row in rows]
    texts = [f"{row.attempts:,} · {percent(row.share)}" for row in rows]

    def draw(axes: Axes) -> None:
        colours = [LAYER_COLOURS[row.layer] for row in rows]
        bars = axes.barh(range(len(rows)), [row.attempts for row in rows], color=colours, height=0.66)
        axes.bar_label(bars, texts, padding=5, color=INK)

    return rows_plot("results", names, draw, width_in=HALF_IN, room=room_behind(names, texts, HALF_IN))


def grades_chart(rows: Sequence[GradeRow]) -> Plot | None:
    """Calls of each script version by grade, as shares."""
    names = [f"{row.script} v{row.version}" for row in rows]

    def draw(axes: Axes) -> None:
        left = [0.0] * len(rows)
        for grade in GRADES:
            shares = [row.grades[grade] / row.calls for row in rows]
            bars = axes.barh(range(len(rows)), shares, left=left, color=GRADE_COLOURS[grade], height=0.66)
            counts = zip((row.grades[grade] for row in rows), shares, strict=True)
            texts = [f"{grade} {count:,}" if share >= MIN_LABELLED else "" for count, share in counts]
            axes.bar_label(bars, texts, label_type="center", color="white" if grade in "AD" else INK)
            left = [before + share for before, share in zip(left, shares, strict=True)]
        axes.set_xlim(0, 1)

    return rows_plot("grades", names, draw, room=1.0)


def numbers_chart(rows: Sequence[NumberRow]) -> Plot | None:
    """Connected attempts of each number as a share; red: out of use."""
    shown = rows[:MAX_NUMBERS]
    names = [row.line or "–" for row in shown]
    short = label("short", "短通话")
    texts = [f"{percent(row.connected.ratio)} / {row.attempts:,} · {short} {percent(row.short)}" for row in shown]

    def draw(axes: Axes) -> None:
        colours = [RED if row.state in ILL else BLUE for row in shown]
        bars = axes.barh(range(len(shown)), [row.connected.ratio or 0 for row in shown], color=colours, height=0.66)
        axes.bar_label(bars, texts, padding=5, color=INK)

    return rows_plot("numbers", names, draw, room=room_behind(names, texts))


def hangups_chart(rows: Sequence[NodeRow]) -> Plot | None:
    """Hang-up rate of each node by phase, with the 95 % interval of their sum."""
    names = _node_names(rows)

    def draw(axes: Axes) -> None:
        playing = [row.hangups_playing / row.visits for row in rows]
        listening = [row.hangups_listening / row.visits for row in rows]
        axes.barh(range(len(rows)), playing, color=BLUE, height=0.6, label=label("while playing", "播放中"))
        silent = label("while listening", "聆听中")
        axes.barh(range(len(rows)), listening, left=playing, color=SKY, height=0.6, label=silent)
        for rank, row in enumerate(rows):
            low, high = row.hangups.low or 0.0, row.hangups.high or 0.0
            axes.plot([low, high], [rank, rank], color=INK, linewidth=1.1, marker="|", markersize=6)
            axes.annotate(
                f"{percent(row.hangups.ratio)} · {row.hangups.hits:,} / {row.visits:,}",
                (high, rank),
                xytext=(7, 0),
                textcoords="offset points",
                verticalalignment="center",
            )
        axes.legend(loc="upper left", bbox_to_anchor=(0, 0), ncols=2, frameon=False, handlelength=1, borderpad=0.2)

    return rows_plot("hangups", names, draw, room=1.25, below_in=0.35)


def offsets_chart(rows: Sequence[NodeRow]) -> Plot | None:
    """For the nodes with the most hang-ups: the second of the prompt at which they came. None without any."""
    worst = sorted((row for row in rows if row.hangups_playing), key=lambda row: -row.hangups_playing)[:MAX_SMALL]
    if not worst:
        return None
    across = min(4, len(worst))
    down = -(-len(worst) // across)

    def draw(figure: Figure) -> None:
        seconds = max(edge for row in worst for edge, _ in row.offsets_playing) // OFFSET_BIN_MS + 1
        highest = max(count for row in worst for _, count in row.offsets_playing)
        panels = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)
        for axes, row, name in zip(panels.flat, worst, _node_names(worst), strict=False):
            edges = [edge / OFFSET_BIN_MS for edge, _ in row.offsets_playing]
            axes.bar(edges, [count for _, count in row.offsets_playing], width=0.86, align="edge", color=BLUE)
            axes.set_title(name, fontsize=10, loc="left", color=INK)
            axes.set_xlim(0, max(seconds, 4))
            axes.set_ylim(0, highest * 1.12)
            axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
            axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
            bare(axes)
            axes.grid(axis="y")
        for axes in list(panels.flat)[len(worst) :]:
            axes.set_visible(False)
        figure.supxlabel(label("second of the prompt", "播放到第几秒"), fontsize=10, color=MUTED, y=0.01)
        figure.supylabel(label("hang-ups", "挂断次数"), fontsize=10, color=MUTED, x=0.003)
        figure.subplots_adjust(left=0.065, right=0.985, hspace=0.35, wspace=0.12)
        figure.subplots_adjust(top=1 - 0.3 / height, bottom=0.55 / height)

    height = 1.6 * down + 0.55
    return Plot("offsets", FULL_IN, height, draw)


def latency_chart(spread: Spread, goal_ms: int | None = None) -> Plot | None:
    """Turn latencies as a histogram with p50 and p95. None without any turn."""
    if not spread.count:
        return None

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.bar(
            [edge for edge, _ in spread.bins],
            [count for _, count in spread.bins],
            width=BIN_MS * 0.88,
            align="edge",
            color=TEAL,
        )
        axes.set_xlim(0, max(edge for edge, _ in spread.bins) + 2 * BIN_MS)
        axes.margins(y=0.22)
        for name, value in (("p50", spread.p50), ("p95", spread.p95)):
            if value is not None:
                axes.axvline(value, color=INK, linewidth=1, linestyle=(0, (4, 3)))
                axes.annotate(
                    f"{name} {value} ms",
                    (value, 0.97),
                    xycoords=("data", "axes fraction"),
                    xytext=(5, 0),
                    textcoords="offset points",
                    verticalalignment="top",
                )
        axes.set_xlabel(
            label("ms from the customer's last voiced frame to the robot's first", "客户话音结束到机器人开口，毫秒")
        )
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        axes.set_ylabel(label("turns", "轮次"))
        bare(axes)
        axes.grid(axis="y")
        figure.subplots_adjust(left=0.085, right=0.975, top=0.98, bottom=0.2)

    return Plot("latency", FULL_IN, 2.6, draw)


def _node_names(rows: Sequence[NodeRow]) -> list[str]:
    """Names of nodes, with their script only where there are several."""
    if len({(row.script, row.version) for row in rows}) == 1:
        return [row.node for row in rows]
    return [f"{row.script} v{row.version}: {row.node}" for row in rows]
