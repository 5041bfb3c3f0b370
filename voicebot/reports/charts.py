"""The plots of the report page: rows of the reports in, one inline SVG each out.

Text stays text in the SVG, so that Chinese labels are set in the reader's own fonts.
"""

import io
import unicodedata
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from voicebot.reports.funnel import Step
from voicebot.reports.grades import GRADES, GradeRow, ResultRow
from voicebot.reports.latency import BIN_MS, Spread
from voicebot.reports.nodes import OFFSET_BIN_MS, NodeRow

INK, MUTED, GRID = "#1f2933", "#66727f", "#e4e8ed"
BLUE, SKY, TEAL, AMBER, RED = "#2f6fde", "#9dbcf2", "#1d9a78", "#e39b2d", "#d2504c"
LAYER_COLOURS = {
    "refused": "#8d99a6",
    "network": AMBER,
    "ours": RED,
    "answered": SKY,
    "talk": BLUE,
    "business": TEAL,
}
GRADE_COLOURS = {"A": TEAL, "B": "#7cc4ae", "C": AMBER, "D": RED, "E": "#b4bdc7"}
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": GRID,
    "axes.axisbelow": True,
    "xtick.color": MUTED,
    "ytick.color": INK,
    "xtick.labelcolor": MUTED,
    "grid.color": GRID,
}
FULL_IN, HALF_IN = 11.0, 5.15
"""Widths of a plot over the whole page and over half of it: with these, letters are of one size on the page."""
ROW_IN = 0.34
MIN_LABELLED = 0.06
"""Share of a grade from which there is room for its label."""
MAX_SMALL = 8
"""Nodes that get a histogram of their own: those with the most hang-ups."""


def funnel_chart(steps: Sequence[Step]) -> str:
    """Leads left at each step."""
    names = [f"{step.label} {step.name.replace('_', ' ')}" for step in steps]

    def draw(axes: Axes) -> None:
        bars = axes.barh(range(len(steps)), [step.leads for step in steps], color=BLUE, height=0.66)
        for rank, bar in enumerate(bars):
            bar.set_alpha(1 - 0.07 * rank)
        shares = [f"{s.leads:,}" + (f" · {s.of_dialled:.0%}" if s.of_dialled is not None else "") for s in steps]
        axes.bar_label(bars, shares, padding=5, color=INK)

    return _rows_chart("funnel", names, draw, width_in=HALF_IN, room=1.32)


def results_chart(rows: Sequence[ResultRow]) -> str:
    """Attempts by result code, coloured by layer."""
    names = [f"{row.label} {row.code}" for row in rows]

    def draw(axes: Axes) -> None:
        colours = [LAYER_COLOURS[row.layer] for row in rows]
        bars = axes.barh(range(len(rows)), [row.attempts for row in rows], color=colours, height=0.66)
        axes.bar_label(bars, [f"{row.attempts:,} · {row.share:.0%}" for row in rows], padding=5, color=INK)

    return _rows_chart("results", names, draw, width_in=HALF_IN, room=1.32)


def grades_chart(rows: Sequence[GradeRow]) -> str:
    """Calls of each script version by grade, as shares."""
    names = [f"{row.script} v{row.version}" for row in rows]

    def draw(axes: Axes) -> None:
        left = [0.0] * len(rows)
        for grade in GRADES:
            shares = [row.grades[grade] / row.calls for row in rows]
            bars = axes.barh(range(len(rows)), shares, left=left, color=GRADE_COLOURS[grade], height=0.66)
            counts = zip((row.grades[grade] for row in rows), shares, strict=True)
            texts = [f"{grade} {count}" if share >= MIN_LABELLED else "" for count, share in counts]
            axes.bar_label(bars, texts, label_type="center", color="white" if grade in "AD" else INK)
            left = [before + share for before, share in zip(left, shares, strict=True)]
        axes.set_xlim(0, 1)

    return _rows_chart("grades", names, draw, room=1.0)


def hangups_chart(rows: Sequence[NodeRow]) -> str:
    """Hang-up rate of each node by phase, with the 95 % interval of their sum."""
    names = _node_names(rows)

    def draw(axes: Axes) -> None:
        playing = [row.hangups_playing / row.visits for row in rows]
        listening = [row.hangups_listening / row.visits for row in rows]
        axes.barh(range(len(rows)), playing, color=BLUE, height=0.6, label="while playing")
        axes.barh(range(len(rows)), listening, left=playing, color=SKY, height=0.6, label="while listening")
        for rank, row in enumerate(rows):
            low, high = row.hangups.low or 0.0, row.hangups.high or 0.0
            axes.plot([low, high], [rank, rank], color=INK, linewidth=1.1, marker="|", markersize=6)
            axes.annotate(
                f"{row.hangups.ratio or 0:.0%} · {row.hangups.hits}/{row.visits}",
                (high, rank),
                xytext=(7, 0),
                textcoords="offset points",
                verticalalignment="center",
            )
        axes.legend(loc="upper left", bbox_to_anchor=(0, 0), ncols=2, frameon=False, handlelength=1, borderpad=0.2)

    return _rows_chart("hangups", names, draw, room=1.12, below_in=0.35)


def offsets_chart(rows: Sequence[NodeRow]) -> str:
    """For the nodes with the most hang-ups: the second of the prompt at which they came. Empty without any."""
    worst = sorted((row for row in rows if row.hangups_playing), key=lambda row: -row.hangups_playing)[:MAX_SMALL]
    if not worst:
        return ""
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
            _bare(axes)
            axes.grid(axis="y")
        for axes in list(panels.flat)[len(worst) :]:
            axes.set_visible(False)
        figure.subplots_adjust(left=0.03, right=0.985, hspace=0.35, wspace=0.12)
        figure.subplots_adjust(top=1 - 0.3 / height, bottom=0.3 / height)

    height = 1.6 * down + 0.3
    return _svg("offsets", Figure(figsize=(FULL_IN, height)), draw)


def latency_chart(spread: Spread, goal_ms: int | None = None) -> str:
    """Turn latencies as a histogram with p50 and p95. Empty without any turn."""
    if not spread.count:
        return ""

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
        axes.set_xlabel("ms from the customer's last voiced frame to the robot's first")
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        _bare(axes)
        axes.grid(axis="y")
        figure.subplots_adjust(left=0.03, right=0.985, top=0.98, bottom=0.2)

    return _svg("latency", Figure(figsize=(FULL_IN, 2.6)), draw)


def _rows_chart(
    name: str,
    names: Sequence[str],
    draw: Callable[[Axes], None],
    width_in: float = FULL_IN,
    room: float = 1.2,
    below_in: float = 0.05,
) -> str:
    """Horizontal bars, the first on top; `room`: width of the axis in lengths of its longest bar."""
    if not names:
        return ""
    height = ROW_IN * len(names) + 0.1 + below_in
    left_in = 0.2 + max(_ems(each) for each in names) * 10 / 72

    def fill(figure: Figure) -> None:
        axes = figure.subplots()
        draw(axes)
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_xlim(0, axes.get_xlim()[1] * room if room != 1.0 else 1.0)
        axes.set_xticks([])
        _bare(axes)
        axes.spines["bottom"].set_visible(False)
        figure.subplots_adjust(left=left_in / width_in, right=0.99, top=1 - 0.05 / height, bottom=below_in / height)

    return _svg(name, Figure(figsize=(width_in, height)), fill)


def _node_names(rows: Sequence[NodeRow]) -> list[str]:
    """Names of nodes, with their script only where there are several."""
    if len({(row.script, row.version) for row in rows}) == 1:
        return [row.node for row in rows]
    return [f"{row.script} v{row.version}: {row.node}" for row in rows]


def _bare(axes: Axes) -> None:
    """Only what the reader needs of an axis."""
    axes.tick_params(length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _ems(text: str) -> float:
    """Width of `text` in its own size, in any common font: a Chinese sign is one em wide, a capital two thirds."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.7 if sign.isupper() else 0.58 for sign in text)


def _svg(name: str, figure: Figure, draw: Callable[[Figure], None]) -> str:
    """The drawn figure as an element to stand in a page; `name` keeps the ids of several apart."""
    with mpl.rc_context({**STYLE, "svg.hashsalt": name}), warnings.catch_warnings():
        # Only the reader's browser has the font for Chinese labels; room for them is reckoned by _ems.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        draw(figure)
        target = io.StringIO()
        figure.savefig(target, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = target.getvalue()
    for reference in ('id="', "url(#", 'href="#'):
        text = text.replace(reference, f"{reference}{name}-")
    return text[text.index("<svg") :]
