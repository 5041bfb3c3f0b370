"""Figures of what picked up on labelled recordings: confusion matrices, rates with intervals, times of the decision.

Pure; the listening is answer_clips.py's.
"""

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from scipy.stats import beta

from voicebot.answering.tables import DEAD, FAX, HUMAN, MACHINES, UNKNOWN
from voicebot.app.answer_clips import NONE, Clip, Listened

CONFIDENCE = 0.95
ENGLISH = "english"
"""Kind of clips that a recogniser of Mandarin cannot read; they are told apart."""
Heard = tuple[Clip, Listened]


@dataclass(frozen=True)
class Rate:
    """`hits` of `count`; `low` and `high`: Clopper and Pearson's interval at CONFIDENCE."""

    hits: int
    count: int

    @property
    def share(self) -> float | None:
        return self.hits / self.count if self.count else None

    @property
    def low(self) -> float:
        tail = (1 - CONFIDENCE) / 2
        return float(beta.ppf(tail, self.hits, self.count - self.hits + 1)) if self.hits else 0.0

    @property
    def high(self) -> float:
        tail = (1 - CONFIDENCE) / 2
        return float(beta.ppf(1 - tail, self.hits + 1, self.count - self.hits)) if self.hits < self.count else 1.0


@dataclass(frozen=True)
class Times:
    """Milliseconds from the answer, or from the first early media, until the verdict was known."""

    count: int
    p50: int | None
    p95: int | None


@dataclass(frozen=True)
class Figures:
    """All of them. `confusion`: (label, told) to count, by phase."""

    confusion: dict[str, dict[tuple[str, str], int]]
    rates: dict[str, Rate]
    times: dict[str, Times]


def figures(heard: Iterable[Heard]) -> Figures:
    """Every figure of these clips."""
    everything = tuple(heard)
    early = [one for one in everything if one[0].phase == "early"]
    answer = [one for one in everything if one[0].phase == "answer"]
    confusion = {
        phase: dict(Counter((clip.label, listened.told) for clip, listened in ones))
        for phase, ones in (("early", early), ("answer", answer))
    }
    return Figures(confusion, {**_early_rates(early), **_answer_rates(answer)}, {**_times(early), **_times(answer)})


def _early_rates(heard: Sequence[Heard]) -> dict[str, Rate]:
    mandarin = [one for one in heard if one[0].kind != ENGLISH]
    english = [one for one in heard if one[0].kind == ENGLISH]
    announced = [one for one in mandarin if one[0].label != NONE]
    living = [one for one in heard if one[0].label not in DEAD]
    rates = {
        "right, none among them": _rate(mandarin, _is_right),
        "verdicts right": _rate([one for one in mandarin if one[1].verdict], _is_right),
        "announcement right": _rate(announced, _is_right),
        "announcement right, clean": _rate([one for one in announced if one[0].snr_db is None], _is_right),
        "announcement right, noise 15 dB below": _rate([one for one in announced if one[0].snr_db == 15], _is_right),
        "announcement right, noise 8 dB below": _rate([one for one in announced if one[0].snr_db == 8], _is_right),
        "announcement right, start cut off": _rate([one for one in announced if one[0].clipped_ms], _is_right),
        "announcement wrong": _rate(announced, _is_wrong),
        "no verdict where there is none": _rate([one for one in mandarin if one[0].label == NONE], _is_right),
        "dead though it lives": _rate(living, lambda _, told: told in DEAD),
        "empty though it lives": _rate(living, lambda _, told: told == "EMPTY"),
        "english right": _rate(english, _is_right),
        "english wrong": _rate(english, _is_wrong),
    }
    return {f"early: {name}": rate for name, rate in rates.items()}


def _answer_rates(heard: Sequence[Heard]) -> dict[str, Rate]:
    people = [one for one in heard if one[0].label == HUMAN]
    machines = [one for one in heard if one[0].label in (*MACHINES, FAX)]
    rates = {
        "person taken for a machine": _rate(people, lambda _, told: is_machine(told)),
        "machine found": _rate(machines, lambda _, told: is_machine(told)),
        "machine named": _rate(machines, _is_right),
        "silence found": _rate([one for one in heard if one[0].label == "SILENT"], _is_right),
    }
    for label in (*MACHINES, FAX):
        ones = [one for one in machines if one[0].label == label]
        rates[f"machine found, {label}"] = _rate(ones, lambda _, told: is_machine(told))
    return {f"answer: {name}": rate for name, rate in rates.items()}


def is_machine(code: str) -> bool:
    """Whether this verdict says that no person picked up: machines, and announcements after the answer."""
    return code not in (HUMAN, NONE, "SILENT") or code == UNKNOWN


def _is_right(clip: Clip, told: str) -> bool:
    return told == clip.label


def _is_wrong(clip: Clip, told: str) -> bool:
    return told not in (clip.label, NONE)


def _rate(heard: Sequence[Heard], counts: Callable[[Clip, str], bool]) -> Rate:
    return Rate(sum(counts(clip, listened.told) for clip, listened in heard), len(heard))


def _times(heard: Sequence[Heard]) -> dict[str, Times]:
    if not heard:
        return {}
    phase = heard[0][0].phase
    groups = {f"{phase}: all": heard}
    for label in sorted({clip.label for clip, _ in heard}):
        groups[f"{phase}: {label}"] = [one for one in heard if one[0].label == label]
    return {name: _spread(ones) for name, ones in groups.items()}


def _spread(heard: Sequence[Heard]) -> Times:
    times = sorted(listened.verdict.at_ms for _, listened in heard if listened.verdict)
    if len(times) < 2:
        return Times(len(times), times[0] if times else None, times[0] if times else None)
    cuts = statistics.quantiles(times, n=20, method="inclusive")
    return Times(len(times), round(statistics.median(times)), round(cuts[18]))
