"""Tables fit a terminal of 80 columns and hold what the reports say."""

import io

import pytest
from rich.console import Console

from tests.reports.counted import count_by_hand
from voicebot.reports import terminal
from voicebot.reports.funnel import funnel
from voicebot.reports.grades import grade_report, result_report
from voicebot.reports.latency import latency_report
from voicebot.reports.nodes import node_report
from voicebot.reports.only import Only

SPRING = Only(campaign="spring")


def printed(table) -> list[str]:
    target = io.StringIO()
    Console(file=target, width=80).print(table)
    return target.getvalue().splitlines()


@pytest.mark.parametrize(
    ("report", "table", "line"),
    [
        (node_report, terminal.node_table, "opening 5 1 1 40% 12–77% 1 1 1 █"),
        (grade_report, terminal.grade_table, "invite 2 5 1 1 0 1 2 40% 12–77%"),
        (result_report, terminal.result_table, "GATEWAY_DOWN 网关中断 ours 1 12%"),
        (funnel, terminal.funnel_table, "connected 真人接通 5 62%"),
        (latency_report, terminal.latency_table, "barge-in 1 200 200 200"),
    ],
)
def test_a_line_of_each_table(store, report, table, line):
    count_by_hand(store)
    lines = printed(table(report(store, SPRING)))
    assert line in [" ".join(each.split()) for each in lines]
    assert "…" not in "".join(lines)


def test_a_name_is_never_taken_for_markup(store):
    count_by_hand(store)
    (row, *_) = node_report(store, SPRING)
    lines = printed(terminal.node_table([type(row)(**{**row.__dict__, "node": "[red]x[/red]"})]))
    assert any("[red]x[/red]" in line.replace(" ", "") for line in lines)


def test_a_sparkline_shows_every_count():
    assert terminal.sparkline([0, 1, 100, 50]) == " ▁█▄"
    assert terminal.sparkline([]) == ""
    assert terminal.sparkline([0, 0]) == "  "
