"""A switch that a test plays, in place of the connection to a real one."""

import uuid
from collections.abc import Callable

import gevent

from voicebot.errors import SwitchUnreachable, VoicebotError
from voicebot.esl.codec import Event, Headers
from voicebot.esl.control import Job
from voicebot.esl.originate import Originate


class FakeControl:
    """A switch that does as `plan` says for each attempt: `plan(self, attempt)` runs in a greenlet of its own."""

    def __init__(self, plan: Callable[["FakeControl", Originate], None]) -> None:
        self._plan = plan
        self._events: list[Callable[[Event], None]] = []
        self._lost: list[Callable[[VoicebotError], None]] = []
        self._jobs: dict[str, Job] = {}
        self.dialled: list[str] = []
        self.killed: list[tuple[str, str]] = []
        self.channels: set[str] = set()
        self.unlisted: set[str] = set()
        self.asked = 0
        self.fault: VoicebotError | None = None

    def on_event(self, callback: Callable[[Event], None]) -> None:
        self._events.append(callback)

    def on_lost(self, callback: Callable[[VoicebotError], None]) -> None:
        self._lost.append(callback)

    def subscribe(self, *names: str) -> None:
        assert "CHANNEL_HANGUP_COMPLETE" in names

    def originate(self, attempt: Originate) -> Job:
        if self.fault is not None:
            raise self.fault
        self.dialled.append(attempt.attempt_id)
        job = self._jobs[attempt.attempt_id] = Job(str(uuid.uuid4()))
        gevent.spawn(self._plan, self, attempt)
        return job

    def name(self) -> str:
        return "switch:8021"

    def channel_ids(self) -> frozenset[str]:
        if self.fault is not None:
            raise self.fault
        self.asked += 1
        return frozenset(self.channels - self.unlisted)

    def exists(self, attempt_id: str) -> bool:
        if self.fault is not None:
            raise self.fault
        self.asked += 1
        return attempt_id in self.channels

    def kill(self, attempt_id: str, cause: str) -> bool:
        self.killed.append((attempt_id, cause))
        self.hang_up(attempt_id, cause)
        self.done(attempt_id, f"-ERR {cause}")
        return True

    # --- what the switch tells ---
    def event(self, attempt_id: str, name: str, **headers: str) -> None:
        pairs = tuple(
            (key if "_" in key[1:] and key[0].islower() else key.replace("_", "-"), headers[key]) for key in headers
        )
        if name == "CHANNEL_CREATE":
            self.channels.add(attempt_id)
        elif name == "CHANNEL_HANGUP_COMPLETE":
            self.channels.discard(attempt_id)
        event = Event(name, Headers((("Event-Name", name), ("Unique-ID", attempt_id), *pairs)), "")
        for callback in self._events:
            callback(event)

    def hang_up(self, attempt_id: str, cause: str, **facts: str) -> None:
        self.event(attempt_id, "CHANNEL_HANGUP_COMPLETE", Hangup_Cause=cause, **facts)

    def done(self, attempt_id: str, body: str) -> None:
        self._jobs.pop(attempt_id).settle(body)

    def lose(self) -> None:
        self.fault = SwitchUnreachable("the switch closed the connection")
        for job in self._jobs.values():
            job.fail(self.fault)
        for callback in self._lost:
            callback(self.fault)
