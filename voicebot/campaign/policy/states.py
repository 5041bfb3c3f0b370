"""The states of a campaign and of a lead, and which may follow which. Tables; who changes them is the store's."""

from collections.abc import Mapping
from enum import StrEnum

from voicebot.errors import UsageError


class CampaignState(StrEnum):
    """What a campaign is doing."""

    DRAFT = "draft"
    CHECKING = "checking"
    READY = "ready"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    OUT_OF_WINDOW = "out_of_window"
    PAUSING = "pausing"
    PAUSED = "paused"
    DRAINING = "draining"
    DONE = "done"
    CANCELLED = "cancelled"


class LeadState(StrEnum):
    """Where a lead stands. `claimed`: an attempt of it lives, under a lease."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    DONE = "done"
    REFUSED = "refused"


_C = CampaignState
NEXT: Mapping[CampaignState, frozenset[CampaignState]] = {
    _C.DRAFT: frozenset({_C.CHECKING, _C.CANCELLED}),
    _C.CHECKING: frozenset({_C.DRAFT, _C.READY, _C.CANCELLED}),
    _C.READY: frozenset({_C.DRAFT, _C.CHECKING, _C.SCHEDULED, _C.RUNNING, _C.OUT_OF_WINDOW, _C.CANCELLED}),
    _C.SCHEDULED: frozenset({_C.READY, _C.RUNNING, _C.OUT_OF_WINDOW, _C.CANCELLED}),
    _C.RUNNING: frozenset({_C.OUT_OF_WINDOW, _C.PAUSING, _C.DRAINING, _C.DONE}),
    _C.OUT_OF_WINDOW: frozenset({_C.RUNNING, _C.PAUSING, _C.DRAINING, _C.DONE}),
    _C.PAUSING: frozenset({_C.PAUSED, _C.RUNNING, _C.OUT_OF_WINDOW, _C.DRAINING}),
    _C.PAUSED: frozenset({_C.RUNNING, _C.OUT_OF_WINDOW, _C.DRAINING, _C.CANCELLED}),
    _C.DRAINING: frozenset({_C.DONE, _C.CANCELLED}),
    _C.DONE: frozenset(),
    _C.CANCELLED: frozenset(),
}
"""Every legal step. A finished campaign is not opened again: it is copied."""
DIALLING = frozenset({_C.RUNNING})
"""States in which new calls are placed."""
ENDED = frozenset({_C.DONE, _C.CANCELLED})


def check_step(campaign: str, now: CampaignState, to: CampaignState) -> None:
    """Raises UsageError naming the campaign, its state and what may follow, unless `to` may follow `now`."""
    if to not in NEXT[now]:
        allowed = ", ".join(sorted(NEXT[now])) or "nothing: it has ended; copy it to call again"
        raise UsageError(f"campaign {campaign!r} is {now} and cannot become {to}; it can become {allowed}")
