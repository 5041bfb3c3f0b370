"""What picked up, and what was heard while it rang: how often, how surely, how soon, and the ringing that it saved."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import case, func, select

from voicebot.reports.only import Only, attempts
from voicebot.store.store import Store
from voicebot.store.tables import Attempt
from voicebot.store.tables_quality import PickUp

STEP_MS = 100
"""Moments of decisions are counted in steps of so much."""
NO_VERDICT = "no verdict"
"""Ring-back, music, a talk that was too short to tell."""


@dataclass(frozen=True)
class AnsweredRow:
    """`heard` attempts of a gateway in a `phase` (early: before the answer, answer: after it) that were taken for
    `code`; `share` of the phase's. `score` and the times of the decision are of those with a verdict, in seconds since
    the phase began, to 0.1. `ended`: attempts that the verdict ended while they rang; `saved_s`: ringing that was left
    then, in all."""

    phase: str
    gateway: str
    code: str
    heard: int
    share: float
    score: float | None
    decided_s: float | None
    decided_s_p90: float | None
    ended: int
    saved_s: float


@dataclass
class _Sum:
    heard: int = 0
    score: float = 0.0
    ended: int = 0
    saved_ms: int = 0


def answer_report(store: Store, only: Only) -> tuple[AnsweredRow, ...]:
    """Phase by phase and gateway by gateway, the most frequent first. Raises StoreError."""
    step = PickUp.decided_ms // STEP_MS
    code = func.coalesce(PickUp.code, NO_VERDICT)
    columns = (
        *(PickUp.phase, func.coalesce(Attempt.gateway, ""), code, step),
        *(func.count(), func.sum(PickUp.score), func.sum(case((PickUp.saved_ms > 0, 1), else_=0))),
        func.sum(PickUp.saved_ms),
    )
    query = attempts(select(*columns), only).where(PickUp.attempt_id == Attempt.id)
    sums: dict[tuple[str, str, str], _Sum] = defaultdict(_Sum)
    steps: dict[tuple[str, str, str], Counter[int]] = defaultdict(Counter)
    with store.reading() as connection:
        grouped = query.group_by(PickUp.phase, Attempt.gateway, PickUp.code, step)
        for phase, gateway, name, at, heard, score, ended, saved_ms in connection.execute(grouped):
            key = (phase, gateway, name)
            one = sums[key]
            one.heard, one.score = one.heard + heard, one.score + (score or 0.0)
            one.ended, one.saved_ms = one.ended + int(ended), one.saved_ms + int(saved_ms)
            if at is not None:
                steps[key][at] += heard
    return tuple(_row(key, sums, steps[key]) for key in sorted(sums, key=lambda key: _order(key, sums)))


def _order(key: tuple[str, str, str], sums: Mapping[tuple[str, str, str], _Sum]) -> tuple[bool, str, int, str]:
    phase, gateway, code = key
    return phase != "early", gateway, -sums[key].heard, code


def _row(key: tuple[str, str, str], sums: Mapping[tuple[str, str, str], _Sum], steps: Counter[int]) -> AnsweredRow:
    phase, gateway, code = key
    one, told = sums[key], code != NO_VERDICT
    return AnsweredRow(
        phase=phase,
        gateway=gateway,
        code=code,
        heard=one.heard,
        share=one.heard / sum(other.heard for where, other in sums.items() if where[:2] == key[:2]),
        score=round(one.score / one.heard, 2) if told else None,
        decided_s=_quantile(steps, 0.5),
        decided_s_p90=_quantile(steps, 0.9),
        ended=one.ended,
        saved_s=one.saved_ms / 1000,
    )


def _quantile(steps: Counter[int], share: float) -> float | None:
    """The end of the step below which `share` of the decisions lie."""
    wanted, passed = share * steps.total(), 0
    for step in sorted(steps):
        passed += steps[step]
        if passed >= wanted:
            return (step + 1) * STEP_MS / 1000
    return None
