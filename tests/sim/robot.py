"""A robot of a few lines for tests of the simulated switch: dials, controls one call, plays frames, hears frames."""

import asyncio
import socket
from collections.abc import Iterable
from typing import Self

from voicebot.esl.codec import Decoder, Event, Frame, encode
from voicebot.sim.switch import SimulatedSwitch

PATIENCE_S = 8.0
EVENTS = ("CHANNEL_CREATE", "BACKGROUND_JOB", "CHANNEL_HANGUP_COMPLETE")


class Link:
    """One event socket connection: `ask` a command, `wait` for an event."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._decoder = Decoder()
        self.frames: list[Frame] = []
        self.events: list[Event] = []
        self.ended = False
        self._news = asyncio.Condition()
        self._task = asyncio.create_task(self._read())

    async def ask(self, command: str, **headers: str) -> str:
        """Send a command and return its reply."""
        asked = len(self.frames)
        self._writer.write(encode(command, [(name.replace("_", "-"), value) for name, value in headers.items()]))
        async with asyncio.timeout(PATIENCE_S), self._news:
            await self._news.wait_for(lambda: len(self.frames) > asked)
        return self.frames[asked].reply

    async def wait(self, name: str, count: int = 1) -> Event:
        """The `count`-th event of that name."""
        async with asyncio.timeout(PATIENCE_S), self._news:
            await self._news.wait_for(lambda: sum(event.name == name for event in self.events) >= count)
        return [event for event in self.events if event.name == name][count - 1]

    async def wait_for_end(self) -> None:
        async with asyncio.timeout(PATIENCE_S), self._news:
            await self._news.wait_for(lambda: self.ended)

    def names(self) -> list[str]:
        return [event.name for event in self.events]

    def close(self) -> None:
        self._task.cancel()
        self._writer.close()

    async def _read(self) -> None:
        while data := await self._reader.read(65536):
            frames = self._decoder.feed(data)
            self.events += [frame.event() for frame in frames if frame.kind == "text/event-plain"]
            self.frames += [frame for frame in frames if frame.kind in ("command/reply", "api/response")]
            async with self._news:
                self._news.notify_all()
        self.ended = True
        async with self._news:
            self._news.notify_all()


class Robot:
    """A control connection, a listener for calls, and the sound of one call."""

    def __init__(self, switch: SimulatedSwitch) -> None:
        self._switch = switch
        self._calls: asyncio.Queue[Link] = asyncio.Queue()
        self._links: list[Link] = []
        self.heard: list[bytes] = []
        self.to_play: list[bytes] = []
        self.reply_to_frames = True
        self._sounds: list[socket.socket] = []
        self.sender: tuple[str, int] = ("", 0)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self.control = Link(*await asyncio.open_connection("127.0.0.1", self._switch.port))
        self._links.append(self.control)
        return self

    async def __aexit__(self, *error: object) -> None:
        self._server.close()
        for link in self._links:
            link.close()
        for sound in self._sounds:
            asyncio.get_running_loop().remove_reader(sound)
            sound.close()

    async def log_in(self, events: Iterable[str] = EVENTS) -> None:
        assert await self.control.ask("auth ClueCon") == "+OK accepted"
        await self.control.ask(f"event plain {' '.join(events)}")

    async def dial(self, number: str, variables: str = "originate_timeout=20") -> Link:
        """The controlled leg of a call, `myevents` and `linger` done."""
        await self.originate(number, variables)
        async with asyncio.timeout(PATIENCE_S):
            link = await self._calls.get()
        await link.ask("connect")
        await link.ask("myevents")
        await link.ask("linger 2")
        return link

    async def originate(self, number: str, variables: str = "originate_timeout=20") -> None:
        dialled = f"{{{variables}}}sofia/gateway/demo/{number}"
        await self.control.ask(f"bgapi originate {dialled} '&socket({self.address} async full)'")

    async def unicast(self, link: Link) -> str:
        """Ask for audio; from then on each frame is kept in `heard` and answered with one of `to_play`, or silence."""
        sound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sound.bind(("127.0.0.1", 0))
        self._sounds.append(sound)
        asyncio.get_running_loop().add_reader(sound, self._frame, sound)
        port = str(sound.getsockname()[1])
        where = {"local_ip": "127.0.0.1", "local_port": "0", "remote_ip": "127.0.0.1", "remote_port": port}
        return await link.ask("sendmsg", call_command="unicast", **where)

    async def hear(self, frames: int) -> None:
        """Until so many frames have come, counted from now."""
        wanted = len(self.heard) + frames
        async with asyncio.timeout(PATIENCE_S):
            while len(self.heard) < wanted:
                self._came = asyncio.Event()
                await self._came.wait()

    def _frame(self, sound: socket.socket) -> None:
        data, self.sender = sound.recvfrom(65536)
        self.heard.append(data)
        if self.reply_to_frames:
            sound.sendto(self.to_play.pop(0) if self.to_play else bytes(len(data)), self.sender)
        if hasattr(self, "_came"):
            self._came.set()

    def flood(self, frames: list[bytes]) -> None:
        """All at once, as a robot does that catches up after a stall."""
        for frame in frames:
            self._sounds[-1].sendto(frame, self.sender)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = Link(reader, writer)
        self._links.append(link)
        await self._calls.put(link)
