"""The sounds of simulated people: espeak-ng through a telephone, kept on disk by the hash of what they are.
Rendered before the call; the same texts and voices always give the same samples."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from voicebot.media import pcm
from voicebot.media.frames import RATE
from voicebot.sim.customer import TONE
from voicebot.sim.plan import Plan, SimVoice
from voicebot.sim.tones import tone
from voicebot.speech.espeak import EspeakVoice

RENDERER: Final = "1"  # change it when anything here changes what is heard
SPEECH_DBFS: Final = -23.0
ANNOUNCER: Final = SimVoice("f4", 165, 50)
BAND_HZ: Final = (300.0, 3400.0)
EDGE_DBFS: Final = -50.0  # quieter than this at both ends is not speech
EDGE: Final = 80  # samples: 10 ms
BEEP_HZ: Final = 1000
BEEP_MS: Final = 600
NOISE_MS: Final = 2000


class Sounds:
    """Everything that simulated people may say. `ensure` blocks; call it before the call, never on a clock's thread."""

    def __init__(self, directory: Path, espeak: EspeakVoice) -> None:
        self._directory = directory
        self._espeak = espeak

    def of_plan(self, plan: Plan, voice: SimVoice) -> dict[str, bytes]:
        """L16 8 kHz of each text of the plan. Raises SpeechError, OSError."""
        speaker = replace(voice, language=plan.language)
        sounds = {text: self.ensure(text, speaker) for text in plan.texts}
        if plan.beep and plan.greeting:
            sounds[plan.greeting] += beep()
        if plan.tone is not None:
            sounds[TONE] = tone(plan.tone.kind, plan.tone.ms)
        return sounds

    def announcement(self, plan: Plan) -> bytes:
        """What is heard of this number before an answer: tones, music, the network's words. Raises SpeechError,
        OSError."""
        before = b"".join(tone(one.kind, one.ms) for one in plan.before)
        announcer = replace(ANNOUNCER, language=plan.language)
        return before + (self.ensure(plan.announcement, announcer) if plan.announcement else b"")

    def ensure(self, text: str, voice: SimVoice) -> bytes:
        """One text in one voice, from the disk or made now. Raises SpeechError, OSError."""
        key = hashlib.sha256(f"{RENDERER} {voice} {text}".encode()).hexdigest()
        path = self._directory / f"{key[:32]}.l16"
        if path.is_file():
            return path.read_bytes()
        sound = self._render(text, voice)
        self._directory.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_bytes(sound)
        partial.rename(path)
        return sound

    def _render(self, text: str, voice: SimVoice) -> bytes:
        speech = self._espeak.synthesize(text, f"{voice.language}+{voice.variant}", voice.rate, voice.pitch)
        samples = telephone_band(pcm.resample(speech.pcm, speech.sample_rate))
        samples = levelled(trimmed(samples), SPEECH_DBFS)
        if voice.noise_dbfs is not None:
            samples = pcm.to_int16(samples.astype(np.float64) + noise(text, len(samples), voice.noise_dbfs))
        return pcm.l16(pcm.through_alaw(samples))


def background(voice: SimVoice) -> bytes:
    """A loop of the noise behind a voice, or nothing."""
    if voice.noise_dbfs is None:
        return b""
    samples = pcm.to_int16(noise("background", NOISE_MS * 8, voice.noise_dbfs))
    return pcm.l16(pcm.through_alaw(samples))


def beep() -> bytes:
    """The tone of an answering machine."""
    when = np.arange(BEEP_MS * 8) / RATE
    return pcm.l16(pcm.through_alaw(pcm.to_int16(8000 * np.sin(2 * np.pi * BEEP_HZ * when))))


def noise(name: str, size: int, dbfs: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """White noise of a level; the same for the same name."""
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little")
    samples: np.ndarray[tuple[int], np.dtype[np.float64]] = np.random.default_rng(seed).standard_normal(size)
    return samples * pcm.FULL_SCALE * 10 ** (dbfs / 20)


def telephone_band(samples: pcm.Samples) -> pcm.Samples:
    """Only what a telephone carries, 300 to 3400 Hz."""
    if not len(samples):
        return samples
    spectrum = np.fft.rfft(samples.astype(np.float64))
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    spectrum[(hertz < BAND_HZ[0]) | (hertz > BAND_HZ[1])] = 0
    return pcm.to_int16(np.fft.irfft(spectrum, len(samples)))


def trimmed(samples: pcm.Samples) -> pcm.Samples:
    """Without the silence at both ends."""
    pieces = [samples[start : start + EDGE] for start in range(0, len(samples), EDGE)]
    loud = [index for index, piece in enumerate(pieces) if pcm.level_dbfs(piece) > EDGE_DBFS]
    return samples[loud[0] * EDGE : (loud[-1] + 1) * EDGE] if loud else samples[:0]


def levelled(samples: pcm.Samples, dbfs: float) -> pcm.Samples:
    """Brought to an RMS level."""
    gain = 10 ** ((dbfs - pcm.level_dbfs(samples)) / 20)
    return pcm.to_int16(samples.astype(np.float64) * gain)
