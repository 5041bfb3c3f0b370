"""What expressions and grading rules can ask of a talk, read from its state. Nothing is decided here."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from voicebot.dialog.expression import MEASURES, Value
from voicebot.dialog.state import State


class TalkFacts:
    """The facts of one state. `slots`: those of the state unless given."""

    def __init__(self, state: State, slots: Mapping[str, str] | None = None) -> None:
        self._state = state
        self._slots = state.slots if slots is None else slots

    def value(self, name: str) -> Value:
        """A measure, else a slot, else a variable of the lead; None when it is missing or empty."""
        if name in MEASURES:
            return Decimal(measure(name, self._state))
        return self._slots.get(name) or (None if name in self._slots else self._state.values.get(name)) or None

    def tagged(self, tag: str) -> bool:
        """Whether the talk has the tag."""
        return tag in self._state.tags

    def visits(self, node: str) -> int:
        """How often the node was entered."""
        return sum(visit.node == node for visit in self._state.visits)


def measure(name: str, state: State) -> int:
    """`score`; `turns` (asides over a prompt do not count); `talk_s`: seconds since the answer."""
    if name == "score":
        return state.score
    if name == "turns":
        return sum(not turn.aside for turn in state.turns)
    return last_moment(state) // 1000


def last_moment(state: State) -> int:
    """When the last thing happened that the state tells of, in milliseconds since the answer."""
    moments: Sequence[int] = [
        *(turn.ended for turn in state.turns[-1:]),
        *(visit.left or visit.entered for visit in state.visits[-1:]),
        *([state.ending.at] if state.ending else []),
    ]
    return max(moments, default=0)
