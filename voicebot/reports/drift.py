"""What leads were expected to do against what they did: scores of lists, and responses, an A or a B in any call.

The figures are calibration.py's.
"""

from dataclasses import dataclass, replace

import numpy as np

from voicebot.reports.calibration import Calibration, calibration
from voicebot.reports.leads import INTENT, leads_dialled
from voicebot.reports.only import Only
from voicebot.reports.stats import Rate
from voicebot.reports.sums.grouping import grouped
from voicebot.store.store import Store


@dataclass(frozen=True)
class DriftRow:
    """A tenth of the campaign's leads dialled, by score, the lowest first; `all` last. `low` to `high`: their scores,
    `predicted`: the mean; `gap`: actual minus predicted, where scores are rates of 0 to 1. Of `all`: `auc` with its
    interval, and `flag`: why the model needs a look."""

    campaign: str
    tenth: str
    leads: int
    low: float
    high: float
    predicted: float | None
    actual: Rate
    gap: float | None
    auc: float | None = None
    auc_low: float | None = None
    auc_high: float | None = None
    p: float | None = None
    flag: str = ""


def drift_report(store: Store, only: Only) -> tuple[DriftRow, ...]:
    """Each campaign whose list has scores. Raises StoreError."""
    scored: dict[str, dict[float, tuple[int, int]]] = {}
    with leads_dialled(store, only, "score") as (_, leads):
        campaigns, scores = leads.fact("campaign_id"), leads.fact("score")
        _, place = np.unique(scores.values, return_inverse=True)
        groups = grouped([campaigns.values, place], leads.count)
        hits = groups.total(leads.graded(*INTENT))
        named = zip(campaigns.known(groups.some_row), scores.known(groups.some_row), strict=True)
        for (campaign, score), count, hit in zip(named, groups.sizes().tolist(), hits.tolist(), strict=True):
            scored.setdefault(campaign, {})[score] = (count, hit)
    return tuple(
        row for campaign, scores in sorted(scored.items()) if len(scores) > 1 for row in _rows(campaign, scores)
    )


def _rows(campaign: str, scores: dict[float, tuple[int, int]]) -> list[DriftRow]:
    found = calibration(scores)
    rows = [
        DriftRow(
            *(campaign, str(tenth.tenth), tenth.actual.of, tenth.low, tenth.high),
            *(tenth.predicted if found.rates else None, tenth.actual, tenth.gap),
        )
        for tenth in found.tenths
    ]
    return [*rows, _whole(campaign, found, min(scores), max(scores))]


def _whole(campaign: str, found: Calibration, low: float, high: float) -> DriftRow:
    gap = None if found.predicted is None or found.actual.ratio is None else found.actual.ratio - found.predicted
    flag = found.flag
    if not found.rates:
        flag = f"scores are no rates of 0 to 1: only their order is judged{'; ' + flag if flag else ''}"
    row = DriftRow(campaign, "all", found.leads, low, high, found.predicted, found.actual, gap, p=found.p, flag=flag)
    auc = found.auc
    return row if auc is None else replace(row, auc=auc.value, auc_low=auc.low, auc_high=auc.high)
