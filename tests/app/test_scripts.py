"""Scripts by name or path, and their registration."""

from pathlib import Path

import pytest

from voicebot import settings as settings_list
from voicebot.app.scripts import publish, script_path
from voicebot.errors import InputFault, UsageError
from voicebot.settings import REPOSITORY

DIALOGS = REPOSITORY / "dialogs"


def test_by_name_and_by_path() -> None:
    settings = settings_list.load({})
    assert script_path(settings, "wecom_invite") == DIALOGS / "wecom_invite.yaml"
    path = DIALOGS / "lead_cleaning.yaml"
    assert script_path(settings, str(path)) == path


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'nope'.*lead_cleaning, wecom_invite"):
        script_path(settings_list.load({}), "nope")
    with pytest.raises(UsageError, match="there: none"):
        script_path(settings_list.load({}, dialogs_dir=tmp_path), "nope")


def test_the_same_text_is_registered_once_and_a_changed_one_anew(store, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text((DIALOGS / "wecom_invite.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    first, again = publish(store, [path])["wecom_invite"], publish(store, [path])["wecom_invite"]
    assert first.version_id == again.version_id
    path.write_text(path.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    assert publish(store, [path])["wecom_invite"].version_id != first.version_id


def test_a_broken_script_is_not_registered(store, tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("script: [\n", encoding="utf-8")
    with pytest.raises(InputFault, match=r"broken\.yaml:"):
        publish(store, [path])
