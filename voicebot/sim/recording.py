"""Frames of a leg kept in memory and written as a WAV file when it ends. Who records what is decided elsewhere."""

from pathlib import Path

import numpy as np

from voicebot.media.frames import ms_of
from voicebot.media.pcm import wav_of


class Recording:
    """Both directions of one leg. `tap` takes frames, `write` makes the file."""

    def __init__(self, path: Path, stereo: bool) -> None:
        self.path = path
        self._stereo = stereo
        self._said = bytearray()
        self._heard = bytearray()

    def tap(self, said: bytes, heard: bytes) -> None:
        self._said += said
        self._heard += heard

    @property
    def milliseconds(self) -> int:
        return ms_of(len(self._said))

    def write(self) -> None:
        """Left the callee, right what the callee heard; or both mixed into one channel. Raises OSError."""
        said, heard = np.frombuffer(self._said, "<i2"), np.frombuffer(self._heard, "<i2")
        if self._stereo:
            samples = np.stack([said, heard], axis=1)
        else:
            samples = np.clip(said.astype(np.int32) + heard, -32768, 32767).astype("<i2")
        write_wav(self.path, samples.tobytes(), 2 if self._stereo else 1)

    def write_heard(self) -> None:
        """Only what the callee heard. Raises OSError."""
        write_wav(self.path, bytes(self._heard), 1)


def write_wav(path: Path, pcm: bytes, channels: int) -> None:
    """A 16-bit 8 kHz WAV file; its directory is made. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav_of(pcm, channels))
