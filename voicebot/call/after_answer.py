"""The first seconds of a talk: what picked up, with what the campaign wants then, becomes an event of the dialog.

The opening plays meanwhile; nothing here waits.
"""

import logging

from voicebot.answering.evidence import Verdict
from voicebot.call.pick_up import PickUp
from voicebot.campaign.policy.answered import AnsweredBy
from voicebot.campaign.policy.codes import Code
from voicebot.dialog.events import PickedUp
from voicebot.errors import VoicebotError
from voicebot.esl.codec import Event as SwitchEvent
from voicebot.esl.session import CallSession

log = logging.getLogger(__name__)

AVMD_BEEP = "avmd::beep"


class AfterAnswer:
    """One call after its answer. `use_avmd`: the switch's mod_avmd listens for the beep too."""

    def __init__(self, pick_up: PickUp, answered_by: AnsweredBy, session: CallSession, *, use_avmd: bool) -> None:
        self._pick_up = pick_up
        self._answered_by = answered_by
        self._session = session
        self._use_avmd = use_avmd

    @property
    def events(self) -> tuple[str, ...]:
        """What the call has to subscribe beside its channel's own events."""
        return ("CUSTOM", AVMD_BEEP) if self._use_avmd else ()

    def picked_up(self, verdict: Verdict, now: int, played_ms: int | None) -> PickedUp:
        """The verdict as the dialog takes it; `now` on its clock."""
        code = Code(verdict.code)
        follow = self._answered_by.follow(code)
        return PickedUp(now, str(code), verdict.score, follow.then, follow.message, follow.node, played_ms)

    def await_beep(self, at: int) -> None:
        """A message is to be left; `at` on the line's clock. A switch without mod_avmd costs nothing but its help."""
        self._pick_up.await_beep(at)
        if self._use_avmd:
            try:
                self._session.execute("avmd_start")
            except VoicebotError as error:
                log.warning("call %s: the switch does not listen for the beep: %s", self._session.uuid, error)

    def switch_beeped(self, at: int) -> None:
        """The switch's beep is evidence of a machine, and the message waits for its end; `at` on the line's clock."""
        self._pick_up.switch_beeped(at)

    def is_beep(self, event: SwitchEvent) -> bool:
        """Whether the switch tells a beep. It tells each twice, while it sounds."""
        return event.name == "CUSTOM" and event.headers.get("Event-Subclass") == AVMD_BEEP
