"""A transcript as lines of text, aligned in time, both sides. Pure; nothing of the robot's grade."""

from collections.abc import Sequence

from voicebot.reports.calls import Line, clock

WHO = {"robot": "R", "customer": "C", "agent": "H"}
"""Robot, customer, human agent."""


def transcript_line(line: Line) -> str:
    """One line: from – to, who, a customer's turn by its number, the words, and what was made of them."""
    turn = f" [{line.turn}]" if line.turn is not None else ""
    words = line.text or ("hand-off" if line.who == "agent" else "…")
    cut = " —" if line.cut else ""
    note = f"  ({line.note})" if line.note else ""
    return f"{clock(line.at_ms)}–{clock(line.at_ms + line.length_ms)} {WHO[line.who]}{turn} {words}{cut}{note}"


def transcript(lines: Sequence[Line]) -> str:
    """All lines, one below the other."""
    return "\n".join(transcript_line(line) for line in lines)
