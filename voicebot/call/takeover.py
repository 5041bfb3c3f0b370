"""A talk that another call server began: how long it has been going on. Pure."""

from collections.abc import Sequence

from voicebot.dialog.events import Event
from voicebot.esl.codec import Headers


def begun_ago(channel: Headers, happened: Sequence[Event]) -> int | None:
    """Milliseconds since the customer's answer, None for a talk that nobody has begun.

    `channel`: the data with which the switch connects a call, its own clock in microseconds. Not less than the latest
    event's time.
    """
    if not happened:
        return None
    now, answered = (channel.number(name) for name in ("Event-Date-Timestamp", "Caller-Channel-Answered-Time"))
    return max((now - answered) // 1000 if now and answered else 0, happened[-1].at)
