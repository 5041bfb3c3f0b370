"""Plays the robot's side of a recorded trace against a switch, simulated or real, and collects what comes back.
The comparison is in test_contract.py; the format of a trace is told in tests/traces/README.md."""

import asyncio
import json
import re
import socket
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import numpy as np

from voicebot.esl.codec import Decoder, Frame, encode

TRACES: Final = Path(__file__).parent.parent / "traces"
PATIENCE_S: Final = 12.0  # for one frame of the switch; the longest recorded pause is 5 s
TONE_FRAMES: Final = 30  # the replayed robot "speaks" so long, then it is silent
SPEECH: Final = (3000 * np.sin(np.arange(160) * 0.4)).astype("<i2").tobytes()
SILENCE: Final = bytes(320)
UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
AGENT: Final = "sofia/gateway/demo/agent"


@dataclass(frozen=True)
class Seen:
    """One frame of the switch, reduced to what is compared. `variables`: names, with a value where one is known."""

    kind: str  # an event's name, or a frame's content type
    leg: str  # which leg it is about: A, B, ...; "" for none
    app: str
    headers: tuple[str, ...]  # names in order, without variable_*
    values: dict[str, str]
    variables: dict[str, str]
    body: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.leg, self.app


@dataclass(frozen=True)
class Entry:
    """One line of a trace: a command of the robot, or a frame of the switch."""

    conn: str
    command: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    seen: Seen | None = None


@dataclass(frozen=True)
class Trace:
    """`legs`: the recorded channels in the order in which they were dialled."""

    entries: list[Entry]
    legs: tuple[str, ...]


def load(name: str) -> Trace:
    """A trace by the beginning of its file name."""
    (path,) = TRACES.glob(f"{name}_*.json")
    legs: dict[str, str] = {}
    return Trace([_entry(line, legs) for line in json.loads(path.read_text(encoding="utf-8"))], tuple(legs))


def optional(seen: Seen) -> bool:
    """What may come or not, or long after: the first park (enabled too late), and farewells."""
    return seen.kind in ("CHANNEL_PARK", "text/disconnect-notice")


class Replay:
    """One trace against one switch: `listen`, then `run`, which returns the frames that came, by connection."""

    def __init__(self, trace: Trace, number: str, recordings: Path) -> None:
        self._entries = trace.entries
        self._number = number
        self._recordings = recordings
        self._frames: dict[str, list[Seen]] = {}
        self._matched: dict[str, list[bool]] = {}
        self._writers: dict[str, asyncio.StreamWriter] = {}
        self._news = asyncio.Condition()
        self._readers: list[asyncio.Task[None]] = []
        self._echoes: list[socket.socket] = []
        self._uuids = {old: str(uuid.uuid4()) for old in trace.legs}  # chosen, to know our calls among others
        self._to_dial = list(self._uuids.values())
        self._legs = {new: chr(ord("A") + index) for index, new in enumerate(self._to_dial)}

    async def listen(self) -> None:
        """Wait for the switch's connections, unless the trace is about a robot that does not."""
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        if not any(entry.conn == "outbound" for entry in self._entries):
            self._server.close()

    async def run(self, host: str, port: int, password: str) -> dict[str, list[Seen]]:
        """Raises TimeoutError when something that was recorded does not come."""
        self._password = password
        self._begin("inbound", *await asyncio.open_connection(host, port))
        try:
            for entry in self._entries:
                if entry.command:
                    await self._send(entry)
                elif entry.seen and not optional(entry.seen):
                    await self._wait_for(entry.conn, entry.seen)
        finally:
            self._end()
        return self._frames

    def _end(self) -> None:
        for task in self._readers:
            task.cancel()
        self._server.close()
        for writer in self._writers.values():
            writer.close()
        for echo in self._echoes:
            asyncio.get_running_loop().remove_reader(echo)
            echo.close()

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        count = sum(name.startswith("outbound") for name in self._frames)
        self._begin(f"outbound{count + 1}" if count else "outbound", reader, writer)
        async with self._news:
            self._news.notify_all()

    def _begin(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._frames[name], self._matched[name], self._writers[name] = [], [], writer
        self._readers.append(asyncio.create_task(self._read(name, reader)))

    async def _read(self, name: str, reader: asyncio.StreamReader) -> None:
        decoder = Decoder()
        while data := await reader.read(65536):
            ours = [seen for seen in map(self._reduced, decoder.feed(data)) if seen]
            self._frames[name] += ours
            self._matched[name] += [False] * len(ours)
            async with self._news:
                self._news.notify_all()

    def _reduced(self, frame: Frame) -> Seen | None:
        """None for what belongs to other people's calls."""
        headers, body = list(frame.headers), frame.text
        if frame.kind == "text/event-plain":
            event = frame.event()
            headers, body = list(event.headers), event.body
            if event.uuid and event.uuid not in self._legs:
                return None
        elif "Event-Name" in frame.headers:
            headers = list(frame.channel_data())
        variables = {name.removeprefix("variable_"): value for name, value in headers if name.startswith("variable_")}
        return _seen([pair for pair in headers if not pair[0].startswith("variable_")], variables, body, self._legs)

    async def _wait_for(self, conn: str, wanted: Seen) -> None:
        async with asyncio.timeout(PATIENCE_S), self._news:
            while not self._take(conn, wanted):
                await self._news.wait()

    def _take(self, conn: str, wanted: Seen) -> bool:
        for index, seen in enumerate(self._frames.get(conn, [])):
            if not self._matched[conn][index] and seen.key == wanted.key:
                self._matched[conn][index] = True
                return True
        return False

    async def _send(self, entry: Entry) -> None:
        async with asyncio.timeout(PATIENCE_S), self._news:
            while entry.conn not in self._writers:
                await self._news.wait()
        writer = self._writers[entry.conn]
        if entry.command == "(close)":
            writer.close()
            return
        headers = {name: self._translated(value) for name, value in entry.headers.items()}
        if headers.get("call-command") == "unicast":
            headers["remote-port"] = str(self._echo())
        writer.write(encode(self._translated(entry.command), headers.items()))

    def _translated(self, text: str) -> str:
        """The recorded text with our own channels, numbers, addresses and password."""
        for old, new in self._uuids.items():
            text = text.replace(old, new)
        if "originate {" in text and self._to_dial:
            text = text.replace("originate {", f"originate {{origination_uuid={self._to_dial.pop(0)},")
        text = text.replace("sofia/gateway/trunk/1000", f"sofia/gateway/demo/{self._number}")
        text = text.replace("sofia/internal/agent@127.0.0.1:5091", AGENT).replace("127.0.0.1:8084", self.address)
        text = text.replace("auth ClueCon", f"auth {self._password}")
        return text.replace("$RECORDINGS", str(self._recordings))

    def _echo(self) -> int:
        """A UDP socket that answers each frame with one: first a tone, then silence."""
        echo = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        echo.bind(("127.0.0.1", 0))
        self._echoes.append(echo)
        frames = 0

        def answer() -> None:
            nonlocal frames
            _, sender = echo.recvfrom(65536)
            frames += 1
            echo.sendto(SPEECH if frames <= TONE_FRAMES else SILENCE, sender)

        asyncio.get_running_loop().add_reader(echo, answer)
        port: int = echo.getsockname()[1]
        return port


def _entry(line: dict[str, Any], legs: dict[str, str]) -> Entry:
    if "send" in line:
        return Entry(line["conn"], line["send"], line.get("headers", {}))
    texts = [unquote(text) for text in line.get("event", line.get("reply"))]
    pairs = [_split(text, ": ") for text in texts]
    variables = dict(_split(unquote(text), "=") for text in line.get("variables", "").split())
    return Entry(line["conn"], seen=_seen(pairs, variables, line.get("body", ""), legs))


def _split(text: str, mark: str) -> tuple[str, str]:
    name, _, value = text.partition(mark)
    return name, value


def _seen(headers: Iterable[tuple[str, str]], variables: dict[str, str], body: str, legs: dict[str, str]) -> Seen:
    headers = list(headers)
    values = dict(reversed(headers))
    leg = values.get("Unique-ID", "")
    if leg:
        leg = legs.setdefault(leg, chr(ord("A") + len(legs)))
    values = {name: UUID.sub("*", value) for name, value in values.items()}
    kind = values.get("Event-Name") or values["Content-Type"]
    return Seen(kind, leg, values.get("Application", ""), tuple(n for n, _ in headers), values, variables, body)
