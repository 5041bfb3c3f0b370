"""The report as one HTML page that needs nothing else: tables, plots, and every call with its transcript.

What customers said is data: the template escapes everything, and the page allows no script at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from voicebot.reports import charts, charts_time
from voicebot.reports.calls import PHASES, SIDES, call_list, clock
from voicebot.reports.daily import daily_report
from voicebot.reports.forms.words import percent
from voicebot.reports.funnel import funnel
from voicebot.reports.grades import grade_report, result_report
from voicebot.reports.heat import heat_report
from voicebot.reports.language import label, names
from voicebot.reports.nodes import node_report
from voicebot.reports.only import Only
from voicebot.reports.plots import Plot, as_svg
from voicebot.reports.summary import summary
from voicebot.reports.tries import try_report
from voicebot.store.store import Store


@dataclass(frozen=True)
class Fact:
    """One figure that the store does not hold, for example how long the run took."""

    label: str
    value: str


def render_page(store: Store, only: Only, title: str, made_at: datetime, facts: Sequence[Fact] = ()) -> str:
    """The page about the calls in `only`. Raises StoreError."""
    figures, nodes, results = summary(store, only), node_report(store, only), result_report(store, only)
    grades = grade_report(store, only)
    return (
        environment()
        .get_template("report.html")
        .render(
            title=title,
            made_at=made_at,
            facts=facts,
            figures=figures,
            nodes=nodes,
            results=results,
            grades=grades,
            calls=call_list(store, only),
            layers=charts.LAYERS,
            layer_colours=charts.LAYER_COLOURS,
            grade_colours=charts.GRADE_COLOURS,
            charts={
                "funnel": Markup(as_svg(charts.funnel_chart(funnel(store, only)))),
                "results": Markup(as_svg(charts.results_chart(results))),
                "grades": Markup(as_svg(charts.grades_chart(grades))),
                "hangups": Markup(as_svg(charts.hangups_chart(nodes))),
                "offsets": Markup(as_svg(charts.offsets_chart(nodes))),
                "days": _over_time(charts_time.daily_chart, daily_report(store, only)),
                "heat": _over_time(charts_time.heat_chart, heat_report(store, only)),
                "retry": _over_time(charts_time.tries_chart, try_report(store, only)),
                "latency": Markup(as_svg(charts.latency_chart(figures.latencies.answer))),
            },
        )
    )


def _over_time(chart: Callable[[Sequence[Any]], Plot | None], rows: Sequence[Any]) -> Markup:
    """The picture of several days, hours or tries; nothing where there is one only."""
    return Markup(as_svg(chart(rows) if len(rows) > 1 else None))


def environment(package: str = "voicebot.reports") -> Environment:
    """What the templates of pages, those of `package`, are rendered in."""
    made = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["clock"] = clock
    made.filters["percent"] = percent
    made.filters["count_shown"] = "{:,}".format
    made.globals |= {"names": names, "label": label, "br": Markup("<br>"), "sides": SIDES, "phases": PHASES}
    made.globals["ratio"] = lambda part, whole: part / whole if whole else None
    return made
