"""The offline voice as the voice port: espeak-ng's speech as 8 kHz prompts. Always there, never natural.
The engine's process is `espeak`'s business; levels and trimming are media's."""

from queue import SimpleQueue
from typing import Final

from voicebot.media.loudness import levelled, trimmed
from voicebot.media.pcm import l16, resample
from voicebot.speech import voices
from voicebot.speech.espeak import EspeakVoice

WORKERS: Final = 2


class OfflineVoice:
    """As many texts at once as there are `workers`; others wait. For native threads only, never on the hub."""

    def __init__(self, workers: int = WORKERS) -> None:
        self._engines = [EspeakVoice() for _ in range(workers)]
        self._idle: SimpleQueue[EspeakVoice] = SimpleQueue()
        for engine in self._engines:
            self._idle.put(engine)

    def name(self, voice: str) -> str:
        """See the port. Raises UsageError for an unknown voice."""
        spec = voices.find(voice)
        return f"espeak-ng {spec.offline} {spec.offline_rate} {spec.offline_pitch}"

    def render(self, text: str, voice: str) -> bytes:
        """See the port. Raises UsageError for an unknown voice, SpeechError when the engine fails."""
        spec = voices.find(voice)
        engine = self._idle.get()
        try:
            speech = engine.synthesize(text, spec.offline, spec.offline_rate, spec.offline_pitch)
        finally:
            self._idle.put(engine)
        return l16(levelled(trimmed(resample(speech.pcm, speech.sample_rate))))

    def close(self) -> None:
        """End the workers."""
        for engine in self._engines:
            engine.close()
