"""`voicebot script test`: written conversations are held with their scripts."""

import json
import os
import sys
from pathlib import Path

import click

from voicebot import settings as settings_list
from voicebot.app.conversations import Run, as_dict, as_junit, run_conversations
from voicebot.app.engine import installed_engine
from voicebot.app.voiced_run import AudioRun, run_with_audio
from voicebot.app.voiced_run import as_dict as audio_as_dict
from voicebot.app.voiced_tests import FAULTS, Voicing
from voicebot.errors import UsageError
from voicebot.sim.personas import VARIANTS


@click.command("test")
@click.argument("paths", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON object; it ends with passed, failed, coverage.")
@click.option(
    "--junit", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Also write JUnit XML to FILE."
)
@click.option("--audio", is_flag=True, help="Speak the customers' words, and recognise them as in a call.")
@click.option(
    "--voice", "variants", multiple=True, type=click.Choice(VARIANTS), help="Only this voice; may be repeated."
)
@click.option("--voices", "each", type=click.IntRange(1, len(VARIANTS)), help="Voices drawn for each conversation [1].")
@click.option("--seed", type=int, help="Which voices are drawn, and which frames are lost [7].")
@click.option("--noise", type=click.IntRange(0, 60), metavar="DB", help="White noise so much under the voice.")
@click.option("--loss", type=click.FloatRange(0, 50), metavar="PERCENT", help="Frames of 20 ms that get lost.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes [one a processor, two at most].")
def command(
    paths: tuple[str, ...],
    as_json: bool,
    junit: Path | None,
    audio: bool,
    variants: tuple[str, ...],
    jobs: int | None,
    **line: float | None,
) -> None:
    """Hold the conversations of PATHS (scripts, test files, directories; all of dialogs/ without any).

    Without --audio by their text, in no time. With it by synthetic voices through a telephone. Exit status 1 when one
    goes otherwise than expected.
    """
    settings = settings_list.load()
    given = {name: value for name, value in line.items() if value is not None}
    heard: AudioRun | None = None
    if audio:
        run, heard = run_with_audio(settings, paths, _voicing(variants, given), jobs or min(2, os.cpu_count() or 1))
    elif variants or jobs or given:
        raise UsageError("--voice, --voices, --seed, --noise, --loss and --jobs are about audio; add --audio")
    else:
        with installed_engine(settings) as engine:
            run = run_conversations(settings, paths, engine)
    if junit is not None:
        junit.write_bytes(as_junit(run))
    if as_json:
        audio_part = {"audio": audio_as_dict(heard)} if heard else {}
        click.echo(json.dumps(audio_part | as_dict(run), ensure_ascii=False))
    else:
        if heard:
            _print_heard(heard)
        _print(run)
    sys.exit(1 if run.failed else 0)


def _voicing(variants: tuple[str, ...], given: dict[str, float]) -> Voicing:
    if variants and "each" in given:
        raise UsageError("--voice names the voices, --voices draws some; give one of them")
    plain = Voicing()
    return Voicing(
        voices=variants,
        each=int(given.get("each", plain.each)),
        seed=int(given.get("seed", plain.seed)),
        noise_db=int(given["noise"]) if "noise" in given else None,
        loss=given.get("loss", 0.0) / 100,
    )


def _print_heard(run: AudioRun) -> None:
    """What was recognised otherwise, step by step, and what came of it."""
    for one in run.spoken:
        otherwise = [step for step in one.steps if not step.right or step.fault]
        verdict = "failed" if one.outcome.failures else "passed"
        same = sum(step.same for step in one.steps)
        click.echo(f"{verdict}: {one.outcome.name}: {same} of {len(one.steps)} spoken steps went as when typed")
        for step in otherwise:
            heard = " | ".join(words or "sound without words" for words in step.heard) or "nothing"
            click.echo(f"  {step.place}: {step.words} was heard as {heard}")
            if step.went:
                click.echo(f"    went: {step.went}; typed: {step.goes}")
            if step.fault:
                click.echo(f"    {FAULTS[step.fault]}")
    share = f"{run.same / run.steps:.1%}" if run.steps else "all"
    click.echo(
        f"audio: {run.steps} steps spoken, {run.right} recognised as written, {run.same} ({share}) went as when typed; "
        f"{run.audio_s:.0f} s of audio in {run.seconds:.1f} s, {run.audio_s / run.seconds:.0f} x real time"
    )


def _print(run: Run) -> None:
    for fault in run.broken:
        click.echo(f"broken: {fault}")
    for outcome in run.outcomes:
        for failure in outcome.failures:
            click.echo(f"failed: {outcome.name}: {failure}")
    for one in run.scripts:
        parts = {"nodes": one.coverage.nodes, "edges": one.coverage.edges, "ladders": one.coverage.ladders}
        for part in parts.values():
            for place, what in part.missing:
                click.echo(f"never: {place}: {what}")
        figures = ", ".join(f"{name} {part.covered} of {part.total}" for name, part in parts.items())
        click.echo(f"{one.script.name}: {len(one.outcomes)} conversations, {figures}")
    click.echo(f"{run.passed} passed, {run.failed} failed, {run.turns} turns")
