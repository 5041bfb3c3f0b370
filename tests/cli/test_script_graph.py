"""`voicebot script graph` as it is typed."""

from ctypes.util import find_library
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from tests.reports.sample_campaign import fill
from voicebot.app import script_picture
from voicebot.cli.script import command
from voicebot.errors import OutsideError, UsageError
from voicebot.store.store import open_store

NEEDS_LIBX11 = pytest.mark.skipif(find_library("X11") is None, reason="PNG needs the system's libX11 and GLib")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("VOICEBOT_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def run(*args: str) -> Result:
    return CliRunner().invoke(command, ["graph", *args], catch_exceptions=False)


@pytest.mark.parametrize("script", ["wecom_invite", "lead_cleaning"])
def test_the_picture_keeps_its_text(script: str, tmp_path: Path) -> None:
    file = tmp_path / "script.svg"
    assert run(script, "--out", str(file)).exit_code == 0
    texts = [text.text or "" for text in ElementTree.parse(file).iter(f"{SVG}text")]
    assert any("soft_close" in text for text in texts)
    assert any("祝您生活" in text for text in texts)


@NEEDS_LIBX11
def test_a_png(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script_picture, "_font", lambda: "sans-serif")  # whether one is installed is not our test's
    file = tmp_path / "script.png"
    assert run("wecom_invite", "--out", str(file)).exit_code == 0
    assert file.read_bytes().startswith(b"\x89PNG\r\n")


def test_a_png_without_a_chinese_font_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(script_picture, "_font", lambda: None)
    with pytest.raises(OutsideError, match=r"install one, for example Noto Sans CJK SC .* or take --format svg"):
        run("wecom_invite", "--out", str(tmp_path / "script.png"))
    assert run("wecom_invite", "--format", "svg").exit_code == 0


def test_mermaid_is_the_default() -> None:
    printed = run("wecom_invite").stdout
    assert "flowchart LR" in printed
    assert "may_talk" in printed


def test_the_format_wins_over_the_name_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "script.svg"
    run("wecom_invite", "--format", "mermaid", "--out", str(file))
    assert "flowchart LR" in file.read_text(encoding="utf-8")


def test_with_a_campaign_arrows_have_traffic(data: Path) -> None:
    store = open_store(f"sqlite:///{data / 'voicebot.db'}", data)
    fill(store)
    store.close()
    printed = run("wecom_invite", "--campaign", "spring").stdout
    assert "visits" in printed
    assert "hung up" in printed
    assert "style n1 fill:#" in printed
    with pytest.raises(UsageError, match="no campaign 'autumn'"):
        run("wecom_invite", "--campaign", "autumn")


def test_an_ending_that_is_no_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"script\.gif: \.gif is no format .* \.svg, \.png or \.mmd, or add --format"):
        run("wecom_invite", "--out", str(tmp_path / "script.gif"))
    assert run("wecom_invite", "--out", str(tmp_path / "script.mmd")).exit_code == 0
    assert "flowchart" in (tmp_path / "script.mmd").read_text(encoding="utf-8")
