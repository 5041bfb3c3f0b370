"""What is wrong from outside: one line that names the thing, its value and the remedy, and the status that says whose
fault it is."""

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.typed import Typed, voicebot
from voicebot import settings as settings_list
from voicebot.app.classifier import installed_classifier
from voicebot.settings import REPOSITORY

Type = Callable[..., Typed]

DIALOGS = REPOSITORY / "dialogs"
SCRIPT = (DIALOGS / "wecom_invite.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that has its classifier already."""
    directory = tmp_path_factory.mktemp("trained")
    installed_classifier(settings_list.load({}, data_dir=directory))
    return directory


@pytest.fixture
def data_dir(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "data"
    shutil.copytree(trained, directory)
    monkeypatch.setenv("VOICEBOT_DATA_DIR", str(directory))
    monkeypatch.delenv("VOICEBOT_DATABASE_URL", raising=False)
    return directory


@pytest.fixture
def typed(data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Type:
    def run(*arguments: str, **settings: object) -> Typed:
        return voicebot(monkeypatch, capsys, *arguments, **settings)

    return run


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


BROKEN_SCRIPTS = {
    "syntax": ("start: opening\n", "start: [opening\n", "not YAML"),
    "unknown key": ("    answers:\n", "    anwsers:\n", "did you mean 'answers'?"),
    "unknown node": ("start: opening\n", "start: opnening\n", "'opnening'"),
    "unknown variable": ("{surname}", "{surnam}", "did you mean 'surname'?"),
}


@pytest.mark.parametrize("command", [["demo", "--calls", "1", "--script"], ["serve", "--script"], ["script", "talk"]])
@pytest.mark.parametrize("fault", BROKEN_SCRIPTS)
def test_a_broken_script(typed: Type, tmp_path: Path, command: list[str], fault: str) -> None:
    good, bad, told = BROKEN_SCRIPTS[fault]
    shutil.copytree(DIALOGS, tmp_path / "dialogs")
    path = tmp_path / "dialogs" / "broken.yaml"
    path.write_text(SCRIPT.replace(good, bad, 1), encoding="utf-8")
    ended = typed(*command, str(path))
    assert ended.status == 1
    assert told in ended.complaint
    assert f"voicebot: {path}:" in ended.complaint


def test_a_script_that_is_not_there(typed: Type) -> None:
    ended = typed("demo", "--script", "nosuch")
    assert ended.status == 2
    assert "'nosuch'" in ended.complaint
    assert "wecom_invite" in ended.complaint


@pytest.mark.parametrize("command", [["demo", "--calls", "1", "--script"], ["script", "talk"]])
def test_a_variable_that_the_lead_does_not_have(typed: Type, tmp_path: Path, command: list[str]) -> None:
    shutil.copytree(DIALOGS, tmp_path / "dialogs")
    path = tmp_path / "dialogs" / "needs.yaml"
    path.write_text(
        SCRIPT.replace("needs:\n", "needs:\n  pet: {about: 宠物}\n", 1).replace("{surname}", "{surname}{pet}", 1),
        encoding="utf-8",
    )
    ended = typed(*command, str(path))
    assert ended.status == 1
    assert "'pet'" in ended.complaint


@pytest.mark.parametrize("command", [["demo", "--calls", "1"], ["script", "check"], ["script", "talk", "wecom_invite"]])
def test_a_broken_intents_file(typed: Type, tmp_path: Path, command: list[str]) -> None:
    intents = tmp_path / "intents"
    intents.mkdir()
    (intents / "a.yml").write_text('version: "3.1"\nnlu:\n- intent: a\n  examples: 5\n', encoding="utf-8")
    ended = typed(*command, intents_dir=intents)
    assert ended.status == 1
    assert f"{intents / 'a.yml'}:4:" in ended.complaint


def test_an_unknown_model(typed: Type) -> None:
    ended = typed("demo", "--calls", "1", model="vosk-nope")
    assert ended.status == 3
    assert "'vosk-nope'" in ended.complaint
    assert "voicebot models pull" in ended.complaint


def test_a_model_directory_with_parts_missing(typed: Type, tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    ended = typed("demo", "--calls", "1", model=model)
    assert ended.status == 3
    assert str(model) in ended.complaint
    assert "final.mdl" in ended.complaint


def test_a_damaged_model(typed: Type, tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(REPOSITORY / "models" / "demo-zh", model)
    (model / "am" / "final.mdl").write_bytes(b"half a file")
    ended = typed("demo", "--calls", "1", model=model)
    assert ended.status == 3
    assert str(model) in ended.complaint
    assert "pull it anew" in ended.complaint


def test_a_wrong_password(typed: Type) -> None:
    def refuse(server: socket.socket) -> None:
        peer, _ = server.accept()
        with peer, peer.makefile("rwb") as stream:
            stream.write(b"Content-Type: auth/request\n\n")
            stream.flush()
            assert stream.readline() == b"auth wrong\n"
            stream.write(b"Content-Type: command/reply\nReply-Text: -ERR invalid\n\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        switch = threading.Thread(target=refuse, args=(server,))
        switch.start()
        ended = typed("serve", "--script", "wecom_invite", "--port", "0", switch_port=port, switch_password="wrong")
        switch.join()
    assert ended.status == 3
    assert f"127.0.0.1:{port} refused the password" in ended.complaint
    assert "VOICEBOT_SWITCH_PASSWORD" in ended.complaint


def test_a_switch_that_is_not_there(typed: Type, free_port: int) -> None:
    ended = typed("serve", "--script", "wecom_invite", "--port", "0", switch_port=free_port)
    assert ended.status == 3
    assert f"127.0.0.1:{free_port}" in ended.complaint
    assert "mod_event_socket" in ended.complaint


def test_an_address_that_is_none(typed: Type) -> None:
    ended = typed("demo", "--freeswitch", "127.0.0.1")
    assert ended.status == 2
    assert "not HOST:PORT" in ended.err


def test_a_setting_of_the_wrong_kind(typed: Type) -> None:
    ended = typed("demo", max_calls="many")
    assert ended.status == 2
    assert "VOICEBOT_MAX_CALLS='many'" in ended.complaint


def test_a_database_that_is_down(typed: Type, free_port: int) -> None:
    ended = typed("demo", "--calls", "1", database_url=f"postgresql://robot:secret@127.0.0.1:{free_port}/voicebot")
    assert ended.status == 3
    assert str(free_port) in ended.complaint
    assert "VOICEBOT_DATABASE_URL" in ended.complaint
    assert "secret" not in ended.complaint


@pytest.mark.parametrize(
    ("name", "purpose"), [("recordings", "recordings"), ("reports", "report"), ("prompts", "prompt cache")]
)
def test_a_directory_that_takes_no_files(typed: Type, data_dir: Path, name: str, purpose: str) -> None:
    (data_dir / name).write_text("a file in its place")
    ended = typed("demo", "--calls", "1")
    assert ended.status == 3
    assert purpose in ended.complaint
    assert str(data_dir / name) in ended.complaint
    assert "VOICEBOT_DATA_DIR" in ended.complaint


def test_customers_who_cannot_be_prepared(typed: Type, data_dir: Path) -> None:
    (data_dir / "simulated-customers").write_text("a file in its place")
    ended = typed("demo", "--calls", "1")
    assert ended.status == 3
    assert str(data_dir / "simulated-customers") in ended.complaint


def test_serve_where_somebody_else_listens(typed: Type, taken_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Switch:
        def __init__(self, *address: object) -> None: ...

        def connect(self) -> None: ...

        def close(self) -> None: ...

        def on_lost(self, callback: object) -> None: ...

        def on_event(self, callback: object) -> None: ...

        def subscribe(self, *names: str) -> None: ...

        def name(self) -> str:
            return "switch:8021"

        def exists(self, uuid: str) -> bool:
            return False

    monkeypatch.setattr("voicebot.app.call_server.Control", Switch)
    ended = typed("serve", "--script", "wecom_invite", "--port", str(taken_port))
    assert ended.status == 2
    assert f"127.0.0.1:{taken_port}" in ended.complaint
    assert "VOICEBOT_SERVE_" in ended.complaint


def test_a_file_that_the_system_refuses_names_itself(typed: Type, data_dir: Path) -> None:
    ended = typed("report", "page", str(data_dir / "no" / "such" / "page.html"))
    assert ended.status in (2, 3)
    assert "page.html" in ended.err
    assert "Traceback" not in ended.err


def test_wrong_use(typed: Type) -> None:
    assert typed("demo", "--calls", "0").status == 2
    assert typed("nosuch").status == 2
    assert typed("--help").status == 0
