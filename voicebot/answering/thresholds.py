"""The one table of thresholds and weights of what picked up: intents/answering/thresholds.yml as frozen values.

Reading and checking only; what each is compared with is told where it is used.
"""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from voicebot.answering.repeats import RepeatLimits
from voicebot.answering.sounds import SoundLimits
from voicebot.answering.tones import ToneLimits
from voicebot.understanding.yaml_reader import Reader
from voicebot.understanding.yaml_source import Items, Scalar, Tree, parse, read_source

FILE: Final = "thresholds.yml"
VERSION: Final = "1"
Step = tuple[float, float]


@dataclass(frozen=True)
class EarlyWeights:
    """Before the answer. Weights are added up, at most to 1."""

    stable_ms: float
    """A phrase of an unfinished utterance must stand so long before it counts: partial texts flicker."""
    settle_ms: float
    """A key that has stood so long, or whose utterance ended, is `settled`."""
    key: float
    sounds_like: float
    """Of a key that was only heard by its sound."""
    weak: float
    frame: float
    """Words that only an announcement has."""
    support: float
    settled: float
    again: float
    """A key of the code heard a second time: the announcement runs in a loop."""
    alike: float
    """Of a sentence that is like the examples of a code, beside a key of it, and against keys of others; once its
    utterance is over."""
    alike_alone: float
    """The same where no key of the code was heard."""
    alike_share: float
    """Least share of the likeness that counts."""
    alike_sure: float
    """The same against a key of another code."""
    alike_dead: float
    """The same where it alone makes a dead number, with no key heard at all."""
    alike_characters: float
    """So much must have been said: a tail (请稍后再拨) is like many."""
    decide: float
    """Least score of a verdict."""
    decide_dead: float
    """The same for a number that is then never called again: EMPTY and SUSPENDED."""
    decide_gone: float
    """Least score once the line is gone: there is a status beside it, and nothing more to wait for. No dead number."""
    margin: float
    """Least lead over the next code."""


@dataclass(frozen=True)
class AnswerWeights:
    """After the answer. Weights above 0 speak for a machine, below 0 for a person."""

    stable_ms: float
    strong: float
    strong_more: float
    """A second strong phrase of the same machine."""
    weak: float
    human: float
    human_weak: float
    length: tuple[Step, ...]
    """(ms, weight): speech without a pause so long."""
    characters: tuple[Step, ...]
    """(characters, weight) of the first utterance; it counts where it weighs more than `length`."""
    short: float
    short_ms: float
    """A first run of speech no longer than this, with a pause behind it."""
    beep: float
    beep_other_words: float
    """The same behind words of which no phrase is a mailbox's."""
    before_beep: float
    before_beep_ms: float
    """So much speech before the beep, whatever its pauses."""
    repeat: float
    talk_over: float
    talk_over_ms: float
    """Speech that goes on for so long while the robot speaks."""
    music: float
    music_ms: float
    """Music for at least so long."""
    announcement: float
    """The network's announcement of announcements.yml, after the answer."""
    announcement_weak: float
    """The same where only a general word was heard: mailboxes begin with 无法接听 too."""
    decide: float
    """Least score of a machine."""
    families: float
    """So many kinds of evidence of words, length, sound, repeat and talk_over must speak for it."""
    pause_ms: float
    """Silence that ends a run of speech."""
    human_pause_ms: float
    """Silence after a short run: someone waits for an answer. After a person's words `pause_ms` is enough."""
    human_run_ms: float
    """Longest such run."""
    human_most: float
    """Most that may speak for a machine when someone is taken for a person before the deadline."""
    deadline_ms: float
    """Undecided then is a person."""
    silent_ms: float
    """No sound until then is SILENT."""
    closes_ms: float
    """Later nothing turns a person into a machine."""


@dataclass(frozen=True)
class Thresholds:
    """All of them."""

    sounds: SoundLimits
    tones: ToneLimits
    repeats: RepeatLimits
    early: EarlyWeights
    answer: AnswerWeights


_PARTS: Final = {
    "sounds": SoundLimits,
    "tones": ToneLimits,
    "repeats": RepeatLimits,
    "early": EarlyWeights,
    "answer": AnswerWeights,
}


def load_thresholds(directory: Path) -> Thresholds:
    """`FILE` of a directory. Raises InputFault (file:line:column): a value missing, unknown or no number."""
    text, shown = read_source(directory / FILE)
    reader = Reader(parse(text, shown), "the file")
    version = reader.text("version", VERSION)
    if version != VERSION:
        reader.at("version").fault(f"version {version!r}; this product reads {VERSION!r}")
    parts: dict[str, Any] = {}
    for name, kind in _PARTS.items():
        part = reader.sub(name)
        if part is None:
            reader.needs((name,), f"the file needs {name!r}")
        parts[name] = kind(**{field.name: _value(part, field.name) for field in dataclasses.fields(kind)})
        part.done()
    reader.done()
    return Thresholds(**parts)


def _value(reader: Reader, key: str) -> Any:
    tree = reader.take(key)
    if tree is None:
        reader.needs((key,), f"{reader.what} needs {key!r}")
    return _number_or_list(tree, f"{key!r} of {reader.what}")


def _number_or_list(tree: Tree, what: str) -> Any:
    if isinstance(tree, Items):
        return tuple(_number_or_list(one, what) for one in tree.values)
    text = tree.text if isinstance(tree, Scalar) and tree.plain else ""
    try:
        return float(text)
    except ValueError:
        tree.place.fault(f"{what} is not a number")
