import threading

import gevent
import pytest
from gevent.event import Event as Signal

from voicebot.esl.bridge import AT_ONCE, HubBridge


def test_native_threads_are_native() -> None:
    """greenswitch and we patch nothing: a recogniser in a thread does not hold up the hub."""
    from gevent.monkey import is_module_patched

    assert not any(is_module_patched(name) for name in ("threading", "socket", "time", "select", "queue"))


def test_posts_of_threads_arrive_on_the_hub_in_order() -> None:
    here = threading.get_ident()
    got: list[tuple[int, int]] = []
    done = Signal()
    total = 4 * 500

    def callback(item: tuple[int, int]) -> None:
        assert threading.get_ident() == here
        got.append(item)
        if len(got) == total:
            done.set()

    bridge: HubBridge[tuple[int, int]] = HubBridge(callback)

    def work(thread: int) -> None:
        for number in range(500):
            assert bridge.post((thread, number))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    assert done.wait(10)
    for poster in range(4):
        assert [number for owner, number in got if owner == poster] == list(range(500))
    bridge.close()


def test_full_bridge_drops_and_counts() -> None:
    bridge: HubBridge[int] = HubBridge(lambda item: None, capacity=3)
    assert [bridge.post(number) for number in range(5)] == [True, True, True, False, False]
    assert bridge.dropped == 2
    gevent.sleep(0.001)
    bridge.close()
    assert not bridge.post(9)


def test_fault_on_one_item_does_not_stop_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    done = Signal()

    def callback(item: int) -> None:
        if item == 0:
            raise ValueError("first")
        done.set()

    bridge = HubBridge(callback)
    bridge.post(0)
    bridge.post(1)
    assert done.wait(5)
    assert "was not handled: 0" in caplog.text
    bridge.close()


def test_long_queue_lets_others_run() -> None:
    got: list[int] = []
    done = Signal()
    seen_between: list[int] = []

    def callback(item: int) -> None:
        got.append(item)
        if item == 3 * AT_ONCE - 1:
            done.set()

    bridge = HubBridge(callback)
    for number in range(3 * AT_ONCE):
        bridge.post(number)

    def other() -> None:
        while not done.is_set():
            seen_between.append(len(got))
            gevent.sleep(0)

    gevent.spawn(other)
    assert done.wait(5)
    assert AT_ONCE in seen_between
    bridge.close()
