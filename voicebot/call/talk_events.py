"""What happens on a call as events of its dialog: items of the mailbox, keys, beeps, the ends of agents and channel.

Each is stamped with the moment it happened. What the dialog wants of the channel then is carried out by the actor.
"""

import logging

from voicebot.call.after_answer import AfterAnswer
from voicebot.call.handoff import AgentAnswered, HandoffFailed
from voicebot.call.mailbox import Posted, PromptOver, TalkItem
from voicebot.call.pick_up import BeepHeard, TakenFor
from voicebot.call.services import FetchDone
from voicebot.call.talk import Talk
from voicebot.call.timers import RanOut, Timers
from voicebot.call.who_hung_up import Party
from voicebot.dialog import commands, events
from voicebot.esl.codec import Event as SwitchEvent
from voicebot.speech.hearing import EarFault

log = logging.getLogger(__name__)

ChannelCommands = list[commands.HandOff | commands.HangUp]


class TalkEvents:
    """One talk from its answer to its end; every method returns what the dialog wants of the channel."""

    def __init__(self, uuid: str, talk: Talk, timers: Timers, after: AfterAnswer) -> None:
        self._uuid = uuid
        self._talk = talk
        self._timers = timers
        self._after = after

    def item(self, posted: Posted, item: TalkItem) -> ChannelCommands:
        """An item of the talk itself."""
        now = self._now(posted)
        if isinstance(item, PromptOver):
            return self._talk.step(events.PromptFinished(now, item.say_id, item.played_ms))
        if isinstance(item, RanOut):
            return self._talk.step(events.TimerFired(now, item.name)) if self._timers.honour(item) else []
        if isinstance(item, FetchDone):
            answer = item.answer
            return self._talk.step(events.Fetched(now, item.request, answer.outcome, answer.values, answer.why))
        if isinstance(item, EarFault):
            log.error("call %s: %s", self._uuid, item.what)
            return self.faulted(posted, item.what) if item.dead else []
        if isinstance(item, TakenFor):
            return self._taken_for(item, posted)
        if isinstance(item, BeepHeard):
            return self._talk.step(events.Beeped(now))
        return self._talk.hear(item, posted.at, posted.played_ms)

    def switch_event(self, posted: Posted, event: SwitchEvent) -> ChannelCommands:
        """What the switch tells of an answered channel: a key, or a beep."""
        if event.name == "DTMF":
            digit = event.headers.get("DTMF-Digit")
            return self._talk.step(events.DigitPressed(self._now(posted), digit, posted.played_ms))
        if self._after.is_beep(event):
            self._after.switch_beeped(posted.at)
        return []

    def faulted(self, posted: Posted, what: str) -> ChannelCommands:
        """Something of ours failed, and the talk cannot go on as it should."""
        return self._talk.step(events.Faulted(self._now(posted), what, posted.played_ms))

    def agent_came(self, posted: Posted, outcome: AgentAnswered | HandoffFailed, waited_ms: int) -> ChannelCommands:
        """A hand-off is decided: customer and agent talk, or they never will."""
        reason = outcome.reason if isinstance(outcome, HandoffFailed) else "answered"
        return self._talk.step(events.HandoffEnded(self._now(posted), reason, waited_ms))

    def hung_up(self, posted: Posted, by: Party, cause: str) -> ChannelCommands:
        """The last event of the talk."""
        return self._talk.step(events.HungUp(self._now(posted), by, cause, posted.played_ms))

    def _taken_for(self, item: TakenFor, posted: Posted) -> ChannelCommands:
        """Who picked up. A verdict on early media that comes after the answer is only kept."""
        if item.phase == "early":
            return []
        wanted = self._talk.step(self._after.picked_up(item.verdict, self._now(posted), posted.played_ms))
        if self._talk.state.phase == "beep":
            self._after.await_beep(posted.at)
        return wanted

    def _now(self, posted: Posted) -> int:
        return self._talk.since_answer(posted.at)
