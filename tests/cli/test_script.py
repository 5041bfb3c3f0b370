"""`voicebot script check` and `talk` as they are typed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from voicebot import settings as settings_list
from voicebot.app.classifier import installed_classifier
from voicebot.cli import script
from voicebot.settings import REPOSITORY

SHIPPED = (REPOSITORY / "dialogs" / "wecom_invite.yaml").read_text(encoding="utf-8")


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
    assert (found["broken"], found["errors"]) == ([], 0)


def test_a_broken_script_beside_a_good_one(run: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(SHIPPED.replace("    answers:\n", "    anwsers:\n", 1), encoding="utf-8")
    checked = run("check", str(path), "lead_cleaning")
    assert checked.exit_code == 1
    assert f"error: {path}:" in checked.stdout
    assert "did you mean 'answers'?" in checked.stdout
    assert "2 scripts, 1 errors" in checked.stdout
    found = json.loads(run("check", str(path), "--json").stdout)
    assert (len(found["broken"]), found["errors"]) == (1, 1)


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
