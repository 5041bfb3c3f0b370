"""The steps of a campaign that nobody has to order: its start, its hours, the end of a pause, its end.

Pure: facts and the moment in, the next state out. Which steps are legal is states.py's.
"""

from dataclasses import dataclass
from datetime import datetime

from voicebot.campaign.policy.states import CampaignState as State


@dataclass(frozen=True)
class Facts:
    """A campaign as it stands. `live`: attempts that are not settled; `waiting`: leads wait, now or for later;
    `loaded`: it has leads at all; `open`: the hours of some of its zones are; `spent`: its budget is used up."""

    live: int
    waiting: bool
    loaded: bool
    open: bool
    spent: bool = False
    starts_at: datetime | None = None


@dataclass(frozen=True)
class Step:
    """To which state, and why, for the audit."""

    to: State
    why: str


def due_step(state: State, facts: Facts, at: datetime) -> Step | None:
    """What follows from the facts alone as of `at` (aware); None: it stays as it is."""
    if state == State.SCHEDULED:
        due = facts.starts_at is not None and facts.starts_at <= at
        return _begin(facts, f"scheduled for {facts.starts_at:%Y-%m-%d %H:%M} UTC") if due else None
    if state == State.PAUSING:
        return None if facts.live else Step(State.PAUSED, "the last call has ended")
    if state == State.DRAINING:
        return None if facts.live else Step(State.DONE, "the last call has ended")
    if state not in (State.RUNNING, State.OUT_OF_WINDOW):
        return None
    if facts.spent:
        return Step(State.DRAINING, "the budget is used up")
    if facts.loaded and not facts.waiting and not facts.live:
        return Step(State.DONE, "no lead is left")
    if state == State.RUNNING and not facts.open:
        return Step(State.OUT_OF_WINDOW, "its hours are over")
    if state == State.OUT_OF_WINDOW and facts.open:
        return Step(State.RUNNING, "its hours have begun")
    return None


def _begin(facts: Facts, why: str) -> Step:
    return Step(State.RUNNING if facts.open else State.OUT_OF_WINDOW, why)
