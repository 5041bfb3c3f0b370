"""What a call server is told of an attempt before it talks, beside the lead: what its campaign wants."""

import pytest

from voicebot.app.briefs import PlansInForce
from voicebot.store import campaigns
from voicebot.store.store import Store

PLAN = "campaign: spring\nscript: any\n"


@pytest.mark.parametrize(("more", "longest_ms"), [("", None), ("lines: {longest_wait: 15s}\n", 15_000)])
def test_the_longest_wait_for_an_agent_is_the_plans(store: Store, more: str, longest_ms: int | None) -> None:
    campaigns.create(store, PLAN + more, "plan.yaml")
    assert PlansInForce(store).wishes("spring").longest_wait_ms == longest_ms


def test_a_changed_plan_holds_for_the_next_call(store: Store) -> None:
    campaigns.create(store, PLAN, "plan.yaml")
    plans = PlansInForce(store)
    assert plans.wishes("spring").longest_wait_ms is None
    campaigns.change_plan(store, "spring", PLAN + "lines: {longest_wait: 5s}\n", "plan.yaml")
    assert plans.wishes("spring").longest_wait_ms == 5_000


def test_a_call_without_a_campaign_waits_as_the_script_says(store: Store) -> None:
    assert PlansInForce(store).wishes(None).longest_wait_ms is None
