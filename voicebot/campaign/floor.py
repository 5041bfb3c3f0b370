"""The port between the dialer and the human agents: how many are idle, and what customers have shown of late.

For campaigns whose pacing goes by agents; where nobody tells of agents, such a campaign calls nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass

from voicebot.campaign.policy.pacing import Measured
from voicebot.campaign.policy.plan import Plan

NOTHING_MEASURED = Measured(answer_rate=0.0, wants_agent=0.0)


@dataclass(frozen=True)
class Floor:
    """Agents of a campaign at this moment; the fields are those of policy/pacing.Load and Measured. `pool`: the names
    of those at work, by which campaigns that share agents are known."""

    pool: frozenset[str] = frozenset()
    idle: int = 0
    busy: int = 0
    waiting: int = 0
    soon: float = 0.0
    passed_on: int = 0
    measured: Measured = NOTHING_MEASURED


FindFloor = Callable[[Plan], Floor]
"""May block: never called on the hub."""


def no_agents(plan: Plan) -> Floor:
    """The floor of an installation that tells of no agents."""
    return Floor()
