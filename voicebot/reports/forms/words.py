"""Values of a report as people read them, the same on the screen, in a page and in a picture."""

from collections.abc import Callable
from typing import Any

from voicebot.reports.language import label
from voicebot.reports.shape import Column, Kind, pairs
from voicebot.reports.stats import Rate

NONE = "–"
BARS = " ▁▂▃▄▅▆▇█"
LARGE = 100
"""From here on a number has one decimal at most: a target of a day is a whole one shared out."""
SHOWN = 3
"""So many parts of a mix, the most frequent."""
ID_SHOWN = 8
"""So many characters of an id tell it from others; `voicebot grade explain` takes them for the whole."""
NOTHING = 1e-9
"""A ratio below is a zero that was rounded."""
LEAST_CHANCE = 0.001
"""Smaller chances are not told apart."""


def told(column: Column, row: Any, named: Callable[[str, str], str] = label) -> Any:
    """The row's value, or what people read in its place; `named`: `one` where there is room for one language only."""
    value = column.value(row)
    return named(*column.told[value]) if column.told and value in column.told else value


def words(value: Any, kind: Kind) -> str:
    """The value in a few words; a dash for none."""
    if value is None:
        return NONE
    if kind is Kind.RATE:
        return rate_words(value)
    if kind is Kind.BINS:
        return sparkline([count for _, count in pairs(value)])
    if kind is Kind.MIX:
        return ", ".join(f"{name} {count:,}" for name, count in pairs(value)[:SHOWN])
    if kind is Kind.DURATION:
        return duration(value)
    if kind is Kind.CHANCE:
        return f"<{LEAST_CHANCE}" if value < LEAST_CHANCE else f"{value:.2g}"
    if kind is Kind.POINTS:
        return f"{value * 100:+.1f} pt"
    forms = {
        Kind.COUNT: "{:,}",
        Kind.MS: "{:,.0f}",
        Kind.SECONDS: "{:,.1f}",
        Kind.NUMBER: "{:,.10g}",
        Kind.MONEY: "{:,.2f}",
        Kind.CHANGE: "{:+,.10g}",
        Kind.EXACT: "{:.1%}",
    }
    if kind is Kind.RATIO:
        return percent(value)
    if kind in (Kind.NUMBER, Kind.CHANGE):
        value = round(value, 1 if abs(value) >= LARGE else 4)
    return forms[kind].format(value) if kind in forms else str(value)


def short(value: Any, kind: Kind) -> str:
    """The same for a terminal, where an id is as long as commands want it."""
    return words(value, kind)[:ID_SHOWN] if kind is Kind.ID else words(value, kind)


def duration(seconds: float) -> str:
    """Hours, minutes and seconds: 1:02:03."""
    minutes, left = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{left:02}"


def rate_words(rate: Rate) -> str:
    """The ratio and its interval: 40% 12–77%."""
    return NONE if rate.ratio is None else f"{percent(rate.ratio)} {percent(rate.low).rstrip('%')}–{percent(rate.high)}"


def percent(ratio: float | None) -> str:
    """A ratio as a percentage, with a decimal below a tenth and one figure below a thousandth: complaints are so few. A
    dash when there is none."""
    if ratio is None:
        return NONE
    if abs(ratio) < NOTHING:
        return "0%"
    if abs(ratio) < 0.000_95:
        return f"{ratio * 100:.1g}%" if abs(ratio) >= 0.000_01 else "<0.001%"
    return f"{ratio:.0%}" if abs(ratio) >= 0.0995 else f"{ratio:.1%}"


def sparkline(counts: list[int]) -> str:
    """One sign for each count, as high as its share of the highest; any count that is not 0 is seen."""
    highest = max(counts, default=0)
    return "".join(BARS[-(-count * (len(BARS) - 1) // highest)] if highest else BARS[0] for count in counts)
