"""A call without a switch and without speech: the real actor, line, talk and recorder between stand-ins.

The test is the switch and the customer: it sends frames by UDP, posts switch events and ear events, reads what was
written down. Nothing sleeps; `settle` lets the actor take what was posted.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import gevent
from gevent import socket
from gevent.event import Event as Signal

from voicebot.app.answering import installed_answering
from voicebot.call.actor import CallActor
from voicebot.call.brief import Brief, StoredScript
from voicebot.call.handoff import Outcome, Rung
from voicebot.call.parts import Parts
from voicebot.call.service_answers import ServiceAnswer
from voicebot.call.services import FetchDone
from voicebot.campaign.policy.answered import DEFAULT as USUAL_ANSWERED
from voicebot.campaign.policy.answered import AnsweredBy
from voicebot.campaign.policy.causes import Rule
from voicebot.campaign.policy.plan import BeforeAnswer
from voicebot.dialog.commands import Fetch
from voicebot.dialog.events import Event as TalkEvent
from voicebot.dialog.loader import load_script
from voicebot.dialog.script import Script
from voicebot.errors import ChannelGone
from voicebot.esl.audio import UnicastAudio
from voicebot.esl.codec import Event, Headers
from voicebot.esl.histogram import LagHistogram
from voicebot.media.frames import FRAME_BYTES
from voicebot.settings import Settings
from voicebot.speech.ear import EarStats
from voicebot.speech.hearing import EarEvent
from voicebot.store.records import AttemptResult, CallResult, FollowUpAsked, PickUpHeard, Record, StopAsked
from voicebot.understanding.types import Classifier

UUID = "0f4e2a52-1111-4222-8333-444455556666"
FRAME = bytes(FRAME_BYTES)
PROMPT_FRAMES = 10
"""Every prompt is so long: 200 ms of a tone that no silence equals."""
PROMPT = b"\x10\x27" * (FRAME_BYTES // 2) * PROMPT_FRAMES
DEADLINE_S = 30
NO_FILES = Settings(record_calls=False)
ANSWERING = installed_answering(NO_FILES)
HEARD_OUT_NEVER = BeforeAnswer(hear_out=0.0, keep_audio="none")


class FakeSession:
    """A channel that does as told and notes what it was told."""

    def __init__(self, answer_state: str = "answered") -> None:
        self.uuid = UUID
        self.headers = Headers()
        self.answer_state = answer_state
        self.hangup_cause = ""
        self.hangup_complete: Event | None = None
        self.closed = Signal()
        self.told: list[tuple[str, ...]] = []
        self.audio: UnicastAudio | None = None
        self.renewals: list[Exception | None] = []
        self._callbacks: list[Callable[[Event], None]] = []

    def on_event(self, callback: Callable[[Event], None]) -> None:
        self._callbacks.append(callback)

    def myevents(self, *more: str) -> None:
        self.told.append(("myevents", *more))

    def linger(self) -> None:
        self.told.append(("linger",))

    def start_audio(self, audio: UnicastAudio) -> None:
        self.audio = audio
        self.told.append(("start_audio",))

    def renew_audio(self) -> None:
        self.told.append(("renew_audio",))
        outcome = self.renewals.pop(0) if self.renewals else None
        if outcome is not None:
            raise outcome

    def execute(self, app: str, arg: str = "") -> None:
        if self.hangup_cause:
            raise ChannelGone("gone")
        self.told.append(("execute", app, arg))

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        self.told.append(("hangup", cause))
        self.end(cause, "send_bye")

    def exit(self) -> None:
        self.told.append(("exit",))

    def close(self) -> None:
        self.told.append(("close",))

    # --- what the switch does ---
    def event(self, name: str, **headers: str) -> None:
        """An event of this channel comes."""
        pairs = tuple((key.replace("_", "-") if key[0].isupper() else key, value) for key, value in headers.items())
        event = Event(name, Headers((("Event-Name", name), ("Unique-ID", UUID), *pairs)), "")
        if name == "CHANNEL_HANGUP_COMPLETE":
            self.hangup_complete = event
        for callback in self._callbacks:
            callback(event)

    def lose(self) -> None:
        """The socket closes without a word."""
        self.closed.set()

    def end(self, cause: str, disposition: str, **facts: str) -> None:
        """The channel goes: CHANNEL_HANGUP, then CHANNEL_HANGUP_COMPLETE."""
        self.hangup_cause = cause
        self.event("CHANNEL_HANGUP", Hangup_Cause=cause)
        self.event("CHANNEL_HANGUP_COMPLETE", Hangup_Cause=cause, variable_sip_hangup_disposition=disposition, **facts)


class FakeEar:
    """Notes what it was told; the test hears in its place."""

    def __init__(self, sink: Callable[[EarEvent], None], overhear: Callable[[bytes, int], None]) -> None:
        self.sink = sink
        self._overhear = overhear
        self.heard_frames = 0
        self.cuts = 0
        self.lag_ms = 0.0
        self.limits: list[tuple[int, int]] = []
        self.language = ""
        self.closed = False

    def push(self, frame: bytes, at_ms: int) -> None:
        self.heard_frames += 1
        self._overhear(frame, at_ms)

    def set_language(self, language: str) -> None:
        assert not self.heard_frames
        self.language = language

    def set_limits(self, end_silence_ms: int, max_speech_ms: int) -> None:
        self.limits.append((end_silence_ms, max_speech_ms))

    def cut(self) -> None:
        self.cuts += 1

    def stats(self) -> EarStats:
        return EarStats(self.heard_frames, self.heard_frames, 0, 0, 0, self.lag_ms, self.lag_ms, dead=False)

    def close(self) -> None:
        self.closed = True


class FakeEars:
    def __init__(self) -> None:
        self.ear: FakeEar | None = None

    def open(self, sink: Callable[[EarEvent], None], overhear: Callable[[bytes, int], None]) -> FakeEar:
        self.ear = FakeEar(sink, overhear)
        return self.ear


class FakeHub:
    """In place of the bridge from native threads: the test is on the hub already."""

    def post(self, what: Callable[[], None]) -> bool:
        what()
        return True


class FakeWriter:
    def __init__(self, first: int) -> None:
        self._first = first
        self.events: list[dict[str, object]] = []
        self.results: list[AttemptResult] = []
        self.calls: list[CallResult] = []
        self.others: list[Record] = []
        self.follow_ups: list[FollowUpAsked] = []
        self.stops: list[StopAsked] = []
        self.pick_ups: list[PickUpHeard] = []

    def event(self, attempt_id: str, seq: int, body: dict[str, object]) -> None:
        assert seq == self._first + len(self.events)
        self.events.append(body)

    def attempt_ended(self, record: AttemptResult) -> None:
        self.results.append(record)

    def call_ended(self, record: CallResult) -> None:
        self.calls.append(record)

    def follow_up(self, record: FollowUpAsked) -> None:
        self.follow_ups.append(record)

    def pick_up(self, record: PickUpHeard) -> None:
        self.pick_ups.append(record)

    def stop(self, record: StopAsked) -> None:
        self.stops.append(record)

    def recording_made(self, record: Record) -> None:
        self.others.append(record)


class FakeServices:
    """Services whose answers the test gives."""

    def __init__(self) -> None:
        self.asked: list[Fetch] = []
        self._post: Callable[[FetchDone], None] | None = None

    def fetch(self, fetch: Fetch, post: Callable[[FetchDone], None]) -> None:
        self.asked.append(fetch)
        self._post = post

    def tell(self, answer: ServiceAnswer, request: int | None = None) -> None:
        assert self._post is not None, "no service was asked"
        self._post(FetchDone(request or self.asked[-1].request, answer))


class FakeAgents:
    """Agents whose outcome the test posts."""

    def __init__(self) -> None:
        self.rung: list[tuple[str, int]] = []
        self.bridged: list[tuple[str, str]] = []
        self.released: list[str] = []
        self.refuse_bridge: Exception | None = None
        self.last = Rung("chen", 3_000, 1_500)
        self._post: Callable[[Outcome], None] | None = None

    def ring(self, customer_id: str, target: str, timeout_ms: int, post: Callable[[Outcome], None]) -> "FakeSeeking":
        self.rung.append((target, timeout_ms))
        self._post = post
        return FakeSeeking(self, customer_id)

    def tell(self, outcome: Outcome) -> None:
        assert self._post is not None, "no agent was rung"
        self._post(outcome)


class FakeSeeking:
    """One search of FakeAgents."""

    agent_id = "agent-leg"

    def __init__(self, agents: FakeAgents, customer_id: str) -> None:
        self._agents, self._customer_id = agents, customer_id
        self._ended = False
        self.rung = agents.last

    def bridge(self) -> None:
        if self._agents.refuse_bridge is not None:
            raise self._agents.refuse_bridge
        self._agents.bridged.append((self._customer_id, self.agent_id))

    def forget(self) -> None:
        self._ended = True

    def end(self) -> None:
        if not self._ended:
            self._agents.released.append(self.agent_id)
        self._ended = True


class Rehearsal:
    """One call of `script`. Use as a context manager: the actor runs inside, and has ended after.

    `happened`: what a call server before this one has written of the talk.
    """

    def __init__(
        self,
        script: Path | Script,
        answer_state: str = "answered",
        known: bool = True,
        happened: tuple[TalkEvent, ...] = (),
        settings: Settings = NO_FILES,
        classifier: Classifier | None = None,
        longest_wait_ms: int | None = None,
        answered_by: AnsweredBy = USUAL_ANSWERED,
        before_answer: BeforeAnswer = HEARD_OUT_NEVER,
        causes: tuple[Rule, ...] = (),
    ) -> None:
        self.session = FakeSession(answer_state)
        self.services = FakeServices()
        self.ears, self.writer, self.agents = FakeEars(), FakeWriter(len(happened)), FakeAgents()
        stored = StoredScript(script if isinstance(script, Script) else load_script(script), 1)
        brief = Brief(UUID, "+8619900000000", stored, {}, happened, longest_wait_ms, answered_by, before_answer, causes)
        self.spoken: list[str] = []
        parts = Parts(
            settings=settings,
            find_brief=lambda uuid: replace(brief, attempt_id=uuid) if known else None,
            speak=self._speak,
            ears=self.ears,  # type: ignore[arg-type]
            to_hub=FakeHub(),  # type: ignore[arg-type]
            classifier=classifier,
            writer=self.writer,  # type: ignore[arg-type]
            answering=ANSWERING,
            agents=self.agents,  # type: ignore[arg-type]
            services=self.services,  # type: ignore[arg-type]
            frame_lags=LagHistogram(),
        )
        self.actor = CallActor(self.session, parts)  # type: ignore[arg-type]
        self.mailbox = self.actor._mailbox
        self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sock.bind(("127.0.0.1", 0))

    def __enter__(self) -> "Rehearsal":
        self._running = gevent.spawn(self.actor.run)
        self.settle()
        return self

    def __exit__(self, *error: object) -> None:
        if error[0] is None:
            self._running.get(timeout=DEADLINE_S)
        else:
            self._running.kill()
        self._sock.close()

    def _speak(self, say: object) -> bytes:
        self.spoken.append(say.text)  # type: ignore[attr-defined]
        return PROMPT

    def settle(self) -> None:
        """Let the actor deal with all that was posted, work on native threads included."""
        with gevent.Timeout(DEADLINE_S):
            while not (self.mailbox.idle or self._running.ready()):
                gevent.sleep(0.001)  # a turn of the hub that lets native threads have Python's lock; no time is meant

    def frames(self, count: int) -> list[bytes]:
        """Send so many frames of silence; what the customer gets for them."""
        return self.sounds(FRAME * count)

    def sounds(self, pcm: bytes) -> list[bytes]:
        """Send this frame by frame, as long as the call lasts; what the customer gets for it."""
        assert self.session.audio is not None, "the channel has no audio"
        answers = []
        for start in range(0, len(pcm), FRAME_BYTES):
            self._sock.sendto(pcm[start : start + FRAME_BYTES], ("127.0.0.1", self.session.audio.port))
            with gevent.Timeout(DEADLINE_S):
                answers.append(self._sock.recv(4096))
            self.settle()
            if self._running.ready():
                break
        return answers

    def play_out(self) -> None:
        """Let the running prompt end."""
        running = self.actor._line.playing
        assert running is not None, "no prompt runs"
        while self.actor._line.playing == running:
            self.frames(1)

    def hear(self, event: EarEvent) -> None:
        """The ear tells something."""
        assert self.ears.ear is not None
        self.ears.ear.sink(event)
        self.settle()
