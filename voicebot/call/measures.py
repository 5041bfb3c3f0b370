"""What is measured in a call: how fast the robot answers, how fast it falls silent. All in milliseconds."""

from dataclasses import dataclass, field


@dataclass
class Measures:
    """Filled while the call runs, read when it is over. Keys are the dialog's clock.

    `turn_latencies`: by the end of the turn, from the customer's last voiced frame to the robot's first.
    `barge_ins`: by the beginning of the speech, from the customer's first voiced frame, or the end of the prompt's
    protected part if that is later, to the robot's last frame.
    `decode_ms`: from the end of each utterance to its text.
    """

    turn_latencies: dict[int, int] = field(default_factory=dict)
    barge_ins: dict[int, int] = field(default_factory=dict)
    decode_ms: list[float] = field(default_factory=list)
    _awaited: tuple[int, int, int] | None = None

    def answer_begins(self, turn_ended: int, on_line: int, say_id: int) -> None:
        """Prompt `say_id` answers the turn that ended at `turn_ended`, `on_line` on the line's clock."""
        self._awaited = (turn_ended, on_line, say_id)

    def first_frame(self, say_id: int, at: int) -> None:
        """The first frame of a prompt was sent at `at` of the line's clock."""
        if self._awaited is not None and self._awaited[2] == say_id:
            turn_ended, on_line, _ = self._awaited
            self.turn_latencies[turn_ended] = at - on_line
            self._awaited = None
