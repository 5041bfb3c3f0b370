"""`voicebot answer`: what picked up, on recordings: one with all that was heard in it, or many with figures."""

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from voicebot import settings as settings_list
from voicebot.app.answer_clips import Clip, Listened, open_ears, read_audio, read_corpus
from voicebot.app.answer_figures import Figures, Rate, figures
from voicebot.cli.lazy import WholeGroup
from voicebot.cli.tables import AS_JSON
from voicebot.speech.languages import DEFAULT, NAMES

CORPUS = "answer-corpus"
"""Below the data directory: where clips are looked for."""


@click.group(cls=WholeGroup)
def command() -> None:
    """What picked up, on recordings."""


@command.command()
@click.argument("corpus", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option("--part", default="held_out", show_default=True, help="Only this part of the clips; `all`: every one.")
@click.option("--phase", type=click.Choice(["early", "answer"]), help="Only before, or only after the answer.")
@click.option("--language", type=click.Choice(list(NAMES)), default=DEFAULT, show_default=True,
              help="Clips in this language, heard by its model.")  # fmt: skip
@click.option("--wrong", is_flag=True, help="Each clip that got another code, with what was heard.")
@AS_JSON
def test(corpus: Path | None, part: str, phase: str | None, language: str, wrong: bool, as_json: bool) -> None:
    """Figures on the labelled clips of the directory CORPUS: confusion, rates, times of the decision."""
    settings = settings_list.load()
    directory = corpus or settings.data_dir / CORPUS
    there = read_corpus(directory, None if part == "all" else part, language)
    clips = [clip for clip in there if phase in (None, clip.phase)]
    ears = open_ears(settings)
    with click.progressbar(
        ears.listen_to_all(clips, settings.recognisers), length=len(clips), label="listening", file=sys.stderr
    ) as listening:
        heard = list(listening)
    found = figures(heard)
    missed = [_missed(clip, listened) for clip, listened in heard if clip.label != listened.told] if wrong else []
    if as_json:
        click.echo(json.dumps({**_plain(found), "wrong": missed}, ensure_ascii=False))
        return
    _print(found)
    for one in missed:
        click.echo(
            f"{one['file']} {one['label']} -> {one['told']} snr {one['snr_db']} cut {one['clipped_ms']}: {one['said']}"
            f"\n  heard {one['text']}\n  {'; '.join(one['evidence'])}"
        )


@command.command()
@click.argument("recording", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--phase", type=click.Choice(["early", "answer"]), default="early", show_default=True,
              help="Whether it was heard before or after the answer.")  # fmt: skip
@click.option("--language", type=click.Choice(list(NAMES)), default=DEFAULT, show_default=True,
              help="Of the model that hears it.")  # fmt: skip
@AS_JSON
def hear(recording: Path, phase: str, language: str, as_json: bool) -> None:
    """What is heard in one recording (WAV): sounds, words, verdict, evidence."""
    settings = settings_list.load()
    ears = open_ears(settings)
    listened = ears.listen(read_audio(recording), "early" if phase == "early" else "answer", language)
    if as_json:
        click.echo(json.dumps(_as_told(listened), ensure_ascii=False))
        return
    for span in listened.heard.sounds:
        tone = f" {span.hz:.0f} Hz" if span.hz else ""
        click.echo(f"{span.from_ms / 1000:7.2f} to {span.to_ms / 1000:6.2f} s  {span.sound}{tone}")
    for ended, text in listened.turns:
        click.echo(f"{ended / 1000:7.2f} s  {text or '(no words)'}")
    verdict = listened.verdict
    click.echo(
        f"{verdict.code}, score {verdict.score:.2f}, at {verdict.at_ms / 1000:.2f} s" if verdict else "no verdict"
    )
    for one in listened.heard.evidence:
        click.echo(f"  {one.weight:+.2f}  {one.what} ({one.value:g}) at {one.at_ms / 1000:.2f} s")


def _as_told(listened: Listened) -> dict[str, Any]:
    return {
        "verdict": dataclasses.asdict(listened.verdict) if listened.verdict else None,
        "text": listened.heard.text,
        "turns": [{"at_ms": at_ms, "text": text} for at_ms, text in listened.turns],
        "sounds": [dataclasses.asdict(span) for span in listened.heard.sounds],
        "evidence": [dataclasses.asdict(one) for one in listened.heard.evidence],
    }


def _missed(clip: Clip, listened: Listened) -> dict[str, Any]:
    return {
        "file": clip.path.name,
        "label": clip.label,
        "told": listened.told,
        "snr_db": clip.snr_db,
        "clipped_ms": clip.clipped_ms,
        "said": clip.text or clip.kind,
        "text": listened.heard.text,
        "at_ms": listened.verdict.at_ms if listened.verdict else None,
        "evidence": [f"{one.what} {one.value:g} {one.weight:+.2f}" for one in listened.heard.evidence],
    }


def _plain(found: Figures) -> dict[str, Any]:
    return {
        "confusion": {
            phase: [{"label": label, "told": told, "clips": count} for (label, told), count in sorted(cells.items())]
            for phase, cells in found.confusion.items()
        },
        "rates": {name: _rate(rate) for name, rate in found.rates.items()},
        "times_ms": {name: dataclasses.asdict(times) for name, times in found.times.items()},
    }


def _rate(rate: Rate) -> dict[str, Any]:
    return {
        "hits": rate.hits,
        "count": rate.count,
        "share": rate.share,
        "low": rate.low if rate.count else None,
        "high": rate.high if rate.count else None,
    }


def _print(found: Figures) -> None:
    console = Console()
    for phase, cells in found.confusion.items():
        if cells:
            click.echo(f"What was told {'before' if phase == 'early' else 'after'} the answer, by what is true:")
            console.print(_matrix(cells))
    rates = Table("rate", "clips", "share", "95 % interval", title="Rates")
    for name, rate in found.rates.items():
        if rate.count:
            share, interval = f"{rate.hits / rate.count:.2%}", f"{rate.low:.2%} to {rate.high:.2%}"
            rates.add_row(name, f"{rate.hits} of {rate.count}", share, interval)
    console.print(rates)
    times = Table("phase and label", "verdicts", "p50 s", "p95 s", title="Known after")
    for name, one in found.times.items():
        if one.p50 is not None and one.p95 is not None:
            times.add_row(name, str(one.count), f"{one.p50 / 1000:.2f}", f"{one.p95 / 1000:.2f}")
    console.print(times)


def _matrix(cells: dict[tuple[str, str], int]) -> Table:
    """A row for what is true, a column for what was told; columns have the numbers of the rows."""
    codes = sorted({one for pair in cells for one in pair})
    table = Table("", "true", *(str(number) for number in range(1, len(codes) + 1)))
    for number, label in enumerate(codes, 1):
        table.add_row(str(number), label, *(str(cells.get((label, told), "")) for told in codes))
    return table
