"""Connections that the `socket` application makes to the robot: one a call, with `connect`, `myevents`, `linger`.
The commands that both kinds of connection know are in inbound.py."""

import asyncio
from typing import Final

from voicebot.sim import events, wire
from voicebot.sim.channel import Channel
from voicebot.sim.exchange import Exchange
from voicebot.sim.inbound import NOT_FOUND, Connection, obey
from voicebot.sim.legs import Leg
from voicebot.sim.wire import Command

CONNECT_S: Final = 2.0
SPEAK_S: Final = 24.0  # measured: so long the switch waits for `connect`, then the leg stays parked and uncontrolled
EARLY_NOTICE_EVERY: Final = 3
# What `myevents` brings: measured; RECORD_STOP is not among them.
MY_EVENTS: Final = frozenset(
    {
        "CHANNEL_ANSWER",
        "CHANNEL_BRIDGE",
        "CHANNEL_EXECUTE",
        "CHANNEL_EXECUTE_COMPLETE",
        "CHANNEL_HANGUP",
        "CHANNEL_HANGUP_COMPLETE",
        "CHANNEL_PARK",
        "CHANNEL_PROGRESS",
        "CHANNEL_PROGRESS_MEDIA",
        "CHANNEL_STATE",
        "CHANNEL_UNBRIDGE",
        "CHANNEL_UNPARK",
        "DTMF",
    }
)


async def connect(exchange: Exchange, leg: Leg, hosts: list[str], asynchronous: bool, full: bool) -> bool:
    """Connect the first of `hosts` that listens and wait until it speaks; False when none listens."""
    for host in hosts:
        name, _, port = host.rpartition(":")
        try:
            reader, writer = await asyncio.wait_for(asyncio.open_connection(name, int(port)), CONNECT_S)
        except (OSError, TimeoutError):
            continue
        leg.channel.variables["socket_host"] = name
        session = OutboundSession(exchange, leg, reader, writer, asynchronous, full)
        exchange.spawn(session.serve())
        await session.wait_for_connect()
        return True
    return False


class OutboundSession(Connection):
    """The robot's control of one leg, and of no other."""

    def __init__(
        self,
        exchange: Exchange,
        leg: Leg,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        asynchronous: bool,
        full: bool,
    ) -> None:
        super().__init__(exchange, reader, writer)
        self._leg = leg
        self._asynchronous = asynchronous
        self._full = full
        self._linger_s = 0
        self._lingering = False
        self._spoken = asyncio.Event()
        exchange.listeners.append(self)
        leg.sessions.append(self)

    async def wait_for_connect(self) -> None:
        """Until the robot sent `connect`, closed, or said nothing for SPEAK_S."""
        try:
            await asyncio.wait_for(self._spoken.wait(), SPEAK_S)
        except TimeoutError:
            return

    def wants(self, name: str, channel: Channel | None) -> bool:
        ours = channel is self._leg.channel and super().wants(name, channel)
        return ours and (self._leg.channel.up or self._linger_s > 0)  # measured: no linger, no event of the end

    async def handle(self, command: Command) -> None:
        if command.verb == "connect":
            self._spoken.set()
            mode, control = "async" if self._asynchronous else "static", "full" if self._full else "single-channel"
            self.deliver(wire.channel_data(events.channel_data(self._leg.channel, mode, control)))
        elif command.verb == "myevents":
            self.deliver(wire.reply("-ERR aready enabled." if self._names >= MY_EVENTS else "+OK Events Enabled"))
            self._names |= MY_EVENTS
        elif command.verb in ("linger", "nolinger") and self._asynchronous:
            self._linger(command)
        elif command.verb in ("api", "bgapi") and not self._full:
            self.deliver(wire.reply(NOT_FOUND))
        else:
            await super().handle(command)

    def send_message(self, command: Command) -> None:
        """To our own leg, whatever the argument, `+OK` even when it is down; a static socket forgets unicast."""
        self.deliver(wire.reply("+OK"))
        if not self._leg.channel.up:
            return
        if self._asynchronous or command.header("call-command").lower() != "unicast":
            obey(self._leg, command)

    def leg_goes_down(self) -> None:
        """The leg is about to send its last events; one time in three the linger notice comes before them."""
        if self._linger_s and self._leg.channel.session_id % EARLY_NOTICE_EVERY == 0:
            self._tell_linger()

    def leg_is_down(self) -> None:
        """The leg sent its last event: linger if that was asked for, else close."""
        if not self._linger_s:
            self.deliver(self.goodbye())
            self.close()
            return
        if not self._lingering:
            self._tell_linger()
        asyncio.get_running_loop().call_later(self._linger_s, self._end_linger)

    def _tell_linger(self) -> None:
        self._lingering = True
        self.deliver(
            wire.frame(
                [
                    ("Content-Type", "text/disconnect-notice"),
                    ("Controlled-Session-UUID", self._leg.channel.uuid),
                    ("Content-Disposition", "linger"),
                    ("Channel-Name", self._leg.channel.name),
                    ("Linger-Time", str(self._linger_s)),
                    ("Content-Length", "0"),
                ]
            )
        )

    def goodbye(self) -> bytes:
        headers = [
            ("Content-Type", "text/disconnect-notice"),
            ("Controlled-Session-UUID", self._leg.channel.uuid),
            ("Content-Disposition", "disconnect"),
        ]
        return wire.frame(headers, wire.GOODBYE)

    def close(self) -> None:
        if self._open:
            super().close()
            self._spoken.set()
            self._leg.session_closed(self)

    def _linger(self, command: Command) -> None:
        seconds = command.argument
        self._linger_s = int(seconds) if command.verb == "linger" and seconds.isdecimal() else 0
        self.deliver(wire.reply(f"+OK will linger {self._linger_s} seconds" if self._linger_s else "+OK linger"))

    def _end_linger(self) -> None:
        self.deliver(self.goodbye())
        self.close()
