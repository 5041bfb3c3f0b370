"""Pictures over days: a line for each campaign or product, as tall for a quarter as for a week; bars where days may be
missing."""

import re
from datetime import date, timedelta

from voicebot.reports.abandon import AbandonRow
from voicebot.reports.charts_days import (
    COLOURS,
    MAX_NAMES,
    MAX_PANELS,
    abandon_chart,
    products_chart,
    stops_chart,
    weeks_chart,
)
from voicebot.reports.plots import Plot, as_svg
from voicebot.reports.products import ProductRow
from voicebot.reports.stats import rate
from voicebot.reports.stops import StopRow
from voicebot.reports.weeks import WeekRow

FIRST = date(2026, 3, 2)
TEXT = re.compile(r"<text[^>]*>([^<]*)</text>")


def abandoned(campaign: str, days: int, asked: int = 4, cap: float = 0.03) -> list[AbandonRow]:
    row = (asked, 1, 0.25, 1.0, 1.0, 1.0, 1.0, 20, 4, 0.2, cap, True)
    return [AbandonRow(campaign, FIRST + timedelta(day), *row) for day in range(days)]


def drawn(plot: Plot | None) -> tuple[list[str], str]:
    assert plot is not None
    svg = as_svg(plot)
    return TEXT.findall(svg), svg


def lines_of(svg: str) -> int:
    """Lines through several days: each campaign's, without grid, axes and the legend's samples."""
    return len(re.findall(r'clip-path="[^"]*" style="fill: none; stroke: #[0-9a-f]{6}; stroke-width: 1.7', svg))


def test_a_quarter_is_as_tall_as_a_week_and_each_campaign_is_one_line():
    week, quarter = (abandon_chart(abandoned("a", days) + abandoned("b", days)) for days in (7, 90))
    assert week is not None and quarter is not None
    assert week.height_in == quarter.height_in < 4
    texts, svg = drawn(quarter)
    assert {"a", "b", "03-02"} <= set(texts)
    assert lines_of(svg) == 2


def test_a_cap_of_all_is_one_dashed_line_and_different_caps_are_two():
    def dashed(second: float) -> int:
        _, svg = drawn(abandon_chart(abandoned("a", 9) + abandoned("b", 9, cap=second)))
        return len(re.findall(r"stroke-dasharray", svg))

    assert (dashed(0.03), dashed(0.05)) == (1, 2)


def test_of_many_campaigns_the_busiest_are_drawn():
    rows = [row for n in range(12) for row in abandoned(f"c{n:02}", 3, asked=n + 1)]
    texts, svg = drawn(abandon_chart(rows))
    assert lines_of(svg) == len(COLOURS)
    assert "c11" in texts and "c00" not in texts


def test_one_day_is_a_picture_too():
    texts, _ = drawn(abandon_chart(abandoned("a", 1)))
    assert texts.count("03-02") == 1
    assert abandon_chart([]) is None


def test_products_over_days():
    rows = [
        ProductRow(name, FIRST + timedelta(day), 9, None, None, day, 3.0, None, 0, rate(0, 5))
        for name in ("loan", "")
        for day in range(30)
    ]
    texts, svg = drawn(products_chart(rows))
    assert lines_of(svg) == 2
    assert {"loan", "(no purpose) （未填用途）"} <= set(texts)


def test_stops_are_a_bar_a_day_and_the_numbers_with_the_most():
    days = [StopRow("day", str(FIRST + timedelta(day)), rate(1, 50), rate(0, 60)) for day in range(0, 60, 3)]
    numbers = [StopRow("number", f"0512{n:04}", rate(n, 500), rate(0, 600)) for n in range(30)]
    rows = [StopRow("all", "", rate(9, 100), rate(0, 100)), *days, StopRow("node", "offer", rate(1, 9), rate(0, 9))]
    texts, _ = drawn(stops_chart([*rows, *numbers]))
    assert "offer" in texts and "05120029" in texts and "05120000" not in texts
    assert sum(text.startswith("0512") for text in texts) == MAX_NAMES
    assert not any(text.startswith("2026") for text in texts)
    assert stops_chart([]) is None
    assert stops_chart(rows[:1]) is None


def test_weeks_have_a_panel_for_each_target_of_a_campaign():
    rows = [
        WeekRow(campaign, week, FIRST + timedelta(7 * week), FIRST, name, 100, 80, -20)
        for campaign in ("a", "b")
        for week in range(5)
        for name in ("leads", "adds")
    ]
    texts, _ = drawn(weeks_chart(rows, {"leads": "leads", "adds": "adds"}))
    assert {"a · leads", "a · adds", "b · leads", "b · adds"} <= set(texts)
    many = [WeekRow(f"c{n:02}", 1, FIRST, FIRST, "leads", 1, 1, 0) for n in range(MAX_PANELS + 3)]
    texts, _ = drawn(weeks_chart(many, {"leads": "leads"}))
    assert sum("leads" in text for text in texts) == MAX_PANELS
    assert weeks_chart([], {}) is None
