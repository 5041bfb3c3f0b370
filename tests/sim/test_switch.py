"""What the simulated switch does beside the recorded traces: its traps, its limits, its sound."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import wave
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.sim.robot import Robot
from voicebot.sim import outbound
from voicebot.sim.exchange import Exchange, ExchangeConfig
from voicebot.sim.people import People
from voicebot.sim.switch import SimulatedSwitch

PATIENT, BUSY, ANNOUNCED, TALKS, PRESSES = (f"86199000000{n}" for n in ("01", "03", "07", "08", "09"))
TONES = [(6000 * np.sin(np.arange(160) * pitch)).astype("<i2").tobytes() for pitch in (0.2, 0.3, 0.4, 0.5)]


@pytest.fixture
def config(bench: People) -> ExchangeConfig:
    return ExchangeConfig(bench.pick_up)


@asynccontextmanager
async def switch_and_robot(
    config: ExchangeConfig, on_crash: Callable[[str], None] = lambda reason: None
) -> AsyncIterator[tuple[Exchange, Robot]]:
    exchange = Exchange(config, outbound.connect, on_crash)
    async with SimulatedSwitch(exchange) as switch, Robot(switch) as robot:
        yield exchange, robot


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(test)


def test_a_wrong_password_is_refused_and_the_connection_ends(config: ExchangeConfig) -> None:
    async def test() -> None:
        async with switch_and_robot(config) as (_, robot):
            assert await robot.control.ask("auth wrong") == "-ERR invalid"
            await robot.control.wait_for_end()

    run(test())


def test_nothing_works_before_the_password(config: ExchangeConfig) -> None:
    async def test() -> None:
        async with switch_and_robot(config) as (_, robot):
            assert (await robot.control.ask("api status")).startswith("-ERR")

    run(test())


def test_unicast_before_media_ends_the_switch(config: ExchangeConfig) -> None:
    crashes: list[str] = []

    async def test() -> None:
        async with switch_and_robot(config, crashes.append) as (exchange, robot):
            await robot.log_in()
            await robot.originate(PATIENT)
            uuid = (await robot.control.wait("CHANNEL_CREATE")).uuid
            exchange.legs[uuid].unicast(("127.0.0.1", 0), ("127.0.0.1", 9))

    run(test())
    assert "no media" in crashes[0]


def test_a_second_unicast_in_a_park_is_ok_and_silent_until_a_new_park(config: ExchangeConfig) -> None:
    async def test() -> None:
        async with switch_and_robot(config) as (exchange, robot):
            await robot.log_in()
            link = await robot.dial(PATIENT)
            await robot.unicast(link)
            await robot.hear(3)
            await link.ask("sendmsg", call_command="execute", execute_app_name="playback", execute_app_arg="x.wav")
            await link.wait("CHANNEL_EXECUTE_COMPLETE")
            assert await robot.unicast(link) == "+OK"
            assert exchange.counters.repeated_unicasts == 1
            uuid = next(iter(exchange.legs))
            assert await robot.control.ask(f"api uuid_transfer {uuid} park inline") == "+OK"
            await link.wait("CHANNEL_PARK")
            await robot.unicast(link)
            await robot.hear(3)

    run(test())


def test_each_callee_hears_every_frame_of_the_robot_in_order(config: ExchangeConfig, tmp_path: Path) -> None:
    played = [TONES[index % 4] for index in range(30)]

    async def test() -> None:
        async with switch_and_robot(replace(config, heard_dir=tmp_path)) as (_, robot):
            await robot.log_in()
            link = await robot.dial(PATIENT)
            robot.to_play = list(played)
            await robot.unicast(link)
            await robot.hear(40)
            await link.ask("sendmsg", call_command="hangup", hangup_cause="NORMAL_CLEARING")
            await robot.control.wait("CHANNEL_HANGUP_COMPLETE")

    run(test())
    (file,) = tmp_path.glob("*.wav")
    with wave.open(str(file), "rb") as heard:
        assert b"".join(played) in heard.readframes(heard.getnframes())


def test_a_robot_that_floods_delays_all_that_follows(config: ExchangeConfig, tmp_path: Path) -> None:
    async def test() -> None:
        async with switch_and_robot(replace(config, heard_dir=tmp_path)) as (_, robot):
            await robot.log_in()
            link = await robot.dial(PATIENT)
            await robot.unicast(link)
            await robot.hear(5)
            robot.flood([TONES[0]] * 20)
            robot.to_play = [TONES[3]]
            await robot.hear(40)
            await link.ask("sendmsg", call_command="hangup", hangup_cause="NORMAL_CLEARING")
            await robot.control.wait("CHANNEL_HANGUP_COMPLETE")

    run(test())
    (file,) = tmp_path.glob("*.wav")
    with wave.open(str(file), "rb") as heard:
        samples = heard.readframes(heard.getnframes())
    assert samples.index(TONES[3]) - samples.index(TONES[0]) == 20 * 320


def test_an_empty_datagram_makes_the_switch_deaf_to_the_robot(config: ExchangeConfig, tmp_path: Path) -> None:
    async def test() -> None:
        async with switch_and_robot(replace(config, heard_dir=tmp_path)) as (_, robot):
            await robot.log_in()
            link = await robot.dial(PATIENT)
            await robot.unicast(link)
            await robot.hear(2)
            robot.flood([b""])
            await robot.hear(2)
            robot.to_play = [TONES[0]] * 10
            await robot.hear(20)
            await link.ask("sendmsg", call_command="hangup", hangup_cause="NORMAL_CLEARING")
            await robot.control.wait("CHANNEL_HANGUP_COMPLETE")

    run(test())
    (file,) = tmp_path.glob("*.wav")
    with wave.open(str(file), "rb") as heard:
        assert TONES[0] not in heard.readframes(heard.getnframes())


def test_the_robot_hears_the_customer_and_both_are_recorded(config: ExchangeConfig, tmp_path: Path) -> None:
    path = tmp_path / "call.wav"

    async def test() -> None:
        async with switch_and_robot(config) as (_, robot):
            await robot.log_in(["BACKGROUND_JOB", "CHANNEL_HANGUP_COMPLETE", "RECORD_STOP"])
            link = await robot.dial(TALKS)
            for app, argument in (("set", "RECORD_STEREO=true"), ("record_session", str(path))):
                await link.ask("sendmsg", call_command="execute", execute_app_name=app, execute_app_arg=argument)
            await link.wait("CHANNEL_EXECUTE_COMPLETE", 2)
            robot.to_play = [TONES[0]] * 200
            await robot.unicast(link)
            await robot.hear(60)
            await link.ask("sendmsg", call_command="hangup", hangup_cause="NORMAL_CLEARING")
            assert (await robot.control.wait("RECORD_STOP")).headers.get("Record-File-Path") == str(path)

    run(test())
    with wave.open(str(path), "rb") as file:
        assert file.getnchannels() == 2
        both = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2).astype(float)
    customer, robot = np.sqrt(np.mean(np.square(both), axis=0))
    assert customer > 300
    assert robot > 2000


def test_a_call_ends_well_when_its_recording_cannot_be_written(config: ExchangeConfig, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    async def test() -> None:
        async with switch_and_robot(config) as (_, robot):
            await robot.log_in()
            link = await robot.dial(PATIENT)
            where = str(tmp_path / "file" / "call.wav")
            await link.ask("sendmsg", call_command="execute", execute_app_name="record_session", execute_app_arg=where)
            await link.wait("CHANNEL_EXECUTE_COMPLETE")
            await link.ask("sendmsg", call_command="hangup", hangup_cause="NORMAL_CLEARING")
            await robot.control.wait("CHANNEL_HANGUP_COMPLETE")

    run(test())


def test_keys_come_as_events_one_by_one(config: ExchangeConfig) -> None:
    async def test() -> None:
        async with switch_and_robot(config) as (_, robot):
            await robot.log_in()
            link = await robot.dial(PRESSES)
            robot.to_play = [TONES[0]] * 20
            await robot.unicast(link)
            await link.wait("DTMF", 4)
            digits = [event.headers.get("DTMF-Digit") for event in link.events if event.name == "DTMF"]
            assert digits == ["1", "2", "5", "#"]

    run(test())


def test_early_media_is_heard_before_the_refusal(config: ExchangeConfig) -> None:
    async def test() -> None:
        async with switch_and_robot(config) as (_, robot):
            await robot.log_in()
            link = await robot.dial(ANNOUNCED)
            await robot.unicast(link)
            ended = await link.wait("CHANNEL_HANGUP_COMPLETE")
            assert ended.headers.get("Hangup-Cause") == "NO_USER_RESPONSE"
            assert ended.headers.get("variable_sip_term_status") == "480"
            heard = np.frombuffer(b"".join(robot.heard), "<i2").astype(float)
            assert np.sqrt(np.mean(np.square(heard))) > 300

    run(test())


def test_over_the_limit_attempts_fail_at_once_and_without_a_channel(config: ExchangeConfig) -> None:
    async def test() -> None:
        async with switch_and_robot(replace(config, sessions_per_second=4, max_sessions=3)) as (exchange, robot):
            await robot.log_in()
            for _ in range(5):
                await robot.originate(BUSY)
            bodies = [(await robot.control.wait("BACKGROUND_JOB", count)).body for count in range(1, 6)]
            assert sorted(bodies) == ["-ERR DESTINATION_OUT_OF_ORDER\n"] * 2 + ["-ERR USER_BUSY\n"] * 3
            assert robot.control.names().count("CHANNEL_CREATE") == 3
            assert exchange.counters.throttled == 2

    run(test())


@pytest.mark.parametrize(
    ("endpoint", "cause"),
    [
        ("sofia/gateway/downgw/1000", "GATEWAY_DOWN"),
        ("sofia/gateway/nosuch/1000", "INVALID_GATEWAY"),
        ("sofia/nosuch/1000@127.0.0.1", "INVALID_PROFILE"),
        ("user/1000", "SUBSCRIBER_ABSENT"),
        ("nosuch/1000", "CHAN_NOT_IMPLEMENTED"),
    ],
)
def test_what_never_becomes_an_invite(config: ExchangeConfig, endpoint: str, cause: str) -> None:
    async def test() -> None:
        async with switch_and_robot(replace(config, gateways_down=frozenset({"downgw"}))) as (_, robot):
            await robot.log_in()
            assert await robot.control.ask(f"api originate {endpoint} &park") == f"-ERR {cause}"
            assert "CHANNEL_CREATE" not in robot.control.names()

    run(test())


def test_arguments_are_expanded_and_each_time_is_told(config: ExchangeConfig) -> None:
    async def test() -> None:
        async with switch_and_robot(config) as (exchange, robot):
            await robot.log_in()
            link = await robot.dial(PATIENT)
            await link.ask(
                "sendmsg", call_command="execute", execute_app_name="set", execute_app_arg="x=${create_uuid()}"
            )
            await link.wait("CHANNEL_EXECUTE_COMPLETE")
            (uuid,) = exchange.legs
            assert len(await robot.control.ask(f"api uuid_getvar {uuid} x")) == 36
            assert exchange.counters.expansions == ["set x=${create_uuid()}"]
            await robot.control.ask(f"api uuid_setvar {uuid} y ${{create_uuid()}}")
            assert await robot.control.ask(f"api uuid_getvar {uuid} y") == "${create_uuid()}"

    run(test())


def test_an_unknown_application_ends_the_call(config: ExchangeConfig) -> None:
    async def test() -> None:
        async with switch_and_robot(config) as (_, robot):
            await robot.log_in()
            link = await robot.dial(PATIENT)
            await link.ask("sendmsg", call_command="execute", execute_app_name="nonsense", execute_app_arg="")
            ended = await link.wait("CHANNEL_HANGUP_COMPLETE")
            assert ended.headers.get("Hangup-Cause") == "DESTINATION_OUT_OF_ORDER"

    run(test())


def test_an_agent_that_nobody_bridges_is_not_parked_for_ever(config: ExchangeConfig) -> None:
    async def test() -> None:
        async with switch_and_robot(config) as (_, robot):
            await robot.log_in()
            await robot.control.ask(f"bgapi originate {{park_timeout=1}}sofia/gateway/demo/{PATIENT} '&park'")
            ended = await robot.control.wait("CHANNEL_HANGUP_COMPLETE")
            assert ended.headers.get("Hangup-Cause") == "NORMAL_CLEARING"

    run(test())


def test_an_extension_that_does_not_exist(config: ExchangeConfig) -> None:
    async def test() -> None:
        async with switch_and_robot(config) as (_, robot):
            await robot.log_in()
            await robot.control.ask(f"bgapi originate sofia/gateway/demo/{PATIENT} nowhere XML robot")
            ended = await robot.control.wait("CHANNEL_HANGUP_COMPLETE")
            assert ended.headers.get("Hangup-Cause") == "NO_ROUTE_DESTINATION"

    run(test())


def test_a_lingering_connection_keeps_its_session(config: ExchangeConfig) -> None:
    async def test() -> None:
        async with switch_and_robot(config) as (exchange, robot):
            await robot.log_in()
            link = await robot.dial(PATIENT)
            await link.ask("sendmsg", call_command="hangup", hangup_cause="NORMAL_CLEARING")
            await link.wait("CHANNEL_HANGUP_COMPLETE")
            assert (len(exchange.legs), exchange.sessions) == (0, 1)
            assert await link.ask("exit") == "+OK bye"
            assert exchange.sessions == 0

    run(test())


def test_the_end_of_the_robot_is_the_end_of_its_call(config: ExchangeConfig) -> None:
    async def test() -> None:
        async with switch_and_robot(config) as (exchange, robot):
            await robot.log_in()
            link = await robot.dial(PATIENT)
            link.close()
            ended = await robot.control.wait("CHANNEL_HANGUP_COMPLETE")
            assert ended.headers.get("Hangup-Cause") == "NORMAL_CLEARING"
            assert exchange.sessions == 0

    run(test())


def test_api_commands_that_only_look(config: ExchangeConfig) -> None:
    async def test() -> None:
        async with switch_and_robot(config) as (_, robot):
            await robot.log_in()
            assert "is ready" in await robot.control.ask("api status")
            assert await robot.control.ask("api module_exists mod_sofia") == "true"
            assert await robot.control.ask("api module_exists mod_nonsense") == "false"
            assert "UP" in await robot.control.ask("api sofia status gateway demo")
            assert await robot.control.ask("api sofia status gateway nosuch") == "Invalid Gateway!"
            assert await robot.control.ask("api uuid_exists 1234") == "false"
            assert "0 total." in await robot.control.ask("api show channels count")
            assert (await robot.control.ask("api nonsense")).startswith("-ERR nonsense Command not found")
            assert json.loads(await robot.control.ask("api sim_report"))["legs"] == 0

    run(test())


def start_process(sounds_dir: Path, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "voicebot.sim.switch", "--sounds-dir", str(sounds_dir), "--calls", "1"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **options)


@pytest.mark.parametrize("end", ["stdin", "SIGTERM"])
def test_the_process_tells_its_port_and_ends_when_told(sounds_dir: Path, bench: People, end: str) -> None:
    process = start_process(sounds_dir)
    assert process.stdin and process.stdout
    ready = json.loads(process.stdout.readline())
    assert ready["ready"] and ready["esl_port"] > 0
    if end == "stdin":
        process.stdin.close()
    else:
        os.kill(process.pid, signal.SIGTERM)
    assert json.loads(process.stdout.readline())["sessions"] == 0
    assert process.wait(10) == 0
