"""What a dialer has in hand, and a running campaign with its agents and its load, as a round of rounds.py begins.

Values and counts only: how many calls follow is policy's, who is called the store's.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from voicebot.campaign.floor import Floor
from voicebot.campaign.policy.pacing import Load, claims_on_agents
from voicebot.campaign.policy.plan import Plan
from voicebot.store.running import Standing


@dataclass(frozen=True)
class Hands:
    """What the dialer has in hand: `held`, attempts by id with their campaigns. Of these `going` are not over, of
    `talking` the customers talk, and `unlined` have no line yet."""

    held: Mapping[str, str]
    going: Collection[str] = ()
    talking: Collection[str] = ()
    unlined: Collection[str] = ()

    def count(self, some: Collection[str], campaign: str) -> int:
        """How many of `some` are the campaign's."""
        return sum(self.held.get(attempt_id) == campaign for attempt_id in some)


@dataclass(frozen=True)
class View:
    """One running campaign with its agents and its load at the beginning of a round; `unlined`: claimed leads that have
    no line yet, of whichever dialer."""

    plan: Plan
    floor: Floor
    load: Load
    unlined: int

    @property
    def claims(self) -> float:
        """Agents that its calls under way are reckoned to take."""
        return claims_on_agents(self.plan.lines.mode, self.load, self.floor.measured)

    def shares_agents_with(self, other: "View") -> bool:
        """Whether an agent at work may get customers of both."""
        return self.plan.name != other.plan.name and not self.floor.pool.isdisjoint(other.floor.pool)

    def with_started(self, calls: int) -> "View":
        """As it is once so many calls more are under way."""
        return replace(self, load=replace(self.load, ringing=self.load.ringing + calls))


def view_of(one: Standing, plan: Plan, floor: Floor, hands: Hands) -> View:
    """A campaign as it stands in the store, on its agents' floor, with what this dialer knows of its calls."""
    talking = hands.count(hands.talking, plan.name)
    load = Load(
        ringing=max(0, one.live - talking),
        talking=max(0, talking - floor.passed_on),
        waiting=floor.waiting,
        idle=floor.idle,
        busy=floor.busy,
        soon=floor.soon,
        passed_on=min(floor.passed_on, one.live),
    )
    return View(plan, floor, load, max(one.unlined, hands.count(hands.unlined, plan.name)))
