"""What a talk leaves to be done after it: tasks for providers and people, and that the number is called no more.

Only noted here; writing it down while the call goes on is the recorder's.
"""

from voicebot.dialog.script import Effects, Task
from voicebot.dialog.state import FollowUp, State, StopWish, changed
from voicebot.dialog.wording import render

MAX_FOLLOW_UPS = 20
"""Tasks of one call; a script that asks for more runs in a circle."""


def with_aftermath(state: State, effects: Effects, at: int) -> State:
    """`state` with the tasks and wishes of `effects`. What was asked for before in the same words counts once."""
    if not (effects.follow_up or effects.stop_request or effects.complaint):
        return state
    return changed(state, follow_ups=_tasks(state, effects, at), stops=_stops(state, effects, at))


def _tasks(state: State, effects: Effects, at: int) -> tuple[FollowUp, ...]:
    known = {_content(one) for one in state.follow_ups}
    new = [one for task in effects.follow_up if _content(one := _filled(state, task, at)) not in known]
    return (*state.follow_ups, *new)[:MAX_FOLLOW_UPS]


def _filled(state: State, task: Task, at: int) -> FollowUp:
    values = state.texts
    return FollowUp(
        type=task.type,
        node=state.node,
        asked=at,
        text=render(task.text, values),
        details={name: render(text, values) for name, text in task.details.items()},
        at=" ".join(render(task.at, values).split()),
        in_minutes=task.in_minutes,
    )


def _content(one: FollowUp) -> tuple[object, ...]:
    return one.type, one.text, tuple(sorted(one.details.items())), one.at, one.in_minutes


def _stops(state: State, effects: Effects, at: int) -> tuple[StopWish, ...]:
    complaint = render(effects.complaint, state.texts)
    if not (effects.stop_request or complaint) or any(wish.complaint == complaint for wish in state.stops):
        return state.stops
    words = state.turns[-1].text if state.turns else ""
    return (*state.stops, StopWish(state.node, at, words, complaint))
