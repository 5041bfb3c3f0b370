"""Sends the outbox to webhooks: signed, with a deadline, again with growing pauses, in order within a subject.

All that has to outlive this process stands in the database; it may be killed at any moment, and several may run.
"""

import asyncio
import json
import logging
import threading
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import httpx

from voicebot.campaign.webhook_address import address, resolved, secrets_of, signature
from voicebot.errors import StoreError, UsageError
from voicebot.settings import Settings
from voicebot.store import webhooks
from voicebot.store.store import Store
from voicebot.store.webhooks import Hook, Message

log = logging.getLogger(__name__)
logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs every address

DEADLINE_S = 10.0
"""For the whole of a request."""
LEASE = timedelta(seconds=60)
"""How long a message stays with a sender that does not report; longer than any request."""
AT_ONCE = 8
"""Requests to one address at once; of different subjects."""
IDLE_S = 1.0
"""How often an empty outbox is looked into."""
FIRST_S, LONGEST_S = 5.0, 3_600.0
"""Pause after the first failure, twice as long each time, up to the longest."""
MOST_TRIES = 20
"""Then a message is given up: after about half a day."""
KEPT = timedelta(days=30)
"""How long messages that are over are kept."""
FORGET_EVERY_S = 3_600.0
JOIN_S = 15.0


def pause(tries: int) -> timedelta:
    """How long to wait after so many failed tries."""
    return timedelta(seconds=min(LONGEST_S, FIRST_S * 2 ** min(tries - 1, 20)))


class Sender:
    """Sends until it is stopped; runs on a native thread with an event loop of its own."""

    def __init__(self, store: Store, settings: Settings, deadline_s: float = DEADLINE_S) -> None:
        """Raises UsageError for secrets that are badly written."""
        self._store = store
        self._hosts = settings.webhook_hosts
        self._secrets = secrets_of(settings.webhook_secrets)
        self._deadline_s = deadline_s
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Whether it sends, now or later."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin to send."""
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the requests that are under way."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(JOIN_S)

    async def _run(self) -> None:
        forgot = -FORGET_EVERY_S
        tasks: dict[int, asyncio.Task[int]] = {}
        async with self._client() as client:
            while not self._over.is_set():
                sent = 0
                try:
                    if time.monotonic() - forgot > FORGET_EVERY_S:
                        forgot = time.monotonic()
                        await asyncio.to_thread(webhooks.forget, self._store, datetime.now(UTC) - KEPT)
                    for hook in await asyncio.to_thread(webhooks.hooks, self._store):
                        if hook.waiting and (hook.id not in tasks or tasks[hook.id].done()):
                            tasks[hook.id] = asyncio.create_task(self._round(client, hook))
                except StoreError as fault:
                    log.error("webhooks wait: %s", fault)
                done, _ = await asyncio.wait(tasks.values(), timeout=IDLE_S) if tasks else (set(), None)
                for hook_id in [key for key, task in tasks.items() if task in done]:
                    sent += tasks.pop(hook_id).result()
                if not sent and not tasks:
                    await asyncio.to_thread(self._over.wait, IDLE_S)
            await asyncio.gather(*tasks.values(), return_exceptions=True)

    async def send_due(self, hook: Hook) -> int:
        """Send what is due to this address now; how many messages were tried."""
        async with self._client() as client:
            return await self._round(client, hook)

    def _client(self) -> httpx.AsyncClient:
        # trust_env: a proxy of the environment would connect in our place, to where we did not look
        return httpx.AsyncClient(timeout=None, follow_redirects=False, trust_env=False)

    async def _round(self, client: httpx.AsyncClient, hook: Hook) -> int:
        """As long as messages are due: take some, send them at once, note what came of each; how many were tried."""
        tried = 0
        try:
            while not self._over.is_set():
                taken = await asyncio.to_thread(webhooks.take, self._store, hook.id, AT_ONCE, datetime.now(UTC), LEASE)
                if not taken:
                    break
                await asyncio.gather(*(self._deliver(client, hook, message) for message in taken))
                tried += len(taken)
        except StoreError as fault:
            log.error("messages to webhook %d wait: %s", hook.id, fault)
        return tried

    async def _deliver(self, client: httpx.AsyncClient, hook: Hook, message: Message) -> None:
        why = await self._post(client, hook, message)
        now = datetime.now(UTC)
        if not why:
            await asyncio.to_thread(webhooks.delivered, self._store, message.id, now)
            return
        tries = message.tries + 1
        again = now + pause(tries) if tries < MOST_TRIES else None
        if again is None:
            log.error("webhook %s: message %d is given up after %d tries: %s", hook.url, message.id, tries, why)
        await asyncio.to_thread(webhooks.failed, self._store, message.id, why, again)

    async def _post(self, client: httpx.AsyncClient, hook: Hook, message: Message) -> str:
        """Why the address did not take it; empty when it did."""
        secret = self._secrets.get(hook.secret)
        if secret is None:
            return f"the secret {hook.secret!r} is not in VOICEBOT_WEBHOOK_SECRETS"
        body = _body(message)
        stamp = int(time.time())
        key = f"voicebot-{message.id}"
        try:
            async with asyncio.timeout(self._deadline_s):
                to = address(hook.url, self._hosts)
                ip = await resolved(to)
                headers = {
                    "host": urlsplit(hook.url).netloc,
                    "content-type": "application/json",
                    "user-agent": "voicebot",
                    "webhook-id": key,
                    "webhook-timestamp": str(stamp),
                    "webhook-signature": signature(secret, key, stamp, body),
                }
                request = client.build_request(
                    "POST",
                    _at(hook.url, ip, to.port),
                    content=body,
                    headers=headers,
                    extensions={"sni_hostname": to.host},
                )
                answer = await client.send(request, stream=True)  # what it says is not read, only whether it took it
                await answer.aclose()
        except TimeoutError:
            return f"no answer within {self._deadline_s:g} s"
        except (httpx.HTTPError, OSError, UsageError) as fault:
            return f"{type(fault).__name__}: {fault}"[:300]
        if answer.is_redirect:
            return f"answered {answer.status_code}, a redirect, which is not followed"
        return "" if answer.is_success else f"answered {answer.status_code}"


def _body(message: Message) -> bytes:
    told = {
        "id": f"voicebot-{message.id}",
        "type": message.event,
        "subject": message.subject,
        "seq": message.seq,
        "timestamp": message.created_at.isoformat(),
        "data": message.body,
    }
    return json.dumps(told, ensure_ascii=False).encode()


def _at(url: str, ip: str, port: int) -> str:
    """The url with the address in place of the name."""
    shown = f"[{ip}]" if ":" in ip else ip
    return urlunsplit(urlsplit(url)._replace(netloc=f"{shown}:{port}"))
