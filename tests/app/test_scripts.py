"""Scripts by name or path, their registration, and which version a call talks by."""

import shutil
from pathlib import Path

import pytest

from voicebot import settings as settings_list
from voicebot.app.scripts import Scripts, register, script_path, scripts_of
from voicebot.call.brief import StoredScript
from voicebot.campaign.policy.states import CampaignState
from voicebot.dialog.events import Answered, PromptFinished
from voicebot.errors import InputFault, UsageError
from voicebot.settings import REPOSITORY
from voicebot.store.arms import NewArm, set_arms
from voicebot.store.campaigns import step_to
from voicebot.store.store import NewLead, Store
from voicebot.store.versions import release, version_with_id

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


def write_version(path: Path, number: int) -> None:
    text = (DIALOGS / "wecom_invite.yaml").read_text(encoding="utf-8")
    path.write_text(f"{text}# {number}\n", encoding="utf-8")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    shutil.copytree(DIALOGS, tmp_path / "dialogs")
    path = tmp_path / "dialogs" / "wecom_invite.yaml"
    write_version(path, 1)
    return path


def publish(store: Store, stored: StoredScript) -> None:
    version = version_with_id(store, stored.version_id)
    assert version is not None
    release(store, version, "publish")


def test_the_same_text_is_registered_once_and_a_changed_one_anew(store, path: Path) -> None:
    first, again = register(store, path), register(store, path)
    assert first.version_id == again.version_id
    write_version(path, 2)
    assert register(store, path).version_id != first.version_id


def test_a_broken_script_is_not_registered(store, tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("script: [\n", encoding="utf-8")
    with pytest.raises(InputFault, match=r"broken\.yaml:"):
        register(store, path)


def test_the_file_speaks_until_a_version_is_published_and_the_next_call_takes_it(store, path: Path) -> None:
    file = register(store, path)
    scripts = Scripts(store, "wecom_invite", file)
    assert scripts.of_call(None, ()) is file
    assert "the file; none is published" in scripts.told(file)
    write_version(path, 2)
    newer = register(store, path)
    assert scripts.of_call(None, ()) is file
    publish(store, newer)
    taken = scripts.of_call(None, ())
    assert (taken.version_id, taken.script.digest) == (newer.version_id, newer.script.digest)
    assert scripts.told(taken).endswith(": published")
    publish(store, file)
    assert scripts.of_call(None, ()) is file


def test_a_call_that_goes_on_keeps_the_version_that_it_began_with(store, path: Path) -> None:
    first = register(store, path)
    publish(store, first)
    write_version(path, 2)
    second = register(store, path)
    scripts = Scripts(store, "wecom_invite", None)
    begun = (Answered(0, digest=first.script.digest), PromptFinished(2000, 1, 2000))
    publish(store, second)
    assert scripts.of_call(None, begun).version_id == first.version_id
    assert scripts.of_call(None, ()).version_id == second.version_id


def test_a_version_that_is_not_kept_or_not_readable_is_replaced_and_logged(store, path: Path, caplog) -> None:
    file = register(store, path)
    scripts = Scripts(store, "wecom_invite", file)
    assert scripts.of_call(None, (Answered(0, digest="f" * 64),)) is file
    broken = store.add_script_version("wecom_invite", "9", "x", "script: wecom_invite\nnodes: 1\n")
    publish(store, StoredScript(file.script, broken))
    assert scripts.of_call(None, ()) is file
    assert "is not kept" in caplog.text
    assert "cannot be read" in caplog.text


def test_a_lead_of_a_campaign_with_arms_gets_its_arms_version(store, path: Path) -> None:
    first = register(store, path)
    write_version(path, 2)
    second = register(store, path)
    store.add_campaign("spring", "x", simulated=True)
    leads = store.add_leads("spring", [NewLead(str(n), f"+86138000{n:05}") for n in range(30)])
    scripts = Scripts(store, "wecom_invite", first)
    assert scripts.of_call(leads[0], ()) is first
    set_arms(store, "spring", [NewArm("a", 1, first.version_id), NewArm("b", 1, second.version_id)])
    versions = [scripts.of_call(lead, ()).version_id for lead in leads]
    assert set(versions) == {first.version_id, second.version_id}
    assert [scripts.of_call(lead, ()).version_id for lead in leads] == versions


def test_a_script_without_a_file_speaks_when_it_is_published(store, path: Path, tmp_path: Path) -> None:
    settings = settings_list.load({}, dialogs_dir=tmp_path / "none")
    with pytest.raises(UsageError, match="no script 'wecom_invite'"):
        scripts_of(settings, store, "wecom_invite")
    stored = register(store, path)
    publish(store, stored)
    assert scripts_of(settings, store, "wecom_invite").current().version_id == stored.version_id
    assert scripts_of(settings, store, str(path)).current().version_id == stored.version_id


def test_languages_are_those_of_what_is_in_use_and_of_arms_that_may_still_call(store, path: Path) -> None:
    scripts = Scripts(store, "wecom_invite", register(store, path))
    assert scripts.languages() == {"zh"}
    english = path.with_name("hello.yaml")
    english.write_text(path.read_text(encoding="utf-8").replace("language: zh", "language: en"), encoding="utf-8")
    store.add_campaign("c", "t", simulated=True)
    set_arms(store, "c", [NewArm("one", 50, register(store, english).version_id)])
    assert scripts.languages() == {"zh", "en"}
    step_to(store, "c", CampaignState.CANCELLED)
    assert scripts.languages() == {"zh"}
