"""`voicebot qa verdict`: give one verdict with options."""

from datetime import UTC, datetime

import click

from voicebot import settings as settings_list
from voicebot.app.intents import intent_names
from voicebot.cli.opened import opened_store
from voicebot.cli.qa_options import REVIEWER, ROUND
from voicebot.dialog.load_grading import GRADES
from voicebot.qa import sheet
from voicebot.qa.rounds import round_named
from voicebot.qa.samples import sample_of
from voicebot.qa.verdicts import Verdict, check, give

MEANT = "What a turn really meant, and what was really said if that was misheard. Repeatable."


@click.command("verdict")
@ROUND
@click.argument("call")
@REVIEWER
@click.option("--grade", required=True, type=click.Choice(GRADES), help="As you heard it.")
@click.option("--pass/--fail", "passed", required=True, default=None, help="Whether the robot's conduct passes.")
@click.option("--reason", "reasons", multiple=True, metavar="NAME", help="What was wrong; see qa reasons. Repeatable.")
@click.option("--correct", "corrections", multiple=True, metavar="TURN=INTENT[=WORDS]", help=MEANT)
@click.option("--note", default="", help="A remark.")
@click.option("--final", is_flag=True, help="The last word of a third person, where the verdicts differ.")
@click.option("--replace", is_flag=True, help="In place of your earlier verdict.")
def command(
    within: str,
    call: str,
    reviewer: str,
    grade: str,
    passed: bool,
    reasons: tuple[str, ...],
    corrections: tuple[str, ...],
    note: str,
    final: bool,
    replace: bool,
) -> None:
    """Judge CALL of ROUND: its number in the round, or how its id begins."""
    corrected = tuple(sheet.correction(text) for text in corrections)
    verdict = Verdict(reviewer, datetime.now(UTC), grade, passed, reasons, corrected, note, final)
    check(verdict, intent_names(settings_list.load()))
    with opened_store() as store:
        found = round_named(store, within)
        sample = sample_of(store, found, call)
        give(store, found, sample, verdict, replace=replace)
    click.echo(f"{within} {sample.number}: {grade}, {'passed' if passed else 'not passed'}, by {reviewer}")
