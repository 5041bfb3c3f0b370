"""The heart of the simulated switch: its legs, its listeners, its limits, and who is told which event.
What a leg goes through is in legs.py; bytes on sockets are in inbound.py and outbound.py."""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn, Protocol

from voicebot.sim import events, wire
from voicebot.sim.callees import Directory
from voicebot.sim.channel import Channel
from voicebot.sim.dialstring import Action
from voicebot.sim.media import Clock

if TYPE_CHECKING:
    from voicebot.sim.legs import Leg

CLOSE_S: Final = 5.0
CRASH_STATUS: Final = 134  # what a shell reports after SIGABRT


@dataclass(frozen=True)
class ExchangeConfig:
    """The configuration of the simulated switch, as far as the robot can notice it."""

    directory: Directory
    password: str = "ClueCon"
    gateways: frozenset[str] = frozenset({"demo", "trunk"})
    gateways_down: frozenset[str] = frozenset()
    profiles: frozenset[str] = frozenset({"internal", "external"})
    # Extension -> its actions. After a bridge an unknown one leads back to what the leg was dialled for.
    dialplan: Mapping[str, tuple[Action, ...]] = field(default_factory=dict)
    max_sessions: int = 1000
    sessions_per_second: int = 30
    heard_dir: Path | None = None  # where to write what each callee heard


class Listener(Protocol):
    """A connection that wants events."""

    def wants(self, name: str, channel: Channel | None) -> bool: ...

    def deliver(self, data: bytes) -> None: ...

    def close(self) -> None: ...


@dataclass
class Counters:
    """What the switch has to tell about a run beside its clock."""

    attempts: int = 0
    answered: int = 0
    refused: int = 0
    throttled: int = 0
    expansions: list[str] = field(default_factory=list)  # application arguments in which ${...} was expanded
    odd_datagrams: int = 0
    starved_frames: int = 0  # 20 ms in which a callee heard nothing because the robot's frame was not there
    repeated_unicasts: int = 0


Connector = Callable[["Exchange", "Leg", list[str], bool, bool], Awaitable[bool]]
"""Connects a leg to the first host that listens (hosts, async, full), for the `socket` application; True if one did."""


def crash(reason: str) -> NoReturn:
    """End the whole switch, with all its calls, as a failed assertion does."""
    print(f"\n*** the switch has crashed: {reason}\n", file=sys.stderr, flush=True)
    os._exit(CRASH_STATUS)


class Exchange:
    """All that is shared by the legs and the connections of one simulated switch. Lives on one asyncio loop."""

    def __init__(self, config: ExchangeConfig, connector: "Connector", on_crash: Callable[[str], None] = crash) -> None:
        self.config = config
        self.connector = connector
        self.clock = Clock()
        self.legs: dict[str, Leg] = {}
        self.listeners: list[Listener] = []
        self.counters = Counters()
        self.sessions = 0  # legs and what lingers of them
        self.crash = on_crash
        self._tasks: set[asyncio.Task[None]] = set()
        self._second = 0
        self._this_second = 0

    def publish(self, name: str, channel: Channel, extra: wire.Headers | None = None) -> None:
        """Tell everybody who wants to know."""
        listeners = [listener for listener in self.listeners if listener.wants(name, channel)]
        if listeners:
            data = wire.event(events.channel_event(name, channel, extra or []))
            for listener in listeners:
                listener.deliver(data)

    def publish_avmd(self, channel: Channel, subclass: str, own: wire.Headers) -> None:
        """Tell an event of mod_avmd to who subscribed to it by name: both times that the module sends each."""
        listeners = [listener for listener in self.listeners if listener.wants(subclass, channel)]
        for headers in events.avmd_event(subclass, channel, own) if listeners else ():
            for listener in listeners:
                listener.deliver(wire.event(headers))

    def job_done(self, job: str, command: str, argument: str, answer: str) -> None:
        """Tell the result of a `bgapi`."""
        data = wire.event(events.background_job(job, command, argument), answer)
        for listener in [item for item in self.listeners if item.wants("BACKGROUND_JOB", None)]:
            listener.deliver(data)

    def admit(self) -> bool:
        """One more session now? Counts it against sessions-per-second and max-sessions; nothing is queued."""
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._this_second = second, 0
        if self.sessions >= self.config.max_sessions or self._this_second >= self.config.sessions_per_second:
            self.counters.throttled += 1
            return False
        self._this_second += 1
        self.sessions += 1
        return True

    def spawn(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Run `work` beside everything else; an exception in it is told on stderr, with its traceback."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    async def close(self) -> None:
        """End every connection and wait for what still runs. Raises TimeoutError when something does not end."""
        for listener in tuple(self.listeners):
            listener.close()
        if self._tasks:
            await asyncio.wait_for(asyncio.gather(*self._tasks, return_exceptions=True), CLOSE_S)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            asyncio.get_running_loop().call_exception_handler({"message": "simulated switch", "exception": error})
