"""One leg as the switch knows it: names, states, times, variables. Data and their small changes, no I/O.
Its life is in legs.py, its events are written in events.py."""

import itertools
import time
from dataclasses import dataclass, field
from typing import Final

from voicebot.sim.dialstring import Action

STATE_NUMBERS: Final = {
    "CS_ROUTING": 2,
    "CS_SOFT_EXECUTE": 3,
    "CS_EXECUTE": 4,
    "CS_PARK": 6,
    "CS_CONSUME_MEDIA": 7,
    "CS_HIBERNATE": 8,
    "CS_RESET": 9,
    "CS_HANGUP": 10,
    "CS_REPORTING": 11,
}


def now_us() -> int:
    """The wall clock in microseconds, as events carry it."""
    return time.time_ns() // 1000


@dataclass
class Times:
    """Microseconds since the epoch, 0 for what has not happened; `hold_accum`: microseconds on hold in all."""

    created: int = field(default_factory=now_us)
    profile: int = 0
    progress: int = 0
    progress_media: int = 0
    answered: int = 0
    bridged: int = 0
    hangup: int = 0
    last_hold: int = 0
    hold_accum: int = 0


_session_numbers = itertools.count(1)


@dataclass
class Channel:
    """The state of one leg. `number`: what was dialled; `name`: the switch's name of the channel."""

    uuid: str
    name: str
    number: str
    gateway: str
    caller_number: str
    caller_name: str
    variables: dict[str, str]
    context: str = "default"
    actions: list[Action] = field(default_factory=list)
    session_id: int = field(default_factory=lambda: next(_session_numbers))
    running: str = "CS_INIT"
    state_number: int = STATE_NUMBERS["CS_ROUTING"]
    call_state: str = "DOWN"
    answer_state: str = "ringing"
    cause: str = ""
    times: Times = field(default_factory=Times)
    network_seen: bool = False  # an answer of any kind came from the other side
    has_codec: bool = False
    hit_dialplan: bool = False
    flipped: bool = False  # originate swaps caller and callee once the application runs
    profile_index: int = 1
    logical_direction: str = "outbound"
    dialplan: str = ""
    transfer_source: str = ""
    previous_number: str = ""
    peer: "Channel | None" = None  # the last leg that this one was bridged with
    peer_role: str = "originatee"

    def __post_init__(self) -> None:
        self.times.profile = self.times.profile or self.times.created

    @property
    def up(self) -> bool:
        return not self.cause

    @property
    def has_media(self) -> bool:
        return self.answer_state in ("early", "answered") and self.up

    @property
    def answered(self) -> bool:
        return self.times.answered > 0

    def enter(self, state: str) -> None:
        """Run in `state`; its number goes along."""
        self.running = state
        self.state_number = STATE_NUMBERS[state]

    def set(self, name: str, value: str) -> None:
        """Set a variable, or remove it by an empty value, as `set` does."""
        if value:
            self.variables[name] = value
        else:
            self.variables.pop(name, None)
