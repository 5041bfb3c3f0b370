"""Who is at the other end of a dialled leg, as the switch sees them: how the line answers, then frames for frames.
The port only; customers and agents implement it in customer.py and agent.py."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from voicebot.media.frames import FRAME_BYTES

# What is left of silence after a G.711 A-law leg: its smallest step, not zero.
SILENCE: Final = (8).to_bytes(2, "little", signed=True) * (FRAME_BYTES // 2)


def silence(size: int) -> bytes:
    """`size` bytes of it."""
    return (SILENCE * (size // FRAME_BYTES + 1))[:size]


@dataclass(frozen=True)
class Line:
    """What the network tells before the talk. Milliseconds count from the INVITE.

    `ringing_ms`: when 180 comes, None if it never does. `final_ms`: when `status` comes; status 200 is an answer, 0
    means that nobody ever answers. `announcement`: early media (183) from `ringing_ms` to the final status, L16 8 kHz.
    """

    ringing_ms: int | None
    final_ms: int
    status: int
    announcement: bytes = b""


@dataclass(frozen=True)
class Press:
    """A key: 0-9 * # A-D."""

    digit: str


@dataclass(frozen=True)
class HangUp:
    """The callee puts the receiver down."""


@dataclass(frozen=True)
class Hold:
    """The callee's telephone holds the call (`on`), or takes it back."""

    on: bool


CalleeAction = Press | HangUp | Hold


class Callee(Protocol):
    """One person (or machine) who was dialled."""

    @property
    def line(self) -> Line: ...

    def on_frame(self, heard: bytes) -> bytes:
        """Hear one frame and say one of the same size. Called once in 20 ms of talk, from the answer on."""
        ...

    def actions(self) -> tuple[CalleeAction, ...]:
        """What was decided during the last frame; each is told once."""
        ...


Directory = Callable[[str, str], Callee]  # gateway or profile, number as dialled -> who is there
