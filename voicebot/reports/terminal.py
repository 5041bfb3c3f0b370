"""Reports as tables for the terminal. What is in them is decided in the reports themselves."""

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from voicebot.reports.compare import Comparison, Outcome
from voicebot.reports.engines import EngineRow
from voicebot.reports.funnel import Step
from voicebot.reports.grades import GRADES, GradeRow, ResultRow
from voicebot.reports.latency import Latencies, Spread
from voicebot.reports.lines import LineRow
from voicebot.reports.nodes import NodeRow
from voicebot.reports.page import percent
from voicebot.reports.stats import Rate

BARS = " ▁▂▃▄▅▆▇█"
SHOWN_CODES = 3
"""So many result codes of a line, the most frequent."""


def node_table(rows: Sequence[NodeRow]) -> Table:
    """Nodes with their hang-ups, within 80 columns; the last column has a bar for each second of the prompt."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=0)
    table.add_column("node", overflow="fold", min_width=10)
    for name in ("visits", "hung up\nplaying", "or\nlistening", "rate", "95 %", "silent", "no\nmatch", "barge\n-in"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("by\nsecond", no_wrap=True)
    several = len({(row.script, row.version) for row in rows}) > 1
    for row in rows:
        table.add_row(
            Text(f"{row.script} v{row.version}: {row.node}" if several else row.node),
            *map(str, (row.visits, row.hangups_playing, row.hangups_listening)),
            percent(row.hangups.ratio),
            _interval(row.hangups),
            *map(str, (row.no_inputs, row.no_matches, row.barge_ins)),
            sparkline([count for _, count in row.offsets_playing]),
        )
    return table


def grade_table(rows: Sequence[GradeRow]) -> Table:
    """Script versions with their grades."""
    table = _table("script", "version")
    for name in ("calls", *GRADES, "A and B", "95 %"):
        table.add_column(name, justify="right")
    ungraded = any(row.ungraded for row in rows)
    if ungraded:
        table.add_column("not graded", justify="right")
    for row in rows:
        counts = [str(row.grades[grade]) for grade in GRADES]
        shares = (percent(row.intent.ratio), _interval(row.intent), *([str(row.ungraded)] if ungraded else []))
        table.add_row(Text(row.script), Text(row.version), str(row.calls), *counts, *shares)
    return table


def result_table(rows: Sequence[ResultRow]) -> Table:
    """Result codes."""
    table = _table("code", "", "layer")
    for name in ("attempts", "share"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(row.code, row.label, row.layer, str(row.attempts), percent(row.share))
    return table


def funnel_table(steps: Sequence[Step]) -> Table:
    """Leads left at each step."""
    table = _table("step", "")
    for name in ("leads", "of dialled"):
        table.add_column(name, justify="right")
    for step in steps:
        table.add_row(step.name, step.label, str(step.leads), percent(step.of_dialled))
    return table


def latency_table(latencies: Latencies) -> Table:
    """Both latencies with their quantiles."""
    table = _table("latency")
    for name in ("count", "p50 ms", "p95 ms", "longest ms"):
        table.add_column(name, justify="right")
    for name, spread in (("answer", latencies.answer), ("barge-in", latencies.barge_in)):
        table.add_row(name, *_spread(spread))
    return table


def engine_table(rows: Sequence[EngineRow]) -> Table:
    """Engines of understanding with their turns."""
    table = _table("engine")
    for name in ("turns", "share", "answer p50 ms", "p95 ms"):
        table.add_column(name, justify="right")
    for row in rows:
        spread = ("–" if each is None else str(each) for each in (row.p50_ms, row.p95_ms))
        table.add_row(Text(row.engine), str(row.turns), percent(row.share), *spread)
    return table


def line_table(rows: Sequence[LineRow]) -> Table:
    """Gateways or numbers with what came of their attempts."""
    table = _table("line")
    for name in ("attempts", "answered", "talk s", "short", "rejected", "result codes"):
        table.add_column(name, justify="right")
    for row in rows:
        mix = ", ".join(f"{code} {count}" for code, count in list(row.codes.items())[:SHOWN_CODES])
        talk = "–" if row.talk_s is None else f"{row.talk_s:.0f}"
        shares = (percent(row.answered), talk, percent(row.short), percent(row.rejected))
        table.add_row(Text(row.line or "–"), str(row.attempts), *shares, mix)
    return table


def comparison_table(comparison: Comparison) -> Table:
    """The numbers that ended differently, and the turn at which the two talks parted."""
    table = _table("number", "one", "other", "parted at turn", "one heard", "other heard")
    for each in comparison.differences:
        heard = [_heard(outcome, each.parted) for outcome in (each.one, each.other)]
        ended = [f"{outcome.code} {outcome.grade or ''}".strip() for outcome in (each.one, each.other)]
        parted = "–" if each.parted is None else str(each.parted + 1)
        table.add_row(each.number, *ended, parted, *map(Text, heard))
    return table


def sparkline(counts: Sequence[int]) -> str:
    """One sign for each count, as high as its share of the highest; any count that is not 0 is seen."""
    highest = max(counts, default=0)
    return "".join(BARS[-(-count * (len(BARS) - 1) // highest)] if highest else BARS[0] for count in counts)


def _table(*names: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    return table


def _interval(rate: Rate) -> str:
    return "–" if rate.ratio is None else f"{percent(rate.low).rstrip('%')}–{percent(rate.high)}"


def _spread(spread: Spread) -> tuple[str, ...]:
    values = (spread.count, spread.p50, spread.p95, spread.longest)
    return tuple("–" if value is None else str(value) for value in values)


def _heard(outcome: Outcome, index: int | None) -> str:
    if index is None or index >= len(outcome.turns):
        return ""
    turn = outcome.turns[index]
    return f"{turn.node}: {turn.text} ({turn.choice or 'no match'})"
