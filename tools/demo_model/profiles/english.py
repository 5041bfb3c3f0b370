"""English for the tool: espeak-ng's accents with their variants, units without stress, words cut at spaces."""

from __future__ import annotations

import collections
from collections.abc import Iterable
from typing import Final

from tools.demo_model import readings_en, templates
from tools.demo_model.decoding import Decoding
from tools.demo_model.profiles.profile import Counts, Profile, Units
from tools.demo_model.reader import Reader
from tools.demo_model.settings import SILENCE, TEXT_DIR
from voicebot.speech.espeak import EspeakVoice, Speech

ACCENTS: Final = {
    "en-us": 5,
    "en-gb-x-rp": 3,
    "en": 2,
    "en-us-nyc": 1,
    "en-gb-scotland": 1,
    "en-gb-x-gbcwmd": 1,
    "en-029": 1,
}
"""espeak-ng's voices with their weights: American, British (received and plain), New York, Scotland, West Midlands,
Caribbean. Lancaster is held out."""
HELD_OUT_ACCENT: Final = "en-gb-x-gbclan"
_FREQUENT = "m1 m2 m3 m5 m6 m7 f1 f2 f3 f5"
_NAMED = (
    "m8 Alex Andrea Andy Annie adam anika antonio aunty belinda benjamin boris caleb ed edward edward2 grandma grandpa"
    " gustave ian iven iven2 iven3 linda marcelo max michel miguel norbert pablo paul pedro quincy rob robert sandro"
    " shelby steph steph3 travis victor zac Diogo Gene Henrique Hugo Jacky Lee Marco Mario Michael Mike Reed"
)
_HELD_OUT = "m4 f4 david steph2 Alicia iven4 mike2"
TRAINING_VOICES: Final = tuple(
    f"{accent}{variant}"
    for accent, weight in ACCENTS.items()
    for variant in ["", "", *(f"+{name}" for name in _FREQUENT.split() * 3), *(f"+{name}" for name in _NAMED.split())]
    for _ in range(weight)
)
HELD_OUT_VOICES: Final = (
    *(f"{accent}+{name}" for accent in ("en-us", "en-gb-x-rp") for name in _HELD_OUT.split()),
    f"{HELD_OUT_ACCENT}+m4",
    f"{HELD_OUT_ACCENT}+f4",
)
FULL_STOP: Final = ".\n"
PLACES_OF_A_WORD: Final = 40
"""Sentences whose words were all read so often in an accent tell nothing new."""
_SAME: Final = {"@2": "@", "@5": "@", "@-": "@", "I2": "I", "I#": "I", "t2": "t", "r-": "r", "n-": "n", "aI2": "aI",
                "aI3": "aI@", "w#": "w"}  # fmt: skip
"""espeak's variants of a sound by place or accent that one unit stands for."""
_GLIDE: Final = ";"
"""Marks how a vowel runs into the next; no sound of its own."""


def unit(name: str) -> str:
    """The unit of an event's phoneme or of a mnemonic: without stress."""
    bare = name.lstrip("',")
    return _SAME.get(bare, bare)


def units_of(clauses: Iterable[str]) -> Units | None:
    """Units of a mnemonic text; None when espeak left English."""
    tokens = " ".join(clauses).split()
    if any(token.startswith("(") for token in tokens):
        return None
    return tuple(unit(token) for token in tokens if token != _GLIDE and not token.startswith("_"))


def timed(speech: Speech, _units: Units) -> list[tuple[str, float]] | None:
    """The events say all there is: units and pauses with their starts."""
    if any(name.startswith("(") for name, _ in speech.phones):
        return None
    sounded = [(name, start) for name, start in speech.phones if name != _GLIDE]
    return [(SILENCE if name.startswith("_") else unit(name), start) for name, start in sounded]


def count_readings(clauses: Iterable[str], voice: EspeakVoice) -> Counts:
    """Readings of every word in its sentences, in each accent by its weight: function words are mostly said short.
    Where espeak draws words together (`of the`), a clause tells nothing; each word is read alone as well."""
    clauses = list(clauses)
    words = sorted({word for clause in clauses for word in clause.split()})
    counts: Counts = collections.defaultdict(collections.Counter)
    for accent, weight in ACCENTS.items():
        reader = Reader(voice, accent, units_of, FULL_STOP)
        wanted = telling(clauses)
        reader.read([*wanted, *words])
        for clause in wanted:
            for word, reading in _read(clause, reader):
                counts[word][reading] += weight
        for word in words:
            alone = reader.units(word)
            if alone:
                counts[word][alone] += weight
    return counts


def telling(clauses: Iterable[str]) -> list[str]:
    """The clauses that show some word in one of its first `PLACES_OF_A_WORD` places."""
    seen: collections.Counter[str] = collections.Counter()
    found = []
    for clause in clauses:
        words = clause.split()
        if any(seen[word] < PLACES_OF_A_WORD for word in words):
            seen.update(words)
            found.append(clause)
    return found


def more_words() -> list[str]:
    """What text/en/words.txt lists."""
    return [word for _, line in templates.read_lines(TEXT_DIR / "en" / "words.txt") for word in line.split()]


def segment(clause: str) -> tuple[str, ...]:
    return tuple(clause.split())


def _read(clause: str, reader: Reader) -> Iterable[tuple[str, Units]]:
    said = " ".join(token for token in " ".join(reader.clauses(clause)).split(" ") if not token.startswith("_"))
    readings = [reading for part in said.split("  ") if part.strip() and (reading := units_of([part]))]
    words = clause.split()
    return zip(words, readings, strict=True) if len(words) == len(readings) else ()


ENGLISH: Final = Profile(
    language="en",
    training_voices=TRAINING_VOICES,
    held_out_voices=HELD_OUT_VOICES,
    spoken_classes=readings_en.SPOKEN_CLASSES,
    variable_classes={
        "city": "city",
        "name": "last",
        "first_name": "first",
        "surname": "last",
        "title": "title",
        "product": "product",
        "shop": "shop",
    },
    measured_numbers=("number", "number", "digits", "time", "date", "weekday", "amount"),
    clauses=readings_en.clauses,
    segment=segment,
    tokens=segment,
    token_name="words",
    between_words=" ",
    between_sentences=", ",
    short=4,
    more_words=more_words,
    count_readings=count_readings,
    needs_reading=False,
    timed=timed,
    units_of=units_of,
    reading_voice="en-us",
    full_stop=FULL_STOP,
    most_readings=6,
    decoding=Decoding(unknown_word=10.0, acoustic_scale=0.55, least_gain=3e-5),
)
