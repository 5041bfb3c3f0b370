"""All conversations of an installation held with audio, by several processes: each has its model, classifier and voice.

What one conversation is with audio is voiced_tests.py's; finding and telling them is conversations.py's.
"""

import multiprocessing
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from pathlib import Path

from voicebot.app.classifier import installed_classifier
from voicebot.app.conversations import Found, Run, find_conversations, script_run
from voicebot.app.engine import installed_engine
from voicebot.app.voiced_tests import Spoken, SpokenStep, Studio, Voicing
from voicebot.dialog.conversation import load_conversations
from voicebot.dialog.loader import load_script
from voicebot.errors import SpeechError
from voicebot.settings import Settings
from voicebot.sim.plan import SimVoice
from voicebot.sim.sounds import Sounds
from voicebot.speech.espeak import EspeakVoice
from voicebot.speech.hearing import Hearing
from voicebot.speech.languages import Models
from voicebot.speech.vad import default_vad

SOUNDS = "simulated-customers"
"""Where in the data directory spoken texts are kept; the demo's customers are there too."""


@dataclass(frozen=True)
class Job:
    """One conversation of a file, by its position, for one voice."""

    script: Path
    file: Path
    position: int
    voice: SimVoice


@dataclass(frozen=True)
class AudioRun:
    """All conversations held with audio, in the order of the jobs. `seconds`: wall time, starting included."""

    spoken: tuple[Spoken, ...]
    seconds: float

    @property
    def audio_s(self) -> float:
        """Seconds of the customers' channels."""
        return sum(one.audio_ms for one in self.spoken) / 1000

    @property
    def steps(self) -> int:
        """Steps that were spoken."""
        return sum(len(one.steps) for one in self.spoken)

    @property
    def right(self) -> int:
        """Steps whose words were recognised as written."""
        return sum(step.right for one in self.spoken for step in one.steps)

    @property
    def same(self) -> int:
        """Steps that went the way that they go when typed."""
        return sum(step.same for one in self.spoken for step in one.steps)

    @property
    def faults(self) -> Counter[str]:
        """Steps by what is at fault."""
        return Counter(step.fault for one in self.spoken for step in one.steps if step.fault)


def run_with_audio(settings: Settings, names: Iterable[str], voicing: Voicing, processes: int) -> tuple[Run, AudioRun]:
    """As `run_conversations`, with audio; the outcome is the same for any number of processes.

    Raises UsageError for an unknown name or voice, SpeechError, ModelMissing, OSError.
    """
    found, broken = find_conversations(settings, names)
    jobs = [job for one in found for job in _jobs(one, voicing)]
    began = time.monotonic()
    held = iter(hold_all(settings, jobs, voicing, max(1, min(processes, len(jobs)))))
    spoken = [[next(held) for _ in _jobs(one, voicing)] for one in found]
    seconds = time.monotonic() - began
    runs = tuple(
        script_run(one.script, (each.outcome for each in of_script))
        for one, of_script in zip(found, spoken, strict=True)
    )
    return Run(runs, broken), AudioRun(tuple(each for of_script in spoken for each in of_script), seconds)


def _jobs(found: Found, voicing: Voicing) -> list[Job]:
    return [
        Job(found.path, file, position, voice)
        for file, read in found.files
        for position, conversation in enumerate(read.conversations)
        for voice in voicing.of(found.script, conversation)
    ]


def hold_all(settings: Settings, jobs: Sequence[Job], voicing: Voicing, processes: int) -> list[Spoken]:
    """Every job's conversation, in their order. Raises SpeechError, ModelMissing, InputFault, OSError."""
    parts = [jobs[first::processes] for first in range(processes)]
    held = [_hold(settings, jobs, voicing)] if processes == 1 else _in_processes(settings, parts, voicing)
    return [held[number % processes][number // processes] for number in range(len(jobs))]


def _in_processes(settings: Settings, parts: Sequence[Sequence[Job]], voicing: Voicing) -> list[list[Spoken]]:
    installed_classifier(settings)  # trained once, so that no process has to
    # Spawned: a forked process would share the recogniser's threads and locks in whatever state they are.
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(len(parts), context) as pool:
            return list(pool.map(_hold, repeat(settings), parts, repeat(voicing)))
    except BrokenProcessPool as error:
        raise SpeechError(f"a process that held conversations with audio died ({error}); try --jobs 1") from error


def _hold(settings: Settings, jobs: Iterable[Job], voicing: Voicing) -> list[Spoken]:
    """The work of one process."""
    script, conversations = cache(load_script), cache(load_conversations)
    with EspeakVoice() as espeak, installed_engine(settings) as engine:
        sounds = Sounds(settings.data_dir / SOUNDS, espeak)
        models = Models(settings)
        studio = Studio(
            lambda language: Hearing(models.of(language).open(), default_vad()),
            sounds.ensure,
            engine,
            settings.min_confidence,
        )
        return [
            studio.hold(script(job.script), conversations(job.file).conversations[job.position], job.voice, voicing)
            for job in jobs
        ]


def as_dict(run: AudioRun) -> dict[str, object]:
    """For JSON: the shares, the speed, and every step that was spoken."""
    return {
        "steps": run.steps,
        "recognised": run.right,
        "same_way": run.same,
        "share_same_way": round(run.same / run.steps, 4) if run.steps else 1.0,
        "faults": dict(run.faults),
        "audio_s": round(run.audio_s, 1),
        "seconds": round(run.seconds, 1),
        "times_real_time": round(run.audio_s / run.seconds, 1),
        "conversations": [
            {
                "conversation": one.outcome.conversation.name,
                "voice": one.outcome.voice,
                "passed": not one.outcome.failures,
                "steps": [_step_dict(step) for step in one.steps],
            }
            for one in run.spoken
        ],
    }


def _step_dict(step: SpokenStep) -> dict[str, object]:
    return {
        "file": step.place.file,
        "line": step.place.line,
        "words": step.words,
        "heard": list(step.heard),
        "recognised": step.right,
        "same_way": step.same,
        "fault": step.fault,
        "went": step.went,
        "typed_goes": step.goes,
    }
