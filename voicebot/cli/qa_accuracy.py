"""`voicebot qa accuracy`: is an A an A: the figures of a round, or of all rounds in a line each."""

import shlex
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from voicebot.app.grades import kept_rules
from voicebot.cli.opened import opened_store
from voicebot.cli.qa_options import HALF
from voicebot.cli.report_options import show, shown
from voicebot.dialog.load_grading import GRADES
from voicebot.number_of import number_of
from voicebot.qa.accuracy import Accuracy, accuracy
from voicebot.qa.declared import OF_ALL, of_round
from voicebot.qa.rounds import all_rounds, round_named
from voicebot.reports.stats import Rate


@click.command("accuracy")
@click.argument("within", metavar="[ROUND]", required=False)
@HALF
@click.option(
    "--graded-by", metavar="VERSION|FILE", help="The robot's grades by these rules; see voicebot grade again."
)
@click.option("--script", metavar="NAME", help="The script of --graded-by VERSION.")
@shown
def command(
    within: str | None,
    half: float,
    graded_by: str | None,
    script: str | None,
    form: str,
    output: Path | None,
    as_json: bool,
) -> None:
    """Is an A an A: accuracy with its 95 % interval, precision and recall of each grade, agreement, pass rate.

    Without ROUND one line for each round.
    """
    with opened_store() as store:
        rules = None if graded_by is None else kept_rules(store, graded_by, script).id
        if within is None:
            found = tuple(accuracy(store, one, half, rules) for one in all_rounds(store))
            show(OF_ALL, found, "", form, output, as_json)
            return
        one = accuracy(store, round_named(store, within), half, rules)
    if form != "table" or as_json or output is not None:
        show(of_round(within), one, within, form, output, as_json)
        return
    click.echo(f"{one.round}: goal {one.goal}, {one.sampled} of {one.population} calls, {one.settled} settled")
    click.echo(f"A intent accuracy  {_rate(one.a_intent)}")
    click.echo(f"grade right        {_rate(one.grade_right)}")
    click.echo(f"passed             {_rate(one.passed)}")
    click.echo(f"agreement          {_agreement(one)}")
    show(of_round(within), one, within)
    if one.matrix:
        Console(highlight=False).print(_matrix(one))
    for line in _remarks(one):
        click.echo(line)


def _remarks(one: Accuracy) -> list[str]:
    """What is still to do, and what the figures do not say."""
    told, name = [], shlex.quote(one.round)
    if one.reasons:
        told.append("reasons: " + ", ".join(f"{name} {count}" for name, count in one.reasons.items()))
    unsettled = one.sampled - one.settled
    if one.closed and unsettled:
        told.append(
            f"closed before {number_of(unsettled, 'call')} had a settled grade; for more of them draw a new round"
        )
    if one.open and not one.closed:
        told.append(
            f"{number_of(one.open, 'call')} {'waits' if one.open == 1 else 'wait'} for verdicts: "
            f"voicebot qa review {name} --reviewer NAME"
        )
    if one.disputed and not one.closed:
        numbers = ", ".join(map(str, one.disputed))
        told.append(f"disputed: {numbers}; settle them: voicebot qa review {name} --reviewer NAME --final")
    if one.more is None:
        told.append("no settled call that the robot graded A: nothing can be said of A yet")
    elif one.more and not one.closed:
        every = " (all there are)" if one.more == one.population - one.settled else ""
        told.append(
            f"±{one.half:.1%} for the A accuracy takes {one.more} settled calls more{every}{_drawn_already(one)}"
        )
    if one.unseen:
        told.append(f"nothing is known of: {', '.join(one.unseen)}")
    if not one.random:
        told.append("these calls were picked, not drawn by lot: the figures hold for them alone")
    return told


def _drawn_already(one: Accuracy) -> str:
    waiting = one.sampled - one.settled
    short = max(0, (one.more or 0) - waiting)
    drawn = f"; {waiting} of them are drawn" if waiting else ""
    return f"{drawn}; draw the rest: voicebot qa more {shlex.quote(one.round)} {short}" if short else "; they are drawn"


def _matrix(one: Accuracy) -> Table:
    cells = {(cell.robot, cell.human): cell.calls for cell in one.matrix}
    table = Table("robot \\ people", *GRADES)
    for robot in GRADES:
        if any(cells.get((robot, human)) for human in GRADES):
            table.add_row(robot, *(str(cells.get((robot, human), "")) for human in GRADES))
    return table


def _rate(rate: Rate) -> str:
    if rate.ratio is None or rate.low is None or rate.high is None:
        return "–"
    return f"{rate.ratio:.1%} ({rate.low:.1%} – {rate.high:.1%}), {rate.hits} of {rate.of}"


def _agreement(one: Accuracy) -> str:
    found = one.agreement
    if found.observed is None:
        return "– (no call with two verdicts)"
    if found.kappa is None or found.low is None or found.high is None:
        return f"{found.observed:.1%} of {found.calls} calls; all one grade, so no kappa"
    kappa = f"kappa {found.kappa:.2f} ({found.low:.2f} – {found.high:.2f})"
    return f"{kappa}, same grade in {found.observed:.1%} of {found.calls} calls; {', '.join(one.reviewers)}"
