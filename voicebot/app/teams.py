"""The hand-off targets of the scripts that a campaign talks by: whose agents the dialer reckons with."""

import logging

from voicebot.app.scripts import load_version
from voicebot.campaign.agent_floor import TeamsOf
from voicebot.campaign.policy.plan import Plan
from voicebot.errors import InputFault
from voicebot.store.arms import versions_of_arms
from voicebot.store.store import Store
from voicebot.store.versions import version_with_id

log = logging.getLogger(__name__)


def teams_of_campaigns(store: Store) -> TeamsOf:
    """Looks them up in the store; each version of a script is read once."""
    known: dict[int, frozenset[str]] = {}

    def of_version(version_id: int) -> frozenset[str]:
        if version_id not in known:
            known[version_id] = _targets(store, version_id)
        return known[version_id]

    def of_plan(plan: Plan) -> frozenset[str]:
        return frozenset[str]().union(*(of_version(each) for each in versions_of_arms(store, plan.name)))

    return of_plan


def _targets(store: Store, version_id: int) -> frozenset[str]:
    """Of one version; none where this program cannot read it, which is logged."""
    version = version_with_id(store, version_id)
    if version is None:
        return frozenset()
    try:
        return frozenset(plan.target for plan in load_version(store, version).handoffs.values())
    except InputFault as fault:
        log.error("version %s cannot be read; no agents are reckoned with for it: %s", version.label, fault)
        return frozenset()
