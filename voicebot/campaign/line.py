"""The port between the dialer and the lines: through which gateway, and under which number, an attempt goes out.

The runner asks; who answers decides by capacity, health and the plan. No switch, no dialling here.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from voicebot.campaign.policy.causes import Rule
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.plan import Plan
from voicebot.settings import Settings
from voicebot.store.claims import Claimed


@dataclass(frozen=True)
class Line:
    """By what one attempt goes out. `caller_number`: digits, empty for the gateway's own; `causes`: the gateway's own
    reading of what the switch tells, before the common table."""

    gateway: str
    caller_number: str = ""
    causes: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class NoLine:
    """None may be used now. `why`: for people; `rest_s`: where only a rate is in the way, when to ask again; else 0."""

    why: str
    rest_s: float = 0.0


class Lines(Protocol):
    """Where lines come from. Every method may block (a database, Redis): never called on the hub.

    All raise StoreError when what they rest on is down; then nobody is dialled.
    """

    def room(self, plan: Plan) -> int:
        """How many more attempts of this plan the lines would carry now; asked before leads are claimed."""

    def choose(self, plan: Plan, claimed: Claimed, tried: Collection[str] = ()) -> Line | NoLine:
        """A line for this attempt, counted as used until `done`; not through the gateways `tried` before."""

    def others(self, plan: Plan, tried: Collection[str]) -> bool:
        """Whether the plan has a gateway that takes calls besides those `tried`."""

    def done(self, claimed: Claimed, line: Line, code: Code | None) -> None:
        """The attempt is over, with this code; None: it was not dialled, or its result is not known here."""


class OneLine:
    """The gateway and the caller number of the settings, for every attempt, as many as are wanted."""

    def __init__(self, settings: Settings) -> None:
        self._line = Line(settings.gateway, settings.caller_number)
        self._room = settings.max_calls

    def room(self, plan: Plan) -> int:
        """As many as one node carries."""
        return self._room

    def choose(self, plan: Plan, claimed: Claimed, tried: Collection[str] = ()) -> Line | NoLine:
        """Always the same."""
        return NoLine("there is no other gateway") if self._line.gateway in tried else self._line

    def others(self, plan: Plan, tried: Collection[str]) -> bool:
        """None but the one."""
        return self._line.gateway not in tried

    def done(self, claimed: Claimed, line: Line, code: Code | None) -> None:
        """Nothing was counted."""
