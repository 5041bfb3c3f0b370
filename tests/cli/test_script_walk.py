"""The commands of docs/scripts.md, typed as a new script designer would, with the page's script and conversations."""

import re
import shlex
from ctypes.util import find_library
from pathlib import Path

import pytest
from click.testing import CliRunner

from voicebot.cli import root

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "scripts.md").read_text(encoding="utf-8")
YAML = re.findall(r"```yaml\n(.*?)```", DOCS, flags=re.DOTALL)
SHELL = re.findall(r"```sh\n(.*?)```", DOCS, flags=re.DOTALL)
EVERY = [shlex.split(line, comments=True) for block in SHELL for line in block.splitlines()]
OF_VERSIONS = ("publish", "versions", "diff", "rollback", "replay")
COMMANDS = [words for words in EVERY if words[2] not in OF_VERSIONS]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VOICEBOT_DATA_DIR", str(tmp_path_factory.getbasetemp() / "data"))
    monkeypatch.setenv("VOICEBOT_DIALOGS_DIR", str(tmp_path / "dialogs"))
    tests = tmp_path / "dialogs/tests/hello"
    tests.mkdir(parents=True)
    (tmp_path / "dialogs/hello.yaml").write_text(YAML[0], "utf-8")
    conversations = next(block for block in YAML if block.startswith("# conversations\nscript: hello\n"))
    (tests / "first.yaml").write_text(conversations, "utf-8")
    return tmp_path


def typed(words: list[str], status: int = 0) -> str:
    assert words[0] == "voicebot"
    done = CliRunner().invoke(root, words[1:], input="方便\n", catch_exceptions=False)
    assert done.exit_code == status, done.output
    return done.stdout


def test_every_command_of_the_page(place: Path) -> None:
    printed: dict[str, str] = {}
    for words in COMMANDS:
        if "--out" not in words:
            printed.setdefault(" ".join(words), typed(words))
    assert "1 scripts, 0 errors, 0 warnings" in printed["voicebot script check hello"]
    assert "grade B" in printed["voicebot script talk hello"]
    promised = re.findall(r"```text\n(.*?)```", DOCS, flags=re.DOTALL)[0]
    assert printed["voicebot script test hello"] == promised
    assert (place / "sounds/conversation.wav").stat().st_size > 100_000
    assert "5 passed, 0 failed" in typed(["voicebot", "script", "test", "hello"])  # with the chat


def test_the_commands_of_versions_in_their_order(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEBOT_DATA_DIR", str(place / "data"))
    told = {words[2]: words for words in EVERY if words[2] in OF_VERSIONS}
    assert set(told) == set(OF_VERSIONS)
    typed(told["publish"])
    script = place / "dialogs/hello.yaml"
    script.write_text(script.read_text("utf-8").replace("祝您生活愉快", "祝您愉快"), "utf-8")
    assert "~ node bye" in typed(told["diff"], status=1)
    typed(told["publish"])
    typed(told["rollback"])
    assert typed(told["versions"]).count("publish") >= 2
    assert "no recorded call" in typed(["voicebot", "script", "replay", "hello", "--since", "1d"])


@pytest.mark.parametrize("words", [words for words in COMMANDS if "--out" in words], ids=" ".join)
def test_every_file_that_the_page_writes(place: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    if words[-1].endswith(".png") and find_library("X11") is None:
        pytest.skip("PNG needs the system's libX11 and GLib")
    monkeypatch.setattr("voicebot.app.script_picture._font", lambda: "sans-serif")  # no matter which are installed
    typed(words)
    assert (place / words[-1]).stat().st_size > 1000
