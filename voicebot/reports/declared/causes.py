"""Declarations of the reports that say why: causes of missed rates, scores against responses, the calls behind."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from voicebot.number_of import number_of
from voicebot.reports.causes import CauseRow, cause_report
from voicebot.reports.drift import DriftRow, drift_report
from voicebot.reports.plots import Plot, bars
from voicebot.reports.shape import Column, Kind, Report
from voicebot.reports.stats import Rate


def _effect(row: CauseRow) -> str:
    if row.effect is None or row.effect_low is None or row.effect_high is None:
        return ""
    return f"{row.effect:+.1%} ({row.effect_low:+.1%} to {row.effect_high:+.1%})"


def _cause(row: CauseRow) -> str:
    return " ".join(part for part in (row.cause, row.name, f"({row.note})" if row.note else "") if part)


EASE = {1: "line", 2: "time", 3: "strategy", 4: "node", 5: "version", 6: "segment", 7: "list"}


def _told(rows: Sequence[CauseRow]) -> Iterator[str]:
    """A head for each missed rate, then its causes, each with its evidence and the command for its calls."""
    for _, group in itertools.groupby(rows, lambda row: (row.campaign, row.metric)):
        causes = list(group)
        first = causes[0]
        yield f"{first.campaign}: {first.metric} {first.actual:.1%}, target {first.target:.1%}"
        for row in causes:
            yield from _lines(row)
        yield ""


def _lines(row: CauseRow) -> Iterator[str]:
    if row.group is None or row.rest is None or row.ease is None:
        yield f"  {row.cause}: none of {number_of(row.looked, 'group')} of calls is worse than the rest beyond chance"
        return
    yield f"  {row.ease} {EASE[row.ease]}: {_cause(row)}"
    measure = f"{row.measure}: " if row.measure else ""
    yield f"      {measure}{_rate(row.group)}, the rest {_rate(row.rest)}: {_effect(row)}"
    gain = "" if row.points is None else f"; as good as the rest it would add {row.points * 100:.1f} points"
    yield f"      {row.lost or 0:,} lost{gain}"
    yield f"      {row.calls}"


def _rate(rate: Rate) -> str:
    return f"{rate.ratio:.1%} of {rate.of:,}"


def _lost(rows: Any) -> Plot | None:
    found = [row for row in rows if row.lost is not None]
    names = [f"{row.campaign} {row.metric}: {row.cause} {row.name}" for row in found]
    return bars("diagnose", names, [row.lost for row in found], [f"{row.lost:,}: {_effect(row)}" for row in found])


DIAGNOSE = Report(
    "diagnose",
    "Diagnosis",
    "原因诊断",
    "Each missed rate with its likely causes, tested on the data, the most easily checked first.",
    cause_report,
    (
        Column("campaign", "campaign", "活动"),
        Column("metric", "missed", "未达指标"),
        Column("target", "target", "目标", Kind.EXACT),
        Column("actual", "actual", "实际", Kind.EXACT),
        Column("ease", "", "排查次序", Kind.COUNT, wide=True),
        Column("cause", "cause", "原因", of=_cause),
        Column("group", "its rate", "该组", Kind.RATE),
        Column("rest", "the rest", "其余", Kind.RATE, wide=True),
        Column("effect", "difference", "差异", Kind.LINE, of=_effect),
        Column("lost", "lost", "损失", Kind.COUNT, drawn=True),
        Column("points", "would add", "可提升", Kind.POINTS, wide=True),
        Column("measure", "rate of", "比率含义", quiet=True, wide=True),
        Column("looked", "groups\nlooked at", "检验组数", Kind.COUNT, wide=True),
        Column("calls", "calls behind it", "查看通话", wide=True),
    ),
    plot=_lost,
    says="bars: successes lost against the rest 损失; behind them the difference and its 95 % interval 差异",
    lines=lambda rows: list(_told(rows)),
    empty="no campaign misses a rate that it has as a target",
)


def _tenths(rows: Any) -> Plot | None:
    found: list[DriftRow] = list(rows)
    names = [f"{row.campaign} {row.tenth}" for row in found]
    texts = [
        f"{row.actual.ratio or 0:.1%}" + ("" if row.predicted is None else f", predicted {row.predicted:.1%}")
        for row in found
    ]
    actual = [row.actual.ratio or 0.0 for row in found]
    return bars("drift", names, actual, texts, [row.predicted for row in found], "predicted 预测")


DRIFT = Report(
    "drift",
    "Predicted against actual",
    "预测偏差",
    "Scores of leads against their responses (A or B) by tenths: calibration, order, a flag when they are far apart.",
    drift_report,
    (
        Column("campaign", "campaign", "活动"),
        Column("tenth", "tenth", "十分位"),
        Column("leads", "leads", "线索", Kind.COUNT),
        Column("low", "scores\nfrom", "最低分", Kind.NUMBER),
        Column("high", "to", "最高分", Kind.NUMBER),
        Column("predicted", "predicted", "预测", Kind.EXACT),
        Column("actual", "actual 95 %", "实际", Kind.RATE, drawn=True),
        Column("gap", "gap", "差距", Kind.POINTS),
        Column("auc", "AUC", "AUC", Kind.NUMBER, of=lambda row: None if row.auc is None else round(row.auc, 3)),
        Column("p", "p", "p", Kind.CHANCE, wide=True),
        Column("flag", "flag", "提示", off_screen=True),
    ),
    plot=_tenths,
    says="bars: leads with an A or a B 实际",
    below=lambda rows: [f"{row.campaign}: {row.flag}" for row in rows if row.flag],
    empty="no lead with a score was dialled yet; lists bring scores in a column `score`",
)
REPORTS = (DIAGNOSE, DRIFT)
