"""`voicebot campaign rehearse`: the list against simulated customers, and the funnel that they forecast."""

import dataclasses
import json
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from voicebot import settings as settings_list
from voicebot.app.campaign_rehearsal import ASSUMPTIONS, STEPS, Rehearsed, rehearse
from voicebot.app.classifier import installed_classifier
from voicebot.app.outer import outer_of
from voicebot.app.stopping import stoppable
from voicebot.campaign.policy.plan import Plan
from voicebot.campaign.policy.windows import zone_named
from voicebot.cli.opened import opened_store
from voicebot.cli.tables import AS_JSON
from voicebot.reports.stats import Rate, rate
from voicebot.settings import Settings
from voicebot.sim.personas import parsed_shares, shares
from voicebot.store import campaigns
from voicebot.understanding.yaml_source import read_source

MOST_AUDIO = 200
"""Leads with audio at most: they are called in real time."""
USUAL_AUDIO = 20


@click.command("rehearse")
@click.argument("campaign")
@click.option(
    "--leads", type=click.IntRange(1, 100_000), help="So many of the list at most; 2000, or 20 with --switch."
)
@click.option(
    "--personas",
    metavar="LIST|FILE",
    help="Who the leads are: agrees=30,refuses=50,no_answer=20, or a file with a NAME=SHARE a line. Without it the mix"
    " of the simulator.",
)
@click.option("--seed", type=click.IntRange(0), default=7, show_default=True, help="The same seed, the same customers.")
@click.option("--switch", is_flag=True, help="With real audio on the simulated switch, in real time; nothing is kept.")
@AS_JSON
def command(campaign: str, leads: int | None, personas: str | None, seed: int, switch: bool, as_json: bool) -> None:
    """Forecast the funnel of CAMPAIGN before anybody is called: its leads as simulated customers, the real dialog.

    Nobody is dialled, and nothing of the campaign is changed.
    """
    settings = settings_list.load()
    mix = _mix(personas)
    with opened_store() as store:
        plan = campaigns.plan_of(store, campaign)
        if switch:
            _on_switch(settings, plan, min(leads or USUAL_AUDIO, MOST_AUDIO), mix, seed, as_json)
            return
        classifier = installed_classifier(settings)
        with _bar(as_json) as bar:
            task = bar.add_task("leads", total=None)
            found = rehearse(
                settings,
                store,
                plan,
                classifier,
                leads or 2_000,
                mix,
                seed,
                datetime.now(UTC),
                lambda done, of: bar.update(task, completed=done, total=of),
                outer_of(settings),
            )
    if as_json:
        click.echo(json.dumps(_as_json(found, mix), ensure_ascii=False))
    else:
        _show(found, plan)


def _mix(text: str | None) -> dict[str, float]:
    """NAME=SHARE, by commas or lines."""
    if text is None:
        return shares()
    if "=" not in text:
        text = read_source(Path(text))[0]
    return parsed_shares(text)


def _bar(quiet: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet)


def _show(found: Rehearsed, plan: Plan) -> None:
    click.echo(
        f"{found.leads:,} of the {found.of:,} leads that will be called, as simulated customers; nobody was called"
    )
    table = Table("of the leads", "share", "95 % interval", f"of all {found.of:,}")
    for name, label in STEPS:
        one = found.funnel[name]
        table.add_row(label, _share(one.ratio), f"{_share(one.low)} - {_share(one.high)}", _scaled(one, found.of))
    Console().print(table, highlight=False)
    click.echo(f"grades of the answered: {_counts(found.grades)}")
    click.echo(f"results: {_counts(found.results)}")
    if found.coming.end is not None:
        end = found.coming.end.astimezone(zone_named(plan.zone))
        of = found.coming.lengths
        click.echo(
            f"about {found.coming.attempts:,} attempts, finish by {end:%A %Y-%m-%d %H:%M} at {plan.lines.concurrency}"
            f" lines: {of.answer_rate:.0%} of them answered, talks of {of.talk_s:.0f} s, ringing of {of.ring_s:.0f} s"
        )
    click.echo("assumed:")
    for assumed in ASSUMPTIONS:
        click.echo(f"  {assumed}")


def _share(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.1%}"


def _scaled(one: Rate, leads: int) -> str:
    if one.low is None or one.high is None:
        return "-"
    return f"{one.low * leads:,.0f} - {one.high * leads:,.0f}"


def _counts(counts: Any) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items()) or "none"


def _as_json(found: Rehearsed, mix: dict[str, float]) -> dict[str, Any]:
    return {
        "leads": found.leads,
        "of": found.of,
        "attempts": found.attempts,
        "funnel": {name: dataclasses.asdict(one) for name, one in found.funnel.items()},
        "grades": dict(found.grades),
        "results": dict(found.results),
        "by_persona": {name: dict(counts) for name, counts in found.by_persona.items()},
        "end": found.coming.end.isoformat() if found.coming.end else None,
        "expected_attempts": found.coming.attempts,
        "personas": mix,
        "assumptions": list(ASSUMPTIONS),
    }


def _on_switch(settings: Settings, plan: Plan, calls: int, mix: dict[str, float], seed: int, as_json: bool) -> None:
    """The demo's machinery with the campaign's scripts and lines, in a database of its own that is thrown away."""
    from voicebot.app.demo import run_demo  # here: the switch and recognition take their time to load
    from voicebot.app.demo_campaign import DemoRequest
    from voicebot.cli.demo import Bars

    told = []
    with tempfile.TemporaryDirectory() as directory, stoppable(), _bar(as_json) as bar:
        mine = replace(settings, database_url=f"sqlite:///{directory}/rehearsal.db", serve_port=0)
        whole = sum(arm.share for arm in plan.arms)
        for arm in plan.arms:
            count = round(calls * arm.share / whole)
            if count:
                lines = min(plan.lines.concurrency, count)
                request = DemoRequest(count, lines, seed, arm.script, personas=mix)
                run = run_demo(mine, request, Bars(bar))
                if run.fault is not None:
                    raise run.fault
                told.append((arm.name, run.as_json()))
    if as_json:
        click.echo(json.dumps({"arms": dict(told)}, ensure_ascii=False))
        return
    for name, run_told in told:
        attempts, grades = run_told["attempts"], run_told["grades"]
        good = rate(grades.get("A", 0) + grades.get("B", 0), attempts)
        answered = rate(run_told["answered"], attempts)
        click.echo(f"arm {name}: {attempts} simulated customers with audio, variables of their own; nobody was called")
        for words, one in (("answered", answered), ("grade A or B", good)):
            click.echo(f"  {words} {_share(one.ratio)} ({_share(one.low)} - {_share(one.high)})")
        click.echo(f"  grades {_counts(grades)}; results {_counts(run_told['results'])}")
