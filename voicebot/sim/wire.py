"""The event socket from the switch's side: commands in as bytes, replies and events out as bytes. Sans-IO.
What a command does is decided in inbound.py and outbound.py."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from voicebot.errors import ProtocolError

Headers = list[tuple[str, str]]

MAX_COMMAND_BYTES: Final = 1 << 20
# Beside letters and digits: what mod_event_socket leaves as it is in the header values of an event.
_NOT_ESCAPED: Final = "!$'()*,-./_~"
_BLANK_LINE: Final = re.compile(rb"\r?\n\r?\n")
GOODBYE: Final = "Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"


@dataclass(frozen=True)
class Command:
    """One command: its first line, its header lines, its body."""

    line: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""

    @property
    def verb(self) -> str:
        return self.line.partition(" ")[0].lower()

    @property
    def argument(self) -> str:
        return self.line.partition(" ")[2].strip()

    def header(self, name: str, default: str = "") -> str:
        """A header by its name in lower case, as the switch looks it up without regard to case."""
        return self.headers.get(name, default)


class CommandDecoder:
    """Bytes of one connection, in pieces of any size, into commands."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> list[Command]:
        """The commands completed by `data`. Raises ProtocolError for one that is longer than MAX_COMMAND_BYTES."""
        self._buffer += data
        commands = []
        while (command := self._take()) is not None:
            commands.append(command)
        if len(self._buffer) > MAX_COMMAND_BYTES:
            raise ProtocolError(f"a command of more than {MAX_COMMAND_BYTES} bytes")
        return commands

    def _take(self) -> Command | None:
        self._buffer = self._buffer.lstrip(b"\r\n")
        end = _BLANK_LINE.search(self._buffer)
        if end is None:
            return None
        head, rest = self._buffer[: end.start()], self._buffer[end.end() :]
        first, *lines = head.decode(errors="replace").split("\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = headers.get("content-length", "0")
        size = int(length) if length.isdecimal() else 0
        if len(rest) < size:
            return None
        self._buffer = rest[size:]
        return Command(first.strip(), headers, rest[:size].decode(errors="replace"))


def escape(value: str) -> str:
    """A header value of an event as it stands on the wire."""
    return quote(value, safe=_NOT_ESCAPED)


def frame(headers: Iterable[tuple[str, str]], body: str = "") -> bytes:
    """A frame whose header values go out as they are, with Content-Length if there is a body."""
    lines = [f"{name}: {value}\n" for name, value in headers]
    if body:
        lines.append(f"Content-Length: {len(body.encode())}\n")
    return ("".join(lines) + "\n" + body).encode()


def reply(text: str, *more: tuple[str, str]) -> bytes:
    """The answer to a command other than `api`."""
    return frame([("Content-Type", "command/reply"), ("Reply-Text", text), *more])


def api_response(text: str) -> bytes:
    """The answer to `api`; `text` may be empty, its length is always told."""
    return f"Content-Type: api/response\nContent-Length: {len(text.encode())}\n\n{text}".encode()


def event(headers: Headers, body: str = "") -> bytes:
    """A `text/event-plain` frame: Content-Length first, then the type, as the switch orders them."""
    lines = [f"{name}: {escape(value)}\n" for name, value in headers]
    if body:
        lines.append(f"Content-Length: {len(body.encode())}\n")
    text = "".join(lines) + "\n" + body
    return f"Content-Length: {len(text.encode())}\nContent-Type: text/event-plain\n\n{text}".encode()


def channel_data(headers: Headers) -> bytes:
    """The answer to `connect`: the channel's data as the frame's own headers, Reply-Text escaped like the rest."""
    return ("".join(f"{name}: {escape(value)}\n" for name, value in headers) + "\n").encode()
