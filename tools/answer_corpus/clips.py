"""What one clip is made of: who says what, when, over which line. Deterministic for a seed; files are corpus.py's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import cycle, islice

import numpy as np

from tools.answer_corpus import settings, sounds
from tools.answer_corpus.settings import HELD_OUT
from tools.answer_corpus.texts import Wordings
from tools.demo_model import sound_effects as fx
from tools.demo_model.settings import SAMPLE_RATE
from tools.demo_model.sound_effects import Random, Signal
from tools.demo_model.utterances import pick
from voicebot.media import pcm
from voicebot.speech.espeak import EspeakVoice

MANDARIN, ENGLISH = "zh", "en"
NONE = "NONE"
"""Label of what must get no verdict."""
MOST_SAID_AGAIN = 6
"""Characters: people who get no answer say \u5582\u4f60\u597d again, not a whole sentence."""
Part = Callable[["Maker"], Signal]


@dataclass(frozen=True)
class Plan:
    """One clip to be made. `phase`: early or answer. `make` draws its sound."""

    part: str
    phase: str
    label: str
    kind: str
    text: str
    make: Part
    clips: bool = False
    """Whether its start may be cut off."""
    language: str = MANDARIN
    """Of the model that hears it."""


@dataclass(frozen=True)
class Clip:
    """A clip with what is true of it."""

    plan: Plan
    voice: str
    snr_db: float | None
    clipped_ms: int
    samples: pcm.Samples = field(repr=False)


class Maker:
    """Draws everything of one clip: the same seed, the same clip."""

    def __init__(self, plan: Plan, seed: str, espeak: EspeakVoice) -> None:
        self.plan = plan
        self.rng: Random = np.random.default_rng(list(seed.encode()))
        self._espeak = espeak
        voices = settings.VOICES if plan.language == MANDARIN else settings.ENGLISH_SPEAKERS
        self.voice = pick(voices[plan.part], self.rng)
        self._english = pick(settings.ENGLISH_VOICES[plan.part], self.rng)

    def clip(self) -> Clip:
        """The whole clip over its line."""
        rng, plan = self.rng, self.plan
        sound = plan.make(self)
        clipped_s = rng.uniform(*settings.CLIPPED_S) if plan.clips and rng.random() < settings.CLIPPED_SHARE else 0.0
        sound = sound[round(clipped_s * SAMPLE_RATE) :]
        sound = _in_band(sound)
        snr_db = pick(settings.SNR_DB[plan.phase], rng)
        if snr_db is not None:
            noise = _in_band(pick(settings.NOISES[plan.part], rng)(len(sound), rng))
            sound = sound + noise / fx.rms(noise) / 10 ** (snr_db / 20)
        level = 10 ** (rng.uniform(*settings.LEVELS_DBFS) / 20) * pcm.FULL_SCALE
        line = pcm.through_alaw(pcm.to_int16(sound * level))
        return Clip(plan, self.voice, snr_db, round(clipped_s * 1000), line)

    def say(self, text: str, rates: tuple[int, int], english: bool = False) -> Signal:
        """A text in the clip's voice without dead air around it; RMS of its loud parts in the telephone's band 1."""
        rng = self.rng
        speech = self._espeak.synthesize(
            text,
            self._english if english else self.voice,
            rate=int(rng.integers(*rates)),
            pitch=int(rng.integers(*settings.PITCHES)),
        )
        samples = pcm.resample(speech.pcm, speech.sample_rate).astype(np.float64)
        loud = np.flatnonzero(np.abs(samples) > 0.02 * np.abs(samples).max(initial=1.0))
        samples = samples[loud[0] : loud[-1] + 1] if len(loud) else samples
        return samples / fx.active_rms(_in_band(samples))

    def pause(self, least_s: float, most_s: float) -> Signal:
        return sounds.silence(self.rng.uniform(least_s, most_s))


def plans(wordings: Wordings, part: str) -> Iterator[Plan]:
    """All clips of one part that a model of Mandarin hears."""
    yield from _announcements(wordings, part)
    yield from _no_verdict(wordings, part)
    yield from _people(wordings, part)
    yield from _machines(wordings, part, settings.EACH_MACHINE[part])
    yield from _others(part)


def english_plans(wordings: Wordings, part: str) -> Iterator[Plan]:
    """All clips of one part that a model of English hears: what is said, since tones have no language."""
    for plan in _english_plans(wordings, part):
        yield replace(plan, language=ENGLISH)


def _english_plans(wordings: Wordings, part: str) -> Iterator[Plan]:
    for code, texts in wordings["announcements"].items():
        for text in islice(cycle(texts[part]), settings.ENGLISH_EACH_CODE[part]):
            yield Plan(part, "early", code, "announcement", text, _announced(text), clips=True)
    for text in islice(cycle(wordings["no_verdict"][part]), settings.ENGLISH_NO_VERDICT[part]):
        yield Plan(part, "early", NONE, "spoken", text, _spoken(text))
        yield Plan(part, "early", NONE, "over music", text, _over_music(text, part == HELD_OUT))
    for parts in islice(cycle(wordings["people"][part]), settings.ENGLISH_PEOPLE[part]):
        yield Plan(part, "answer", "HUMAN", "person", ", ".join(parts), _person(parts))
    yield from _machines(wordings, part, settings.ENGLISH_EACH_MACHINE[part])


def _announcements(wordings: Wordings, part: str) -> Iterator[Plan]:
    for code, texts in wordings["announcements"].items():
        translations = cycle(wordings["english"][code][part])
        for text in islice(cycle(texts[part]), settings.EACH_CODE[part]):
            yield Plan(part, "early", code, "announcement", text, _announced(text, next(translations)), clips=True)
        for text in islice(translations, settings.ENGLISH_EACH[part]):
            yield Plan(part, "early", code, "english", text, _english(text))


def _announced(text: str, translated: str | None = None) -> Part:
    """Ring-back or not, then the announcement: once, in a loop, or in both languages by turns."""

    def make(maker: Maker) -> Signal:
        rng = maker.rng
        before = sounds.progress(sounds.RINGBACK, rng.uniform(1, 8), rng) if rng.random() < 0.5 else maker.pause(0, 1)
        said = maker.say(text, settings.ANNOUNCER_RATES)
        form = rng.choice(["once", "loop", "both"], p=[0.2, 0.45, 0.35])
        one = [said]
        if form == "both" and translated is not None:
            one += [maker.pause(0.3, 1.0), maker.say(translated, settings.ANNOUNCER_RATES, english=True)]
        one.append(maker.pause(0.8, 2.0))
        whole = [*one * (1 if form == "once" else 2), sounds.silence(1.0)]
        return np.concatenate([before, *whole] if rng.random() < 0.5 else whole)

    return make


def _english(text: str) -> Part:
    def make(maker: Maker) -> Signal:
        said = maker.say(text, settings.ANNOUNCER_RATES, english=True)
        return np.concatenate([maker.pause(0.1, 1.0), said, maker.pause(1, 2), said, sounds.silence(1.0)])

    return make


def _no_verdict(wordings: Wordings, part: str) -> Iterator[Plan]:
    held_out = part == HELD_OUT
    tones: dict[str, Part] = {
        "ringback": lambda maker: sounds.progress(sounds.RINGBACK, 16, maker.rng),
        "busy": lambda maker: sounds.progress(sounds.BUSY, 8, maker.rng),
        "congestion": lambda maker: sounds.progress(sounds.CONGESTION, 8, maker.rng),
        "music": lambda maker: sounds.music(12, maker.rng, held_out),
    }
    for number in range(settings.NO_VERDICT[part]):
        texts = wordings["no_verdict"][part]
        for kind, make in tones.items():
            yield Plan(part, "early", NONE, kind, "", make)
        text = texts[number % len(texts)]
        yield Plan(part, "early", NONE, "spoken", text, _spoken(text))
        yield Plan(part, "early", NONE, "over music", text, _over_music(text, held_out))


def _spoken(text: str) -> Part:
    def make(maker: Maker) -> Signal:
        said = maker.say(text, settings.ANNOUNCER_RATES)
        return np.concatenate([maker.pause(0, 1), said, maker.pause(1, 2), said, sounds.silence(1.0)])

    return make


def _over_music(text: str, held_out: bool) -> Part:
    def make(maker: Maker) -> Signal:
        said = _spoken(text)(maker)
        return said + 0.15 * sounds.music(len(said) / SAMPLE_RATE + 0.1, maker.rng, held_out)[: len(said)]

    return make


def _people(wordings: Wordings, part: str) -> Iterator[Plan]:
    for parts in islice(cycle(wordings["people"][part]), settings.PEOPLE[part]):
        yield Plan(part, "answer", "HUMAN", "person", "，".join(parts), _person(parts))


def _person(parts: list[str]) -> Part:
    """Someone picks up, says it, and listens; now and then says it again, never quite the same."""

    def make(maker: Maker) -> Signal:
        rng = maker.rng
        pieces = [maker.pause(0.15, 1.6)]
        again = len("".join(parts)) <= MOST_SAID_AGAIN and rng.random() < 0.3
        for one in parts * (2 if again else 1):
            pieces += [maker.say(one, settings.PEOPLE_RATES), maker.pause(0.4, 1.6)]
        return np.concatenate([*pieces, sounds.silence(4.0)])

    return make


def _machines(wordings: Wordings, part: str, each: int) -> Iterator[Plan]:
    for label, make in (("VOICEMAIL", _voicemail), ("ASSISTANT", _assistant), ("IVR", _ivr)):
        for text in islice(cycle(wordings[label][part]), each):
            yield Plan(part, "answer", label, "machine", text, make(text))


def _voicemail(text: str) -> Part:
    def make(maker: Maker) -> Signal:
        said = maker.say(text, settings.ANNOUNCER_RATES)
        tone = [sounds.beep(maker.rng)] if maker.rng.random() < 0.8 else []
        return np.concatenate([maker.pause(0.1, 1.2), said, maker.pause(0.2, 0.8), *tone, sounds.silence(3.0)])

    return make


def _assistant(text: str) -> Part:
    def make(maker: Maker) -> Signal:
        said = maker.say(text, settings.ANNOUNCER_RATES)
        return np.concatenate([maker.pause(0.1, 1.2), said, sounds.silence(4.0)])

    return make


def _ivr(text: str) -> Part:
    def make(maker: Maker) -> Signal:
        said = maker.say(text, settings.ANNOUNCER_RATES)
        return np.concatenate([maker.pause(0.1, 1.2), said, maker.pause(1.5, 3.0), said, sounds.silence(1.0)])

    return make


def _others(part: str) -> Iterator[Plan]:
    tones: dict[str, Part] = {
        "fax answer": lambda maker: sounds.fax_answer(maker.rng),
        "fax call": lambda maker: sounds.fax_call(maker.rng),
        "modem": lambda maker: sounds.modem_answer(maker.rng),
    }
    for _ in range(settings.EACH_SOUND[part]):
        for kind, tone in tones.items():
            yield Plan(part, "answer", "FAX", kind, "", _after_a_pause(tone))
        yield Plan(part, "answer", "SILENT", "silence", "", lambda _maker: sounds.silence(14.0))


def _after_a_pause(tone: Part) -> Part:
    return lambda maker: np.concatenate([maker.pause(0.3, 2.5), tone(maker), sounds.silence(2.0)])


def _in_band(sound: Signal) -> Signal:
    return fx.band_limited(sound, *fx.BAND_HZ)
