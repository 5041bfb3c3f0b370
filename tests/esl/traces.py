"""Recorded conversations with FreeSWITCH 1.10.12 (recordings/), with all their values, as bytes again."""

import json
from dataclasses import dataclass
from pathlib import Path

TRACES = Path(__file__).resolve().parent / "recordings"


@dataclass(frozen=True)
class Message:
    """One message of a recording. `sent`: by the robot. `head`: its first line (of a command) and headers."""

    sent: bool
    connection: str
    command: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def raw(self) -> bytes:
        lines = ([self.command] if self.sent else []) + [f"{name}: {value}" for name, value in self.headers]
        return "\n".join(lines).encode() + b"\n\n" + self.body

    @property
    def event_name(self) -> str:
        return self.body.split(b"\n", 1)[0].removeprefix(b"Event-Name: ").decode() if self.body else ""


def load(name: str, connection: str) -> list[Message]:
    """The messages of one connection of the recording `name`, in order."""
    recorded = json.loads((TRACES / f"{name}.json").read_text(encoding="utf-8"))
    return [
        Message(
            sent=item["dir"] == ">",
            connection=item["conn"],
            command=item.get("command", ""),
            headers=tuple(item["headers"].items()),
            body=item["body"].encode(),
        )
        for item in recorded
        if item["conn"] == connection
    ]


def received(name: str, connection: str) -> bytes:
    """All that the switch sent on that connection."""
    return b"".join(message.raw for message in load(name, connection) if not message.sent)
