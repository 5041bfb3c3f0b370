"""What only the disk knows of scripts: recordings, rendered prompts, lead lists, parts that nobody uses."""

from pathlib import Path

import pytest

from voicebot import settings as settings_list
from voicebot.app.prompts import prompt_cache
from voicebot.app.script_check import HEADER_BYTES, Checked, check_files, columns_of
from voicebot.errors import InputFault, UsageError
from voicebot.media.pcm import encode_wav
from voicebot.settings import Settings

SCRIPT = """script: small
start: opening
needs: {surname: {example: 王}}
nodes:
  opening:
    say: {text: 您好，我是智能助理。, file: recordings/hello.wav}
    then: {go: bye}
  bye:
    say: "{surname}先生，再见！"
    then: {hang_up: ROBOT_END}
anywhere:
  - {intent: stop_calling, go: bye}
grading:
  - {grade: E}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "dialogs" / "recordings").mkdir(parents=True)
    (tmp_path / "dialogs" / "small.yaml").write_text(SCRIPT, encoding="utf-8")
    record(tmp_path / "dialogs" / "recordings" / "hello.wav")
    return settings_list.load({}, data_dir=tmp_path / "data", dialogs_dir=tmp_path / "dialogs")


def record(path: Path) -> None:
    import numpy as np

    path.write_bytes(encode_wav(np.zeros(800, np.int16)))


def codes(checked: Checked) -> list[tuple[str, int, str | None]]:
    return [(one.code, one.line, one.node) for one in checked.findings]


def test_a_sound_script_with_all_it_needs(settings: Settings) -> None:
    assert check_files(settings, (), None, rendered=False) == Checked(1, ())


def test_a_recording_that_is_missing(settings: Settings) -> None:
    (settings.dialogs_dir / "recordings" / "hello.wav").unlink()
    assert codes(check_files(settings, ["small"], None, rendered=False)) == [("recording-missing", 6, "opening")]


def test_a_recording_that_is_none(settings: Settings) -> None:
    (settings.dialogs_dir / "recordings" / "hello.wav").write_text("hello")
    assert codes(check_files(settings, ["small"], None, rendered=False)) == [("recording-missing", 6, "opening")]


def test_a_recording_that_is_a_link_out_of_the_directory(settings: Settings, tmp_path: Path) -> None:
    record(tmp_path / "private.wav")
    path = settings.dialogs_dir / "recordings" / "hello.wav"
    path.unlink()
    path.symlink_to(tmp_path / "private.wav")
    checked = check_files(settings, ["small"], None, rendered=False)
    assert codes(checked) == [("recording-missing", 6, "opening")]
    assert "leads out of" in checked.findings[0].message


def test_a_prompt_that_is_not_rendered(settings: Settings) -> None:
    assert codes(check_files(settings, ["small"], None, rendered=True)) == [("prompt-not-rendered", 9, "bye")]
    with prompt_cache(settings) as cache:
        cache.ensure("王先生，再见！", "female")
    assert codes(check_files(settings, ["small"], None, rendered=True)) == []


def test_parts_that_no_script_uses(settings: Settings) -> None:
    for name in ("flows/old.yaml", "knowledge/old.yaml"):
        path = settings.dialogs_dir / name
        path.parent.mkdir()
        path.write_text("nobody reads this", encoding="utf-8")
    checked = check_files(settings, (), None, rendered=False)
    assert codes(checked) == [("part-unused", 1, None)] * 2
    assert [Path(one.file).parent.name for one in checked.findings] == ["flows", "knowledge"]
    assert codes(check_files(settings, ["small"], None, rendered=False)) == []


def test_an_installation_need_not_disclose(settings: Settings) -> None:
    path = settings.dialogs_dir / "small.yaml"
    path.write_text(SCRIPT.replace("智能助理", "小美"), encoding="utf-8")
    assert codes(check_files(settings, (), None, rendered=False)) == [("no-disclosure", 6, "opening")]
    for other in ({"require_disclosure": False}, {"disclosure_words": "小美, 小明"}):
        free = settings_list.load({}, dialogs_dir=settings.dialogs_dir, **other)
        assert codes(check_files(free, (), None, rendered=False)) == []


def test_a_service_must_be_one_that_the_installation_allows(settings: Settings) -> None:
    text = SCRIPT.replace(
        "nodes:", "services: {crm: {url: https://crm.example.com/x, fill: {a: b}, wait: 请稍等}}\nnodes:"
    )
    path = settings.dialogs_dir / "small.yaml"
    path.write_text(text.replace('    say: "{s', '    lookup: {http: crm, else: bye}\n    say: "{s'), encoding="utf-8")
    assert codes(check_files(settings, (), None, rendered=False)) == [("service-host", 4, None)]
    free = settings_list.load({}, dialogs_dir=settings.dialogs_dir, lookup_hosts="crm.example.com")
    assert codes(check_files(free, (), None, rendered=False)) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_columns_of_a_lead_list(tmp_path: Path, encoding: str) -> None:
    leads = tmp_path / "leads.csv"
    leads.write_bytes('phone,"surname",渠道\r\n13800138000,张,天猫\r\n'.encode(encoding))
    assert columns_of(leads) == {"phone", "surname", "渠道"}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "the first row is empty"),
        (b"\n1,2\n", "the first row is empty"),
        (b"a" * (HEADER_BYTES + 1), "the first row is longer than"),
        (b'"a,b\n1,2\n', "not CSV"),
        (b"\xff\xff\xff\n", "neither UTF-8 nor GB18030"),
    ],
)
def test_a_lead_list_that_is_none(tmp_path: Path, data: bytes, says: str) -> None:
    leads = tmp_path / "leads.csv"
    leads.write_bytes(data)
    with pytest.raises(InputFault, match=says) as caught:
        columns_of(leads)
    assert str(caught.value).startswith(f"{leads}:1:1: ")


def test_a_lead_list_without_end_is_not_read_to_its_end() -> None:
    with pytest.raises(InputFault, match="the first row is longer than"):
        columns_of(Path("/dev/zero"))


def test_what_is_not_there(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there: small"):
        check_files(settings, ["nosuch"], None, rendered=False)
    with pytest.raises(InputFault, match="cannot be read"):
        columns_of(tmp_path / "nosuch.csv")
