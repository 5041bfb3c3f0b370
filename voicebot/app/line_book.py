"""The line book of a process: from the settings, the store and the Redis that dialers share; its calls kept counted."""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

import gevent

from voicebot.campaign.line_book import RENEW_S, LineBook
from voicebot.campaign.policy.gateway_state import EVENT, GatewayNews, gateway_news
from voicebot.campaign.policy.line_choice import Gateway, Node
from voicebot.errors import LimitsUnknown, StoreError
from voicebot.esl.codec import Event
from voicebot.esl.control import Control
from voicebot.esl.off_hub import in_thread
from voicebot.settings import Settings
from voicebot.store.capacity import Capacity, MemoryCapacity
from voicebot.store.live import opened_redis
from voicebot.store.redis_capacity import RedisCapacity
from voicebot.store.store import Store

log = logging.getLogger(__name__)

JOIN_S = 5.0
"""How long a last renewal may take; the thread ends with the process anyway."""


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def opened_line_book(
    settings: Settings, store: Store, switch: str, *, only: Sequence[Gateway] = (), alone: bool = False
) -> Iterator[LineBook]:
    """The lines for the dialer of one switch, named `switch`. Until gateways are set up, the settings' own one is used;
    with `only` these and none of the store's.

    `alone`: no other dialer has these lines, so without a Redis they are counted in this process. A thread of its own
    renews what is live, so that only a dead process loses its lines. Raises UsageError for a wrong Redis URL,
    LimitsUnknown when there is no Redis to be had.
    """
    node = Node(switch, settings.max_calls, settings.calls_per_second)
    own = Gateway(settings.gateway, node.max_calls, node.calls_per_second)
    with _opened_capacity(settings, alone=alone) as capacity:
        book = LineBook(store, capacity, node, (own, settings.caller_number), _now, only)
        ended = threading.Event()
        renewing = threading.Thread(target=_renew, args=(book, ended), name="lines", daemon=True)
        renewing.start()
        try:
            yield book
        finally:
            ended.set()
            renewing.join(JOIN_S)


@contextmanager
def _opened_capacity(settings: Settings, *, alone: bool) -> Iterator[Capacity]:
    with ExitStack() as stack:
        try:
            capacity: Capacity = RedisCapacity(stack.enter_context(opened_redis(settings)))
            capacity.held(("node",))
        except LimitsUnknown as error:
            if not alone:
                raise
            log.info("calls are counted in this process alone: %s", error)
            capacity = MemoryCapacity(time.monotonic)
        yield capacity


def follow_gateways(control: Control, book: LineBook) -> None:
    """From now on the switch's word takes gateways out and brings them back. Raises SwitchUnreachable."""

    def told(event: Event) -> None:
        if event.headers.get("Event-Subclass") == EVENT:
            news = gateway_news({name: event.headers.get(name) for name in ("Gateway", "State", "Ping-Status")})
            if news is not None:
                gevent.spawn(_tell, book, news)  # a callback of the connection must not block

    control.on_event(told)
    control.subscribe(EVENT)


def _tell(book: LineBook, news: GatewayNews) -> None:
    try:
        in_thread(book.gateway_told, news.gateway, news.up, news.why)
    except StoreError as error:
        log.warning("gateway %s: that it is %s is not written: %s", news.gateway, "up" if news.up else "down", error)


def _renew(book: LineBook, ended: threading.Event) -> None:
    while not ended.wait(RENEW_S):
        try:
            book.renew()
        except (LimitsUnknown, StoreError) as error:
            log.warning("live calls are not counted anew: %s", error)
