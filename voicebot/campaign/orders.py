"""What a person orders a campaign to do: start, schedule, pause, resume, stop, cancel; each a legal step with its note.

What follows by itself (hours, the last call's end) is policy/course.py's, carried out by the dialer.
"""

from datetime import datetime

from voicebot.campaign.policy.states import CampaignState as State
from voicebot.campaign.policy.states import LeadState
from voicebot.errors import UsageError
from voicebot.store import campaigns
from voicebot.store.claims import counts
from voicebot.store.store import Store


def begin_checking(store: Store, name: str, by: str) -> bool:
    """Take a campaign that has not begun to `checking`; False for one that is not to be checked again: it runs, ...

    Raises UsageError for an unknown campaign, StoreError.
    """
    state = campaigns.find(store, name).state
    if state == State.CHECKING:
        return True
    if state not in (State.DRAFT, State.READY):
        return False
    campaigns.step_to(store, name, State.CHECKING, by=by)
    return True


def checked(store: Store, name: str, by: str, *, ok: bool, why: str) -> State:
    """End the check: `ready`, or `draft` with the reason. Raises UsageError, StoreError."""
    to = State.READY if ok else State.DRAFT
    campaigns.step_to(store, name, to, by=by, why=why)
    return to


def start(store: Store, name: str, by: str, why: str) -> State:
    """From ready or scheduled to running. Raises UsageError naming what may follow, StoreError."""
    state = campaigns.find(store, name).state
    if state in (State.PAUSED, State.PAUSING):
        raise UsageError(f"campaign {name!r} is {state}; take it up again with: voicebot campaign resume {name}")
    campaigns.step_to(store, name, State.RUNNING, by=by, why=why)
    return State.RUNNING


def schedule(store: Store, name: str, at: datetime, now: datetime, by: str, why: str) -> State:
    """From ready to scheduled: it starts `at`. Raises UsageError for a moment that is past, StoreError."""
    if at <= now:
        raise UsageError(f"{at:%Y-%m-%d %H:%M %z} is past; name a moment to come, or: voicebot campaign start {name}")
    if campaigns.find(store, name).state == State.SCHEDULED:
        campaigns.step_to(store, name, State.READY, by=by, why="scheduled anew")
    campaigns.step_to(store, name, State.SCHEDULED, by=by, why=why, starts_at=at)
    return State.SCHEDULED


def pause(store: Store, name: str, by: str, why: str) -> State:
    """No new call from now on; live ones go on, and `paused` when the last is over. Raises UsageError, StoreError."""
    campaigns.step_to(store, name, State.PAUSING, by=by, why=why)
    return _at_rest(store, name, State.PAUSED, by)


def resume(store: Store, name: str, by: str, why: str) -> State:
    """From paused, or pausing still, to running. Raises UsageError, StoreError."""
    state = campaigns.find(store, name).state
    if state not in (State.PAUSED, State.PAUSING):
        raise UsageError(f"campaign {name!r} is {state}, not paused")
    campaigns.step_to(store, name, State.RUNNING, by=by, why=why)
    return State.RUNNING


def stop(store: Store, name: str, by: str, why: str) -> State:
    """For good: no new call, live ones end, then `done`. A scheduled start is called off. Raises UsageError,
    StoreError."""
    if campaigns.find(store, name).state == State.SCHEDULED:
        campaigns.step_to(store, name, State.READY, by=by, why=why)
        return State.READY
    campaigns.step_to(store, name, State.DRAINING, by=by, why=why)
    return _at_rest(store, name, State.DONE, by)


def cancel(store: Store, name: str, by: str, why: str) -> State:
    """For good, of a campaign without calls in the air. Raises UsageError, StoreError."""
    campaigns.step_to(store, name, State.CANCELLED, by=by, why=why)
    return State.CANCELLED


def _at_rest(store: Store, name: str, to: State, by: str) -> State:
    """Go on to `to` at once when no call is in the air; a dialer may have done it already, or does it later.

    Nothing is claimed any more: a claim holds the campaign's row and sees the state before.
    """
    if not counts(store, name).get(LeadState.CLAIMED):
        try:
            campaigns.step_to(store, name, to, by=by, why="no call is in the air")
        except UsageError:
            if campaigns.find(store, name).state != to:
                raise
    return campaigns.find(store, name).state
