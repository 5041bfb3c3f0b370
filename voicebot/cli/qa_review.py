"""`voicebot qa review`: listen and judge, call after call, in the terminal."""

import shlex
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import TypeVar

import click

from voicebot import settings as settings_list
from voicebot.app.intents import intent_names
from voicebot.cli.opened import opened_store
from voicebot.cli.qa_options import REVIEWER, ROUND
from voicebot.cli.qa_shown import echo_call, echo_legend, echo_robot
from voicebot.dialog.load_grading import GRADES
from voicebot.errors import UsageError
from voicebot.qa import sheet
from voicebot.qa.dossier import dossiers
from voicebot.qa.rounds import round_named
from voicebot.qa.samples import waiting_for
from voicebot.qa.verdicts import Correction, Verdict, check, give

T = TypeVar("T")
SKIP, QUIT = "s", "q"


class _Leave(Exception):
    """The reviewer skips this call, or ends."""

    def __init__(self, quits: bool) -> None:
        super().__init__()
        self.quits = quits


@click.command("review")
@ROUND
@REVIEWER
@click.option("--final", is_flag=True, help="Settle the calls whose verdicts differ, as a third person.")
@click.option("--reveal", is_flag=True, help="Show the robot's grade and evidence after each verdict.")
def command(within: str, reviewer: str, final: bool, reveal: bool) -> None:
    """Judge the calls of ROUND that wait for you, one after the other. Neither the robot's grade nor others' are shown.

    Play the recording beside it: `voicebot qa page` makes a page with all of them. What was judged is kept at once;
    start again to go on.
    """
    settings = settings_list.load()
    intents = intent_names(settings)
    judged = 0
    with opened_store() as store:
        found = round_named(store, within)
        waiting = waiting_for(store, found, reviewer, final=final)
        if waiting:
            echo_legend()
        for call in dossiers(store, waiting, settings.recordings_dir):
            echo_call(call)
            try:
                verdict = _asked(reviewer, final, intents, {line.turn for line in call.lines if line.turn is not None})
            except _Leave as leaves:
                if leaves.quits:
                    break
                continue
            try:
                give(store, found, call.sample, verdict)
                judged += 1
            except UsageError as fault:  # another reviewer was faster
                click.echo(f"not kept: {fault}", err=True)
            if reveal:
                echo_robot(call)
            click.echo()
    click.echo(f"{judged} of {len(waiting)} waiting calls judged by {reviewer}")
    if judged == len(waiting):
        click.echo(f"next: voicebot qa disputed {shlex.quote(within)}; voicebot qa accuracy {shlex.quote(within)}")


def _asked(reviewer: str, final: bool, intents: Collection[str], turns: Collection[int]) -> Verdict:
    """The verdict as it is typed; what is wrong is told and asked again."""
    grade = _ask(f"grade {'/'.join(GRADES)}, {SKIP} skip, {QUIT} end", _grade)
    while True:
        passed = _ask("passed, yes or no", sheet.truth)
        reasons = _ask("reasons, comma between; empty: none", sheet.names, "")
        corrections = _ask("corrections TURN=INTENT[=WORDS], ; between; empty: none", _corrections(turns), "")
        note = click.prompt("note", default="", show_default=False)
        verdict = Verdict(reviewer, datetime.now(UTC), grade, passed, reasons, corrections, note.strip(), final)
        try:
            check(verdict, intents)
            return verdict
        except UsageError as fault:
            click.echo(str(fault), err=True)


def _ask(text: str, read: Callable[[str], T], default: str | None = None) -> T:
    while True:
        typed = click.prompt(text, default=default, show_default=False)
        try:
            return read(str(typed))
        except UsageError as fault:
            click.echo(str(fault), err=True)


def _grade(text: str) -> str:
    plain = text.strip()
    if plain in (SKIP, QUIT):
        raise _Leave(plain == QUIT)
    if plain.upper() not in GRADES:
        raise UsageError(f"{plain!r} is no grade; there are: {', '.join(GRADES)}")
    return plain.upper()


def _corrections(turns: Collection[int]) -> Callable[[str], tuple[Correction, ...]]:
    def read(text: str) -> tuple[Correction, ...]:
        found = tuple(sheet.correction(part) for part in text.split(";") if part.strip())
        wrong = [one.turn for one in found if one.turn not in turns]
        if wrong:
            known = ", ".join(str(turn) for turn in sorted(turns)) or "none"
            raise UsageError(f"there is no turn {wrong[0]}; turns: {known}")
        return found

    return read
