"""The online voice against a local stand-in of its service: same WebSocket messages, and the ways it fails."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import edge_tts.communicate
import lameenc
import numpy as np
import pytest
import tenacity
from aiohttp import web

from voicebot.errors import SpeechError, UsageError
from voicebot.media.pcm import to_int16
from voicebot.speech.edge import ATTEMPTS, EdgeVoice, decoded

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
TIMEOUT_S = 20.0


def mp3(seconds: float = 1.0, rate: int = 24_000, channels: int = 1, amplitude: float = 8000) -> bytes:
    samples = to_int16(amplitude * np.sin(2 * np.pi * 440 * np.arange(int(seconds * rate)) / rate))
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(48)
    encoder.set_in_sample_rate(rate)
    encoder.set_channels(channels)
    encoder.silence()
    return bytes(encoder.encode(np.repeat(samples, channels).tobytes()) + encoder.flush())


@contextmanager
def service(handler: Handler) -> Iterator[str]:
    """An HTTP server on loopback, on a thread of its own; its WebSocket URL."""
    loop = asyncio.new_event_loop()
    ready: list[int] = []
    started = threading.Event()

    async def start() -> web.AppRunner:
        app = web.Application()
        app.router.add_get("/speech", handler)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        ready.append(runner.addresses[0][1])
        started.set()
        return runner

    def serve() -> None:
        runner = loop.run_until_complete(start())
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = threading.Thread(target=serve)
    thread.start()
    assert started.wait(TIMEOUT_S)
    try:
        yield f"ws://127.0.0.1:{ready[0]}/speech?x=1"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(TIMEOUT_S)


def answering(audio: bytes) -> Handler:
    """Says `audio` in two messages, as the service does."""

    async def answer(request: web.Request) -> web.StreamResponse:
        talk = web.WebSocketResponse()
        await talk.prepare(request)
        await talk.receive()  # the configuration
        ssml = await talk.receive()
        assert "XiaoxiaoNeural" in ssml.data
        await talk.send_str("Path:turn.start\r\n\r\n{}")
        head = b"X-RequestId:1\r\nContent-Type:audio/mpeg\r\nPath:audio\r\n"
        for part in (audio[: len(audio) // 2], audio[len(audio) // 2 :]):
            if part:
                await talk.send_bytes(len(head).to_bytes(2, "big") + head + part)
        await talk.send_str("Path:turn.end\r\n\r\n{}")
        return talk

    return answer


@pytest.fixture
def point_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda url: monkeypatch.setattr(edge_tts.communicate, "WSS_URL", url)


def voice(**kwargs: object) -> EdgeVoice:
    return EdgeVoice(wait=tenacity.wait_none(), **kwargs)


def test_what_the_service_says_becomes_a_prompt(point_at: Callable[[str], None]) -> None:
    with service(answering(mp3())) as url:
        point_at(url)
        pcm = np.frombuffer(voice().render("您好", "female"), "<i2")
    assert 0.9 < len(pcm) / 8000 < 1.2
    spectrum = np.abs(np.fft.rfft(pcm.astype(float)))
    assert abs(spectrum.argmax() * 8000 / len(pcm) - 440) < 5


@pytest.mark.parametrize(("status", "named"), [(403, "403"), (503, "503")])
def test_a_service_that_refuses_is_asked_again_and_then_named(
    point_at: Callable[[str], None], status: int, named: str
) -> None:
    asked: list[str] = []

    async def refuse(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        return web.Response(status=status)

    with service(refuse) as url:
        point_at(url)
        with pytest.raises(SpeechError, match=rf"XiaoxiaoNeural.*您好.*{named}.*{ATTEMPTS} attempts") as raised:
            voice().render("您好", "female")
    assert raised.value.exit_status == 3
    assert len(asked) >= ATTEMPTS


def test_a_service_that_answers_nonsense_is_an_error(point_at: Callable[[str], None]) -> None:
    async def nonsense(request: web.Request) -> web.StreamResponse:
        talk = web.WebSocketResponse()
        await talk.prepare(request)
        await talk.send_str("hello")
        return talk

    with service(nonsense) as url:
        point_at(url)
        with pytest.raises(SpeechError, match="XiaoxiaoNeural"):
            voice().render("您好", "female")


def test_a_service_without_audio_is_an_error(point_at: Callable[[str], None]) -> None:
    with service(answering(b"")) as url:
        point_at(url)
        with pytest.raises(SpeechError, match="No audio was received"):
            voice().render("您好", "female")


def test_nobody_there_is_an_error(point_at: Callable[[str], None]) -> None:
    with socket.socket() as bound:  # not listening: connections are refused
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        point_at(f"ws://127.0.0.1:{port}/speech?x=1")
        with pytest.raises(SpeechError, match=str(port)):
            voice().render("您好", "female")


def test_the_second_attempt_may_succeed() -> None:
    answers = [OSError("connection reset"), b"not mp3", mp3()]

    async def fetch(text: str, online: str) -> bytes:
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer

    assert voice(fetch=fetch).render("您好", "female")
    assert answers == []


def test_a_service_that_hangs_is_given_up() -> None:
    async def never(text: str, online: str) -> bytes:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(SpeechError, match="TimeoutError"):
        voice(fetch=never, deadline_s=0.01).render("您好", "female")


def test_an_unknown_voice_is_not_even_tried() -> None:
    with pytest.raises(UsageError, match="femal"):
        voice().render("您好", "femal")


def test_stereo_of_any_rate_is_brought_to_8_khz_mono() -> None:
    pcm = np.frombuffer(decoded(mp3(rate=44_100, channels=2)), "<i2")
    assert 0.9 < len(pcm) / 8000 < 1.2


@pytest.mark.parametrize(("data", "named"), [(b"", "no mp3"), (b"abc", "3 bytes"), (mp3(amplitude=0), "without sound")])
def test_what_is_no_speech_is_refused(data: bytes, named: str) -> None:
    with pytest.raises(SpeechError, match=named):
        decoded(data)
