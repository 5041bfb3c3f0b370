"""Rasa behind the port `Classifier`: asked within a deadline, the embedded engine answers whenever it cannot.

One background thread runs all of its I/O, so that a deadline really ends a request and a hung server holds no thread.
"""

import asyncio
import concurrent.futures
import logging
import threading
from dataclasses import replace
from types import TracebackType
from typing import Self

from voicebot.errors import EngineUnavailable
from voicebot.rasa.breaker import Breaker
from voicebot.rasa.client import ModelStatus, RasaClient
from voicebot.understanding.rasa import Translation
from voicebot.understanding.thresholds import EMBEDDED, RASA
from voicebot.understanding.types import Classifier, Parse

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Requests in flight. Rasa answers one after the other, 20 to 30 ms each: more would only wait past the deadline, and
this many of the callers' threads wait for it at most."""
PROBE_EVERY_S = 2.0
LONGEST_PAUSE_S = 60.0
STEADY_S = 30.0
"""A server that fails again within this time is left alone twice as long, up to LONGEST_PAUSE_S: it answers probes but
not customers."""
PROBE_S = 5.0
"""A probe may take so long: the first sentence after a server's start costs it up to two seconds."""
PROBE_TEXT = "你好"
"""What a probe asks in place of a customer's sentence."""
SLACK_S = 0.1
"""How much longer than the deadline a caller waits for the background thread on a busy machine."""
STOP_S = 5.0
THREAD = "rasa"


class RasaEngine:
    """A Rasa server with the embedded engine behind it. `parse` may be called from any native thread.

    Starts its thread and a first probe at once; the embedded engine answers until the probe is through. `close` it,
    or use it as a context manager.
    """

    def __init__(self, url: str, token: str, deadline_ms: int, translation: Translation, embedded: Classifier) -> None:
        self._url = url
        self._deadline_s = deadline_ms / 1000
        self._translation = translation
        self._embedded = embedded
        self._breaker = Breaker("not asked yet")
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._looked = threading.Event()
        self.well = threading.Event()
        """Set while Rasa is asked."""
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._opened = asyncio.Event()
        self._client = RasaClient(url, token, AT_ONCE + 1)  # one for the probe
        self.model: ModelStatus | None = None
        """The model that the last good probe found."""
        self._thread = threading.Thread(target=self._serve, name=THREAD, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the thread and its connections; from now on the embedded engine answers."""
        self._breaker.open, self._breaker.why = True, "stopped"
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(STOP_S)

    def wait_for_first_probe(self) -> bool:
        """Block until the server was looked at once; whether it is asked now."""
        self._looked.wait(PROBE_S + SLACK_S)
        return self.well.is_set()

    def parse(self, text: str) -> Parse:
        """Rasa's word, or that of the embedded engine with the reason in `engine`."""
        try:
            return self._ask(text)
        except EngineUnavailable as why:
            return replace(self._embedded.parse(text), engine=f"{EMBEDDED} after {RASA}: {why}")

    def _ask(self, text: str) -> Parse:
        if not self._translation.worth_asking(text):
            raise EngineUnavailable("unknown words")
        if self._breaker.open:
            raise EngineUnavailable(self._breaker.why)
        if not self._slots.acquire(blocking=False):
            raise EngineUnavailable("busy")
        try:
            asked = asyncio.run_coroutine_threadsafe(self._request(text), self._loop)
            try:
                return asked.result(self._deadline_s + SLACK_S)
            except (TimeoutError, concurrent.futures.CancelledError):  # the thread is starved, or ends
                asked.cancel()
                raise EngineUnavailable("timeout") from None
        finally:
            self._slots.release()

    # --- on the background thread -----------------------------------------------------------------
    async def _request(self, text: str) -> Parse:
        try:
            parse = await self._within_deadline(text)
        except EngineUnavailable as why:
            if self._breaker.failed(str(why)):
                log.warning("rasa at %s: %s; the embedded engine answers until it is well again", self._url, why)
                self.well.clear()
                self._opened.set()
            raise
        self._breaker.succeeded()
        return parse

    async def _within_deadline(self, text: str) -> Parse:
        try:
            async with asyncio.timeout(self._deadline_s):
                body = await self._client.parse(text)
        except TimeoutError:
            raise EngineUnavailable("timeout") from None
        try:
            return self._translation.parse(text, body)
        except ValueError:
            raise EngineUnavailable("not an answer of Rasa") from None

    def _serve(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:  # cancels what is left at its end
            runner.run(self._run())

    async def _run(self) -> None:
        async with self._client:
            probing = asyncio.create_task(self._probe_for_ever())
            await self._stopping.wait()
            probing.cancel()

    async def _probe_for_ever(self) -> None:
        """Probe while the breaker is open; a sentence of a customer is never the probe."""
        pause_s = PROBE_EVERY_S
        while True:
            try:
                async with asyncio.timeout(PROBE_S):
                    self.model = await self._client.status()
                    await self._client.parse(PROBE_TEXT)  # pays for what a fresh server loads at its first sentence
                await self._within_deadline(PROBE_TEXT)
            except (EngineUnavailable, TimeoutError) as error:
                why = str(error) or "timeout"
                if why != self._breaker.why:
                    log.warning("rasa at %s: %s; the embedded engine answers", self._url, why)
                self._breaker.why = why
                self._looked.set()
                await asyncio.sleep(pause_s)
                continue
            self._breaker.close()
            self._opened.clear()
            self.well.set()
            self._looked.set()
            log.info("rasa at %s answers with the model %s", self._url, self.model.name)
            closed_at = self._loop.time()
            await self._opened.wait()
            soon = self._loop.time() - closed_at < STEADY_S
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S) if soon else PROBE_EVERY_S
            await asyncio.sleep(pause_s)
