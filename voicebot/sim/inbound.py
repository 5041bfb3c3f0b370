"""Connections to the simulated event socket: password, subscriptions, `api`, `bgapi`, `sendmsg` to any channel.
The connections that the switch itself makes to the robot are in outbound.py, built on this."""

import asyncio
import uuid
from contextlib import suppress
from typing import Final

from voicebot.errors import ProtocolError
from voicebot.sim import api, wire
from voicebot.sim.channel import Channel
from voicebot.sim.dialstring import Action
from voicebot.sim.exchange import Exchange
from voicebot.sim.legs import Leg
from voicebot.sim.wire import Command, CommandDecoder

READ_BYTES: Final = 1 << 16
NOT_FOUND: Final = "-ERR command not found"


class Connection:
    """What both kinds of connection have in common: bytes, subscriptions, commands of every session."""

    def __init__(self, exchange: Exchange, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.exchange = exchange
        self._reader = reader
        self._writer = writer
        self._names: set[str] = set()
        self._filters: list[tuple[str, str]] = []
        self._open = True

    def deliver(self, data: bytes) -> None:
        if self._open:
            self._writer.write(data)

    def wants(self, name: str, channel: Channel | None) -> bool:
        """Whether `name` was subscribed; a filter on Unique-ID lets only that channel through."""
        wanted = [value for header, value in self._filters if header == "unique-id"]
        if wanted and (channel is None or channel.uuid not in wanted):
            return False
        return name in self._names or "ALL" in self._names

    async def serve(self) -> None:
        """Read commands until the other side, or a command, ends the connection."""
        decoder = CommandDecoder()
        with suppress(ConnectionError, ProtocolError):  # the peer's way to end it: like any other end
            while self._open and (data := await self._reader.read(READ_BYTES)):
                for command in decoder.feed(data):
                    await self.handle(command)
        self.close()

    async def handle(self, command: Command) -> None:
        """Answer one command."""
        if command.verb in ("event", "nixevent", "noevents", "filter", "myevents", "divert_events"):
            self._subscribe(command)
        elif command.verb == "exit":
            self.deliver(wire.reply("+OK bye"))
            self.deliver(self.goodbye())
            self.close()
        elif command.verb == "api":
            self.deliver(wire.api_response(await api.run(self.exchange, command.argument)))
        elif command.verb == "bgapi":
            self._background(command)
        elif command.verb == "sendmsg":
            self.send_message(command)
        else:
            self.deliver(wire.reply(NOT_FOUND))

    def goodbye(self) -> bytes:
        return wire.frame([("Content-Type", "text/disconnect-notice")], wire.GOODBYE)

    def close(self) -> None:
        """End the connection; what was written still goes out. Twice is harmless."""
        if self._open:
            self._open = False
            self._writer.close()
            self.exchange.listeners.remove(self)

    def send_message(self, command: Command) -> None:
        leg = self.exchange.legs.get(command.argument)
        if leg is None:
            self.deliver(wire.reply(f"-ERR invalid session id [{command.argument}]"))
            return
        self.deliver(wire.reply("+OK"))
        obey(leg, command)

    def _subscribe(self, command: Command) -> None:
        words = command.argument.split()
        if command.verb == "noevents":
            self._names.clear()
            self.deliver(wire.reply("+OK no longer listening for events"))
        elif command.verb == "nixevent":
            self._names.difference_update(words)
            self.deliver(wire.reply("+OK events nixed"))
        elif command.verb == "filter" and len(words) >= 2:
            self._filters.append((words[0].lower(), " ".join(words[1:])))
            self.deliver(wire.reply(f"+OK filter added. [{words[0]}]=[{' '.join(words[1:])}]"))
        elif command.verb == "event" and words and words[0] == "plain":
            self._names.update(words[1:])
            self.deliver(wire.reply("+OK event listener enabled plain"))
        else:
            self.deliver(wire.reply(NOT_FOUND))

    def _background(self, command: Command) -> None:
        name, _, argument = command.argument.partition(" ")
        job = command.header("job-uuid") or str(uuid.uuid4())
        self.deliver(wire.reply(f"+OK Job-UUID: {job}", ("Job-UUID", job)))

        async def work() -> None:
            self.exchange.job_done(job, name, argument, await api.run(self.exchange, command.argument))

        self.exchange.spawn(work())


class InboundConnection(Connection):
    """One client of the event socket; nothing but `auth` and `exit` works before the password."""

    def __init__(self, exchange: Exchange, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__(exchange, reader, writer)
        self._trusted = False

    async def serve(self) -> None:
        self.exchange.listeners.append(self)
        self.deliver(wire.frame([("Content-Type", "auth/request")]))
        await super().serve()

    async def handle(self, command: Command) -> None:
        if self._trusted or command.verb == "exit":
            await super().handle(command)
        elif command.verb == "auth" and command.argument == self.exchange.config.password:
            self._trusted = True
            self.deliver(wire.reply("+OK accepted"))
        elif command.verb == "auth":
            self.deliver(wire.reply("-ERR invalid"))
            self.deliver(self.goodbye())
            self.close()
        else:
            self.deliver(wire.reply(NOT_FOUND))


def obey(leg: Leg, command: Command) -> None:
    """Carry out a `sendmsg`; it has been answered already."""
    what = command.header("call-command").lower()
    if what == "hangup":
        leg.hang_up(command.header("hangup-cause", "NORMAL_CLEARING"))
    elif what == "unicast":
        local = (command.header("local-ip", "127.0.0.1"), int(command.header("local-port", "0")))
        remote = (command.header("remote-ip", "127.0.0.1"), int(command.header("remote-port", "0")))
        leg.unicast(local, remote)
    elif what == "execute":
        action = Action(command.header("execute-app-name"), command.header("execute-app-arg") or command.body)
        leg.execute(action, command.header("event-uuid") or str(uuid.uuid4()))
