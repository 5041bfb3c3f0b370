"""An event socket as the switch reads and writes it, written apart from the product's codec, to check it against.

Reading follows what FreeSWITCH 1.10 does: CR ends a line as LF does, NUL ends a string, an empty line ends a command.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    line: str
    headers: tuple[tuple[str, str], ...]
    body: str


def read_commands(data: bytes) -> list[Command]:
    """Every command that the switch would see in `data`, which must hold whole commands."""
    commands = []
    while data:
        if data[:1] in b"\r\n":
            data = data[1:]
            continue
        head, data = _until_blank(data)
        first, *rest = [line for line in head.replace(b"\r", b"\n").split(b"\n") if line]
        headers = []
        length = 0
        for line in rest:
            name, colon, value = _c_string(line).partition(":")
            if colon:
                headers.append((name, value.lstrip(" ")))
                if name.lower() == "content-length":
                    length = int(value)
        body, data = data[:length], data[length:]
        assert len(body) == length, "the command promises more body than it has"
        commands.append(Command(_c_string(first), tuple(headers), _c_string(body)))
    return commands


def _until_blank(data: bytes) -> tuple[bytes, bytes]:
    newlines = 0
    for index, byte in enumerate(data):
        if byte == 0x0A:
            newlines += 1
        elif byte != 0x0D:
            newlines = 0
        if newlines == 2:
            return data[: index + 1], data[index + 1 :]
    raise AssertionError(f"no end of command in {data[:80]!r}")


def _c_string(data: bytes) -> str:
    return data.split(b"\0", 1)[0].decode()
