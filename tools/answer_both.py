"""`python -m tools.answer_both CLIPS --freeswitch HOST:PORT`: the same clips on the simulated and a real switch.

Labelled clips (`python -m tools.answer_corpus`) are called by the whole product, first on the simulated switch, then as
SIP callees of a FreeSWITCH with our configuration, and what came of each is put side by side.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import select

from voicebot import settings as settings_list
from voicebot.sim.clips import SimClip, read_clips
from voicebot.store.store import Store, open_store
from voicebot.store.tables import Attempt, Call
from voicebot.store.tables_quality import PickUp

SIMULATED, REAL = "simulated", "FreeSWITCH"


@dataclass(frozen=True)
class Outcome:
    """What a run made of one clip. `taken_for`: by ear, `-` for no verdict."""

    code: str
    taken_for: str
    decided_ms: int | None


def run(clips: Path, count: int, concurrency: int, switch: str | None) -> str:
    """One run of the demo over the clips; its campaign."""
    command = [sys.executable, "-m", "voicebot", "demo", "--clips", str(clips), "--json"]
    command += ["--calls", str(count), "--concurrency", str(concurrency)]
    command += ["--freeswitch", switch] if switch else []
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    campaign: str = json.loads(done.stdout.splitlines()[-1])["campaign"]
    return campaign


def outcomes(store: Store, campaign: str) -> dict[str, Outcome]:
    """By number."""
    query = (
        select(Attempt.number, Attempt.code, Call.answered_by, PickUp.code, PickUp.decided_ms, PickUp.phase)
        .outerjoin(Call, Call.attempt_id == Attempt.id)
        .outerjoin(PickUp, PickUp.attempt_id == Attempt.id)
        .where(Attempt.campaign_id == campaign)
        .order_by(PickUp.phase.desc())
    )
    with store.reading() as connection:
        return {
            number: Outcome(code, answered_by or taken_for or "-", decided_ms)
            for number, code, answered_by, taken_for, decided_ms, _ in connection.execute(query)
        }


@click.command()
@click.argument("clips", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--freeswitch", metavar="HOST:PORT", help="A FreeSWITCH that runs freeswitch_conf/.")
@click.option("--calls", type=int, default=60, show_default=True, help="Clips to play, spread over the labels.")
@click.option("--concurrency", type=int, default=6, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for programs.")
def main(clips: Path, freeswitch: str | None, calls: int, concurrency: int, as_json: bool) -> None:
    """Play CLIPS on both switches and print what each made of them. Exit status 1 when they differ."""
    settings = settings_list.load()
    chosen = read_clips(clips, calls)
    campaigns = {SIMULATED: run(clips, calls, concurrency, None)}
    if freeswitch:
        campaigns[REAL] = run(clips, calls, concurrency, freeswitch)
    store = open_store(settings.database, settings.data_dir)
    found = {name: outcomes(store, campaign) for name, campaign in campaigns.items()}
    store.close()
    rows = [(clip, *(found[name].get(clip.number) for name in campaigns)) for clip in chosen]
    differ = [row for row in rows if len({(one.code, one.taken_for) for one in row[1:] if one}) > 1]
    if as_json:
        click.echo(json.dumps(_plain(chosen, found), ensure_ascii=False))
    else:
        _print(rows, tuple(campaigns))
        click.echo(
            f"{len(rows) - len(differ)} of {len(rows)} clips have the same result code and were taken for the same"
        )
    sys.exit(1 if differ else 0)


def _print(rows: Sequence[tuple[SimClip | Outcome | None, ...]], names: tuple[str, ...]) -> None:
    """Labels down, what came of them across."""
    table: Counter[tuple[str, ...]] = Counter()
    for clip, *ones in rows:
        assert isinstance(clip, SimClip)
        told = (f"{one.code}, {one.taken_for}" if isinstance(one, Outcome) else "not called" for one in ones)
        table[clip.phase, clip.label, *told] += 1
    click.echo(f"| phase | label | clips | {' | '.join(f'{name}: code, taken for' for name in names)} |")
    click.echo("|" + "---|" * (3 + len(names)))
    for (phase, label, *told), count in sorted(table.items()):
        click.echo(f"| {phase} | {label} | {count} | {' | '.join(told)} |")


def _plain(clips: Sequence[SimClip], found: dict[str, dict[str, Outcome]]) -> list[dict[str, object]]:
    return [
        {
            "clip": clip.path.name,
            "phase": clip.phase,
            "label": clip.label,
            "status": clip.status,
            **{name: vars(one) if (one := of.get(clip.number)) else None for name, of in found.items()},
        }
        for clip in clips
    ]


if __name__ == "__main__":
    main()
