"""Whose agents a campaign's hand-offs ring: the targets of its arms' scripts."""

from tests.call.test_actor import TINY
from voicebot.app.teams import teams_of_campaigns
from voicebot.campaign.policy.plan_reader import read_plan
from voicebot.store.arms import NewArm, set_arms
from voicebot.store.store import Store

PLAN = read_plan("campaign: spring\nscript: tiny\n", "plan.yaml")


def test_the_targets_of_all_arms_are_the_campaigns_teams(store: Store) -> None:
    store.add_campaign("spring", "春", simulated=True)
    text = TINY.read_text(encoding="utf-8")
    versions = [
        store.add_script_version("tiny", version, "", text.replace("target: agents", f"target: {target}"))
        for version, target in (("1", "agents"), ("2", "night_shift"))
    ]
    teams_of = teams_of_campaigns(store)
    assert teams_of(PLAN) == set()
    set_arms(store, "spring", [NewArm("a", 1, versions[0]), NewArm("b", 1, versions[1])])
    assert teams_of(PLAN) == {"agents", "night_shift"}


def test_a_version_that_cannot_be_read_has_nobody(store: Store) -> None:
    store.add_campaign("spring", "春", simulated=True)
    broken = store.add_script_version("tiny", "1", "", "script: [")
    set_arms(store, "spring", [NewArm("a", 1, broken)])
    assert teams_of_campaigns(store)(PLAN) == set()
