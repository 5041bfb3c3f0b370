"""The switch's end of one event socket connection, scripted by a test: real TCP, read by the reference parser."""

from gevent import socket

from tests.esl.reference import Command, read_commands
from tests.esl.traces import Message


class Peer:
    """Speaks the switch's part over `sock`."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._buffer = b""
        self._sequence = 1000

    @classmethod
    def dial(cls, port: int) -> "Peer":
        """The switch brings a call to our outbound server."""
        return cls(socket.create_connection(("127.0.0.1", port)))

    def command(self) -> Command:
        """The next command of the robot. Fails the test at the end of the connection."""
        while True:
            head, end, _ = self._buffer.partition(b"\n\n")
            lengths = [line.split(b":")[1] for line in head.split(b"\n") if line.lower().startswith(b"content-length:")]
            need = len(head) + 2 + int(lengths[0]) if lengths else len(head) + 2
            if end and len(self._buffer) >= need:
                (command,) = read_commands(self._buffer[:need])
                self._buffer = self._buffer[need:]
                return command
            data = self._sock.recv(65536)
            assert data, f"the robot closed; {self._buffer!r} was left"
            self._buffer += data

    def expect(self, line: str) -> Command:
        """The next command, which must be this one."""
        command = self.command()
        assert command.line == line
        return command

    def send(self, data: bytes) -> None:
        self._sock.sendall(data)

    def reply(self, text: str = "+OK") -> None:
        self.send(f"Content-Type: command/reply\nReply-Text: {text}\n\n".encode())

    def api_reply(self, text: str) -> None:
        self.send(f"Content-Type: api/response\nContent-Length: {len(text.encode())}\n\n{text}".encode())

    def event(self, name: str, body: str = "", **headers: str) -> None:
        """An event; header names are given with `_` for `-`."""
        self._sequence += 1
        lines = [f"Event-Name: {name}", f"Event-Sequence: {self._sequence}"]
        lines += [f"{key.replace('_', '-')}: {value}" for key, value in headers.items()]
        lines += [f"Content-Length: {len(body.encode())}"] if body else []
        text = "\n".join(lines) + "\n\n" + body
        self.send(f"Content-Length: {len(text.encode())}\nContent-Type: text/event-plain\n\n{text}".encode())

    def channel_data(
        self, uuid: str, answer_state: str = "answered", mode: str = "async", control: str = "full"
    ) -> None:
        """The reply to `connect`."""
        self.send(
            f"Event-Name: CHANNEL_DATA\nEvent-Sequence: {self._sequence}\nUnique-ID: {uuid}\n"
            f"Answer-State: {answer_state}\nContent-Type: command/reply\nReply-Text: %2BOK%0A\n"
            f"Socket-Mode: {mode}\nControl: {control}\n\n".encode()
        )

    def at_end(self) -> bool:
        """Wait for the robot to close. True if it sent nothing more before."""
        return not self._buffer and not self._sock.recv(1)

    def close(self) -> None:
        self._sock.close()

    def replay(self, messages: list[Message], unlike: tuple[str, ...] = ()) -> list[Command]:
        """Play a recording: send what the switch sent, expect what the robot sent, `unlike` header values apart."""
        seen = []
        for message in messages:
            if not message.sent:
                self.send(message.raw)
                continue
            command = self.command()
            assert command.line == message.command
            assert alike(command.headers, unlike) == alike(message.headers, unlike)
            seen.append(command)
        return seen


def alike(headers: tuple[tuple[str, str], ...], unlike: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, "" if name in unlike else value) for name, value in headers]
