"""The corpus on disk: one WAV a clip, and labels.jsonl with what is true of each. What is in a clip is clips.py's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path

from tools.answer_corpus.clips import ENGLISH, MANDARIN, Clip, Maker, Plan, english_plans, plans
from tools.answer_corpus.texts import english_wordings, wordings
from voicebot.errors import SpeechError
from voicebot.media import pcm
from voicebot.speech.espeak import EspeakVoice

LABELS = "labels.jsonl"
SEEDS = ("", " again", " once more")
"""espeak crashes on a few texts in a few voices; another draw is taken then."""


def write(out: Path, parts: Iterable[str], languages: Sequence[str] = (MANDARIN, ENGLISH)) -> int:
    """Makes the clips of these parts and languages; returns how many. Raises OSError, SpeechError."""
    out.mkdir(parents=True, exist_ok=True)
    made = 0
    with EspeakVoice() as espeak, (out / LABELS).open("w", encoding="utf-8") as labels:
        for part, language in product(parts, languages):
            wanted = plans(wordings(), part) if language == MANDARIN else english_plans(english_wordings(), part)
            for number, clip in enumerate(clips(wanted, espeak)):
                name = f"{part}-{language}-{clip.plan.phase}-{number:04d}.wav"
                (out / name).write_bytes(pcm.encode_wav(clip.samples))
                labels.write(json.dumps(_label(name, clip), ensure_ascii=False) + "\n")
                made += 1
    return made


def clips(wanted: Iterable[Plan], espeak: EspeakVoice) -> Iterator[Clip]:
    """The clips of plans, in their order; each depends on its plan and its number only."""
    for number, plan in enumerate(wanted):
        yield _clip(plan, f"{plan.part} {plan.phase} {plan.label} {plan.text} {number}", espeak)


def _clip(plan: Plan, name: str, espeak: EspeakVoice) -> Clip:
    lost: list[SpeechError] = []
    for seed in SEEDS:
        try:
            return Maker(plan, name + seed, espeak).clip()
        except SpeechError as error:
            lost.append(error)
    raise lost[0]


def _label(name: str, clip: Clip) -> dict[str, object]:
    plan = clip.plan
    return {
        "file": name,
        "part": plan.part,
        "phase": plan.phase,
        "language": plan.language,
        "label": plan.label,
        "kind": plan.kind,
        "text": plan.text,
        "voice": clip.voice,
        "snr_db": clip.snr_db,
        "clipped_ms": clip.clipped_ms,
    }
