"""What the two programs of this package have in common: priority, JSON lines on stdout, the end with stdin.
The programs are switch.py and customer_server.py."""

import json
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from voicebot.sim.clips import read_clips
from voicebot.sim.people import People
from voicebot.sim.personas import bench_leads, parsed_shares, population
from voicebot.sim.sounds import Sounds
from voicebot.speech.espeak import EspeakVoice

NICENESS: Final = -10  # how the real switch runs by default


def tell(what: dict[str, object]) -> None:
    """One JSON line for whoever started us."""
    print(json.dumps(what, ensure_ascii=False), flush=True)


def prepared(
    seed: int,
    calls: int,
    script: str,
    sounds_dir: Path,
    *,
    progress: bool,
    personas: str = "",
    clips: Path | None = None,
) -> People:
    """Everybody who can be called, with all that they will say; with `progress` each one is told. `personas`: their
    shares as parsed_shares reads them, empty: as shipped.

    `clips`: a directory of labelled recordings that are called in place of people. Raises UsageError, InputFault,
    SpeechError, OSError.
    """

    def told(done: int, of: int) -> None:
        if progress and done <= calls:  # the bench numbers come after the people
            tell({"prepared": done, "of": calls})

    mix = parsed_shares(personas) if personas else None
    if clips is None:
        people = People((*population(seed, calls, mix), *bench_leads()), script)
    else:
        people = People(bench_leads(), script, read_clips(clips, calls))
    with EspeakVoice() as espeak:
        people.prepare(Sounds(sounds_dir, espeak), told)
    return people


def hurry() -> None:
    """Come before other processes, as `freeswitch -rp` does: a late world outside is not the robot's fault.

    Only root may; for others the clock's own report tells how well it kept its time.
    """
    with suppress(OSError):
        if hasattr(os, "sched_setscheduler"):  # Linux
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(os.sched_get_priority_min(os.SCHED_RR)))
        else:
            os.nice(NICENESS)


def stdin_is_a_pipe() -> bool:
    """Whether its end means that our parent is gone; a terminal, a file or /dev/null say nothing of that."""
    mode = os.fstat(0).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
