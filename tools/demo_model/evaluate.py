"""Measures a model with the real Vosk recogniser, fed as a call feeds it: 20 ms at a time, 8 kHz.
Never import pynini in this process: the two copies of OpenFst dead-lock."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import vosk

from tools.demo_model import cases, scores
from tools.demo_model.profiles import Profile
from tools.demo_model.settings import SAMPLE_RATE, UNKNOWN_WORD
from tools.demo_model.utterances import Speaker
from voicebot.speech.espeak import EspeakVoice

FRAME_BYTES = 320
EARLIEST_FINAL_S = -0.05  # a result before this, relative to the end of speech, split the utterance


def run(profile: Profile, model_path: Path, count: int) -> dict[str, Any]:
    """All figures of a model, `count` utterances in each set."""
    vosk.SetLogLevel(-1)
    model = vosk.Model(str(model_path))
    results: dict[str, Any] = {"model": model_path.name, "tokens": profile.token_name, "sets": {}, "no_speech": {}}
    heard_all: list[scores.Heard] = []
    clock = Clock()
    with EspeakVoice() as voice:
        speaker = Speaker(profile, voice)
        for test_set in cases.test_sets(profile):
            heard = [hear(profile, model, case, clock) for case in cases.make(test_set, count, speaker)]
            results["sets"][test_set.name] = scores.accuracy(heard)
            heard_all += heard
        unknown = [hear(profile, model, case, clock) for case in cases.make(cases.unknown_set(profile), count, speaker)]
    results["unknown"] = rejection(unknown)
    results["confidence"] = scores.discrimination(scores.word_confidences(heard_all + unknown))
    for name, samples in cases.no_speech():
        heard = hear(profile, model, cases.Case("", samples, 0.0), clock)
        results["no_speech"][name] = profile.between_words.join(heard.tokens)
    results["cpu_per_second_of_audio"] = clock.cpu_s / clock.audio_s
    results["worst_frame_ms"] = clock.worst_s * 1000
    results["bytes"] = sum(path.stat().st_size for path in model_path.rglob("*") if path.is_file())
    return results


class Clock:
    """What recognition cost."""

    def __init__(self) -> None:
        self.cpu_s = self.audio_s = self.worst_s = 0.0


def hear(profile: Profile, model: vosk.Model, case: cases.Case, clock: Clock) -> scores.Heard:
    """One case through a fresh recogniser, to the end of its audio."""
    recogniser = vosk.KaldiRecognizer(model, SAMPLE_RATE)
    recogniser.SetWords(True)
    words: list[dict[str, Any]] = []
    delay: float | None = None
    data = case.samples.tobytes()
    for start in range(0, len(data), FRAME_BYTES):
        began, cpu = time.perf_counter(), time.thread_time()
        ended = recogniser.AcceptWaveform(data[start : start + FRAME_BYTES])
        clock.worst_s = max(clock.worst_s, time.perf_counter() - began)
        clock.cpu_s += time.thread_time() - cpu
        if ended:
            found = json.loads(recogniser.Result()).get("result", [])
            words += found
            after = (start + FRAME_BYTES) / 2 / SAMPLE_RATE - case.speech_end_s
            if found and delay is None and after > EARLIEST_FINAL_S:
                delay = after
    words += json.loads(recogniser.FinalResult()).get("result", [])
    clock.audio_s += len(case.samples) / SAMPLE_RATE
    known = tuple(
        scores.Word(profile.tokens(word["word"]), word["conf"]) for word in words if word["word"] != UNKNOWN_WORD
    )
    return scores.Heard(profile.tokens(case.said), known, len(words) - len(known), delay)


def rejection(results: list[scores.Heard]) -> dict[str, float]:
    """For sentences of unknown words: tokens recognised wrongly for each said, and right ones (some are known)."""
    said = sum(len(result.said) for result in results)
    right = sum(kind == "=" for result in results for kind, _, _ in scores.alignment(result.said, result.tokens))
    heard = sum(len(result.tokens) for result in results)
    return {
        "utterances": len(results),
        "invented": (heard - right) / said,
        "right": right / said,
        "with_unknown": sum(result.unknown > 0 for result in results) / len(results),
    }


def tables(results: dict[str, Any]) -> str:
    """The figures as the Markdown tables of models/README.md."""
    lines = [
        f"| set | {results['tokens']} right | sentences right | with `[unk]` | final after speech, p50 / p95 |",
        "|---|---|---|---|---|",
    ]
    for name, row in results["sets"].items():
        delays = f"{row['final_after_speech_p50_s']:.2f} / {row['final_after_speech_p95_s']:.2f} s"
        shares = " | ".join(f"{row[key]:.1%}" for key in ("right", "sentences_right", "with_unknown"))
        lines.append(f"| {name} | {shares} | {delays} |")
    lines += ["", *_pairs("sentences of unknown words", results["unknown"])]
    lines += ["", *_pairs("word confidence", results["confidence"])]
    loud = {name: text for name, text in results["no_speech"].items() if text}
    lines += ["", f"No speech: {len(results['no_speech'])} half minutes, text in {len(loud)}: {loud or 'none'}"]
    cost = f"CPU per second of audio {results['cpu_per_second_of_audio']:.3f} s"
    lines.append(f"{cost}, worst 20 ms frame {results['worst_frame_ms']:.0f} ms, model {results['bytes'] / 1e6:.1f} MB")
    return "\n".join(lines)


def _pairs(title: str, row: dict[str, float]) -> Iterable[str]:
    yield f"| {title} | |"
    yield "|---|---|"
    for key, value in row.items():
        yield f"| {key.replace('_', ' ')} | {value if isinstance(value, int) else format(value, '.3f')} |"
