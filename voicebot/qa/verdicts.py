"""Verdicts of reviewers: given, checked, replaced, settled by a third person. What was drawn is draw.py's."""

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from voicebot.dialog.load_grading import GRADES
from voicebot.errors import UsageError
from voicebot.qa.reasons import REASONS
from voicebot.qa.rounds import Round
from voicebot.store.campaigns import note
from voicebot.store.store import Store
from voicebot.store.tables import Turn
from voicebot.store.tables_quality import QaCorrection, QaSample, QaVerdict


@dataclass(frozen=True)
class Correction:
    """What a turn really meant. `turn`: position in the call; `text`: what was really said, empty: as recognised."""

    turn: int
    intent: str
    text: str = ""


@dataclass(frozen=True)
class Verdict:
    """What one reviewer found in one call. `final`: it settles a disagreement of the others."""

    reviewer: str
    at: datetime
    grade: str
    passed: bool
    reasons: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    note: str = ""
    final: bool = False


@dataclass(frozen=True)
class Sampled:
    """One call of a round. `number`: its place in the order of review, from 1, as people name it."""

    id: int
    number: int
    attempt_id: str
    stratum: str
    weight: float
    why: str


def check(verdict: Verdict, intents: Collection[str]) -> None:
    """Raises UsageError naming what is wrong in the verdict and what would be right; `intents`: those there are."""
    if not verdict.reviewer.strip():
        raise UsageError("a verdict needs its reviewer; name one with --reviewer")
    if verdict.grade not in GRADES:
        raise UsageError(f"{verdict.grade!r} is no grade; there are: {', '.join(GRADES)}")
    for reason in verdict.reasons:
        if reason not in REASONS:
            raise UsageError(f"{reason!r} is no reason; {_near(reason, REASONS)}voicebot qa reasons lists all")
    if not verdict.passed and not verdict.reasons:
        raise UsageError("a call that does not pass needs a reason; voicebot qa reasons lists them")
    if "other" in verdict.reasons and not verdict.note.strip():
        raise UsageError("reason 'other' needs a note that says what it was")
    for one in verdict.corrections:
        if one.intent not in intents:
            raise UsageError(f"{one.intent!r} is no intent of intents/; {_near(one.intent, intents)}".rstrip("; "))


def _near(name: str, known: Collection[str]) -> str:
    parts = [one for one in sorted(known) if name and (name in one or one in name)]
    near = parts[:3] or difflib.get_close_matches(name, list(known), 3)
    return f"do you mean {' or '.join(near)}? " if near else ""


def give(store: Store, within: Round, sample: Sampled, verdict: Verdict, *, replace: bool = False) -> None:
    """Keep a checked verdict. `replace`: in place of the reviewer's earlier one.

    Raises UsageError: the round is closed; the reviewer has judged the call already; it has its verdicts; a final one
    comes before them or from one of the reviewers; a corrected turn is not there. StoreError.
    """
    if within.closed_at is not None:
        raise UsageError(f"round {within.name!r} is closed; no verdict is taken any more")
    with store.writing() as connection:
        connection.execute(select(QaSample.id).where(QaSample.id == sample.id).with_for_update())  # one at a time
        _check_turns(connection, sample, verdict)
        there = _there(connection, sample.id)
        own = there.get(verdict.reviewer)
        if own is not None and not replace:
            raise UsageError(
                f"{verdict.reviewer} has judged call {sample.number} of {within.name} already; --replace changes that"
            )
        _check_turn_of(within, sample, verdict, there)
        if own is not None:
            connection.execute(delete(QaCorrection).where(QaCorrection.verdict_id == own["id"]))
            connection.execute(delete(QaVerdict).where(QaVerdict.id == own["id"]))
            was = {"grade": own["grade"], "passed": own["passed"]}
            now = {"grade": verdict.grade, "passed": verdict.passed}
            note(connection, verdict.reviewer, "qa.replace", f"qa:{within.name}:{sample.number}", was, now)
        _put(connection, sample.id, verdict)


def _check_turn_of(within: Round, sample: Sampled, verdict: Verdict, there: Mapping[str, Any]) -> None:
    """Whether it is this verdict's turn."""
    firsts = [name for name, row in there.items() if not row["final"]]
    others = [name for name in firsts if name != verdict.reviewer]
    finals = [name for name, row in there.items() if row["final"] and name != verdict.reviewer]
    where = f"call {sample.number} of {within.name}"
    if not verdict.final:
        if len(others) >= within.reviews:
            raise UsageError(f"{where} has its {within.reviews} verdicts; a third person settles it with --final")
        return
    if verdict.reviewer in firsts:
        raise UsageError(f"{verdict.reviewer} has judged {where}; the final word is another person's")
    if len(firsts) < within.reviews:
        raise UsageError(f"{where} has {len(firsts)} of {within.reviews} verdicts; the final word comes after them")
    if finals:
        raise UsageError(f"{where} was settled by {finals[0]}")


def _check_turns(connection: Connection, sample: Sampled, verdict: Verdict) -> None:
    known = set(connection.scalars(select(Turn.seq).where(Turn.attempt_id == sample.attempt_id)))
    for one in verdict.corrections:
        if one.turn not in known:
            turns = ", ".join(str(seq) for seq in sorted(known))
            raise UsageError(f"call {sample.number} has no turn {one.turn}; it has: {turns or 'none'}")


def _there(connection: Connection, sample_id: int) -> dict[str, Any]:
    columns = (QaVerdict.id, QaVerdict.reviewer, QaVerdict.final, QaVerdict.grade, QaVerdict.passed)
    asked = select(*columns).where(QaVerdict.sample_id == sample_id)
    return {row["reviewer"]: row for row in connection.execute(asked).mappings()}


def _put(connection: Connection, sample_id: int, verdict: Verdict) -> None:
    row = {
        "sample_id": sample_id,
        "reviewer": verdict.reviewer,
        "at": verdict.at,
        "grade": verdict.grade,
        "passed": verdict.passed,
        "reasons": list(verdict.reasons),
        "note": verdict.note,
        "final": verdict.final,
    }
    verdict_id = connection.execute(insert(QaVerdict).values(row).returning(QaVerdict.id)).scalar_one()
    corrections = [
        {"verdict_id": verdict_id, "turn_seq": one.turn, "intent": one.intent, "text": one.text}
        for one in verdict.corrections
    ]
    if corrections:
        connection.execute(insert(QaCorrection), corrections)
