"""What picked up, and what was heard while it rang: how often, how surely, how soon, and the ringing that it saved."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from voicebot.reports.only import Only
from voicebot.reports.sums.columns import Rows
from voicebot.reports.sums.grouping import Groups, grouped
from voicebot.reports.sums.reading import HEARD, NONE
from voicebot.reports.sums.refresh import opened
from voicebot.store.store import Store

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


def answer_report(store: Store, only: Only) -> tuple[AnsweredRow, ...]:
    """Phase by phase and gateway by gateway, the most frequent first. Raises StoreError."""
    with opened(store, only, HEARD) as reader:
        rows = reader.facts(HEARD, ("phase", "gateway", "code", "score", "decided_ms", "saved_ms"))
    groups = grouped([rows[name].values for name in ("phase", "gateway", "code")], len(rows["phase"].values))
    return tuple(sorted(_rows(rows, groups), key=lambda row: (row.phase != "early", row.gateway, -row.heard, row.code)))


def _rows(rows: Rows, groups: Groups) -> list[AnsweredRow]:
    names = zip(*(rows[name].known(groups.some_row) for name in ("phase", "gateway", "code")), strict=True)
    heard, saved = groups.sizes().tolist(), rows["saved_ms"].values
    scores = np.bincount(groups.of_row, weights=rows["score"].values, minlength=groups.count).tolist()
    ended, saved_ms = groups.total(saved > 0).tolist(), groups.total(saved).tolist()
    steps = _steps(rows, groups)
    of_line: Counter[tuple[str, str]] = Counter()
    found = list(enumerate(names))
    for place, (phase, gateway, _) in found:
        of_line[phase, gateway] += heard[place]
    return [
        AnsweredRow(
            phase=phase,
            gateway=gateway,
            code=code or NO_VERDICT,
            heard=heard[place],
            share=heard[place] / of_line[phase, gateway],
            score=round(scores[place] / heard[place], 2) if code else None,
            decided_s=_quantile(steps[place], 0.5),
            decided_s_p90=_quantile(steps[place], 0.9),
            ended=ended[place],
            saved_s=saved_ms[place] / 1000,
        )
        for place, (phase, gateway, code) in found
    ]


def _steps(rows: Rows, groups: Groups) -> Mapping[int, Counter[int]]:
    """Decisions of each group by the step in which they fell."""
    found: dict[int, Counter[int]] = defaultdict(Counter)
    told = np.flatnonzero(rows["decided_ms"].values != NONE)
    of_row, step = groups.of_row[told], rows["decided_ms"].values[told] // STEP_MS
    alike = grouped([of_row, step], len(told))
    for place, count in zip(alike.some_row.tolist(), alike.sizes().tolist(), strict=True):
        found[int(of_row[place])][int(step[place])] = count
    return found


def _quantile(steps: Counter[int], share: float) -> float | None:
    """The end of the step below which `share` of the decisions lie."""
    wanted, passed = share * steps.total(), 0
    for step in sorted(steps):
        passed += steps[step]
        if passed >= wanted:
            return (step + 1) * STEP_MS / 1000
    return None
