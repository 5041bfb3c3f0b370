"""A real FreeSWITCH with freeswitch_conf/, and `voicebot serve` and one store for all tests of this directory.

VOICEBOT_TEST_FREESWITCH=HOST:PORT[:PASSWORD] pytest -m freeswitch tests/freeswitch, the ports 8084 and 8086 free.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import gevent
import pytest

from tests.freeswitch.bench import Bench, Program, environment, until
from tests.freeswitch.callees import BUSY, Callees, answering
from tests.store.redis_of_ours import redis_client, redis_server  # noqa: F401 - pytest finds them here
from voicebot.esl.control import Control
from voicebot.store.store import open_store


@pytest.fixture(scope="package")
def processes(
    template: Callable[[str, Path], str],
    redis_server,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Bench]:
    directory = tmp_path_factory.mktemp("campaigns")
    database = template("postgresql", directory)
    own = environment(database, f"unix://{redis_server.socket_file}", directory)
    callees = Callees()
    store = open_store(database, directory / "spill", migrate=False)
    switch = Control(own["VOICEBOT_SWITCH_HOST"], int(own["VOICEBOT_SWITCH_PORT"]), own["VOICEBOT_SWITCH_PASSWORD"])
    with answering(callees):
        switch.connect()
        until(lambda: True)
        while "UP" not in switch.api("sofia status gateway demo"):  # its pings have to come through first
            gevent.sleep(0.1)
        serve = Program("serve", ["--script", "wecom_invite"], own, directory, "ready for calls")
        try:
            yield Bench(store, callees, switch, own, directory)
        finally:
            serve.end()
            switch.close()
            store.close()


@pytest.fixture
def bench(processes: Bench, redis_client) -> Bench:  # noqa: F811
    """Nobody is on the telephone, and Redis knows nothing."""
    callees = processes.callees
    until(lambda: not callees.live.total())
    callees.invites.clear()
    callees.twice.clear()
    callees.heard.clear()
    callees.most = 0
    callees.manner = lambda number: BUSY
    return processes
