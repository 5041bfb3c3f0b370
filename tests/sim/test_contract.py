"""The simulated switch answers the robot as the recorded real one did; the same test runs against a live FreeSWITCH.

VOICEBOT_TEST_FREESWITCH=HOST:PORT:PASSWORD points it there (marker `freeswitch`; gateway `demo` must lead to
`python -m voicebot.sim.customer_server`). What may differ is listed in tests/traces/README.md.
"""

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.sim.replay import Replay, Seen, load, optional
from voicebot.sim import outbound
from voicebot.sim.dialstring import Action
from voicebot.sim.exchange import Exchange, ExchangeConfig
from voicebot.sim.people import People
from voicebot.sim.switch import SimulatedSwitch

REAL_SWITCH = "VOICEBOT_TEST_FREESWITCH"
# Each trace with the bench number that behaves as its callee did.
SCENARIOS = {
    "01": "8619900000001",
    "02": "8619900000002",
    "03": "8619900000003",
    "04": "8619900000004",
    "05": "8619900000005",
    "06": "8619900000099",
    "08d": "8619900000001",
    "09a": "8619900000007",
    "10a": "8619900000010",
    "11": "8619900000009",
    "12j": "8619900000001",
    "12o": "8619900000001",
    "12t": "8619900000001",
    "14a": "8619900000001",
    "16a": "8619900000001",
    "21l": "8619900000001",
    "21n": "8619900000001",
}
NOT_ON_A_REAL_SWITCH = {"12t": "needs a dialplan extension that leads to this test"}
# Names of people and numbers, and what is new in every run.
FREE_VALUES = {
    "Application-Data",
    "Caller-Callee-ID-Name",
    "Caller-Callee-ID-Number",
    "Caller-Caller-ID-Name",
    "Caller-Caller-ID-Number",
    "Channel-Name",
    "Content-Length",
    "DTMF-Duration",
}
# What the robot decides by: it must be there whenever the real switch sent it, with the recorded value if there is one.
NEEDED_VARIABLES = {
    "billmsec",
    "answer_epoch",
    "endpoint_disposition",
    "hangup_cause",
    "hangup_cause_q850",
    "origination_caller_id_number",
    "proto_specific_hangup_cause",
    "read_codec",
    "record_ms",
    "sip_gateway_name",
    "sip_hangup_disposition",
    "sip_invite_failure_phrase",
    "sip_invite_failure_status",
    "sip_term_status",
    "uuid",
}
ADDED_BY_THE_TEST = {"origination_uuid", "sip_gateway_name"}  # its agents are behind a gateway

Frames = dict[str, list[Seen]]


@pytest.fixture(scope="module")
def recorded(bench: People, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Frames]:
    """What the simulated switch sent in each scenario; all run at once, each on a switch of its own."""

    async def all_at_once() -> dict[str, Frames]:
        runs = [against_simulated(name, bench, tmp_path_factory.mktemp(name)) for name in SCENARIOS]
        return dict(zip(SCENARIOS, await asyncio.gather(*runs), strict=True))

    return asyncio.run(all_at_once())


async def against_simulated(name: str, bench: People, recordings: Path) -> Frames:
    replay = Replay(load(name), SCENARIOS[name], recordings)
    await replay.listen()
    dead_then_ours = (Action("socket", "127.0.0.1:1 async full"), Action("socket", f"{replay.address} async full"))
    exchange = Exchange(ExchangeConfig(bench.pick_up, dialplan={"two": dead_then_ours}), outbound.connect)
    async with SimulatedSwitch(exchange) as switch:
        return await replay.run("127.0.0.1", switch.port, "ClueCon")


@pytest.mark.parametrize("name", SCENARIOS)
def test_simulated_switch_sends_what_the_real_one_sent(name: str, recorded: dict[str, Frames]) -> None:
    compare(name, recorded[name])


@pytest.mark.parametrize("name", SCENARIOS)
def test_simulated_switch_invents_no_variable(name: str, recorded: dict[str, Frames]) -> None:
    both = list(pairs(name, recorded[name]))
    assert both
    for wanted, got in both:
        assert set(got.variables) - ADDED_BY_THE_TEST <= set(wanted.variables), got.key


@pytest.mark.freeswitch
@pytest.mark.skipif(REAL_SWITCH not in os.environ, reason=f"set {REAL_SWITCH}=HOST:PORT:PASSWORD")
@pytest.mark.parametrize("name", [name for name in SCENARIOS if name not in NOT_ON_A_REAL_SWITCH])
def test_real_switch_still_sends_it(name: str, tmp_path: Path) -> None:
    host, port, password = os.environ[REAL_SWITCH].split(":")

    async def run() -> Frames:
        replay = Replay(load(name), SCENARIOS[name], tmp_path)
        await replay.listen()
        return await replay.run(host, int(port), password)

    compare(name, asyncio.run(run()))


def compare(name: str, frames: Frames) -> None:
    """The same frames in the same order with the same headers, and the values that decide anything."""
    for wanted, got in pairs(name, frames):
        assert got.headers == wanted.headers, got.key
        known = {header: value for header, value in wanted.values.items() if value and header not in FREE_VALUES}
        assert {header: got.values[header] for header in known} == known, got.key
        needed = {name: value for name, value in wanted.variables.items() if name in NEEDED_VARIABLES}
        assert needed.keys() <= got.variables.keys(), got.key
        assert {name: got.variables[name] for name, value in needed.items() if value} == {
            name: value for name, value in needed.items() if value
        }, got.key


def pairs(name: str, frames: Frames) -> Iterable[tuple[Seen, Seen]]:
    """Each recorded frame beside the one that came, connection by connection and leg by leg."""
    entries = [entry for entry in load(name).entries if entry.seen]
    for connection in dict.fromkeys(entry.conn for entry in entries):
        wanted = [entry.seen for entry in entries if entry.conn == connection and entry.seen]
        for leg in sorted({seen.leg for seen in wanted}):
            for job in (False, True):
                yield from _aligned(wanted, frames.get(connection, []), leg, job)


def _aligned(wanted: list[Seen], got: list[Seen], leg: str, job: bool) -> Iterable[tuple[Seen, Seen]]:
    def of_leg(frames: list[Seen]) -> list[Seen]:
        return [seen for seen in frames if seen.leg == leg and not optional(seen) and is_job(seen) == job]

    mine, theirs = of_leg(got), of_leg(wanted)
    assert [seen.key for seen in mine[: len(theirs)]] == [seen.key for seen in theirs]
    return zip(theirs, mine, strict=False)


def is_job(seen: Seen) -> bool:
    return seen.kind == "BACKGROUND_JOB"
