"""The doctor's look at the switch; its words here are those of FreeSWITCH 1.10.12, shortened."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from gevent.server import StreamServer

from tests.doctor.conftest import the
from voicebot.doctor import switch
from voicebot.doctor.findings import Severity, exit_status, well
from voicebot.settings import REPOSITORY, Settings

STATUS = """UP 0 years, 0 days, 0 hours, 1 minute, 40 seconds, 3 milliseconds, 940 microseconds
FreeSWITCH (Version 1.10.12-release git a88d069 2024-08-02 21:02:27Z 64bit) is ready
32 session(s) since startup
0 session(s) - peak 2, last 5min 2
0 session(s) per Sec out of max 60, peak 12, last 5min 12
400 session(s) max
min idle cpu 0.00/60.90
"""
VERSION = "FreeSWITCH Version 1.10.12-release+git~20240802T210227Z~a88d069d6f~64bit (git a88d069 64bit)\n"
GATEWAY = "Name    \tdemo\nProxy   \tsip:127.0.0.1:5090\nPingFreq\t5\nState   \tNOREG\nStatus  \tUP\n"
DIALPLAN = """<context name="robot"><extension name="robot"><condition field="destination_number" expression=".">
<action application="socket" data="127.0.0.1:8084 async full"></action>
<action application="hangup" data="NORMAL_TEMPORARY_FAILURE"></action></condition></extension></context>"""


def test_version() -> None:
    assert switch.judge_version(VERSION) == well("FreeSWITCH", "1.10.12-release")
    assert switch.judge_version("FreeSWITCH Version 1.8.7 (x)").severity is Severity.WARN
    assert switch.judge_version("").severity is Severity.WARN


def test_modules() -> None:
    every = dict.fromkeys([*switch.NEEDED, *switch.USEFUL], True)
    assert the(switch.judge_modules(every)).severity is Severity.OK
    found = switch.judge_modules({**every, "mod_sofia": False, "mod_avmd": False})
    assert [(item.severity, item.why.split()[0]) for item in found] == [("fault", "mod_sofia"), ("warn", "mod_avmd")]
    assert exit_status(found) == 3


def test_the_configuration_that_we_ship_loads_every_module() -> None:
    text = (REPOSITORY / "freeswitch_conf" / "autoload_configs" / "modules.conf.xml").read_text()
    assert [name for name in [*switch.NEEDED, *switch.USEFUL] if f'module="{name}"' not in text] == []


@pytest.mark.parametrize(
    ("reply", "severity", "word"),
    [
        (GATEWAY, "ok", "UP"),
        (GATEWAY.replace("NOREG", "REGED"), "ok", "REGED"),
        (GATEWAY.replace("UP", "DOWN"), "fault", "sip:127.0.0.1:5090"),
        (GATEWAY.replace("NOREG", "FAIL_WAIT"), "fault", "FAIL_WAIT"),
        (GATEWAY.replace("\t5\n", "\t0\n"), "warn", "ping"),
        ("Invalid Gateway!\n", "fault", "does not know"),
        ("", "fault", "not registered"),
    ],
)
def test_gateway(reply: str, severity: str, word: str) -> None:
    found = switch.judge_gateway("demo", reply)
    assert (found.severity, word in found.why, found.what) == (severity, True, "gateway demo")


@pytest.mark.parametrize(("max_calls", "severity"), [(100, "ok"), (200, "ok"), (201, "warn")])
def test_limits(max_calls: int, severity: str) -> None:
    assert switch.judge_limits(STATUS, max_calls).severity == severity


def test_variables() -> None:
    good = {"RECORD_STEREO": "true", "RECORD_MIN_SEC": "0", "send_silence_when_idle": ""}
    assert the(switch.judge_variables(good)).severity is Severity.OK
    found = the(switch.judge_variables({**good, "send_silence_when_idle": "400"}))
    assert (found.severity, found.remedy) == (Severity.WARN, "set send_silence_when_idle=0 in vars.xml")


@pytest.mark.parametrize(
    ("dialplan", "severity"),
    [
        (DIALPLAN, "ok"),
        (DIALPLAN.replace(" async full", ""), "fault"),
        (DIALPLAN.replace('"hangup"', '"log"'), "warn"),
        (DIALPLAN.replace('"socket"', '"echo"'), "warn"),
        ("", "warn"),
    ],
)
def test_dialplan(dialplan: str, severity: str) -> None:
    assert switch.judge_dialplan(dialplan).severity == severity


def test_no_switch_is_one_finding(settings: Settings) -> None:
    found = the(switch.look(replace(settings, switch_port=1)))
    assert "127.0.0.1:1" in found.why
    assert "freeswitch_conf/README.md" in found.remedy
    assert exit_status([found]) == 3


ANSWERS = {
    "version": VERSION,
    "status": STATUS,
    "sofia status gateway demo": GATEWAY,
    "xml_locate dialplan context name robot": DIALPLAN,
    "global_getvar RECORD_STEREO": "true",
    "global_getvar RECORD_MIN_SEC": "0",
    **{f"module_exists {name}": "true" for name in [*switch.NEEDED, *switch.USEFUL]},
}


@contextmanager
def event_socket() -> Iterator[int]:
    """The port of a switch that refuses the password `wrong` and answers `api` from ANSWERS."""
    server = StreamServer(("127.0.0.1", 0), serve_control)
    server.start()
    try:
        yield int(server.address[1])
    finally:
        server.stop()


def serve_control(connection: socket.socket, _address: object) -> None:
    with connection.makefile("rwb") as stream:

        def say(headers: str, body: str = "") -> None:
            length = f"Content-Length: {len(body)}\n" if body else ""
            stream.write(f"{headers}\n{length}\n{body}".encode())
            stream.flush()

        say("Content-Type: auth/request")
        for line in stream:
            command = line.decode().strip()
            if command.startswith("api "):
                say("Content-Type: api/response", ANSWERS.get(command.removeprefix("api "), "-ERR no reply\n"))
            elif command and command != "auth wrong":
                say("Content-Type: command/reply\nReply-Text: +OK")
            elif command:
                say("Content-Type: command/reply\nReply-Text: -ERR invalid")


def test_a_switch_that_is_well(settings: Settings) -> None:
    with event_socket() as port:
        found = switch.look(replace(settings, switch_port=port, switch_password="right"))
    assert [item for item in found if item.severity is not Severity.OK] == []
    assert len(found) == 7


def test_a_wrong_password(settings: Settings) -> None:
    with event_socket() as port:
        found = the(switch.look(replace(settings, switch_port=port, switch_password="wrong")))
    assert "VOICEBOT_SWITCH_PASSWORD" in found.remedy
    assert exit_status([found]) == 3


def test_a_gateway_name_that_is_none_hides_no_other_finding(settings: Settings) -> None:
    with event_socket() as port:
        found = switch.look(replace(settings, switch_port=port, gateway="demo, or another"))
    wrong = the(tuple(item for item in found if item.severity is not Severity.OK))
    assert "VOICEBOT_GATEWAY" in wrong.remedy
    assert len(found) == 7


def test_a_switch_that_says_nothing_useful(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ANSWERS", {})
    with event_socket() as port:
        found = switch.look(replace(settings, switch_port=port))
    assert exit_status(found) == 3
    assert {item.what for item in found} >= {"event socket", "FreeSWITCH", "module", "gateway demo", "limits"}


@pytest.mark.freeswitch
def test_a_real_switch_with_our_configuration_is_well(settings: Settings) -> None:
    where = os.environ.get("VOICEBOT_TEST_FREESWITCH")
    if not where:
        pytest.skip("set VOICEBOT_TEST_FREESWITCH=HOST:PORT")
    host, _, port = where.rpartition(":")
    found = switch.look(replace(settings, switch_host=host, switch_port=int(port)))
    assert [item for item in found if item.severity is not Severity.OK] == []
    assert len(found) == 7
