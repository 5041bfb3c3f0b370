"""Dials the campaigns of the store on one switch: rounds on a native thread, one greenlet for each attempt.

Which leads, and every check, are rounds.py's; how one attempt goes is attempt.py's.
"""

import logging
import time
from datetime import timedelta

import gevent
from gevent.event import Event as Signal
from gevent.pool import Pool

from voicebot.campaign.attempt import OnItsWay
from voicebot.campaign.in_hand import Hands
from voicebot.campaign.line import Lines
from voicebot.campaign.orphans import Orphans, look_quietly
from voicebot.campaign.placing import Placer
from voicebot.campaign.rounds import Rounds
from voicebot.errors import StoreError, SwitchUnreachable
from voicebot.esl.off_hub import in_thread

log = logging.getLogger(__name__)

ROUND_S = 0.25
"""How often the store is looked at; a pause is in force for claims by the next look, and for each dialling at once."""
DOWN_S = 1.0
"""How long after a round that the database refused."""
ORPHANS_EVERY_S = 5.0
SETTLE_S = 10.0
"""How long results may take into the store after the last call, when the dialer ends."""


class Runner:
    """Runs until it is told to end, or the switch is lost."""

    def __init__(self, placer: Placer, rounds: Rounds, search: Orphans, lines: Lines) -> None:
        self._placer, self._rounds, self._search, self._lines = placer, rounds, search, lines
        self._held: dict[str, OnItsWay] = {}
        self._over: set[str] = set()
        self._attempts = Pool()
        self._wake = Signal()
        self._ending = Signal()
        self._idle = False
        self._down = ""

    @property
    def placed(self) -> int:
        """Attempts dialled so far."""
        return self._placer.placed

    @property
    def live(self) -> int:
        """Attempts in the air."""
        return self._placer.live

    def run(self, *, until_idle: bool = False, patience: timedelta = timedelta()) -> None:
        """Dial until `drain` or `stop`; with `until_idle` also until nobody is due within `patience` and the last call
        has ended.

        First what dialers left that are gone is looked at. Raises SwitchUnreachable when the switch was lost: leads in
        the air are held in the store until it is known what became of them.
        """
        self._search.look()
        watching = gevent.spawn(self._watch_orphans)
        try:
            while self._goes_on():
                self._round()
                if until_idle and not self._held and not self._down:
                    self._idle = self._is_idle(patience)
                self._wake.wait(DOWN_S if self._down else ROUND_S)
                self._wake.clear()
            self._ending.set()
            self._attempts.join()
            self._settle()
        finally:
            self._ending.set()
            watching.kill()
        if self._placer.lost is not None:
            raise SwitchUnreachable(
                f"the event socket of the switch was lost in mid-run ({self._placer.lost}): no more are dialled; what"
                " was in the air is looked for by the next dialer; see why it ended, and start both again"
            )

    def drain(self) -> None:
        """Dial no more; `run` returns when the calls in the air have ended and are settled."""
        self._ending.set()
        self._wake.set()

    def stop(self) -> None:
        """Dial no more, and hang up what is in the air."""
        self.drain()
        self._placer.hang_up_all()

    def _goes_on(self) -> bool:
        if self._placer.lost is not None or self._idle:
            return False
        return not self._ending.is_set() or len(self._attempts) > 0

    def _round(self) -> None:
        """One round; what the database refuses is tried again in the next."""
        hands = self._hands()
        now, dialling = time.monotonic(), not self._ending.is_set()
        try:
            done = in_thread(lambda: self._rounds.run(hands, now, dialling=dialling))
        except StoreError as error:
            if not self._down:
                log.error("nobody is dialled for now: %s", error)
            self._down = str(error)
            return
        if self._down:
            log.warning("leads are dialled again")
            self._down = ""
        for attempt_id in self._over - done.held:
            self._forget(attempt_id)
        for due in done.due:
            way = OnItsWay(due, self._placer, self._rounds, self._lines, self._ending, self._went_on)
            self._held[way.attempt_id] = way
            self._attempts.spawn(self._attempt, way)

    def _hands(self) -> Hands:
        return Hands(
            held={attempt_id: way.due.claimed.campaign_id for attempt_id, way in self._held.items()},
            going=self._held.keys() - self._over,
            talking={attempt_id for attempt_id in self._held if self._placer.is_talking(attempt_id)},
            unlined={attempt_id for attempt_id, way in self._held.items() if not way.lined},
        )

    def _attempt(self, way: OnItsWay) -> None:
        """One claimed lead to its end. Its lease is ours until then."""
        code = None
        try:
            code = way.run()
        except StoreError as error:
            log.error("attempt %s is not dialled: %s", way.attempt_id, error)
        finally:
            if code is None:
                self._forget(way.attempt_id)
            else:
                self._over.add(way.attempt_id)
            self._wake.set()

    def _went_on(self, before: str) -> None:
        """A lead has another attempt in place of that one."""
        way = self._held.pop(before)
        self._held[way.attempt_id] = way

    def _is_idle(self, patience: timedelta) -> bool:
        try:
            return in_thread(self._rounds.idle, patience)
        except StoreError:
            return False

    def _forget(self, attempt_id: str) -> None:
        self._over.discard(attempt_id)
        self._held.pop(attempt_id, None)

    def _settle(self) -> None:
        """Rounds without dialling until what ended is settled; what waits on disk is left to the next dialer."""
        end = time.monotonic() + SETTLE_S
        while self._over and time.monotonic() < end:
            self._round()
            gevent.sleep(ROUND_S if self._over else 0)

    def _watch_orphans(self) -> None:
        while not self._ending.wait(ORPHANS_EVERY_S) and self._placer.lost is None:
            if not self._down:  # by a clock that is wrong every lease has run out
                look_quietly(self._search)
            self._wake.set()
