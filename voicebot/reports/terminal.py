"""The comparison of two runs as a table for the terminal; the other reports are tables by forms/table.py."""

from rich import box
from rich.table import Table
from rich.text import Text

from voicebot.reports.compare import Comparison, Outcome


def comparison_table(comparison: Comparison) -> Table:
    """The numbers that ended differently, and the turn at which the two talks parted."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("number", "one", "other", "parted at turn", "one heard", "other heard"):
        table.add_column(name, overflow="fold")
    for each in comparison.differences:
        heard = [_heard(outcome, each.parted) for outcome in (each.one, each.other)]
        ended = [f"{outcome.code} {outcome.grade or ''}".strip() for outcome in (each.one, each.other)]
        parted = "–" if each.parted is None else str(each.parted + 1)
        table.add_row(each.number, *ended, parted, *map(Text, heard))
    return table


def _heard(outcome: Outcome, index: int | None) -> str:
    if index is None or index >= len(outcome.turns):
        return ""
    turn = outcome.turns[index]
    return f"{turn.node}: {turn.text} ({turn.choice or 'no match'})"
