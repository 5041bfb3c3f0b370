"""The online voice: Microsoft Edge's, through edge-tts. For rendering ahead only, never on a live call.
Retries and typed errors are here; where the prompts go is `prompts`."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import aiohttp
import edge_tts
import miniaudio  # type: ignore[import-untyped]  # it ships no types
import numpy as np
import tenacity
from edge_tts.exceptions import EdgeTTSException

from voicebot.errors import SpeechError
from voicebot.media.loudness import levelled, trimmed
from voicebot.media.pcm import l16, resample, to_int16
from voicebot.speech import voices

ATTEMPTS: Final = 4
FIRST_WAIT_S: Final = 1.0  # the service throttles without saying so: wait longer each time
LONGEST_WAIT_S: Final = 8.0
DEADLINE_S: Final = 30.0  # of one attempt, connection included
MAX_MP3_BYTES: Final = 8 << 20  # 48 kbit/s: more than 20 minutes

# what edge-tts lets through from its HTTP client and from parsing what the service sends, beside its own errors
FAILURES: Final = (EdgeTTSException, aiohttp.ClientError, OSError, SpeechError, ValueError, LookupError)

Fetch = Callable[[str, str], Awaitable[bytes]]


class EdgeVoice:
    """edge-tts for native threads; each call runs an event loop of its own."""

    def __init__(
        self,
        fetch: Fetch | None = None,
        wait: tenacity.wait.wait_base | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        """`fetch(text, online voice)` gives the mp3; by default the service does. `wait`: between attempts."""
        self._fetch = fetch or _from_service
        self._deadline_s = deadline_s
        self._retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(ATTEMPTS),
            wait=wait or tenacity.wait_exponential_jitter(FIRST_WAIT_S, LONGEST_WAIT_S),
            retry=tenacity.retry_if_exception_type(FAILURES),
            reraise=True,
        )

    def name(self, voice: str) -> str:
        """See the port. Raises UsageError for an unknown voice."""
        return f"edge-tts {voices.find(voice).online}"

    def render(self, text: str, voice: str) -> bytes:
        """See the port. Raises UsageError for an unknown voice, SpeechError after the last attempt."""
        online = voices.find(voice).online
        try:
            return self._retrying(self._attempt, text, online)
        except FAILURES as error:
            raise SpeechError(
                f"online voice {online}, text {text[:40]!r}: {str(error) or type(error).__name__}"
                f" ({ATTEMPTS} attempts); is the service reachable from here? The offline voice needs no network"
            ) from error

    def _attempt(self, text: str, online: str) -> bytes:
        async def within_deadline() -> bytes:
            async with asyncio.timeout(self._deadline_s):
                return await self._fetch(text, online)

        return decoded(asyncio.run(within_deadline()))


def decoded(mp3: bytes) -> bytes:
    """An mp3 as L16 8 kHz mono, levelled, without dead air. Raises SpeechError when it is none or holds no sound."""
    try:
        sound = miniaudio.mp3_read_s16(mp3)
    except miniaudio.DecodeError as error:
        raise SpeechError(f"{len(mp3)} bytes that are no mp3 ({error})") from error
    mono = to_int16(np.array(sound.samples, np.float64).reshape(-1, sound.nchannels).mean(axis=1))
    pcm = levelled(trimmed(resample(mono, sound.sample_rate)))
    if len(pcm) == 0:
        raise SpeechError(f"an mp3 of {len(mp3)} bytes without sound")
    return l16(pcm)


async def _from_service(text: str, online: str) -> bytes:
    """The service's mp3. Raises what edge-tts and its HTTP client raise, SpeechError when it does not end."""
    mp3 = bytearray()
    async for chunk in edge_tts.Communicate(text, online).stream():
        if chunk["type"] == "audio":
            mp3 += chunk["data"]
        if len(mp3) > MAX_MP3_BYTES:
            raise SpeechError(f"more than {MAX_MP3_BYTES} bytes of audio")
    return bytes(mp3)
