"""The actor of one call: meets the channel, hears, talks, passes on, hangs up, until the channel is gone.

One mailbox, one greenlet that takes from it: a call never races itself. What is said is `talk`'s; what is made of the
line before the answer is `before_answer`'s, of who picked up `after_answer`'s.
"""

import logging
from enum import Enum, auto
from typing import Literal

import gevent

from voicebot.call import deafness
from voicebot.call.after_answer import AfterAnswer
from voicebot.call.before_answer import BeforeAnswer
from voicebot.call.brief import Brief
from voicebot.call.handoff import AgentAnswered, Handoff, HandoffFailed
from voicebot.call.line import Line
from voicebot.call.mailbox import AudioStalled, Mailbox, Posted, PromptOver, SocketClosed, TalkItem
from voicebot.call.parts import Parts
from voicebot.call.pick_up import BeepHeard, PickUp, PickUpNews, TakenFor
from voicebot.call.record import AttemptFacts, Recorder
from voicebot.call.recording import record
from voicebot.call.services import FetchDone
from voicebot.call.takeover import begun_ago
from voicebot.call.talk import Talk
from voicebot.call.timers import RanOut, Timers
from voicebot.campaign.policy.heard_before import is_heard_out
from voicebot.dialog import commands, engine, events
from voicebot.errors import ChannelGone, VoicebotError
from voicebot.esl.audio import UnicastAudio
from voicebot.esl.codec import Event as SwitchEvent
from voicebot.esl.off_hub import in_thread
from voicebot.esl.session import CONNECTION_LOST, CallSession
from voicebot.speech.hearing import EarEvent, EarFault

log = logging.getLogger(__name__)

GRACE_S = 60.0
"""Longest silence of the mailbox beyond all limits of the call."""
HANGUP_S = 15.0
"""Longest wait for the channel's end once we asked for it."""

Party = Literal["customer", "robot", "agent", "switch"]
ChannelCommands = list[commands.HandOff | commands.HangUp]


class Phase(Enum):
    """Where the channel stands. EARLY: audio before the answer, ring-back or an announcement."""

    RINGING = auto()
    EARLY = auto()
    TALK = auto()
    WITH_AGENT = auto()
    ENDING = auto()
    OVER = auto()


class CallActor:
    """One outbound socket from its connection to its end; `run` returns when everything is written down."""

    def __init__(self, session: CallSession, parts: Parts) -> None:
        self._session = session
        self._parts = parts
        self._mailbox = Mailbox(lambda: (self._handoff.now(self._line.now), self._line.played_ms))
        post = self._mailbox.post
        self._timers = Timers(post)
        self._pick_up = PickUp(parts.answering, lambda: self._line.playing is not None, self._from_thread)
        self._ear = parts.ears.open(self._from_ear, overhear=self._pick_up.frame)
        self._deaf_watch = deafness.watch(self._ear, post)
        self._recorder = Recorder(session.uuid, parts)
        self._line = Line(self._ear, self._recorder.measures.first_frame, lambda *over: post(PromptOver(*over)))
        self._audio = UnicastAudio(self._line.frame, on_stall=lambda: post(AudioStalled()), lags=parts.frame_lags)
        self._phase = Phase.RINGING
        self._handoff = Handoff(parts.agents, session.uuid, post)
        self._hung_up: Posted | None = None
        self._hung_up_by: Party = "switch"
        self._begun_ago: int | None = None
        self._passed_on = False
        self._longest_wait_ms: int | None = None

    def _from_ear(self, event: EarEvent) -> None:
        """On the ear's thread: who picked up is told from the same words."""
        self._pick_up.words(event)
        self._from_thread(event)

    def _from_thread(self, item: EarEvent | FetchDone | PickUpNews) -> None:
        """What is told on a native thread, on to the hub."""
        self._parts.to_hub.post(lambda: self._mailbox.post(item))

    # --- the life of a call -----------------------------------------------------------------------
    def run(self) -> None:
        """Take part in the call until the channel is gone."""
        try:
            brief = in_thread(self._parts.find_brief, self._session.uuid)
            if brief is None:
                log.warning("call %s: nobody planned an attempt with this id; rejected", self._session.uuid)
                self._session.hangup("CALL_REJECTED")
                return
            script = brief.stored.script
            state = engine.replay(script, engine.start(script, brief.variables), brief.happened)
            if state.phase == "over":
                log.error("call %s came again after its end was written down; hung up", self._session.uuid)
                self._session.hangup("NORMAL_TEMPORARY_FAILURE")
                return
            self._begun_ago = begun_ago(self._session.headers, brief.happened)
            self._longest_wait_ms = brief.longest_wait_ms
            self._recorder.begins(brief)
            self._prepare(brief)
            self._talk = Talk(
                script, state, self._parts, self._line, self._ear, self._timers, self._recorder, self._from_thread
            )
            self._converse()
            if self._passed_on:
                log.error("call %s is left to whatever stands behind this call server", self._session.uuid)
            else:
                self._handoff.end()
                facts = AttemptFacts(
                    self._session, self._audio.stats(), self._pick_up, self._before, self._handoff.rung()
                )
                self._recorder.finish(brief, self._talk.state, facts)
        finally:
            self._end()

    def _prepare(self, brief: Brief) -> None:
        """What the campaign wants before and after the answer."""
        settings = self._parts.settings
        self._before = BeforeAnswer(
            self._timers,
            settings.ring_timeout_s * 1000,
            hear_out=is_heard_out(brief.number, brief.before_answer.hear_out),
            certainty=self._parts.answering.certainty,
        )
        self._after = AfterAnswer(self._pick_up, brief.answered_by, self._session, use_avmd=settings.avmd)

    def _converse(self) -> None:
        """Everything between the connection and the channel's end; whatever fails, the call can be written down."""
        try:
            self._meet_channel()
            while self._phase is not Phase.OVER:
                self._take(self._mailbox.next(self._patience_s()))
        except Exception as error:  # the last line of defence of one call: the others, and its record, go on
            if isinstance(error, VoicebotError):
                log.error("call %s is given up: %s", self._session.uuid, error)
            else:
                log.exception("call %s is given up", self._session.uuid)
            self._session.close()
            self._gone(self._mailbox.stamped(SocketClosed()))

    def _patience_s(self) -> float:
        """How long nothing may come: beyond any limit that the switch keeps."""
        settings = self._parts.settings
        match self._phase:
            case Phase.ENDING:
                return HANGUP_S
            case Phase.WITH_AGENT:
                return settings.handoff_talk_s + GRACE_S
            case _:
                return settings.ring_timeout_s + settings.max_call_s + GRACE_S

    def _meet_channel(self) -> None:
        """Begin with whatever the channel has: nothing, early audio, or an answer."""
        try:
            self._session.on_event(self._mailbox.post)
            self._session.closed.rawlink(lambda _: self._mailbox.post(SocketClosed()))
            self._session.myevents(*self._after.events)
            self._session.linger()
            if self._session.answer_state in ("answered", "early"):
                self._hear_channel()
            if self._session.answer_state == "answered":
                self._obey(self._answered(self._line.now))
            else:
                self._before.begin()
        except ChannelGone as gone:
            log.info("call %s: gone before it began: %s", self._session.uuid, gone)

    def _end(self) -> None:
        self._timers.cancel_all()
        self._deaf_watch.kill(block=False)
        self._ear.close()
        self._audio.close()
        self._handoff.end()
        self._session.exit()

    # --- one item ---------------------------------------------------------------------------------
    def _take(self, posted: Posted) -> None:
        try:
            self._obey(self._follow(posted))
        except ChannelGone as gone:
            log.debug("call %s: %s", self._session.uuid, gone)

    def _obey(self, wanted: ChannelCommands) -> None:
        """Carry out what the dialog wants of the channel, as long as there is a talk."""
        for command in wanted:
            if self._phase is not Phase.TALK:
                return
            if isinstance(command, commands.HangUp):
                self._hang_up("robot")
            else:
                limit = min(command.timeout_ms, self._longest_wait_ms or command.timeout_ms)
                self._handoff.ring(command.target, limit, self._line.now)

    def _follow(self, posted: Posted) -> ChannelCommands:
        """What an item means to the channel or the talk; returns what the dialog wants of the channel."""
        item = posted.item
        if isinstance(item, SwitchEvent):
            return self._follow_switch(posted, item)
        if isinstance(item, SocketClosed):
            return self._gone(self._hung_up or posted)
        if isinstance(item, AudioStalled):
            return self._stalled(posted)
        if isinstance(item, AgentAnswered | HandoffFailed):
            return self._follow_handoff(posted, item)
        if self._phase in (Phase.RINGING, Phase.EARLY):
            cause = self._before.follow(item, posted.at)
            if cause is not None:
                self._hang_up("robot", cause)
        if self._phase is not Phase.TALK:
            return []
        return self._follow_talk(posted, item)

    def _follow_talk(self, posted: Posted, item: TalkItem) -> ChannelCommands:
        """An item of the talk itself."""
        now = self._talk.since_answer(posted.at)
        if isinstance(item, PromptOver):
            return self._talk.step(events.PromptFinished(now, item.say_id, item.played_ms))
        if isinstance(item, RanOut):
            return self._talk.step(events.TimerFired(now, item.name)) if self._timers.honour(item) else []
        if isinstance(item, FetchDone):
            answer = item.answer
            return self._talk.step(events.Fetched(now, item.request, answer.outcome, answer.values, answer.why))
        if isinstance(item, EarFault):
            log.error("call %s: %s", self._session.uuid, item.what)
            return self._talk.step(events.Faulted(now, item.what, posted.played_ms)) if item.dead else []
        if isinstance(item, TakenFor):
            return self._taken_for(item, posted)
        if isinstance(item, BeepHeard):
            return self._talk.step(events.Beeped(now))
        return self._talk.hear(item, posted.at, posted.played_ms)

    def _taken_for(self, item: TakenFor, posted: Posted) -> ChannelCommands:
        """Who picked up. A verdict on early media that comes after the answer is only kept."""
        if item.phase == "early":
            return []
        now = self._talk.since_answer(posted.at)
        wanted = self._talk.step(self._after.picked_up(item.verdict, now, posted.played_ms))
        if self._talk.state.phase == "beep":
            self._after.await_beep(posted.at)
        return wanted

    def _follow_switch(self, posted: Posted, event: SwitchEvent) -> ChannelCommands:
        if event.uuid != self._session.uuid:
            return []
        match event.name:
            case "CHANNEL_PROGRESS_MEDIA" if self._phase is Phase.RINGING:
                self._hear_channel()
            case "CHANNEL_ANSWER" if self._phase in (Phase.RINGING, Phase.EARLY):
                self._hear_channel()
                return self._answered(posted.at)
            case "DTMF" if self._phase is Phase.TALK:
                digit = event.headers.get("DTMF-Digit")
                now = self._talk.since_answer(posted.at)
                return self._talk.step(events.DigitPressed(now, digit, posted.played_ms))
            case "CUSTOM" if self._phase is Phase.TALK and self._after.is_beep(event):
                self._pick_up.switch_beeped(posted.at)
                return self._talk.step(events.Beeped(self._talk.since_answer(posted.at)))
            case "CHANNEL_UNBRIDGE" if self._phase is Phase.WITH_AGENT:
                self._hang_up("agent")
            case "CHANNEL_HANGUP":
                self._hung_up = self._hung_up or posted
            case "CHANNEL_HANGUP_COMPLETE":
                return self._gone(self._hung_up or posted)
        return []

    # --- channel ----------------------------------------------------------------------------------
    def _hear_channel(self) -> None:
        if self._phase is Phase.RINGING:
            self._phase = Phase.EARLY
            self._session.start_audio(self._audio)

    def _answered(self, at: int) -> ChannelCommands:
        self._phase = Phase.TALK
        self._before.answered()
        if self._pick_up.answered(at):
            self._ear.cut()
        self._recorder.answered(self._begun_ago or 0)
        path = self._parts.settings.recordings_dir / f"{self._session.uuid}.wav"
        if self._begun_ago is not None:
            self._pick_up.switch_off()
            log.warning("call %s is taken over %d ms after its answer", self._session.uuid, self._begun_ago)
            if self._parts.settings.record_calls:
                self._recorder.recording_began(path)  # by the call server before us; the switch goes on with it
            return self._talk.resume(at, self._begun_ago)
        if self._parts.settings.record_calls:
            gevent.spawn(record, self._session, path, self._recorder.recording_began)
        return self._talk.begin(at)

    def _stalled(self, posted: Posted) -> ChannelCommands:
        """Frames stopped on a channel that is up: ask for a new park, or give the talk up."""
        if self._phase not in (Phase.EARLY, Phase.TALK) or self._hung_up is not None:
            return []
        try:
            self._session.renew_audio()
            log.warning("call %s: audio had stopped and was renewed", self._session.uuid)
            return []
        except ChannelGone:
            raise
        except VoicebotError as error:
            if self._phase is not Phase.TALK:
                return []
            now = self._talk.since_answer(posted.at)
            return self._talk.step(events.Faulted(now, f"no audio: {error}", posted.played_ms))

    def _hang_up(self, by: Party, cause: str = "NORMAL_CLEARING") -> None:
        self._hung_up_by = by
        self._phase = Phase.ENDING
        self._timers.cancel_all()
        self._line.stop()
        self._session.hangup(cause)

    def _gone(self, posted: Posted) -> ChannelCommands:
        """The channel is hung up, or its socket closed: the last event of the talk."""
        if self._phase is Phase.OVER:
            return []
        if self._session.hangup_cause in ("", CONNECTION_LOST):  # the channel lives on without us
            if self._phase is Phase.WITH_AGENT:
                self._handoff.let_go()
            elif self._parts.settings.dial_extension:
                self._phase, self._passed_on = Phase.OVER, True
                return []
        by = self._who_hung_up()
        self._phase = Phase.OVER
        self._recorder.hung_up(by)
        if not self._recorder.was_answered:
            return []
        cause = self._session.hangup_cause or CONNECTION_LOST
        now = self._talk.since_answer(posted.at)
        return self._talk.step(events.HungUp(now, by, cause, posted.played_ms))

    def _who_hung_up(self) -> Party:
        complete = self._session.hangup_complete
        disposition = complete.headers.get("variable_sip_hangup_disposition") if complete else ""
        if disposition.startswith("recv"):
            return "customer"
        if self._session.hangup_cause == "ALLOTTED_TIMEOUT":
            return "switch"
        return "agent" if self._phase is Phase.WITH_AGENT else self._hung_up_by

    # --- hand-off ---------------------------------------------------------------------------------
    def _follow_handoff(self, posted: Posted, outcome: AgentAnswered | HandoffFailed) -> ChannelCommands:
        if self._phase is not Phase.TALK or self._hung_up is not None:
            return []  # the customer left first; the agent's leg is ended with the call
        now, waited = self._talk.since_answer(posted.at), self._handoff.waited_ms(posted.at)
        if isinstance(outcome, HandoffFailed):
            return self._talk.step(events.HandoffEnded(now, outcome.reason, waited))
        self._line.stop()
        if not self._handoff.bridge(self._line.now):
            return self._talk.step(events.HandoffEnded(now, "unreachable", waited))
        self._timers.cancel_all()
        self._phase = Phase.WITH_AGENT
        return self._talk.step(events.HandoffEnded(now, "answered", waited))
