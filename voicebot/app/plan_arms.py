"""The scripts that a plan names become the arms that its campaign talks by, each with the version it has now."""

from voicebot.app.versions import kept
from voicebot.campaign.policy.plan import Plan
from voicebot.settings import Settings
from voicebot.store.arms import NewArm, arms_of, set_arms
from voicebot.store.store import Store


def put_arms_in_force(settings: Settings, store: Store, plan: Plan) -> None:
    """Keep the plan's scripts and give the campaign their arms.

    An arm that has leads keeps its version: they stay with what they were drawn for. A campaign whose arms were set by
    hand under other names keeps those. Raises UsageError, InputFault for a broken script, StoreError.
    """
    present = {arm.name: arm for arm in arms_of(store, plan.name)}
    if present and not any(arm.name in present for arm in plan.arms):
        return
    set_arms(
        store,
        plan.name,
        [
            NewArm(arm.name, arm.share, None)
            if arm.name in present and present[arm.name].leads
            else NewArm(arm.name, arm.share, kept(settings, store, arm.script).version_id)
            for arm in plan.arms
        ],
    )
