"""The actor of one call: meets the channel, hears, talks, passes on, hangs up, until the channel is gone.

One mailbox, one greenlet that takes from it: a call never races itself. Here is the channel; what is said is `talk`'s,
what happens to the talk `talk_events`', what is made of the line before the answer `before_answer`'s.
"""

import logging
from enum import Enum, auto

import gevent

from voicebot.call import deafness
from voicebot.call.after_answer import AfterAnswer
from voicebot.call.before_answer import attempt_of
from voicebot.call.brief import Brief
from voicebot.call.handoff import AgentAnswered, Handoff, HandoffFailed
from voicebot.call.line import Line
from voicebot.call.mailbox import AudioStalled, Mailbox, Posted, PromptOver, SocketClosed
from voicebot.call.parts import Parts
from voicebot.call.pick_up import PickUp, PickUpNews
from voicebot.call.record import AttemptFacts, Recorder
from voicebot.call.recording import record
from voicebot.call.services import FetchDone
from voicebot.call.takeover import begun_ago
from voicebot.call.talk import Talk
from voicebot.call.talk_events import ChannelCommands, TalkEvents
from voicebot.call.timers import Timers
from voicebot.call.who_hung_up import Party, who_hung_up
from voicebot.dialog import commands, engine
from voicebot.errors import ChannelGone, VoicebotError
from voicebot.esl.audio import UnicastAudio
from voicebot.esl.codec import Event as SwitchEvent
from voicebot.esl.off_hub import in_thread
from voicebot.esl.session import CONNECTION_LOST, CallSession
from voicebot.speech.hearing import EarEvent

log = logging.getLogger(__name__)

GRACE_S = 60.0
"""Longest silence of the mailbox beyond all limits of the call."""
HANGUP_S = 15.0
"""Longest wait for the channel's end once we asked for it."""


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
            self._recorder.begins(brief)
            self._ear.set_language(script.language)
            self._prepare(brief)
            self._talk = Talk(
                script, state, self._parts, self._line, self._ear, self._timers, self._recorder, self._from_thread
            )
            self._talk_events = TalkEvents(self._session.uuid, self._talk, self._timers, self._after)
            self._converse()
            if self._passed_on:
                log.error("call %s is left to whatever stands behind this call server", self._session.uuid)
            else:
                self._handoff.end()
                rung, stats = self._handoff.rung(), self._audio.stats()
                facts = AttemptFacts(self._session, stats, self._pick_up, self._before, rung)
                self._recorder.finish(brief, self._talk.state, facts)
        finally:
            self._end()

    def _prepare(self, brief: Brief) -> None:
        """What the campaign wants before and after the answer, and of customers who wait for an agent."""
        self._longest_wait_ms = brief.longest_wait_ms
        settings, certainty = self._parts.settings, self._parts.answering.certainty
        self._before = attempt_of(brief, self._timers, settings.ring_timeout_s, certainty)
        self._after = AfterAnswer(self._pick_up, brief.answered_by, self._session, use_avmd=settings.avmd)

    def _converse(self) -> None:
        """Everything between the connection and the channel's end; whatever fails, the call can be written down."""
        try:
            self._meet_channel()
            while self._phase is not Phase.OVER:
                self._take(self._mailbox.next(self._patience_s()))
        except Exception as error:  # the last line of defence of one call: the others, and its record, go on
            known = isinstance(error, VoicebotError)
            log.error("call %s is given up: %s", self._session.uuid, error, exc_info=not known)
            self._session.close()
            self._gone(self._mailbox.stamped(SocketClosed()))

    def _patience_s(self) -> float:
        """How long nothing may come: beyond any limit that the switch keeps."""
        settings = self._parts.settings
        if self._phase is Phase.ENDING:
            return HANGUP_S
        if self._phase is Phase.WITH_AGENT:
            return settings.handoff_talk_s + GRACE_S
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
        return self._talk_events.item(posted, item)

    def _follow_switch(self, posted: Posted, event: SwitchEvent) -> ChannelCommands:
        if event.uuid != self._session.uuid:
            return []
        match event.name:
            case "CHANNEL_PROGRESS_MEDIA":
                self._hear_channel()
            case "CHANNEL_ANSWER" if self._phase in (Phase.RINGING, Phase.EARLY):
                self._hear_channel()
                return self._answered(posted.at)
            case "DTMF" | "CUSTOM" if self._phase is Phase.TALK:
                return self._talk_events.switch_event(posted, event)
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
        settings, runs = self._parts.settings, self._begun_ago is not None
        if settings.record_calls:
            gevent.spawn(record, self._session, settings.recordings_dir, self._recorder.recording_began, runs=runs)
        if self._begun_ago is None:
            return self._talk.begin(at)
        self._pick_up.switch_off()
        log.warning("call %s is taken over %d ms after its answer", self._session.uuid, self._begun_ago)
        return self._talk.resume(at, self._begun_ago)

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
            return self._talk_events.faulted(posted, f"no audio: {error}")

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
        by = who_hung_up(self._session, "agent" if self._phase is Phase.WITH_AGENT else self._hung_up_by)
        self._phase = Phase.OVER
        self._recorder.hung_up(by)
        if not self._recorder.was_answered:
            return []
        return self._talk_events.hung_up(posted, by, self._session.hangup_cause or CONNECTION_LOST)

    def _follow_handoff(self, posted: Posted, outcome: AgentAnswered | HandoffFailed) -> ChannelCommands:
        if self._phase is not Phase.TALK or self._hung_up is not None:
            return []  # the customer left first; the agent's leg is ended with the call
        waited_ms = self._handoff.waited_ms(posted.at)
        if isinstance(outcome, AgentAnswered):
            self._line.stop()
            if self._handoff.bridge(self._line.now):
                self._timers.cancel_all()
                self._phase = Phase.WITH_AGENT
            else:
                outcome = HandoffFailed("unreachable")
        return self._talk_events.agent_came(posted, outcome, waited_ms)
