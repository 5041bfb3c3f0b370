"""How well scores foretold a response: tenths of the leads, calibration, order. Counts in, figures out."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scipy.special import gammaincc

from voicebot.reports.stats import Z_95, Rate, rate

TENTHS = 10
GAP = 0.05
"""A mean difference of prediction and response of so much is large: five points of a hundred."""
ERROR = 0.01
"""Chance that a well calibrated score is flagged, at most: it is asked often."""

Scored = Mapping[float, tuple[int, int]]
"""Score -> (leads, of these those who responded)."""


@dataclass(frozen=True)
class Tenth:
    """A tenth of the leads by score, the lowest first; leads of one score stay together. `gap`: actual minus
    predicted, where scores are rates."""

    tenth: int
    low: float
    high: float
    predicted: float
    actual: Rate
    gap: float | None


@dataclass(frozen=True)
class Auc:
    """The chance that a lead who responded has the higher score than one who did not; ties count half. With its 95 %
    interval: J. A. Hanley, B. J. McNeil, Radiology 143 (1982)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Calibration:
    """`rates`: scores are rates of 0 to 1, so that they can be held against responses. `gap`: mean of the tenths' gaps
    without sign, weighted by leads; `p`: of Hosmer and Lemeshow's test, that the scores are what responses follow
    (D. W. Hosmer, S. Lemeshow, Communications in Statistics A9, 1980). `flag`: why the model needs a look, or empty."""

    leads: int
    rates: bool
    predicted: float | None
    actual: Rate
    gap: float | None
    p: float | None
    auc: Auc | None
    tenths: tuple[Tenth, ...]
    flag: str


def calibration(scored: Scored) -> Calibration:
    """All of it; without leads there are no tenths."""
    leads = sum(of for of, _ in scored.values())
    responded = sum(hits for _, hits in scored.values())
    rates = bool(scored) and min(scored) >= 0 and max(scored) <= 1 and max(scored) > 0
    tenths = _tenths(scored, rates)
    auc = auc_of(scored)
    if not rates:
        return Calibration(leads, False, None, rate(responded, leads), None, None, auc, tenths, _order_flag(auc))
    predicted = sum(score * of for score, (of, _) in scored.items()) / leads
    gap = sum(abs(tenth.gap or 0.0) * tenth.actual.of for tenth in tenths) / leads
    p = _hosmer_lemeshow(tenths)
    flag = _order_flag(auc)
    if gap >= GAP and p <= ERROR:
        flag = f"predicted {predicted:.1%}, came {responded / leads:.1%}"
        flag += f"; tenths are off by {gap * 100:.1f} points on average"
    return Calibration(leads, True, predicted, rate(responded, leads), gap, p, auc, tenths, flag)


def _order_flag(auc: Auc | None) -> str:
    if auc is None or auc.low > 0.5:
        return ""
    return f"the order is no better than chance: AUC {auc.value:.2f} ({auc.low:.2f} to {auc.high:.2f})"


def _tenths(scored: Scored, rates: bool) -> tuple[Tenth, ...]:
    """Each score goes to the tenth in which the middle of its leads lies."""
    leads = sum(of for of, _ in scored.values())
    groups: dict[int, list[float]] = {}
    before = 0
    for score in sorted(scored):
        of = scored[score][0]
        groups.setdefault(min(TENTHS - 1, int((before + of / 2) * TENTHS / leads)), []).append(score)
        before += of
    return tuple(_tenth(place + 1, scores, scored, rates) for place, scores in groups.items())


def _tenth(tenth: int, scores: Sequence[float], scored: Scored, rates: bool) -> Tenth:
    of = sum(scored[score][0] for score in scores)
    hits = sum(scored[score][1] for score in scores)
    predicted = sum(score * scored[score][0] for score in scores) / of
    gap = hits / of - predicted if rates else None
    return Tenth(tenth, min(scores), max(scores), predicted, rate(hits, of), gap)


def _hosmer_lemeshow(tenths: Sequence[Tenth]) -> float:
    """P of so large a difference if the scores were the rates; one degree of freedom a tenth, since nothing was fitted
    to these leads. A tenth that must respond wholly or not at all, and does not, makes it 0."""
    square = 0.0
    for tenth in tenths:
        variance = tenth.actual.of * tenth.predicted * (1 - tenth.predicted)
        off = tenth.actual.hits - tenth.actual.of * tenth.predicted
        if variance <= 0:
            if abs(off) > 1e-9:
                return 0.0
            continue
        square += off**2 / variance
    return float(gammaincc(len(tenths) / 2, square / 2))


def auc_of(scored: Scored) -> Auc | None:
    """The order of the scores; None without leads of both kinds."""
    yes = sum(hits for _, hits in scored.values())
    no = sum(of - hits for of, hits in scored.values())
    if not yes or not no:
        return None
    below, pairs = 0, 0.0
    for score in sorted(scored):
        of, hits = scored[score]
        pairs += hits * (below + (of - hits) / 2)
        below += of - hits
    value = pairs / (yes * no)
    q1, q2 = value / (2 - value), 2 * value**2 / (1 + value)
    variance = (value * (1 - value) + (yes - 1) * (q1 - value**2) + (no - 1) * (q2 - value**2)) / (yes * no)
    half = Z_95 * math.sqrt(max(variance, 0.0))
    return Auc(value, max(0.0, value - half), min(1.0, value + half))
