"""Two dialers share one campaign over one database and one Redis, as two machines do. On PostgreSQL and on SQLite.

Dialers that are killed meanwhile: tests/tools/test_fuzz_dialers.py; on a real switch: tests/freeswitch.
"""

import gevent
import pytest
from gevent.event import Event as Signal

from tests.campaign.dialling import Clock, Dialer, busy, leads_of, running
from tests.campaign.lines_of import book, gateway
from tests.campaign.switch import FakeControl
from tests.store.redis_of_ours import redis_client, redis_server  # noqa: F401 - fixtures
from voicebot.campaign import placing
from voicebot.store.redis_capacity import RedisCapacity
from voicebot.store.store import Store, open_store

LEADS, OF_GATEWAY, OF_DIALER = 20, 3, 2
"""Both dialers together carry one call more than the gateway."""


def test_two_dialers_call_each_lead_once_and_keep_together_what_redis_counts(
    store: Store,
    redis_client,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(placing, "RECORD_GRACE_S", 0.2)
    monkeypatch.setattr(placing, "RECORD_POLL_S", 0.01)
    running(store, LEADS, concurrency=10)
    gateway(store, "north", OF_GATEWAY)
    live: set[str] = set()
    most = [0]
    full = Signal()

    def ring(switch: FakeControl, attempt) -> None:
        """The first calls last until the gateway is full."""
        live.add(attempt.attempt_id)
        most[0] = max(most[0], len(live))
        if len(live) >= OF_GATEWAY:
            full.set()
        full.wait()
        gevent.sleep(0.01)
        live.discard(attempt.attempt_id)
        busy(switch, attempt)

    url = store.engine.url.render_as_string(hide_password=False)
    stores = [store, open_store(url, store.spill_dir.parent / "second", migrate=False)]
    switches = [FakeControl(ring), FakeControl(ring)]
    clock = Clock()
    dialers = []
    for number, (own, switch) in enumerate(zip(stores, switches, strict=True)):
        lines = book(own, capacity=RedisCapacity(redis_client, clock().timestamp))
        dialers.append(Dialer(own, switch, clock, name=f"d{number}", lines=lines, node_lines=OF_DIALER))
    for greenlet in [dialer.spawn(until_idle=True) for dialer in dialers]:
        assert greenlet.get(timeout=60) is None
    stores[1].close()
    assert leads_of(store) == [("done", "BUSY")] * LEADS
    dialled = [attempt for switch in switches for attempt in switch.dialled]
    assert len(dialled) == len(set(dialled)) == LEADS, "each once, by one of the two"
    assert all(switch.dialled for switch in switches), "both dial"
    assert most[0] == OF_GATEWAY, "together never more than the gateway takes"
