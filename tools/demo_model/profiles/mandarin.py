"""Mandarin for the tool: toned units, characters as words to fall back on, espeak-ng's cmn voices."""

from __future__ import annotations

import collections
from collections.abc import Iterable
from typing import Final

from tools.demo_model import readings
from tools.demo_model.decoding import Decoding
from tools.demo_model.profiles.profile import Counts, Profile, Units
from tools.demo_model.reader import Reader
from tools.demo_model.sounds import CODAS, syllables, timed_units, units_of
from tools.demo_model.words import segment
from voicebot.speech.espeak import EspeakVoice, Speech

VOICE: Final = "cmn"
# Plain cmn and the numbered variants are what people choose; they come more often than the named ones.
_FREQUENT = "m1 m2 m3 m5 m6 m7 f1 f2 f4 f5"
_NAMED = (
    "m8 Alex Andrea Andy Annie adam anika antonio aunty belinda benjamin boris caleb ed edward edward2 grandma"
    " grandpa gustave ian iven iven2 iven3 linda marcelo max michel miguel norbert pablo paul pedro quincy rob"
    " robert sandro shelby steph steph3 travis victor zac Diogo Gene Henrique Hugo Jacky Lee Marco Mario Michael"
    " Mike Reed"
)
TRAINING_VOICES: Final = tuple(
    [VOICE] * 6 + [f"{VOICE}+{name}" for name in _FREQUENT.split() * 4] + [f"{VOICE}+{name}" for name in _NAMED.split()]
)
HELD_OUT_VOICES: Final = ("cmn+m4", "cmn+f3", "cmn+david", "cmn+steph2", "cmn+Alicia", "cmn+iven4", "cmn+mike2")
FULL_STOP: Final = "。"


def count_readings(clauses: Iterable[str], voice: EspeakVoice) -> Counts:
    """Readings of every word and every single character. A word said in context may differ from the word alone (的,
    了, tones of 一 and 不), so they are counted where they are said."""
    clauses = list(clauses)
    reader = Reader(voice, VOICE, units_of, FULL_STOP)
    reader.read(clauses)
    reader.read(character for clause in clauses for character in clause)
    counts: Counts = collections.defaultdict(collections.Counter)
    for clause in clauses:
        cut = _cut(clause, reader)
        if cut is None:
            continue
        at, words = 0, segment(clause)
        for word in words:
            counts[word][sum(cut[at : at + len(word)], ())] += 1
            at += len(word)
        for character, syllable in zip(clause, cut, strict=True):
            if character not in words:
                counts[character][syllable] += 1
    for word in list(counts):
        alone = reader.units(word)
        if alone:
            counts[word][alone] += 1
    return counts


def timed(speech: Speech, units: Units) -> list[tuple[str, float]] | None:
    """The text's units at the times of the events, which leave tones out."""
    return timed_units(speech.phones, units)


def _cut(clause: str, reader: Reader) -> list[Units] | None:
    units = reader.units(clause)
    alone = [reader.units(character) for character in clause]
    if units is None:
        return None
    return syllables(units, [bool(reading) and reading[-1] in CODAS for reading in alone])


MANDARIN: Final = Profile(
    language="zh",
    training_voices=TRAINING_VOICES,
    held_out_voices=HELD_OUT_VOICES,
    spoken_classes=readings.SPOKEN_CLASSES,
    variable_classes={
        "city": "capital",
        "shop": "channel",
        "surname": "surname",
        "title": "title",
        "channel": "channel",
        "product": "product",
    },
    measured_numbers=("number", "number", "digits", "time", "date", "weekday", "amount"),
    clauses=readings.clauses,
    segment=segment,
    tokens=tuple,
    token_name="characters",
    between_words="",
    between_sentences="，",
    short=6,
    more_words=list,
    count_readings=count_readings,
    needs_reading=True,
    timed=timed,
    units_of=units_of,
    reading_voice=VOICE,
    full_stop=FULL_STOP,
    most_readings=4,
    decoding=Decoding(),
)
