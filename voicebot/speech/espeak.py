"""The offline voice: espeak-ng in a worker process of its own, replaced when it dies or hangs.
The C library segfaults about once in some thousand utterances, so it never runs inside the robot."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from voicebot.errors import SpeechError
from voicebot.speech import espeak_wire

REQUEST_DEADLINE_S = 20.0  # a minute of speech is made in under 1 s on an idle core
CLOSE_DEADLINE_S = 2.0
MAX_TEXT_BYTES = 16_384  # with its JSON well under the 64 KiB that a pipe takes at once
RATE_WORDS_PER_MINUTE = (80, 450)  # espeak's own limits
PERCENT = (0, 99)
ATTEMPTS = 2
READ_BYTES = 1 << 16
WORKER_MODULE = "voicebot.speech.espeak_worker"


class Phone(NamedTuple):
    """One espeak phoneme as the library names it, stress mark included (`'ai`); pauses begin with `_`,
    a language switch is `(en)`."""

    name: str
    start_s: float


class Word(NamedTuple):
    text: str
    start_s: float


@dataclass(frozen=True)
class Speech:
    """One utterance: mono int16 PCM with the times, in seconds from its first sample, of phones and words."""

    pcm: npt.NDArray[np.int16]
    sample_rate: int
    phones: tuple[Phone, ...]
    words: tuple[Word, ...]

    @property
    def seconds(self) -> float:
        return len(self.pcm) / self.sample_rate


class Voices(NamedTuple):
    """What may be asked for: a language (`cmn`), or language plus variant (`cmn+f2`)."""

    languages: tuple[str, ...]
    variants: tuple[str, ...]


class _WorkerLost(Exception):
    """The worker ended or overran its deadline; the request may be tried on a new one."""


class EspeakVoice:
    """espeak-ng for any number of native threads; one request at a time.

    The worker process starts with the first request. A caller on a gevent hub goes through its threadpool; an
    interpreter that gevent has monkey-patched is not supported (its subprocess starts on the main thread only).
    """

    def __init__(self, deadline_s: float = REQUEST_DEADLINE_S) -> None:
        self._deadline_s = deadline_s
        self._lock = threading.Lock()
        self._worker: subprocess.Popen[bytes] | None = None
        self._closed = False

    def synthesize(self, text: str, voice: str = "cmn", rate: int = 175, pitch: int = 50, range: int = 50) -> Speech:
        """Speak `text` with `voice` at `rate` words a minute; `pitch` and its `range` are 0-99, 50 is normal.

        Raises ValueError for an argument out of bounds, SpeechError when the voice is not installed, the library
        crashes on this text, or the worker failed twice. The same arguments always give the same samples.
        """
        _check_bounds("rate", rate, RATE_WORDS_PER_MINUTE)
        _check_bounds("pitch", pitch, PERCENT)
        _check_bounds("range", range, PERCENT)
        _check_text(text)
        answer, pcm = self._ask(
            {"do": "synthesize", "text": text, "voice": voice, "rate": rate, "pitch": pitch, "range": range},
            f"text {text[:40]!r} with voice {voice!r}",
        )
        sample_rate = answer["sample_rate"]
        return Speech(
            pcm=np.frombuffer(pcm, np.int16),
            sample_rate=sample_rate,
            phones=tuple(Phone(name, sample / sample_rate) for name, sample in answer["phones"]),
            words=tuple(Word(text[at : at + size], sample / sample_rate) for at, size, sample in answer["words"]),
        )

    def phonemes(self, text: str, voice: str = "cmn") -> tuple[str, ...]:
        """espeak's phoneme mnemonics, separated by spaces, one string a clause: `n i214 X 'Au214 _|` for 你好,
        with the tones that `Speech.phones` leaves out. Raises ValueError, SpeechError."""
        _check_text(text)
        answer, _ = self._ask({"do": "phonemes", "text": text, "voice": voice}, f"phonemes of {text[:40]!r}")
        return tuple(answer["clauses"])

    def voices(self) -> Voices:
        """The languages and variants of the installed espeak-ng. Raises SpeechError."""
        answer, _ = self._ask({"do": "voices"}, "list of voices")
        return Voices(tuple(answer["languages"]), tuple(answer["variants"]))

    def close(self) -> None:
        """End the worker. Later requests raise SpeechError; closing twice is harmless."""
        with self._lock:
            self._closed = True
            self._end_worker()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, request: dict[str, Any], what: str) -> tuple[dict[str, Any], bytes]:
        with self._lock:
            if self._closed:
                raise SpeechError(f"espeak-ng, {what}: this voice is closed; make a new EspeakVoice")
            lost: list[str] = []
            while len(lost) < ATTEMPTS:
                try:
                    answer, pcm = self._exchange(espeak_wire.pack_request(request))
                except _WorkerLost as error:
                    lost.append(str(error))
                    self._end_worker()
                else:
                    break
            else:
                raise SpeechError(
                    f"espeak-ng, {what}: the worker failed {ATTEMPTS} times ({'; '.join(lost)});"
                    f" see what `python -m {WORKER_MODULE}` says when run by hand"
                )
        if "error" in answer:
            raise SpeechError(f"espeak-ng, {what}: {answer['error']}")
        return answer, pcm

    def _exchange(self, request: bytes) -> tuple[dict[str, Any], bytes]:
        worker = self._running_worker()
        assert worker.stdin is not None and worker.stdout is not None
        deadline = time.monotonic() + self._deadline_s
        try:
            os.write(worker.stdin.fileno(), request)  # smaller than the pipe's buffer: taken whole, at once
        except BrokenPipeError:
            raise _WorkerLost(_obituary(worker)) from None
        head = self._read(worker, espeak_wire.ANSWER_HEAD.size, deadline)
        rest = self._read(worker, espeak_wire.answer_size(head), deadline)
        return espeak_wire.unpack_answer(head, rest)

    def _read(self, worker: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
        assert worker.stdout is not None
        fd = worker.stdout.fileno()
        ready = select.poll()
        ready.register(fd, select.POLLIN)
        data = bytearray()
        while len(data) < size:
            left_s = deadline - time.monotonic()
            if left_s <= 0 or not ready.poll(left_s * 1000):
                raise _WorkerLost(f"no answer in {self._deadline_s:g} s")
            chunk = os.read(fd, min(READ_BYTES, size - len(data)))
            if not chunk:
                raise _WorkerLost(_obituary(worker))
            data += chunk
        return bytes(data)

    def _running_worker(self) -> subprocess.Popen[bytes]:
        if self._worker is None:
            try:
                self._worker = subprocess.Popen(
                    [sys.executable, "-m", WORKER_MODULE],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,  # the library's complaints about its own dictionary
                    bufsize=0,
                    start_new_session=True,  # so that it ends together with what it forked
                )
            except OSError as error:
                raise SpeechError(f"espeak-ng worker: {sys.executable} does not start: {error}") from error
        return self._worker

    def _end_worker(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        assert worker.stdin is not None and worker.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            worker.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(CLOSE_DEADLINE_S)
        worker.stdout.close()


def _obituary(worker: subprocess.Popen[bytes]) -> str:
    """How an ending worker ended, for an error text."""
    try:
        status = worker.wait(CLOSE_DEADLINE_S)
    except subprocess.TimeoutExpired:
        return "it closed its pipe but runs on"
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


def _check_bounds(name: str, value: int, bounds: tuple[int, int]) -> None:
    low, high = bounds
    if not low <= value <= high:
        raise ValueError(f"{name} {value}: must be {low} to {high}")


def _check_text(text: str) -> None:
    if len(text.encode()) > MAX_TEXT_BYTES or "\0" in text:
        raise ValueError(f"text of {len(text)} characters: at most {MAX_TEXT_BYTES} bytes without NUL, split it")
