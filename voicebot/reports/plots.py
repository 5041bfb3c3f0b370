"""A picture before it is one: what to draw and how large. It becomes an SVG for pages or a PNG for people.

In an SVG text stays text, so that Chinese labels are set in the reader's own fonts; a PNG needs a font of this machine.
"""

import io
import unicodedata
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK, MUTED, GRID = "#1f2933", "#66727f", "#e4e8ed"
BLUE, SKY, TEAL, AMBER, RED = "#2f6fde", "#9dbcf2", "#1d9a78", "#e39b2d", "#d2504c"
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
EMS_PER_INCH = 7.2
"""Of the font size above."""
LETTERS_PX, LEAST_LETTERS_PX = 13.5, 11.0
"""How large letters of a picture are on a page, as those of its tables, and on a narrow screen, where it scrolls."""
FULL_IN, HALF_IN = 11.0, 5.15
"""Widths of a plot over the whole page and over half of it: with these, letters are of one size on the page."""
ROW_IN = 0.34
EM_IN = 1 / EMS_PER_INCH
SAYS_IN = 0.24
"""Room for the line of what a picture says."""
DOTS_PER_INCH = 130
CHINESE_FONTS = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB"),
    *("WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "Noto Serif CJK SC"),
)


@dataclass(frozen=True)
class Plot:
    """`draw` fills a figure of this size. `name`: short, keeps the ids of several pictures of a page apart. `says`:
    what the bars are, in lines, where the picture itself does not say it."""

    name: str
    width_in: float
    height_in: float
    draw: Callable[[Figure], None]
    says: tuple[str, ...] = ()

    @property
    def page_px(self) -> int:
        """How wide it is on a page, at most: letters of all pictures are of one size."""
        return round(self.width_in * EMS_PER_INCH * LETTERS_PX)

    @property
    def least_px(self) -> int:
        """How wide it is on a page, at least: smaller letters are not read."""
        return round(self.width_in * EMS_PER_INCH * LEAST_LETTERS_PX)


def as_svg(plot: Plot | None) -> str:
    """The picture as an element to stand in a page; empty for none."""
    if plot is None:
        return ""
    with mpl.rc_context({**STYLE, "svg.hashsalt": plot.name}), warnings.catch_warnings():
        # Only the reader's browser has the font for Chinese labels; room for them is reckoned by `ems`.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure = Figure(figsize=(plot.width_in, plot.height_in))
        plot.draw(figure)
        target = io.StringIO()
        figure.savefig(target, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = target.getvalue()
    for reference in ('id="', "url(#", 'href="#'):
        text = text.replace(reference, f"{reference}{plot.name}-")
    return text[text.index("<svg") :]


def as_png(plot: Plot, title: str) -> bytes:
    """The picture under its title and what it says, as a PNG file; characters without a font on this machine show as
    boxes."""
    known = {font.name for font in font_manager.fontManager.ttflist}
    fonts = [*(name for name in CHINESE_FONTS if name in known), "DejaVu Sans"]
    style = {**STYLE, "font.family": "sans-serif", "font.sans-serif": fonts}
    with mpl.rc_context(style), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure = Figure(figsize=(plot.width_in, plot.height_in))
        plot.draw(figure)
        above: dict[str, Any] = {"verticalalignment": "bottom", "color": INK}
        for lift, line in enumerate(reversed(plot.says)):
            place = 1.0 + (0.08 + lift * SAYS_IN) / plot.height_in
            figure.text(0.01, place, line, fontsize=10, **above | {"color": MUTED})
        figure.text(0.01, 1.0 + (0.08 + len(plot.says) * SAYS_IN) / plot.height_in, title, fontsize=12, **above)
        target = io.BytesIO()
        figure.savefig(target, format="png", dpi=DOTS_PER_INCH, bbox_inches="tight", pad_inches=0.15)
    return target.getvalue()


def rows_plot(
    name: str,
    names: Sequence[str],
    draw: Callable[[Axes], None],
    width_in: float = FULL_IN,
    room: float = 1.2,
    below_in: float = 0.05,
) -> Plot | None:
    """Horizontal bars, the first on top; `room`: width of the axis in lengths of its longest bar. None for no bar."""
    if not names:
        return None
    height = ROW_IN * len(names) + 0.1 + below_in
    left_in = 0.2 + max(ems(each) for each in names) * EM_IN

    def fill(figure: Figure) -> None:
        axes = figure.subplots()
        draw(axes)
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_xlim(0, axes.get_xlim()[1] * room if room != 1.0 else 1.0)
        axes.set_xticks([])
        bare(axes)
        axes.spines["bottom"].set_visible(False)
        figure.subplots_adjust(left=left_in / width_in, right=0.99, top=1 - 0.05 / height, bottom=below_in / height)

    return Plot(name, width_in, height, fill)


def bars(
    name: str,
    names: Sequence[str],
    values: Sequence[float],
    texts: Sequence[str],
    marks: Sequence[float | None] = (),
    mark: str = "",
) -> Plot | None:
    """The plain picture: one bar a name, as long as its value, with its text behind it. `marks`: another value of each
    bar, drawn as a sign that the legend calls `mark`; None: no sign."""
    signs = [(rank, each) for rank, each in enumerate(marks) if each is not None]

    def draw(axes: Axes) -> None:
        drawn = axes.barh(range(len(names)), values, color=BLUE, height=0.66)
        if not signs:
            axes.bar_label(drawn, texts, padding=5, color=INK)
            return
        ends = [max(value, mark_at or 0.0) for value, mark_at in zip(values, marks, strict=True)]
        for rank, (end, text) in enumerate(zip(ends, texts, strict=True)):
            where: dict[str, Any] = {"textcoords": "offset points", "verticalalignment": "center", "color": INK}
            axes.annotate(text, (end, rank), xytext=(9, 0), **where)
        ranks, places = zip(*signs, strict=True)
        axes.scatter(places, ranks, marker="D", s=34, color=AMBER, edgecolors=INK, linewidths=0.8, zorder=3, label=mark)
        axes.legend(loc="upper left", bbox_to_anchor=(0, 0), frameon=False, handletextpad=0.2, borderpad=0.2)

    return rows_plot(name, names, draw, room=room_behind(names, texts), below_in=0.35 if signs else 0.05)


def room_behind(names: Sequence[str], texts: Sequence[str], width_in: float = FULL_IN) -> float:
    """`room` of rows_plot in which the longest text stands behind the longest bar: a page cuts off what goes beyond."""
    axis_in = width_in - 0.3 - max(map(ems, names), default=0) * EM_IN
    text_in = max(map(ems, texts), default=0) * EM_IN + 0.15
    return max(1.15, axis_in / max(axis_in - text_in, 0.2 * axis_in))


def bare(axes: Axes) -> None:
    """Only what the reader needs of an axis."""
    axes.tick_params(length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)


def ems(text: str) -> float:
    """Width of `text` in its own size, in any common font: a Chinese sign is one em wide, a capital two thirds."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.7 if sign.isupper() else 0.58 for sign in text)
