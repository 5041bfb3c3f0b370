"""Attempts that no dialer follows any more: closed once they are known to be dead, so that their leads go on.

Known to be dead: the switch that they were placed on does not list such a channel and, asked for it, has none; or the
longest call that can be has passed. Until then their leads are held, and nobody dials them.
"""

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Protocol

from voicebot.errors import StoreError, SwitchRefused, VoicebotError
from voicebot.esl.off_hub import in_thread
from voicebot.store.leases import Orphan, close_orphan, orphans
from voicebot.store.owners import switch_of
from voicebot.store.store import Store

log = logging.getLogger(__name__)

GRACE = timedelta(seconds=10)
"""How long after a channel is seen to be gone the call server may take to write its result."""


class Channels(Protocol):
    """What the switch can be asked. Both raise SwitchUnreachable, SwitchRefused."""

    def channel_ids(self) -> Collection[str]:
        """All that it lists."""

    def exists(self, uuid: str) -> bool:
        """Whether it has this one."""


class Orphans:
    """Looks for them. `channels`: our own switch's, named `switch`."""

    def __init__(
        self,
        store: Store,
        switch: str,
        channels: Channels,
        longest: timedelta,
        clock: Callable[[], datetime],
        grace: timedelta = GRACE,
    ) -> None:
        self._store, self._switch, self._channels = store, switch, channels
        self._longest, self._clock, self._grace = longest, clock, grace
        self._gone_since: dict[str, datetime] = {}

    def look(self) -> int:
        """Close those that are dead by now; how many. On the hub; the database is asked on a thread.

        Raises StoreError, and SwitchUnreachable when the connection to the switch is over.
        """
        at = self._clock()
        found = in_thread(orphans, self._store, at)
        living = self._living([one for one in found if self._is_here(one)])
        gone = [one for one in found if self._is_gone(one, living, at)]
        self._gone_since = {one.attempt_id: self._gone_since.get(one.attempt_id, at) for one in gone}
        closed = 0
        for one in gone:
            if at < self._gone_since[one.attempt_id] + self._grace or self._is_here_after_all(one):
                continue
            if in_thread(close_orphan, self._store, one.attempt_id, at):
                log.warning("attempt %s: nobody followed it, and its channel is gone; NODE_LOST", one.attempt_id)
                closed += 1
        return closed

    def _is_here(self, one: Orphan) -> bool:
        return switch_of(one.owner) == self._switch

    def _living(self, here: Collection[Orphan]) -> Collection[str]:
        """Channels that the switch has, asked at once for all; one by one of a switch that keeps no list (-nosql)."""
        if not here:
            return ()
        try:
            return self._channels.channel_ids()
        except SwitchRefused:
            return {one.attempt_id for one in here if self._channels.exists(one.attempt_id)}

    def _is_gone(self, one: Orphan, living: Collection[str], at: datetime) -> bool:
        """Whether its channel is: by the word of the switch that it is on, else by its age."""
        if self._is_here(one):
            return one.attempt_id not in living
        return at >= one.started_at + self._longest

    def _is_here_after_all(self, one: Orphan) -> bool:
        """The list of a switch is written behind its channels, so the channel itself has the last word."""
        return self._is_here(one) and self._channels.exists(one.attempt_id)


def look_quietly(search: Orphans) -> None:
    """`look`, its failures as one line of the log: it is done again soon."""
    try:
        search.look()
    except StoreError as error:
        log.warning("leases that ran out are not looked at: %s", error)
    except VoicebotError as error:
        log.info("leases that ran out are not looked at: %s", error)
