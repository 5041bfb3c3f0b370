"""What the two programs of this package have in common: priority, JSON lines on stdout, the end with stdin.
The programs are switch.py and customer_server.py."""

import argparse
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


def add_people(parser: argparse.ArgumentParser) -> None:
    """The options that say who can be called; `prepared` reads them."""
    parser.add_argument("--calls", type=int, default=40, help="how many people there are to call")
    parser.add_argument("--script", default="wecom_invite", help="the script that they will be called with")
    parser.add_argument("--personas", default="", help="who they are: NAME=SHARE, parted by commas")
    parser.add_argument("--sounds-dir", type=Path, required=True, help="cache of rendered speech")
    parser.add_argument("--clips", type=Path, help="a directory of labelled recordings, called in place of people")
    parser.add_argument("--progress", action="store_true", help="a JSON line for each person prepared")


def prepared(options: argparse.Namespace, seed: int) -> People:
    """Everybody whom the options of `add_people` name, with all that they will say.

    Raises UsageError, InputFault, SpeechError, OSError.
    """
    calls: int = options.calls

    def told(done: int, of: int) -> None:
        if options.progress and done <= calls:  # the bench numbers come after the people
            tell({"prepared": done, "of": calls})

    mix = parsed_shares(options.personas) if options.personas else None
    if options.clips is None:
        people = People((*population(seed, calls, mix), *bench_leads()), options.script)
    else:
        people = People(bench_leads(), options.script, read_clips(options.clips, calls))
    with EspeakVoice() as espeak:
        people.prepare(Sounds(options.sounds_dir, espeak), told)
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
