"""The plan's scripts become the campaign's arms when it is started; leads stay with the version they were drawn for."""

from dataclasses import replace
from pathlib import Path

from voicebot import settings as settings_list
from voicebot.app.plan_arms import put_arms_in_force
from voicebot.settings import Settings
from voicebot.store import campaigns
from voicebot.store.arms import NewArm, arms_of, assigned_version, set_arms
from voicebot.store.store import NewLead

SCRIPT = "script: {name}\nstart: bye\nnodes:\n  bye:\n    say: {words}\n    then: {{hang_up: ROBOT_END}}\n"
PLAN = "campaign: spring\narms:\n  a: {script: short, share: 3}\n  b: {script: long, share: 1}\n"


def installed(tmp_path: Path) -> Settings:
    for name in ("short", "long"):
        write(tmp_path, name, "再见")
    return replace(settings_list.load({}), dialogs_dir=tmp_path, data_dir=tmp_path)


def write(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / f"{name}.yaml").write_text(SCRIPT.format(name=name, words=words), "utf-8")


def test_each_arm_has_the_script_of_the_plan_as_it_is_now(store, tmp_path):
    settings = installed(tmp_path)
    plan, _ = campaigns.create(store, PLAN, "plan.yaml")
    put_arms_in_force(settings, store, plan)
    first = {arm.name: (arm.script, arm.share, arm.digest) for arm in arms_of(store, "spring")}
    assert {name: (script, share) for name, (script, share, _) in first.items()} == {
        "a": ("short", 3),
        "b": ("long", 1),
    }
    write(tmp_path, "short", "您好，再见")
    put_arms_in_force(settings, store, plan)
    again = {arm.name: arm.digest for arm in arms_of(store, "spring")}
    assert again["a"] != first["a"][2]
    assert again["b"] == first["b"][2]


def test_an_arm_with_leads_keeps_its_version_and_takes_the_new_share(store, tmp_path):
    settings = installed(tmp_path)
    plan, _ = campaigns.create(store, PLAN.replace("b: {script: long, share: 1}", "b: {script: long, share: 0}"), "p")
    put_arms_in_force(settings, store, plan)
    (lead,) = store.add_leads("spring", [NewLead("1", "+8613800000001")])
    version = assigned_version(store, lead)
    write(tmp_path, "short", "您好，再见")
    put_arms_in_force(settings, store, campaigns.change_plan(store, "spring", PLAN, "p"))
    found = {arm.name: (arm.version_id, arm.share) for arm in arms_of(store, "spring")}
    assert found["a"] == (version, 3)
    assert found["b"][1] == 1


def test_arms_that_were_set_by_hand_stay(store, tmp_path):
    settings = installed(tmp_path)
    plan, _ = campaigns.create(store, "campaign: spring\nscript: short\n", "p")
    version = store.add_script_version("long", "1", "long", "script: long\n")
    set_arms(store, "spring", [NewArm("mine", 1, version)])
    put_arms_in_force(settings, store, plan)
    assert [arm.name for arm in arms_of(store, "spring")] == ["mine"]
