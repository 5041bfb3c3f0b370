"""Prompts rendered ahead of the call: a cache of 8 kHz WAV files named by their content, with the latest in memory.
What is said is the dialog's; how it sounds is the voices'."""

import hashlib
import json
import logging
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from voicebot.errors import SpeechError, VoicebotError
from voicebot.media.frames import RATE
from voicebot.media.pcm import Samples, decode_wav, encode_wav, l16, l16_of_wav, samples_of
from voicebot.speech.ports import Voice

RENDERER: Final = 1  # counts up when levelling or trimming change: old files are not found any more
MEMORY_BYTES: Final = 64 << 20  # over an hour of prompts
RENDER_THREADS: Final = 2
ONLINE_GIVE_UP: Final = 3  # texts in a row that the online voice failed on, each after its own retries

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RenderFailure:
    """A prompt that the wanted voice could not make. `covered`: the offline voice made it instead."""

    text: str
    voice: str
    why: str
    covered: bool


@dataclass(frozen=True)
class RenderReport:
    """What became of the prompts of one `render_ahead`; those are counted once however often they were given."""

    rendered: int
    cached: int
    failed: tuple[RenderFailure, ...] = ()


class PromptCache:
    """Audio by text and voice. For native threads, never on the hub; many at once.

    A file that cannot be read as a prompt is rendered anew. A disk that takes no files costs only the next start:
    what a call needs stays in memory, `disk_fault` tells, and the log has it once.
    """

    def __init__(self, directory: Path, offline: Voice, online: Voice | None = None, memory_bytes: int = MEMORY_BYTES):
        self.disk_fault: SpeechError | None = None
        self._directory = directory
        self._offline = offline
        self._online = online
        self._memory_left = memory_bytes
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._rendering: dict[str, Future[bytes]] = {}
        self._lock = threading.Lock()

    def get(self, text: str, voice: str) -> bytes | None:
        """L16 8 kHz of a prompt that was rendered before, by the online voice if it ever was; None if never.

        Raises UsageError for an unknown voice.
        """
        engines = [engine for engine in (self._online, self._offline) if engine is not None]
        return next((pcm for engine in engines if (pcm := self._find(_key(engine, text, voice))) is not None), None)

    def ensure(self, text: str, voice: str) -> bytes:
        """As `get`; what is missing is rendered by the offline voice, once however many ask. Raises SpeechError."""
        pcm = self.get(text, voice)
        return pcm if pcm is not None else self.render(self._offline, text, voice)

    def has(self, text: str, voice: str, engine: Voice | None = None) -> bool:
        """Whether `engine`, or any when None, has rendered it. Raises UsageError for an unknown voice."""
        if engine is None:
            return self.get(text, voice) is not None
        return self._find(_key(engine, text, voice)) is not None

    def render(self, engine: Voice, text: str, voice: str) -> bytes:
        """Have `engine` render it now and keep that. One thread renders, others that want the same wait for it.

        Raises UsageError for an unknown voice, SpeechError when the engine fails.
        """
        key = _key(engine, text, voice)
        with self._lock:
            running = self._rendering.get(key)
            if running is None:
                mine = self._rendering[key] = Future()
        if running is not None:
            return running.result()
        try:
            pcm = self._remember(key, engine.render(text, voice))
            self._write(self._path(key), samples_of(pcm))
            mine.set_result(pcm)
            return pcm
        except BaseException as error:
            mine.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._rendering[key]

    def forget(self, prompts: Iterable[tuple[str, str]]) -> int:
        """Remove the files of these texts and voices, by whichever engine; how many there were. Raises OSError."""
        engines = [engine for engine in (self._online, self._offline) if engine is not None]
        paths = [self._path(_key(engine, text, voice)) for text, voice in prompts for engine in engines]
        there = [path for path in paths if path.exists()]
        for path in there:
            path.unlink()
        return len(there)

    def render_ahead(
        self,
        prompts: Iterable[tuple[str, str]],
        online: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> RenderReport:
        """Render what is missing of `prompts`, pairs of text and voice; `progress(done, total)` after each.

        With `online` the online voice makes them, and the offline voice those that it fails on; after
        `ONLINE_GIVE_UP` failures in a row it is not asked any more. Raises SpeechError when the disk takes no files:
        nothing would be left for the calls.
        """
        wanted = list(dict.fromkeys(prompts))
        run = _Run(self, self._online if online else None)
        with ThreadPoolExecutor(RENDER_THREADS, "prompts") as threads:
            for done, _ in enumerate(threads.map(run.one, wanted), 1):
                progress(done, len(wanted))
                if self.disk_fault is not None:
                    threads.shutdown(wait=False, cancel_futures=True)
                    raise self.disk_fault
        return RenderReport(run.rendered, run.cached, tuple(run.failed))

    def _find(self, key: str) -> bytes | None:
        with self._lock:
            if key in self._memory:
                self._memory.move_to_end(key)
                return self._memory[key]
        path = self._path(key)
        try:
            samples, rate = decode_wav(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            log.warning("prompt %s cannot be read (%s); it is rendered anew", path, error)
            return None
        if rate != RATE or len(samples) == 0:
            log.warning("prompt %s has %d samples at %d Hz; it is rendered anew", path, len(samples), rate)
            return None
        return self._remember(key, l16(samples))

    def _remember(self, key: str, pcm: bytes) -> bytes:
        with self._lock:
            if key not in self._memory:
                self._memory[key] = pcm
                self._memory_left -= len(pcm)
            while self._memory_left < 0 and len(self._memory) > 1:
                self._memory_left += len(self._memory.popitem(last=False)[1])
        return pcm

    def _write(self, path: Path, samples: Samples) -> None:
        """Whole or not at all; a fault is kept and logged when it is new."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(path, encode_wav(samples))
        except OSError as error:
            fault = SpeechError(
                f"prompt cache {self._directory}: cannot write {path.name} ({error.strerror or error});"
                " free space, make it writable, or set VOICEBOT_DATA_DIR"
            )
            if self.disk_fault is None:
                log.error("%s; prompts of live calls are kept in memory only", fault)
            self.disk_fault = fault
        else:
            self.disk_fault = None

    def _path(self, key: str) -> Path:
        return self._directory / key[:2] / f"{key}.wav"


class _Run:
    """One `render_ahead`: its counts, and whether the online voice is still asked."""

    def __init__(self, cache: PromptCache, online: Voice | None) -> None:
        self.rendered = self.cached = 0
        self.failed: list[RenderFailure] = []
        self._cache = cache
        self._online = online
        self._failures_in_a_row = 0
        self._lock = threading.Lock()

    def one(self, prompt: tuple[str, str]) -> None:
        text, voice = prompt
        try:
            if self._cache.has(text, voice, self._online):
                self._count(cached=1)
                return
            refused = self._ask_online(self._online, text, voice) if self._online else None
            if refused is None and self._online:
                self._count(rendered=1)
                return
            self._cache.ensure(text, voice)
        except VoicebotError as error:
            self._fail(RenderFailure(text, voice, str(error), covered=False))
        else:
            if refused is None:
                self._count(rendered=1)
            else:
                self._fail(RenderFailure(text, voice, refused, covered=True))

    def _ask_online(self, online: Voice, text: str, voice: str) -> str | None:
        """Why the online voice did not render it; None when it did."""
        if self._failures_in_a_row >= ONLINE_GIVE_UP:
            return f"not asked: the online voice had failed {ONLINE_GIVE_UP} times in a row"
        try:
            self._cache.render(online, text, voice)
        except SpeechError as error:
            self._failures_in_a_row += 1
            return str(error)
        self._failures_in_a_row = 0
        return None

    def _count(self, rendered: int = 0, cached: int = 0) -> None:
        with self._lock:
            self.rendered += rendered
            self.cached += cached

    def _fail(self, failure: RenderFailure) -> None:
        with self._lock:
            self.failed.append(failure)


def recording(path: Path) -> bytes:
    """A recorded prompt, any 16-bit WAV, as L16 8 kHz at its own level. Raises SpeechError naming file and remedy."""
    try:
        return l16_of_wav(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SpeechError(f"recorded prompt {path}: {error}; put a 16-bit PCM WAV there") from error


def _key(engine: Voice, text: str, voice: str) -> str:
    """The name of an audio's content: everything that it depends on."""
    content = json.dumps([RENDERER, engine.name(voice), text], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def _write_whole(path: Path, data: bytes) -> None:
    """The file appears complete under its name, or not at all. Raises OSError."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            Path(file.name).replace(path)
        except OSError:
            Path(file.name).unlink()
            raise
