"""The numbers of the corpus: voices, lines, how many clips of what. Texts are in wordings.yml."""

from __future__ import annotations

from typing import Final

from tools.demo_model import sound_effects as fx
from tools.demo_model.profiles import english
from tools.demo_model.profiles.mandarin import HELD_OUT_VOICES, TRAINING_VOICES

TUNING, HELD_OUT = "tuning", "held_out"
VOICES: Final = {TUNING: tuple(dict.fromkeys(TRAINING_VOICES)), HELD_OUT: HELD_OUT_VOICES}
ENGLISH_VOICES: Final = {TUNING: ("en-us+f2", "en-us+m3"), HELD_OUT: ("en-us+f4", "en-gb-x-rp+m4")}
NOISES: Final = {TUNING: (fx.white, fx.pink), HELD_OUT: (fx.traffic, fx.keyboard, fx.pink)}
SNR_DB: Final = {
    "early": (None, None, None, None, None, None, 15.0, 15.0, 15.0, 8.0),
    "answer": (None, None, None, None, 15.0, 15.0, 15.0, 8.0, 8.0, 8.0),
}
"""One is drawn, dB in the telephone's band: exchanges play announcements from a file, people stand in the street."""
ANNOUNCER_RATES: Final = (140, 195)  # words a minute; espeak's Mandarin has 4 to 5.5 characters a second then
PEOPLE_RATES: Final = (150, 230)
PITCHES: Final = (25, 75)
LEVELS_DBFS: Final = (-30.0, -17.0)
CLIPPED_SHARE: Final = 0.25
CLIPPED_S: Final = (0.2, 1.2)

EACH_CODE: Final = {TUNING: 20, HELD_OUT: 45}
"""Announcements of each code."""
ENGLISH_EACH: Final = {TUNING: 1, HELD_OUT: 2}
NO_VERDICT: Final = {TUNING: 12, HELD_OUT: 24}
"""Of each kind: the wordings without a verdict, and each of the sounds."""
PEOPLE: Final = {TUNING: 250, HELD_OUT: 700}
EACH_MACHINE: Final = {TUNING: 40, HELD_OUT: 60}
EACH_SOUND: Final = {TUNING: 10, HELD_OUT: 20}
"""Of fax tones, and of silence."""

ENGLISH_SPEAKERS: Final = {TUNING: tuple(dict.fromkeys(english.TRAINING_VOICES)), HELD_OUT: english.HELD_OUT_VOICES}
"""Of the clips that a model of English hears; the counts below are theirs too."""
ENGLISH_EACH_CODE: Final = {TUNING: 10, HELD_OUT: 15}
ENGLISH_NO_VERDICT: Final = {TUNING: 8, HELD_OUT: 16}
ENGLISH_PEOPLE: Final = {TUNING: 80, HELD_OUT: 240}
ENGLISH_EACH_MACHINE: Final = {TUNING: 18, HELD_OUT: 28}
