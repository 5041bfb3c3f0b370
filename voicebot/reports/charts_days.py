"""The pictures of reports with a row a day or a week: lines and small panels, as wide as a page however long the time.

Those of a campaign's days as bars are in charts_time.py.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter, StrMethodFormatter

from voicebot.reports.abandon import AbandonRow
from voicebot.reports.forms.words import percent
from voicebot.reports.language import label
from voicebot.reports.plots import AMBER, BLUE, EM_IN, FULL_IN, INK, MUTED, RED, ROW_IN, SKY, TEAL, Plot, bare, ems
from voicebot.reports.products import ProductRow
from voicebot.reports.stops import ALL, DAY, NUMBER, StopRow
from voicebot.reports.weeks import WeekRow

COLOURS = (BLUE, TEAL, AMBER, RED, "#7a5ccc", "#4aa3b5", "#8d6b4a", MUTED)
"""Of lines, the busiest first; more lines nobody tells apart."""
LINES_IN = 2.9
LEGEND_IN = 0.3
MAX_TICKS = 14
MAX_NAMES = 10
"""So many numbers, those with the most requests, have a bar; the table has all."""
MAX_PANELS = 12
PANEL_IN = 1.75


@dataclass(frozen=True)
class Line:
    """One line. `values` by day; `level`: what it is held against, dashed; `weight`: the busiest are drawn."""

    name: str
    values: Mapping[date, float]
    level: float | None = None
    weight: float = 0.0


def abandon_chart(rows: Sequence[AbandonRow]) -> Plot | None:
    """The rate over 30 days of each campaign against its cap."""
    found: dict[str, list[AbandonRow]] = defaultdict(list)
    for row in rows:
        found[row.campaign].append(row)
    lines = [
        Line(name, {row.day: row.rate_30 for row in days}, days[-1].cap, sum(row.asked for row in days))
        for name, days in found.items()
    ]
    return _lines_plot("abandon", lines, share=True)


def products_chart(rows: Sequence[ProductRow]) -> Plot | None:
    """A and B of each product a day, against its target."""
    found: dict[str, list[ProductRow]] = defaultdict(list)
    for row in rows:
        found[row.product].append(row)
    lines = [
        Line(
            name or label("(no purpose)", "（未填用途）"),
            {row.day: row.success for row in days},
            days[-1].success_target,
            sum(row.success for row in days),
        )
        for name, days in found.items()
    ]
    return _lines_plot("products", lines, share=False)


def stops_chart(rows: Sequence[StopRow]) -> Plot | None:
    """Stop requests of calls: each day, below it scripts, nodes, and the numbers with the most."""
    if not rows:
        return None
    days = {date.fromisoformat(row.name): row.stops.ratio or 0.0 for row in rows if row.by == DAY}
    numbers = sorted((row for row in rows if row.by == NUMBER), key=lambda row: -row.stops.hits)[:MAX_NAMES]
    shown = [row for row in rows if row.by not in (ALL, DAY, NUMBER)] + numbers
    lines_in = LINES_IN if len(days) > 1 else 0.0
    height = lines_in + ROW_IN * len(shown) + 0.2

    def draw(figure: Figure) -> None:
        if lines_in:
            axes = figure.add_axes((0.06, 1 - (lines_in - 0.45) / height, 0.93, (lines_in - 0.55) / height))
            axes.bar([day.toordinal() for day in days], list(days.values()), color=BLUE, width=0.8)
            _over_days(axes, days, share=True)
        if shown:
            left = (0.3 + max(ems(row.name) for row in shown) * EM_IN) / FULL_IN
            axes = figure.add_axes((left, 0.1 / height, 0.99 - left, ROW_IN * len(shown) / height))
            _draw_bars(axes, shown)

    return Plot("stops", FULL_IN, height, draw) if lines_in or shown else None


def weeks_chart(rows: Sequence[WeekRow], names: Mapping[str, str]) -> Plot | None:
    """A small panel for each target of each campaign: its weeks as bars, what they should be as a line. `names`: of
    targets, for people."""
    found: dict[tuple[str, str], list[WeekRow]] = defaultdict(list)
    for row in rows:
        found[row.campaign, row.name].append(row)
    panels = list(found.items())[:MAX_PANELS]
    if not panels:
        return None
    across = min(2, len(panels))
    down = -(-len(panels) // across)
    height = PANEL_IN * down + 0.2

    def draw(figure: Figure) -> None:
        grid = figure.subplots(down, across, squeeze=False)
        for axes, ((campaign, name), weeks) in zip(grid.flat, panels, strict=False):
            _draw_weeks(axes, weeks)
            axes.set_title(f"{campaign} · {names[name]}", fontsize=10, loc="left", color=INK)
        for axes in list(grid.flat)[len(panels) :]:
            axes.set_visible(False)
        figure.subplots_adjust(left=0.06, right=0.99, hspace=0.62, wspace=0.14)
        figure.subplots_adjust(top=1 - 0.3 / height, bottom=0.3 / height)

    return Plot("weeks", FULL_IN, height, draw)


def _draw_weeks(axes: Axes, weeks: Sequence[WeekRow]) -> None:
    places = range(len(weeks))
    axes.bar(places, [week.actual or 0 for week in weeks], color=BLUE, width=0.7)
    edges = [place - 0.5 for place in range(len(weeks) + 1)]
    axes.stairs([week.target for week in weeks], edges, color=AMBER, linewidth=1.6, baseline=None)
    step = -(-len(weeks) // (MAX_TICKS // 2))
    axes.set_xticks(list(places)[::step], [f"{week.first:%m-%d}" for week in weeks[::step]])
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    bare(axes)
    axes.grid(axis="y")


def _lines_plot(name: str, lines: Sequence[Line], *, share: bool) -> Plot | None:
    drawn = sorted(lines, key=lambda line: (-line.weight, line.name))[: len(COLOURS)]
    if not drawn:
        return None

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        _draw_lines(axes, drawn, share=share)
        columns = max(1, min(len(drawn), int(90 // (6 + max(ems(line.name) for line in drawn)))))
        axes.legend(loc="upper left", bbox_to_anchor=(0, -0.1), ncols=columns, frameon=False, borderpad=0.2)
        figure.subplots_adjust(left=0.06, right=0.985, top=1 - 0.1 / height, bottom=below / height)

    below = 0.45 + LEGEND_IN * (1 + len(drawn) // 4)
    height = LINES_IN - 0.5 + below
    return Plot(name, FULL_IN, height, draw)


def _draw_lines(axes: Axes, lines: Sequence[Line], *, share: bool) -> None:
    for line, colour in zip(lines, COLOURS, strict=False):
        days = sorted(line.values)
        values = [line.values[day] for day in days]
        places = [day.toordinal() for day in days]
        axes.plot(places, values, color=colour, linewidth=1.7, label=line.name, marker="o", markersize=2.5)
    levels = {line.level: colour for line, colour in zip(lines, COLOURS, strict=False) if line.level is not None}
    for level, colour in levels.items():  # of one level for all, no line's colour
        axes.axhline(level, color=colour if len(levels) > 1 else INK, linewidth=1, linestyle=(0, (4, 3)))
    _over_days(axes, {day for line in lines for day in line.values}, share=share)


def _over_days(axes: Axes, days: Collection[date], *, share: bool) -> None:
    """The axes of anything over days."""
    first, last = min(days).toordinal(), max(days).toordinal()
    step = -(-(last - first + 1) // MAX_TICKS)
    ticks = range(first, last + 1, step)
    axes.set_xticks(ticks, [f"{date.fromordinal(tick):%m-%d}" for tick in ticks])
    margin = 0.5 + 0.015 * (last - first)
    axes.set_xlim(first - margin, last + margin)
    axes.set_ylim(0, max(axes.get_ylim()[1], 0.01 if share else 1))
    axes.yaxis.set_major_locator(MaxNLocator(4))
    one_percent = axes.get_ylim()[1] < 0.1
    axes.yaxis.set_major_formatter(
        PercentFormatter(1, decimals=int(one_percent)) if share else StrMethodFormatter("{x:,.0f}")
    )
    bare(axes)
    axes.grid(axis="y")


def _draw_bars(axes: Axes, rows: Sequence[StopRow]) -> None:
    drawn = axes.barh(range(len(rows)), [row.stops.ratio or 0.0 for row in rows], color=SKY, height=0.66)
    texts = [f"{percent(row.stops.ratio)} · {row.stops.hits:,} / {row.stops.of:,}" for row in rows]
    axes.bar_label(drawn, texts, padding=5, color=INK)
    axes.set_yticks(range(len(rows)), [row.name for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0, (axes.get_xlim()[1] or 1.0) * 1.25)
    axes.set_xticks([])
    bare(axes)
    axes.spines["bottom"].set_visible(False)
