"""Pictures of what an engine mixes up, and of how true its probabilities are. PNG files."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib import font_manager, rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from voicebot.nlu.measure import Bin, Judged

INK, MUTED, BLUE, GRID = "#1f2933", "#66727f", "#2f6fde", "#e4e8ed"
CELL_IN = 0.24
MARGIN_IN = 2.2
MAX_INTENTS = 60
"""More rows nobody can read: those that are mixed up most are drawn."""
DOTS_PER_INCH = 130
DARK = 0.5
"""From this share on a number stands in white."""
CHINESE_FONTS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Zen Hei", "SimHei")


def _style() -> dict[Any, Any]:
    known = {font.name for font in font_manager.fontManager.ttflist}
    fonts = [name for name in CHINESE_FONTS if name in known]
    return {"font.sans-serif": [*fonts, "DejaVu Sans"], "font.size": 8, "text.color": INK, "axes.edgecolor": GRID}


def confusion_picture(judged: Sequence[Judged], path: Path) -> None:
    """Rows: what was meant; columns: what was told; colour and number: percent of the row and how many."""
    wrong = Counter(name for one in judged if not one.is_right for name in (one.truth, one.told))
    every = {name for one in judged for name in (one.truth, one.told)}
    names = sorted(sorted(every, key=lambda name: (-wrong[name], name))[:MAX_INTENTS])
    pairs = Counter((one.truth, one.told) for one in judged)
    counts = [[pairs[truth, told] for told in names] for truth in names]
    shares = [[count / max(1, sum(row)) for count in row] for row in counts]
    with rc_context(_style()):
        side = MARGIN_IN + CELL_IN * len(names)
        figure = Figure(figsize=(side, side), layout="constrained")
        axes = figure.subplots()
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        for row, cells in enumerate(counts):
            for column, count in enumerate(cells):
                if count:
                    colour = "white" if shares[row][column] >= DARK else INK
                    axes.text(column, row, str(count), ha="center", va="center", fontsize=6, color=colour)
        axes.set_xticks(range(len(names)), names, rotation=90)
        axes.set_yticks(range(len(names)), names)
        axes.tick_params(length=0)
        axes.set_xlabel("told", color=MUTED)
        axes.set_ylabel("meant", color=MUTED)
        right = sum(one.is_right for one in judged)
        axes.set_title(f"{len(judged)} sentences, {right} right ({right / max(1, len(judged)):.1%})", loc="left")
        figure.savefig(path, dpi=DOTS_PER_INCH)


def reliability_picture(bins: Sequence[Bin], error: float | None, path: Path) -> None:
    """How often the engine is right at each probability; on the diagonal it says the truth."""
    with rc_context(_style()):
        figure = Figure(figsize=(4.6, 4.6), layout="constrained")
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=0.8, linestyle="--")
        axes.plot([one.probability for one in bins], [one.right for one in bins], color=BLUE, marker="o")
        for one in bins:
            below = one.right > one.probability
            axes.annotate(
                str(one.count),
                (one.probability, one.right),
                xytext=(0, 6 if below else -11),
                textcoords="offset points",
                ha="center",
                fontsize=7,
                color=MUTED,
            )
        _frame(axes)
        told = "no sentence" if error is None else f"expected calibration error {error:.3f}"
        axes.set_title(told, loc="left")
        figure.savefig(path, dpi=DOTS_PER_INCH)


def _frame(axes: Axes) -> None:
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.05)
    axes.grid(color=GRID)
    axes.set_xlabel("probability that the engine tells", color=MUTED)
    axes.set_ylabel("share that is right", color=MUTED)
    axes.spines[["top", "right"]].set_visible(False)
