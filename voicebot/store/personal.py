"""Which columns of the store hold a person: numbers, words, files; for deletion, retention and export. One table of it.

A test goes through the whole catalogue: a new table or column must be entered here. What is done is elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from voicebot.store import tables as t
from voicebot.store import tables_dialling as d
from voicebot.store import tables_quality as q
from voicebot.store.tables import Base


class By(Enum):
    """How a row belongs to a person."""

    NUMBER = "number"
    """By its column `number`."""
    ATTEMPT = "attempt_id"
    """By an attempt that called the person."""
    SAMPLE = "sample_id"
    """By a sampled call."""
    VERDICT = "verdict_id"
    """By a verdict about a sampled call."""


@dataclass(frozen=True)
class Personal:
    """A table with rows of persons. Each column of text or JSON is in one of the four.

    `numbers`, `words`, `files`: columns with the value that says "nothing any more"; `plain`: those that say nothing of
    a person, or not without the others. `goes`: the row is nothing without them: it is deleted.
    """

    table: type[Base]
    by: By
    numbers: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Any] = field(default_factory=dict)
    plain: tuple[str, ...] = ()
    goes: bool = False

    @property
    def name(self) -> str:
        """As the database calls it."""
        return str(self.table.__tablename__)


_LEAD_PLAIN = ("campaign_id", "arm", "source", "persona", "zone", "area", "carrier", "flags", "state", "code")
PERSONAL = (
    Personal(
        t.Lead,
        By.NUMBER,
        {"number": "", "key": "forgotten"},  # the key is unique in its campaign: the row's number is put behind it
        {"variables": {}, "why": ""},
        plain=(*_LEAD_PLAIN, "lease_owner", "shown_number"),
    ),
    Personal(
        t.Attempt,
        By.ATTEMPT,
        {"number": None},
        {"early_media_text": None},
        plain=("campaign_id", "caller_number", "gateway", "code", "layer", "who_hung_up", "cause"),
    ),
    Personal(
        t.Call,
        By.ATTEMPT,
        words={"grade_evidence": [], "slots": {}},
        plain=("answered_by", "ending", "ended_by", "ended_node", "grade", "grade_rule", "tags"),
    ),
    Personal(t.CallEvent, By.ATTEMPT, words={"body": {}}, goes=True),
    Personal(
        t.Turn,
        By.ATTEMPT,
        words={"text": "", "evidence": ""},
        plain=("node", "intent", "matched_by", "engine", "choice"),
    ),
    Personal(t.Said, By.ATTEMPT, words={"text": "", "heard_text": ""}, plain=("node",)),
    Personal(t.NodeVisit, By.ATTEMPT, plain=("node", "role", "ended_by", "hangup_phase")),
    Personal(t.Handoff, By.ATTEMPT, plain=("target", "outcome", "agent")),
    Personal(t.CallGrade, By.ATTEMPT, words={"evidence": []}, plain=("grade", "rule")),
    Personal(
        t.FollowUp,
        By.ATTEMPT,
        words={"text": "", "details": {}, "outcome": None},
        plain=("type", "node", "status", "taken_by"),
    ),
    Personal(t.Recording, By.ATTEMPT, files={"path": ""}, goes=True),
    Personal(
        q.PickUp,
        By.ATTEMPT,
        words={"text": "", "evidence": []},
        files={"path": None},
        plain=("phase", "code", "sounds"),
    ),
    Personal(q.Outcome, By.NUMBER, {"number": "", "key": "forgotten"}, plain=("campaign_id", "type", "source")),
    Personal(q.QaSample, By.ATTEMPT, words={"reason": ""}, plain=("stratum",)),
    Personal(q.QaVerdict, By.SAMPLE, words={"note": ""}, plain=("reviewer", "grade", "reasons")),
    Personal(q.QaCorrection, By.VERDICT, words={"text": ""}, plain=("intent",)),
    Personal(d.Complaint, By.NUMBER, {"number": ""}, {"words": ""}, plain=("source", "caller_number")),
    Personal(d.Consent, By.NUMBER, {"number": ""}, {"proof": ""}, plain=("purpose", "source"), goes=True),
    Personal(d.Exclusion, By.NUMBER, {"number": ""}, plain=("product",), goes=True),
)
"""Tables with rows of persons. Not in it are the three that need more than a table can say: SPECIAL."""

SPECIAL = {
    "stop_list": "the number stays, so that nobody calls it; the words and the call that asked for it go",
    "webhook_delivery": "messages are known by their subject: lead:ID, attempt:ID, number:NUMBER",
    "audit": "lines that name the number have it masked",
}
"""Tables that person.py treats one by one, with how."""

_SUMS = "sums of a day: counts of a group of leads, whatever becomes of each"
NOBODY = {
    **dict.fromkeys(("campaign_day", "day_changed", "day_counted"), "which sums of days are counted"),
    **dict.fromkeys(
        ("day_result", "day_line", "day_node", "day_hangup", "day_next", "day_latency", "day_length"), _SUMS
    ),
    "day_fact": "codes, lengths, counts by the numbers of the lead's row and the call's; these are treated",
    "agent": "colleagues who take calls, not people who are called",
    "agent_spell": "what colleagues did",
    "agent_wait": "calls that wait at this moment",
    "caller_number": "our own numbers",
    "campaign": "plans",
    "campaign_arm": "versions and shares",
    "gateway": "lines",
    "lead_batch": "names and counts of files",
    "qa_round": "filters and counts",
    "script_release": "decisions about scripts",
    "script_version": "scripts",
    "webhook": "addresses of programs",
}
"""Tables without anything of people who are called, and what they hold."""


def personal(name: str) -> Personal | None:
    """The entry of a table, None for one without."""
    return next((each for each in PERSONAL if each.name == name), None)
