"""The switch of the fuzz with its callees and its call server: it outlives the dialers, who reach it by a socket.

It notes what must not be: a number called twice at once, an attempt dialled twice, too many calls, a call after a stop.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import gevent
from gevent import socket
from gevent.server import StreamServer

from tools.fuzz.clock import SPEED, Clock
from voicebot.campaign.attempt import CHECK_HOLDS
from voicebot.campaign.policy.codes import Code
from voicebot.errors import StoreError
from voicebot.esl.off_hub import in_thread
from voicebot.store.records import AttemptResult
from voicebot.store.rows import write
from voicebot.store.store import Store

FAILURES = ("USER_BUSY", "USER_BUSY", "NO_ANSWER", "UNALLOCATED_NUMBER", "NORMAL_CIRCUIT_CONGESTION")
ON_THE_WAY = timedelta(seconds=1) * SPEED
"""So long a command may take from a dialer's last check to the switch, on a machine that is busy: a second."""


@dataclass
class Findings:
    """What must not be. `dialled`: INVITEs in all; `killed`: what was, by kind."""

    dialled: int = 0
    faults: list[str] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)


class Line:
    """One dialer's connection, as the switch has it."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock

    def send(self, **said: object) -> None:
        """Tell the dialer; one that is gone hears nothing."""
        try:
            self._sock.sendall(json.dumps(said).encode() + b"\n")
        except OSError:
            self.close()

    def commands(self) -> Iterator[dict[str, Any]]:
        """What the dialer asks, until it is gone."""
        try:
            with self._sock.makefile("r") as lines:
                for line in lines:
                    yield json.loads(line)
        except (OSError, ValueError):  # ValueError: killed in the middle of a line
            return

    def close(self) -> None:
        """The connection breaks; the calls go on."""
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


class Exchange:
    """The switch. `concurrency`: calls at once that the campaign may have."""

    def __init__(self, store: Store, dice: random.Random, clock: Clock, findings: Findings, concurrency: int) -> None:
        self._store, self._dice, self._clock, self._findings = store, dice, clock, findings
        self._concurrency = concurrency
        self._seen: set[str] = set()
        self._channels: dict[str, str] = {}
        self._lines: set[Line] = set()
        self.stopped: dict[str, datetime] = {}
        """When each number came onto the stop list."""

    @contextmanager
    def serving(self, path: Path) -> Iterator[None]:
        """Dialers may connect to the Unix socket at `path`."""
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(path))
        listener.listen()
        server = StreamServer(listener, self._attend)
        server.start()
        try:
            yield
        finally:
            server.stop()

    def now(self) -> datetime:
        """The time of leases."""
        return self._clock()

    def lose_somebody(self) -> None:
        """The connection to one dialer breaks."""
        if self._lines:
            self._dice.choice(list(self._lines)).close()

    def crash(self) -> None:
        """The switch dies with all its channels, and is there again at once."""
        self._channels.clear()
        for line in tuple(self._lines):
            line.close()

    def _attend(self, sock: Any, _address: object) -> None:
        line = Line(sock)
        self._lines.add(line)
        for asked in line.commands():
            self._obey(line, asked)
        self._lines.discard(line)

    def _obey(self, line: Line, asked: dict[str, Any]) -> None:
        key = asked.get("attempt", "")
        match asked["do"]:
            case "originate":
                self._invite(key, asked["number"])
                gevent.spawn(self._call, line, key)
            case "list":
                line.send(answer=asked["ask"], value=list(self._channels))
            case "exists":
                line.send(answer=asked["ask"], value=key in self._channels)
            case "kill":
                line.send(answer=asked["ask"], value=key in self._channels)
                self._over(key, asked["cause"], line)

    def _invite(self, key: str, number: str) -> None:
        """A call goes out; what must not be is noted."""
        found = self._findings
        found.dialled += 1
        if key in self._seen:
            found.faults.append(f"attempt {key} was dialled twice")
        if number in self._channels.values():
            found.faults.append(f"{number} was called twice at once")
        if number in self.stopped and self._clock() > self.stopped[number] + CHECK_HOLDS + ON_THE_WAY:
            found.faults.append(f"{number} was called after its stop")
        self._seen.add(key)
        self._channels[key] = number
        if len(self._channels) > self._concurrency:
            found.faults.append(f"{len(self._channels)} calls at once")

    def _call(self, line: Line, key: str) -> None:
        """One call from its ringing to its end."""
        dice = self._dice
        self._tell(line, key, "CHANNEL_CREATE")
        gevent.sleep(dice.uniform(0.0, 0.1))
        if key not in self._channels:
            return
        if dice.random() < 0.5:
            self._over(key, dice.choice(FAILURES), line)
            return
        self._tell(line, key, "CHANNEL_PROGRESS")
        self._tell(line, key, "CHANNEL_ANSWER")
        line.send(job=key, body=f"+OK {key}")
        gevent.sleep(dice.uniform(0.0, 0.4))
        if key in self._channels:
            code = dice.choice((Code.CUSTOMER_HANGUP, Code.ROBOT_END, Code.SILENCE))
            self._over(key, "NORMAL_CLEARING", line)
            if dice.random() > 0.03:
                self._serve(key, code)
            else:
                self._findings.killed["call server"] += 1

    def _over(self, key: str, cause: str, line: Line) -> None:
        """The channel is gone."""
        if self._channels.pop(key, None) is not None:
            self._tell(line, key, "CHANNEL_HANGUP_COMPLETE", ("Hangup-Cause", cause))
            line.send(job=key, body=f"-ERR {cause}")

    def _tell(self, line: Line, key: str, name: str, *more: tuple[str, str]) -> None:
        line.send(event=name, headers=[("Event-Name", name), ("Unique-ID", key), *more])

    def _serve(self, key: str, code: Code) -> None:
        """The call server writes the result, as often as it takes."""
        while True:
            try:
                in_thread(self._write, AttemptResult(key, code, self._clock()))
                return
            except StoreError:
                gevent.sleep(0.05)

    def _write(self, record: AttemptResult) -> None:
        with self._store.writing() as connection:
            write(connection, [record])
