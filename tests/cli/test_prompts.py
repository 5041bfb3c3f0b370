import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from voicebot.cli.prompts import command
from voicebot.errors import InputFault, MissingVariable, UsageError


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VOICEBOT_DATA_DIR", str(tmp_path / "data"))


def run(*args: str) -> Result:
    return CliRunner().invoke(command, args, catch_exceptions=False)


def test_render_then_everything_is_there() -> None:
    before = json.loads(run("list", "wecom_invite", "--json").stdout)
    assert before["missing"] == len(before["prompts"]) > 20
    rendered = run("render", "wecom_invite", "--json")
    assert rendered.exit_code == 0
    assert json.loads(rendered.stdout) == {"rendered": before["missing"], "cached": 0, "failed": []}
    after = json.loads(run("list", "wecom_invite", "--json").stdout)
    assert after["missing"] == 0
    assert after["seconds"] > 60


def test_leads_of_a_csv_each_get_their_own(tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text("surname,title,shop,channel\n王,先生,好物优选,京东\n李,女士,好物优选,抖音\n", "utf-8-sig")
    listed = json.loads(run("list", "wecom_invite", "--leads", str(file), "--json").stdout)
    texts = "".join(prompt["text"] for prompt in listed["prompts"])
    assert "王先生" in texts
    assert "李女士" in texts


def test_a_variable_wins_over_the_example() -> None:
    listed = json.loads(run("list", "wecom_invite", "--var", "surname=欧阳", "--json").stdout)
    assert any("欧阳" in prompt["text"] for prompt in listed["prompts"])


def test_wrong_use_and_bad_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="surname"):
        run("list", "wecom_invite", "--var", "surname")
    with pytest.raises(UsageError, match="no script 'nothing'"):
        run("list", "nothing")
    bad = tmp_path / "leads.csv"
    for data, told in (
        (b"surname\n\xff\xff", "2:1: neither UTF-8 nor GB18030"),
        (b"", "1:1: the file is empty"),
        (b"surname\n", "1:1: no lead"),
    ):
        bad.write_bytes(data)
        with pytest.raises(InputFault, match=rf"leads\.csv:{told}"):
            run("list", "wecom_invite", "--leads", str(bad))
    bad.write_text("phone\n13800000000\n", encoding="utf-8")
    with pytest.raises(MissingVariable, match="surname"):
        run("list", "wecom_invite", "--leads", str(bad))
