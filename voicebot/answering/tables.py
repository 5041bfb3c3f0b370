"""What is said by the network and by machines, as data: intents/answering/*.yml read, checked and frozen.

How phrases become a verdict is early.py's and greeting.py's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from voicebot.understanding.normalise import normalise
from voicebot.understanding.sounds import sound_of
from voicebot.understanding.yaml_reader import Reader, suggestion
from voicebot.understanding.yaml_source import Place, parse, read_source

ANNOUNCEMENTS, GREETINGS = "announcements.yml", "greetings.yml"
VERSION: Final = "1"
EARLY_CODES: Final = (
    "EMPTY", "SUSPENDED", "POWER_OFF", "BUSY", "UNREACHABLE", "OUT_OF_AREA", "NO_ANSWER", "REJECTED", "BARRED",
    "FORWARDED", "CARRIER_BLOCK", "CONGESTION",
)  # fmt: skip
"""Names of the campaign's result codes that an announcement may get."""
VOICEMAIL, ASSISTANT, IVR = "VOICEMAIL", "ASSISTANT", "IVR"
MACHINES: Final = (VOICEMAIL, ASSISTANT, IVR)
HUMAN, SILENT, FAX, UNKNOWN = "HUMAN", "SILENT", "FAX", "UNKNOWN"
DEAD: Final = frozenset({"EMPTY", "SUSPENDED"})
"""Who gets one of these is not called again, so they need more than others."""


@dataclass(frozen=True)
class Phrase:
    """A normalised phrase and where it stands."""

    text: str
    place: Place


@dataclass(frozen=True)
class Announcement:
    """What the network says for one code. `may_turn`: its keys settle when the utterance is over."""

    code: str
    keys: tuple[Phrase, ...]
    weak: tuple[Phrase, ...]
    support: tuple[Phrase, ...]
    may_turn: bool
    tests: tuple[Phrase, ...]


@dataclass(frozen=True)
class Greeting:
    """What one machine, or a person, says after the answer."""

    code: str
    strong: tuple[Phrase, ...]
    weak: tuple[Phrase, ...]
    tests: tuple[Phrase, ...]


@dataclass(frozen=True)
class Tables:
    """All phrases. `dialled`: of the number that was dialled; `own`: of the caller's own; `frame`: what else
    announcements have; `goes_on`: the line waits behind it."""

    dialled: tuple[Phrase, ...]
    own: tuple[Phrase, ...]
    frame: tuple[Phrase, ...]
    goes_on: tuple[Phrase, ...]
    announcements: tuple[Announcement, ...]
    greetings: tuple[Greeting, ...]


def load_tables(directory: Path) -> Tables:
    """Both files of a directory. Raises InputFault (file:line:column): unknown code or field, a code twice, a phrase
    that two codes claim by its letters or its sound."""
    reader = _open(directory / ANNOUNCEMENTS)
    dialled, own, frame, goes_on = (_phrases(reader, key) for key in ("dialled", "own", "frame", "goes_on"))
    announcements: tuple[Announcement, ...] = reader.each("announcements", _announcement, "an announcement")
    reader.done()
    reader = _open(directory / GREETINGS)
    greetings: tuple[Greeting, ...] = reader.each("greetings", _greeting, "a greeting")
    reader.done()
    _refuse_contradictions([(one.code, (*one.keys, *one.weak)) for one in announcements])
    _refuse_contradictions([(one.code, (*one.strong, *one.weak)) for one in greetings])
    return Tables(dialled, own, frame, goes_on, announcements, greetings)


def _open(path: Path) -> Reader:
    text, shown = read_source(path)
    reader = Reader(parse(text, shown), "the file")
    version = reader.text("version", VERSION)
    if version != VERSION:
        reader.at("version").fault(f"version {version!r}; this product reads {VERSION!r}")
    return reader


def _announcement(reader: Reader) -> Announcement:
    code = _code(reader, EARLY_CODES)
    may_turn = reader.flag("may_turn", False)
    keys, weak, support = (_phrases(reader, key) for key in ("keys", "weak", "support"))
    if not keys:
        reader.needs(("keys",), f"announcement {code} needs 'keys': what must be heard")
    return Announcement(code, keys, weak, support, may_turn, _phrases(reader, "tests"))


def _greeting(reader: Reader) -> Greeting:
    code = _code(reader, (*MACHINES, HUMAN))
    return Greeting(code, *(_phrases(reader, key) for key in ("strong", "weak", "tests")))


def _code(reader: Reader, known: tuple[str, ...]) -> str:
    code = reader.text("code")
    if code not in known:
        reader.at("code").fault(f"code {code!r} is not told by words{suggestion(code, known)}")
    return code


def _phrases(reader: Reader, key: str) -> tuple[Phrase, ...]:
    found: dict[str, Phrase] = {}
    for text, place in reader.placed_texts(key):
        phrase = normalise(text)
        if not phrase:
            place.fault(f"the phrase {text!r} has no letter in it")
        if phrase in found:
            place.fault(f"the phrase {text!r} stands twice, first in line {found[phrase].place.line}")
        found[phrase] = Phrase(phrase, place)
    return tuple(found.values())


def _refuse_contradictions(entries: Iterable[tuple[str, tuple[Phrase, ...]]]) -> None:
    codes: dict[str, Phrase] = {}
    claimed: dict[tuple[str, ...], tuple[str, Phrase]] = {}
    for code, phrases in entries:
        where = phrases[0] if phrases else None
        if code in codes and where is not None:
            where.place.fault(f"code {code} has an entry already, at {codes[code].place}; put the phrases there")
        if where is not None:
            codes[code] = where
        for phrase in phrases:
            other, first = claimed.setdefault(sound_of(phrase.text), (code, phrase))
            if other != code:
                phrase.place.fault(
                    f"{phrase.text!r} of {code} sounds as {first.text!r} of {other} at {first.place};"
                    " a phrase may speak for one code only"
                )
