"""A dialer's connection to the exchange of the fuzz, as Placer and Orphans use one to a switch."""

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
from gevent import socket
from gevent.event import AsyncResult

from voicebot.errors import SwitchUnreachable, VoicebotError
from voicebot.esl.codec import Event, Headers
from voicebot.esl.control import Job
from voicebot.esl.originate import Originate

ANSWER_S = 20.0


class Link:
    """Events, jobs and answers over a Unix socket, a line of JSON each. Raises SwitchUnreachable once it is broken."""

    def __init__(self, path: Path) -> None:
        self._sock: Any = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._sock.connect(str(path))
        except OSError as error:
            raise SwitchUnreachable(f"the exchange is not at {path}: {error}") from error
        self._jobs: dict[str, Job] = {}
        self._answers: dict[int, AsyncResult[Any]] = {}
        self._asks = itertools.count()
        self._on_event: list[Callable[[Event], None]] = []
        self._on_lost: list[Callable[[VoicebotError], None]] = []
        self._fault: VoicebotError | None = None
        gevent.spawn(self._read)

    def on_event(self, callback: Callable[[Event], None]) -> None:
        self._on_event.append(callback)

    def on_lost(self, callback: Callable[[VoicebotError], None]) -> None:
        self._on_lost.append(callback)

    def subscribe(self, *names: str) -> None:
        assert "CHANNEL_HANGUP_COMPLETE" in names

    def originate(self, attempt: Originate) -> Job:
        job = self._jobs[attempt.attempt_id] = Job(attempt.attempt_id)
        self._send(do="originate", attempt=attempt.attempt_id, number=attempt.dial.rpartition("/")[2])
        return job

    def channel_ids(self) -> list[str]:
        return list(self._ask(do="list"))

    def exists(self, key: str) -> bool:
        return bool(self._ask(do="exists", attempt=key))

    def kill(self, key: str, cause: str) -> bool:
        return bool(self._ask(do="kill", attempt=key, cause=cause))

    def _ask(self, **asked: object) -> Any:
        number = next(self._asks)
        answer = self._answers[number] = AsyncResult()
        self._send(ask=number, **asked)
        return answer.get(timeout=ANSWER_S)

    def _send(self, **said: object) -> None:
        if self._fault is not None:
            raise self._fault
        try:
            self._sock.sendall(json.dumps(said).encode() + b"\n")
        except OSError as error:
            raise SwitchUnreachable(f"the exchange closed the connection: {error}") from error

    def _read(self) -> None:
        try:
            with self._sock.makefile("r") as lines:
                for line in lines:
                    self._told(json.loads(line))
        except (OSError, ValueError):  # ValueError: it broke in the middle of a line
            pass
        self._lost(SwitchUnreachable("the exchange closed the connection"))

    def _told(self, said: dict[str, Any]) -> None:
        if "event" in said:
            told = Event(said["event"], Headers(tuple((name, value) for name, value in said["headers"])), "")
            for callback in self._on_event:
                callback(told)
        elif "job" in said:
            job = self._jobs.pop(said["job"], None)
            if job is not None:
                job.settle(said["body"])
        else:
            self._answers.pop(said["answer"]).set(said["value"])

    def _lost(self, fault: VoicebotError) -> None:
        self._fault = fault
        for job in self._jobs.values():
            job.fail(fault)
        for answer in self._answers.values():
            answer.set_exception(fault)
        for callback in self._on_lost:
            callback(fault)
