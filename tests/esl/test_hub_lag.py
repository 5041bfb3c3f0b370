from time import monotonic

import gevent

from voicebot.esl.hub_lag import INTERVAL_S, HubLag


def test_a_busy_hub_is_measured() -> None:
    lag = HubLag()
    lag.start()
    while lag.lags.count < 1:
        gevent.sleep(0)
    until = monotonic() + INTERVAL_S + 0.05
    while monotonic() < until:  # the hub cannot run
        pass
    while lag.lags.max_ms < 40:
        gevent.sleep(0)
    lag.stop()
    assert lag.lags.quantile(1.0) >= 40


def test_it_fires_at_its_interval_and_not_more() -> None:
    lag = HubLag()
    lag.start()
    began = monotonic()
    while lag.lags.count < 3:
        gevent.sleep(0)
    assert monotonic() - began >= 3 * INTERVAL_S - 0.002
    lag.stop()
