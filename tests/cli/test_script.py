"""`voicebot script check` and `talk` as they are typed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from voicebot import settings as settings_list
from voicebot.app.classifier import installed_classifier
from voicebot.cli import script
from voicebot.errors import UsageError
from voicebot.settings import REPOSITORY

SHIPPED = (REPOSITORY / "dialogs" / "wecom_invite.yaml").read_text(encoding="utf-8")


LONG_LOOP = """script: long
start: quiz
nodes:
  quiz:
    say: 您好，我是智能助理，可以吗？
    max_visits: 20
    answers:
      - {intent: affirm, go: quiz}
      - {intent: deny, hang_up: ROBOT_END}
anywhere:
  - {intent: stop_calling, hang_up: ROBOT_END}
grading:
  - {grade: E}
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("trained")
    installed_classifier(settings_list.load({}, data_dir=directory))
    return directory


@pytest.fixture
def run(trained: Path) -> Callable[..., Result]:
    def typed(*arguments: str, lines: tuple[str, ...] = ()) -> Result:
        environ = {"VOICEBOT_DATA_DIR": str(trained), "COLUMNS": "200"}
        return CliRunner().invoke(
            script.command, arguments, input="".join(f"{line}\n" for line in lines), env=environ, catch_exceptions=False
        )

    return typed


def test_the_shipped_scripts_are_without_errors(run: Callable[..., Result]) -> None:
    checked = run("check", "--json")
    assert checked.exit_code == 0
    found = json.loads(checked.stdout)
    assert (found["findings"], found["errors"]) == ([], 0)


def test_a_broken_script_beside_a_good_one(run: Callable[..., Result], tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "dialogs", tmp_path, dirs_exist_ok=True)
    path = tmp_path / "broken.yaml"
    broken = SHIPPED.replace("    answers:\n", "    anwsers:\n", 1).replace("voice: female", "voise: female")
    path.write_text(broken, encoding="utf-8")
    checked = run("check", str(path), "lead_cleaning")
    assert checked.exit_code == 1
    assert "did you mean 'answers'?" in checked.stdout
    assert "2 scripts, 2 errors, 0 warnings" in checked.stdout
    found = json.loads(run("check", str(path), "--json").stdout)
    assert [(one["code"], one["file"], one["page"]) for one in found["findings"]] == [
        ("unknown-key", str(path), "docs/check/unknown-key.md")
    ] * 2
    assert (found["scripts"], found["errors"], found["warnings"]) == (1, 2, 0)


def test_warnings_fail_only_when_asked(run: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "long.yaml"
    path.write_text(LONG_LOOP, encoding="utf-8")
    assert run("check", str(path)).exit_code == 0
    strict = run("check", str(path), "--strict")
    assert strict.exit_code == 1
    assert f"{path}:4:3: warning long-loop: " in strict.stdout
    assert "(docs/check/long-loop.md)" in strict.stdout


def test_leads_that_lack_a_variable(run: Callable[..., Result], tmp_path: Path) -> None:
    leads = tmp_path / "leads.csv"
    leads.write_text("phone,title\n13800138000,先生\n", encoding="gb18030")
    checked = run("check", "wecom_invite", "--leads", str(leads))
    assert checked.exit_code == 1
    assert "missing-column: no column 'surname'; it has phone, title" in checked.stdout


def test_a_script_that_is_not_there_is_wrong_use(run: Callable[..., Result]) -> None:
    with pytest.raises(UsageError, match="'nosuch'") as caught:
        run("check", "nosuch")
    assert caught.value.exit_status == 2


def test_a_talk_that_ends_in_agreement(run: Callable[..., Result]) -> None:
    talked = run("talk", "wecom_invite", "--var", "surname=欧阳", lines=("可以，你说", "可以", "是的", "再见"))
    assert talked.exit_code == 0
    assert "欧阳" in talked.stdout
    assert "grade A" in talked.stdout


def test_a_talk_that_the_customer_leaves(run: Callable[..., Result]) -> None:
    assert "grade" in run("talk", "wecom_invite", lines=("/hangup",)).stdout


def test_the_end_of_input_is_a_hang_up(run: Callable[..., Result]) -> None:
    talked = run("talk", "lead_cleaning")
    assert talked.exit_code == 0
    assert "grade" in talked.stdout


def test_silence_keys_and_unknown_commands(run: Callable[..., Result]) -> None:
    talked = run("talk", "wecom_invite", lines=("", "/nosuch", "/state", "1", "/hangup"))
    assert talked.exit_code == 0
    assert "no_input" in talked.stdout
    assert "type what the customer says" in talked.stdout


def test_a_stop_request_is_tagged(run: Callable[..., Result]) -> None:
    talked = run("talk", "wecom_invite", lines=("别再打了", "/hangup"))
    assert "STOP_REQUEST" in talked.stdout
    assert "grade D" in talked.stdout
