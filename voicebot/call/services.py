"""Asking outside services by HTTP while calls go on: on a native thread of its own, never on the hub.

Only hosts that the operator names are asked; whatever goes wrong is an answer, never an exception. What an answer holds
is service_answers.py's.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
from cachetools import TLRUCache

from voicebot.call.service_answers import MISSING, ServiceAnswer, answer_of, failed
from voicebot.dialog.commands import Fetch
from voicebot.errors import UsageError, VoicebotError

log = logging.getLogger(__name__)

MAX_CONNECTIONS = 16
"""Questions in the air at once; more wait, within their deadlines."""
MAX_ASKING = 500
"""Different questions that are asked or wait for a connection at once; more fail."""
MAX_BYTES = 65_536
"""Of an answer's body."""
MAX_CACHED = 2000
START_S = 5.0
JOIN_S = 5.0
NOTHING = (204, 404, 410)
"""HTTP statuses that say that there is nothing to be found."""

Key = tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]


@dataclass(frozen=True)
class FetchDone:
    """What came of the fetch `request` of a call."""

    request: int
    answer: ServiceAnswer


@dataclass(frozen=True)
class Allowed:
    """What the operator allows. `hosts`: HOST (its usual ports) or HOST:PORT; `tokens`: bearer token by service."""

    hosts: frozenset[str]
    tokens: Mapping[str, str]

    def may_ask(self, url: str) -> bool:
        """Whether this address may be asked. A name is not looked at for where it leads: naming it is the consent."""
        parts = urlsplit(url)
        name, usual = _bracketed(parts.hostname or ""), _usual(parts.scheme)
        port = parts.port or usual
        return (name in self.hosts and port == usual) or f"{name}:{port}" in self.hosts


def allowed(hosts: str, tokens: str) -> Allowed:
    """From the settings `lookup_hosts` and `lookup_tokens`. Raises UsageError naming what is wrong with them."""
    found = set()
    for entry in filter(None, (one.strip().lower() for one in hosts.split(","))):
        try:
            parts = urlsplit(f"//{entry}")
            sound = parts.hostname is not None and parts.netloc == entry and "@" not in entry and parts.port != 0
        except ValueError:
            sound = False
        if not sound:
            raise UsageError(
                f"lookup_hosts: {entry!r} is not HOST or HOST:PORT; for example crm.example.com,10.0.0.5:8080"
            )
        found.add(entry)
    named = {}
    for entry in filter(None, (one.strip() for one in tokens.split(","))):
        service, equals, token = entry.partition("=")
        if not equals or not service or not token.isascii() or not token.isprintable():
            raise UsageError("lookup_tokens: an entry is not SERVICE=TOKEN; entries are parted by commas")
        named[service] = token
    return Allowed(frozenset(found), named)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _usual(scheme: str) -> int:
    return 443 if scheme == "https" else 80


class Services:
    """Asks for all calls. Equal questions are asked once: those in the air are shared, answers kept for `cache_s`."""

    def __init__(self, may: Allowed) -> None:
        self._may = may
        self._cache: TLRUCache[Key, tuple[ServiceAnswer, int]] = TLRUCache(
            MAX_CACHED, lambda _key, kept, now: now + kept[1], time.monotonic
        )
        self._asking: dict[Key, asyncio.Task[ServiceAnswer]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: httpx.AsyncClient | None = None
        self._ready = threading.Event()
        self._over = asyncio.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Be ready to ask, unless nobody may be asked: to begin with the first question would cost its call 50 ms.

        Raises VoicebotError when the thread does not begin in time.
        """
        if self._thread is None and self._may.hosts:
            self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="services", daemon=True)
            self._thread.start()
            if not self._ready.wait(START_S):
                raise VoicebotError(f"the thread that asks services did not begin within {START_S:.0f} s; start anew")

    def fetch(self, fetch: Fetch, post: Callable[[FetchDone], None]) -> None:
        """Ask; `post` gets the answer, on a thread of ours, `deadline_ms` from now at the latest. Never waits for it.

        A host that may not be asked is told of at once. From one thread only.
        """
        if not self._may.may_ask(fetch.url):
            _tell(fetch, failed("this host is not in VOICEBOT_LOOKUP_HOSTS"), post)
            return
        self.start()
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(self._serve(fetch, post), self._loop)

    def close(self) -> None:
        """Ask no more; what is in the air is given up."""
        if self._thread is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join(JOIN_S)

    # --- on the native thread ---------------------------------------------------------------------
    async def _run(self) -> None:
        limits = httpx.Limits(max_connections=MAX_CONNECTIONS)
        # Neither proxies nor passwords from the environment, no redirects: only the hosts that were named.
        async with httpx.AsyncClient(limits=limits, trust_env=False, follow_redirects=False) as self._client:
            self._loop = asyncio.get_running_loop()
            self._ready.set()
            await self._over.wait()

    async def _serve(self, fetch: Fetch, post: Callable[[FetchDone], None]) -> None:
        try:
            async with asyncio.timeout(fetch.deadline_ms / 1000):
                answer = await self._answer(fetch)
        except TimeoutError:
            answer = failed(f"no answer within {fetch.deadline_ms} ms")
        except Exception as error:  # the last line of defence of one question: the others, and the talk, go on
            log.exception("service %s", fetch.service)
            answer = failed(f"fault of ours: {type(error).__name__}")
        _tell(fetch, answer, post)

    async def _answer(self, fetch: Fetch) -> ServiceAnswer:
        key: Key = (f"{fetch.service} {fetch.url}", tuple(sorted(fetch.params.items())), fetch.fields)
        kept = self._cache.get(key)
        if kept is not None:
            return kept[0]
        task = self._asking.get(key)
        if task is None:
            if len(self._asking) >= MAX_ASKING:
                return failed(f"{MAX_ASKING} questions are waiting already")
            task = self._asking[key] = asyncio.create_task(self._ask(fetch, key))
            task.add_done_callback(lambda _: self._asking.pop(key, None))
        return await asyncio.shield(task)  # who waits less long than another must not end it for both

    async def _ask(self, fetch: Fetch, key: Key) -> ServiceAnswer:
        try:
            async with asyncio.timeout(fetch.deadline_ms / 1000):
                answer = await self._request(fetch)
        except TimeoutError:
            return failed(f"no answer within {fetch.deadline_ms} ms")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return failed(f"{type(error).__name__}: {error}")
        if answer.outcome != "failed" and fetch.cache_s:
            self._cache[key] = (answer, fetch.cache_s)
        return answer

    async def _request(self, fetch: Fetch) -> ServiceAnswer:
        assert self._client is not None
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "voicebot"}
        if token := self._may.tokens.get(fetch.service):
            headers["Authorization"] = f"Bearer {token}"
        timeout = fetch.deadline_ms / 1000
        async with self._client.stream(
            "GET", fetch.url, params=dict(fetch.params), headers=headers, timeout=timeout
        ) as response:
            if response.status_code in NOTHING:
                return MISSING
            if response.status_code != httpx.codes.OK:
                return failed(f"HTTP status {response.status_code}")
            if refusal := _unreadable(response.headers):
                return failed(refusal)
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > MAX_BYTES:
                    return failed(f"more than {MAX_BYTES} bytes")
        return answer_of(bytes(body), fetch.fields)


def _tell(fetch: Fetch, answer: ServiceAnswer, post: Callable[[FetchDone], None]) -> None:
    if answer.outcome == "failed":
        log.warning("service %s at %s: %s", fetch.service, fetch.url, answer.why)
    post(FetchDone(fetch.request, answer))


def _unreadable(headers: httpx.Headers) -> str:
    """Why the body is not looked at; empty when it is."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        return f"content type {kind or 'unknown'}, not application/json"
    coding = headers.get("content-encoding", "identity").strip().lower()
    return "" if coding == "identity" else f"content encoding {coding}, which was not asked for"
