"""What a round asks for: goal, which calls, by which strata, how many. Kept with the round, so it can be redrawn."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from voicebot.errors import UsageError
from voicebot.qa.allocation import Allocation
from voicebot.reports.only import Only


class Goal(StrEnum):
    """What a round looks at."""

    ACCURACY = "accuracy"
    NO_INTENT = "no_intent"
    NOT_UNDERSTOOD = "not_understood"
    HANG_UPS = "hang_ups"
    DISAGREEMENT = "disagreement"


GOALS = {
    Goal.ACCURACY: "any graded calls: whether the robot's grade is right",
    Goal.NO_INTENT: "calls with three turns or more that were graded neither A nor B",
    Goal.NOT_UNDERSTOOD: "calls with three turns or more of which none was understood",
    Goal.HANG_UPS: "calls in which the customer hung up, at given nodes or roles of nodes",
    Goal.DISAGREEMENT: "calls of whose words or grade two engines or versions think differently, the worst first",
}
"""Each goal with what it looks at, for people."""

STRATA = ("script", "version", "agent", "hour", "grade", "campaign", "node")
"""What a sample can be stratified by. hour: of the start, in the campaign's time zone; node: where it ended."""


@dataclass(frozen=True)
class Asked:
    """A request for a sample. `grades`, `nodes`, `roles`: only these, empty: any; nodes and roles for hang_ups only.

    `turns`: least turns with words, for no_intent and not_understood. `until`: only calls that had ended then.
    """

    goal: Goal
    size: int
    seed: int
    until: datetime
    only: Only = field(default_factory=Only)
    grades: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    turns: int = 3
    strata: tuple[str, ...] = ()
    allocation: Allocation = "proportional"

    def __post_init__(self) -> None:
        unknown = [name for name in self.strata if name not in STRATA]
        if unknown:
            raise UsageError(f"no stratum {unknown[0]!r}; there are: {', '.join(STRATA)}")
        if (self.nodes or self.roles) and self.goal is not Goal.HANG_UPS:
            raise UsageError(f"nodes are for goal hang_ups; goal {self.goal} looks at whole calls")

    @property
    def random(self) -> bool:
        """Whether every call of the population had its chance: only then a figure of the sample holds for all."""
        return self.goal is not Goal.DISAGREEMENT

    def to_json(self) -> dict[str, Any]:
        """As the store keeps it."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


def asked_from(plain: dict[str, Any]) -> Asked:
    """What `to_json` wrote."""
    return msgspec.convert(plain, Asked)
