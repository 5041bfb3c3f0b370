"""`voicebot qa sample`: draw a round of calls to listen to."""

import json
import shlex
from datetime import UTC, datetime
from typing import Any

import click

from voicebot import settings as settings_list
from voicebot.app.opinions import second_opinion
from voicebot.cli.opened import opened_store
from voicebot.cli.options import BY
from voicebot.cli.qa_options import HALF
from voicebot.cli.report_options import counting_shown, filtered, which
from voicebot.cli.tables import AS_JSON
from voicebot.dialog.load_grading import GRADES
from voicebot.number_of import number_of
from voicebot.qa.asked import STRATA, Asked, Goal
from voicebot.qa.draw import Sample, draw, make_round
from voicebot.qa.weighted import calls_needed, half_width, weighted_rate

WORST = 0.5
"""The ratio whose interval is widest: what is expected when nothing is known."""


@click.command("sample")
@click.argument("name")
@click.option(
    "--goal",
    type=click.Choice([str(goal) for goal in Goal]),
    default="accuracy",
    show_default=True,
    help="What the round looks at.",
)
@click.option("--size", type=click.IntRange(1, 100_000), help="Calls to draw; without it what --half takes.")
@click.option("--seed", type=int, default=1, show_default=True, help="The lottery: the same gives the same calls.")
@click.option(
    "--grade", "grades", type=click.Choice(GRADES), multiple=True, help="Only calls that the robot graded so."
)
@click.option("--node", "nodes", multiple=True, help="hang_ups: only at this node.")
@click.option("--role", "roles", multiple=True, help="hang_ups: only at nodes of this role, e.g. opening, benefit.")
@click.option(
    "--turns", type=click.IntRange(1), default=3, show_default=True, help="no_intent, not_understood: at least so many."
)
@click.option("--by-strata", "strata", type=click.Choice(STRATA), multiple=True, help="Stratify by this; repeatable.")
@click.option(
    "--allocate",
    "allocation",
    type=click.Choice(["proportional", "equal"]),
    default="proportional",
    show_default=True,
    help="How strata share the calls. The figures weigh unequal shares back.",
)
@click.option("--reviews", type=click.IntRange(1, 5), default=2, show_default=True, help="Reviewers for each call.")
@HALF
@click.option("--dry-run", is_flag=True, help="Draw and tell, keep nothing.")
@AS_JSON
@BY
@filtered
def command(
    name: str,
    goal: str,
    size: int | None,
    seed: int,
    half: float,
    reviews: int,
    dry_run: bool,
    as_json: bool,
    by: str,
    **options: Any,
) -> None:
    """Draw the round NAME: calls for people to listen to, and how they were drawn.

    The same seed draws the same calls from the same store. `voicebot qa goals` lists the goals.
    """
    now = datetime.now(UTC)
    own = {key: options.pop(key) for key in ("grades", "nodes", "roles", "turns", "strata", "allocation")}
    with opened_store() as store:
        wanted = size or calls_needed(WORST, half)
        asked = Asked(Goal(goal), wanted, seed, now, which(store, **options), **own)
        second = second_opinion(settings_list.load())
        with counting_shown():
            sample = draw(store, asked, second)
        if not dry_run:
            make_round(store, name, asked, sample, reviews=reviews, by=by, now=now)
    told = _told(name, asked, sample, half, kept=not dry_run)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for stratum, calls in told["strata"].items():
        click.echo(f"  {stratum}: {calls['drawn']} of {calls['calls']} calls")
    click.echo(f"{name}: {told['drawn']} of {told['calls']} calls, seed {seed}{'; nothing kept' if dry_run else ''}")
    if told["more"] is not None:
        click.echo(_reach(told))
    if not dry_run:
        quoted = shlex.quote(name)
        click.echo(f"next, to listen: voicebot qa page {quoted} DIRECTORY")
        click.echo(
            f"to judge: voicebot qa review {quoted} --reviewer NAME, or voicebot qa sheet {quoted} --reviewer NAME"
        )


def _told(name: str, asked: Asked, sample: Sample, half: float, *, kept: bool) -> dict[str, Any]:
    drawn = len(sample.drawn)
    per_stratum = {stratum: [one for one in sample.drawn if one.stratum == stratum] for stratum in sample.population}
    effective = weighted_rate((True, one.weight) for one in sample.drawn).effective
    calls = sum(sample.population.values())
    needed = min(calls, round(calls_needed(WORST, half) * drawn / effective))
    return {
        "round": name,
        "goal": str(asked.goal),
        "kept": kept,
        "seed": asked.seed,
        "calls": calls,
        "drawn": drawn,
        "strata": {name: {"calls": sample.population[name], "drawn": len(ones)} for name, ones in per_stratum.items()},
        "half_wanted": half,
        "half_expected": round(half_width(WORST, effective), 4) if asked.random else None,
        "more": max(0, needed - drawn) if asked.random else None,
    }


def _reach(told: dict[str, Any]) -> str:
    """What the sample will be good for, at the worst."""
    if told["drawn"] == told["calls"]:
        return "these are all the calls there are"
    reach = f"a rate will be known to ±{told['half_expected']:.1%} at the worst"
    every = " (all there are)" if told["drawn"] + told["more"] == told["calls"] else ""
    return (
        f"{reach}; ±{told['half_wanted']:.1%} takes {number_of(told['more'], 'more call')}{every}"
        if told["more"]
        else reach
    )
