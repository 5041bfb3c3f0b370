"""Leads that a claim looked at and does not give: refused for good, or postponed; written together and counted.

Why they are not called is decided by refusals.py and policy's windows.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, update

from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.states import LeadState
from voicebot.campaign.policy.windows import Verdict
from voicebot.store import outbox
from voicebot.store.refusals import Refusal
from voicebot.store.tables import Lead

NEVER = timedelta(days=1)
"""When a lead is looked at again whose hours never open; its plan may be changed."""


class PutOff:
    """Those of one claim. `refused`, `postponed`: how many, by code."""

    def __init__(self) -> None:
        self.refused: Counter[str] = Counter()
        self.postponed: Counter[str] = Counter()
        self._ended: list[dict[str, Any]] = []
        self._later: list[dict[str, Any]] = []

    def refuse(self, lead_id: int, why: Refusal) -> None:
        """For good, or until the refusal ends."""
        if why.until is None:
            self.refused[why.code] += 1
            self._ended.append({"lead": lead_id, "ended_by": str(why.code), "reason": why.why})
        else:
            self._postpone(lead_id, why.code, why.until, why.why)

    def wait_for_hours(self, lead_id: int, verdict: Verdict, at: datetime) -> None:
        """Until its hours open."""
        opens = verdict.next_open or at + NEVER
        self._postpone(lead_id, verdict.code or Code.OUT_OF_WINDOW, opens, verdict.why)

    def write(self, connection: Connection) -> None:
        """Write what was put off. Raises what SQLAlchemy raises."""
        one = update(Lead).where(Lead.id == bindparam("lead"))
        if self._ended:
            ended = one.values(state=LeadState.REFUSED, code=bindparam("ended_by"), why=bindparam("reason"))
            connection.execute(ended, self._ended)
            outbox.leads_finished(connection, [row["lead"] for row in self._ended])
        if self._later:
            connection.execute(one.values(due_at=bindparam("later"), why=bindparam("reason")), self._later)

    def _postpone(self, lead_id: int, code: Code, until: datetime, why: str) -> None:
        self.postponed[code] += 1
        self._later.append({"lead": lead_id, "later": until, "reason": why})
