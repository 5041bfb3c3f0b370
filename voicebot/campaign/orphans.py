"""Attempts that no dialer follows any more: closed once they are known to be dead, so that their leads go on.

Known to be dead: the switch that they were placed on says that there is no such channel, or the longest call that can
be has passed. Until then their leads are held, and nobody dials them.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from voicebot.errors import StoreError, VoicebotError
from voicebot.esl.off_hub import in_thread
from voicebot.store.leases import Orphan, close_orphan, orphans
from voicebot.store.owners import switch_of
from voicebot.store.store import Store

log = logging.getLogger(__name__)

GRACE = timedelta(seconds=10)
"""How long after a channel is seen to be gone the call server may take to write its result."""


class Orphans:
    """Looks for them. `exists` asks our own switch, named `switch`, for a channel."""

    def __init__(
        self,
        store: Store,
        switch: str,
        exists: Callable[[str], bool],
        longest: timedelta,
        clock: Callable[[], datetime],
        grace: timedelta = GRACE,
    ) -> None:
        self._store, self._switch, self._exists = store, switch, exists
        self._longest, self._clock, self._grace = longest, clock, grace
        self._gone_since: dict[str, datetime] = {}

    def look(self) -> int:
        """Close those that are dead by now; how many. On the hub; the database is asked on a thread.

        Raises StoreError, and SwitchUnreachable when the connection to the switch is over.
        """
        at = self._clock()
        found = in_thread(orphans, self._store, at)
        self._gone_since = {one.attempt_id: self._since(one, at) for one in found if self._is_gone(one, at)}
        closed = 0
        for attempt_id, since in tuple(self._gone_since.items()):
            if at >= since + self._grace and in_thread(close_orphan, self._store, attempt_id, at):
                log.warning("attempt %s: nobody followed it, and its channel is gone; NODE_LOST", attempt_id)
                closed += 1
        return closed

    def _since(self, one: Orphan, at: datetime) -> datetime:
        return self._gone_since.get(one.attempt_id, at)

    def _is_gone(self, one: Orphan, at: datetime) -> bool:
        """Whether its channel is: by the word of the switch that it is on, else by its age."""
        if switch_of(one.owner) == self._switch:
            return not self._exists(one.attempt_id)
        return at >= one.started_at + self._longest


def look_quietly(search: Orphans) -> None:
    """`look`, its failures as one line of the log: it is done again soon."""
    try:
        search.look()
    except StoreError as error:
        log.warning("leases that ran out are not looked at: %s", error)
    except VoicebotError as error:
        log.info("leases that ran out are not looked at: %s", error)
