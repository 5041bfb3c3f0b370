"""The event socket's bytes: frames in, commands out. Sans-IO, no sockets and no greenlets here.

A value is URL-decoded only after its line was split off, so nothing inside a value can forge a header.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from voicebot.errors import ProtocolError

MAX_HEADER_BYTES = 256 * 1024  # a channel with hundreds of variables stays below 30 kB
MAX_BODY_BYTES = 8 * 1024 * 1024  # `show channels` of a full switch is about 1 MB
MAX_COMMAND_BYTES = 64 * 1024
MAX_DIGITS = 18  # microseconds since 1970 have 16
END_OF_HEADERS = b"\n\n"


@dataclass(frozen=True)
class Headers:
    """Header lines in their order, duplicates kept (CHANNEL_HANGUP carries Hangup-Cause twice).

    Names are compared without case, as the switch does.
    """

    pairs: tuple[tuple[str, str], ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """The first value of `name`, else `default`."""
        return self._first.get(name.lower(), default)

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of `name`, in order."""
        return tuple(value for key, value in self.pairs if key.lower() == name.lower())

    def number(self, name: str) -> int | None:
        """The first value of `name` as a whole number of at most MAX_DIGITS digits; None where it is none."""
        text = self.get(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else None

    def decoded(self) -> "Headers":
        """The same headers with every value URL-decoded (bytes that are not UTF-8 become U+FFFD)."""
        return Headers(tuple((k, unquote(v, errors="replace") if "%" in v else v) for k, v in self.pairs))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._first

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.pairs)

    @cached_property
    def _first(self) -> dict[str, str]:
        return {name.lower(): value for name, value in reversed(self.pairs)}


@dataclass(frozen=True)
class Event:
    """One event of the switch: decoded headers, and its own body (the result of a job, a recognised text)."""

    name: str
    headers: Headers
    body: str = ""

    @property
    def uuid(self) -> str:
        """The channel that it is about, empty if about none."""
        return self.headers.get("Unique-ID")


@dataclass(frozen=True)
class Frame:
    """One message of the switch as it came: headers raw (still URL-encoded where the switch encodes), body in bytes."""

    headers: Headers
    body: bytes = b""

    @property
    def kind(self) -> str:
        """Its Content-Type: command/reply, api/response, text/event-plain, ..."""
        return self.headers.get("Content-Type")

    @property
    def reply(self) -> str:
        """What a command or an api call was answered, without the line's end."""
        text = self.headers.get("Reply-Text") if self.kind == "command/reply" else self.text
        return text.rstrip("\n")

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", errors="replace")

    def channel_data(self) -> Headers:
        """The reply to `connect`: the one frame whose own headers are URL-encoded, Reply-Text (`%2BOK%0A`) too."""
        return self.headers.decoded()

    def event(self) -> Event:
        """The event in a text/event-plain frame. Raises ProtocolError if its own Content-Length is a lie."""
        head, _, rest = self.body.partition(END_OF_HEADERS)
        headers = _parse_headers(head.strip(b"\n")).decoded()
        length = _content_length(headers)
        if len(rest) < length:
            raise ProtocolError(f"event {headers.get('Event-Name')}: {len(rest)} bytes of a body of {length}")
        return Event(headers.get("Event-Name"), headers, rest[:length].decode("utf-8", errors="replace"))


class Decoder:
    """Bytes of one connection in, whole frames out, whatever the pieces in which they come."""

    def __init__(self, max_header: int = MAX_HEADER_BYTES, max_body: int = MAX_BODY_BYTES) -> None:
        self._max_header, self._max_body = max_header, max_body
        self._buffer = bytearray()
        self._scanned = 0
        self._headers: Headers | None = None  # of the frame whose body is awaited

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that `data` completes.

        Raises ProtocolError when the bytes are no event socket or over the caps; the connection is then of no more use.
        """
        self._buffer += data
        frames = []
        while (frame := self._take()) is not None:
            frames.append(frame)
        return frames

    def finish(self) -> None:
        """The peer closed. Raises ProtocolError if it did so inside a frame."""
        if self._buffer.strip(b"\n") or self._headers is not None:
            raise ProtocolError(f"the switch closed inside a frame, {len(self._buffer)} bytes of it seen")

    def _take(self) -> Frame | None:
        if self._headers is None:
            self._headers = self._take_headers()
        if self._headers is None:
            return None
        length = _content_length(self._headers)
        if length > self._max_body:
            raise ProtocolError(f"a body of {length} bytes, more than the {self._max_body} that are accepted")
        if len(self._buffer) < length:
            return None
        frame = Frame(self._headers, bytes(self._buffer[:length]))
        del self._buffer[:length]
        self._headers = None
        return frame

    def _take_headers(self) -> Headers | None:
        # A reply whose text ends in a newline leaves an empty line between two frames.
        blank = len(self._buffer) - len(self._buffer.lstrip(b"\n"))
        if blank:
            del self._buffer[:blank]
            self._scanned = 0
        end = self._buffer.find(END_OF_HEADERS, self._scanned)
        if max(end, len(self._buffer) if end < 0 else 0) > self._max_header:
            raise ProtocolError(f"headers of more than {self._max_header} bytes")
        if end < 0:
            self._scanned = max(0, len(self._buffer) - 1)
            return None
        headers = _parse_headers(bytes(self._buffer[:end]))
        del self._buffer[: end + len(END_OF_HEADERS)]
        self._scanned = 0
        return headers


def _parse_headers(data: bytes) -> Headers:
    pairs = []
    for line in data.split(b"\n"):
        name, colon, value = line.decode("utf-8", errors="replace").partition(":")
        if not colon or not name:
            raise ProtocolError(f"{line[:80]!r} is no `Name: value`")
        pairs.append((name, value.removeprefix(" ")))
    return Headers(tuple(pairs))


def _content_length(headers: Headers) -> int:
    stated = set(headers.all("Content-Length"))
    if not stated:
        return 0
    text = stated.pop()
    if stated or not (text.isascii() and text.isdigit()) or len(text) > 12:
        raise ProtocolError(f"Content-Length {headers.all('Content-Length')} is no one length")
    return int(text)


def encode(command: str, headers: Iterable[tuple[str, str]] = (), body: str = "") -> bytes:
    """One command as bytes: its line, its headers, and `body` as text/plain with its length.

    Raises ValueError naming the part that could end a line early or arrive altered: CR, LF, NUL, blanks at an edge,
    a header name beyond letters, digits and hyphens, more than MAX_COMMAND_BYTES, characters that UTF-8 cannot carry.
    """
    lines = [_line("the command", command)]
    if not command:
        raise ValueError("the command is empty")
    for name, value in headers:
        if not (name.replace("-", "").isalnum() and name.isascii()) or name.lower().startswith("content-"):
            raise ValueError(f"{name!r} is no header name of a command")
        lines.append(f"{name}: {_line(f'header {name}', value)}")
    tail = b""
    if body:
        tail = _line("the body", body).encode()
        lines += ["content-type: text/plain", f"content-length: {len(tail)}"]
    data = "\n".join(lines).encode() + END_OF_HEADERS + tail
    if len(data) > MAX_COMMAND_BYTES:
        raise ValueError(f"a command of {len(data)} bytes, more than {MAX_COMMAND_BYTES}")
    return data


def _line(what: str, text: str) -> str:
    for bad in "\r\n\0":
        if bad in text:
            raise ValueError(f"{what} has {bad!r} in it: {text[:80]!r}")
    if text != text.strip(" \t"):
        raise ValueError(f"{what} begins or ends with a blank: {text[:80]!r}")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{what} has a character that UTF-8 cannot carry: {text[:80]!r}") from None
    return text
