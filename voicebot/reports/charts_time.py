"""The pictures of reports over time: the heat map of weekdays and hours, the days of a campaign, its tries."""

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter, StrMethodFormatter

from voicebot.campaign.policy.windows import DAY_NAMES
from voicebot.reports.daily import DayRow
from voicebot.reports.forms.words import percent
from voicebot.reports.heat import HeatRow
from voicebot.reports.language import Bilingual, label
from voicebot.reports.plots import BLUE, FULL_IN, INK, MUTED, SKY, TEAL, Plot, bare, rows_plot
from voicebot.reports.tries import TryRow

WEEKDAYS = {
    day: Bilingual(day.capitalize(), f"周{sign}") for day, sign in zip(DAY_NAMES, "一二三四五六日", strict=True)
}
CELL_IN = 0.44
ROOMY = 14
"""Up to so many hours beside each other have room for larger letters."""
MAX_TICKS = 14
PALE = 1.7
"""The darkest cell is as dark as a rate so many times as high would be: words of one colour are read on all."""


def heat_chart(rows: Sequence[HeatRow]) -> Plot | None:
    """A cell for each weekday and hour, the darker the more attempts connected; below the rate stand the attempts."""
    if not rows:
        return None
    hours = range(min(row.hour for row in rows), max(row.hour for row in rows) + 1)
    cells = {(row.weekday, row.hour): row for row in rows}
    days = [day for day in DAY_NAMES if any(row.weekday == day for row in rows)]
    highest = max(row.connected.ratio or 0.0 for row in rows) or 1.0
    rates = [
        [cells[day, hour].connected.ratio or 0.0 if (day, hour) in cells else math.nan for hour in hours]
        for day in days
    ]
    height = CELL_IN * len(days) + 0.55

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        # Cells as shapes, not as an image: an SVG stays sharp, and the page allows no images.
        edges = ([place - 0.5 for place in range(len(hours) + 1)], [place - 0.5 for place in range(len(days) + 1)])
        axes.pcolormesh(*edges, rates, cmap="Blues", vmin=0, vmax=highest * PALE, edgecolors="white", linewidth=1.5)
        axes.invert_yaxis()
        for (day, hour), row in cells.items():
            place = (hour - hours[0], days.index(day))
            text = f"{percent(row.connected.ratio)}\n{row.attempts:,}"
            axes.text(
                *place,
                text,
                ha="center",
                va="center",
                fontsize=9 if len(hours) <= ROOMY else 8,
                color=INK,
                linespacing=1.15,
            )
        axes.set_xticks(range(len(hours)), [f"{hour}:00" for hour in hours])
        axes.set_yticks(range(len(days)), [label(*WEEKDAYS[day]) for day in days])
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        figure.subplots_adjust(left=0.8 / FULL_IN, right=0.99, top=1 - 0.06 / height, bottom=0.4 / height)

    return Plot("heat", FULL_IN, height, draw)


def daily_chart(rows: Sequence[DayRow]) -> Plot | None:
    """Volume and connected of each day as bars, the success rate as a line."""
    if not rows:
        return None

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        places = range(len(rows))
        axes.bar(places, [row.volume for row in rows], color=SKY, width=0.8, label=label("attempts", "呼叫"))
        axes.bar(places, [row.connected.hits for row in rows], color=BLUE, width=0.8, label=label("connected", "接通"))
        if rows[0].volume_target is not None:
            axes.axhline(
                rows[0].volume_target, color=MUTED, linewidth=1, linestyle=(0, (4, 3)), label=label("target", "目标")
            )
        axes.margins(y=0.08)
        step = -(-len(rows) // MAX_TICKS)
        axes.set_xticks(list(places)[::step], [f"{row.day:%m-%d}" for row in rows[::step]])
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        rate = axes.twinx()
        rate.plot(
            places,
            [row.success_rate.ratio or 0.0 for row in rows],
            color=TEAL,
            linewidth=1.6,
            label=label("A or B of connected", "意向率"),
        )
        rate.set_ylim(0, max([row.success_rate.ratio or 0 for row in rows] + [0.01]) * 1.3)
        rate.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        for each in (axes, rate):
            bare(each)
        axes.grid(axis="y")
        handles = [*axes.get_legend_handles_labels()[0], *rate.get_legend_handles_labels()[0]]
        figure.legend(handles=handles, loc="lower center", ncols=4, frameon=False)
        figure.subplots_adjust(left=0.06, right=0.955, top=0.97, bottom=0.24)

    return Plot("daily", FULL_IN, 2.9, draw)


def tries_chart(rows: Sequence[TryRow]) -> Plot | None:
    """How many attempts each try took, and how many of them connected."""

    def draw(axes: Axes) -> None:
        axes.barh(range(len(rows)), [row.attempts for row in rows], color=SKY, height=0.66)
        reached = axes.barh(range(len(rows)), [row.connected.hits for row in rows], color=BLUE, height=0.66)
        texts = [f"{percent(row.connected.ratio)} / {row.attempts:,}" for row in rows]
        for bar, row, text in zip(reached, rows, texts, strict=True):
            place = (row.attempts, bar.get_y() + bar.get_height() / 2)
            axes.annotate(text, place, xytext=(5, 0), textcoords="offset points", verticalalignment="center")

    return rows_plot("retry", [label(f"try {row.tries}", f"第 {row.tries} 次") for row in rows], draw, room=1.2)
