"""Declarations of the reports that say why: causes of missed rates, scores against responses, the calls behind."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from voicebot.campaign.policy.targets import QUANTITIES
from voicebot.number_of import number_of
from voicebot.reports.causes import CauseRow, cause_report
from voicebot.reports.declared.money import TOTAL
from voicebot.reports.drift import DriftRow, drift_report
from voicebot.reports.language import Bilingual, label
from voicebot.reports.plots import Plot, bars
from voicebot.reports.shape import Column, Kind, Report
from voicebot.reports.stats import Rate

EASE = {1: "line", 2: "time", 3: "strategy", 4: "node", 5: "version", 6: "segment", 7: "list"}

HITS = {"connect_rate": "connected", "intent_rate": "A or B", "accept_rate": "added", "add_rate": "added"}
"""What a rate counts, in a word."""


def _effect(row: CauseRow) -> str:
    if row.effect is None or row.effect_low is None or row.effect_high is None:
        return ""
    value, low, high = (each * 100 for each in (row.effect, row.effect_low, row.effect_high))
    return f"{value:+.1f} pt ({low:+.1f} to {high:+.1f})"


def _cause(row: CauseRow) -> str:
    name = f"{row.name}:00 to {row.name}:59" if row.cause == "hour" else row.name
    return " ".join(part for part in (row.cause, name, f"({row.note})" if row.note else "") if part)


def _metric(row: CauseRow) -> str:
    return QUANTITIES[row.metric].label


def _told(rows: Sequence[CauseRow]) -> Iterator[str]:
    """A head for each missed rate, then its causes, each with its evidence and the command for its calls. What has a
    measure of its own is told once a campaign."""
    told: dict[tuple[str, str], str] = {}
    for _, group in itertools.groupby(rows, lambda row: (row.campaign, row.metric)):
        causes = list(group)
        first = causes[0]
        below = (first.target - first.actual) * 100
        yield (
            f"{first.campaign}: {_metric(first)} {QUANTITIES[first.metric].chinese} {first.actual:.1%}, "
            f"target {first.target:.1%}: {below:.1f} points below"
        )
        for row in causes:
            before = told.get((row.campaign, _cause(row))) if row.measure else None
            yield from _lines(row) if before is None else (f"  {_head(row)}: as for the {before} above",)
            told.setdefault((row.campaign, _cause(row)), _metric(row))
        yield ""
    if any(row.group for row in rows):
        yield "likely causes, the most easily checked first; points: of a hundred; in brackets: 95 % interval"


def _head(row: CauseRow) -> str:
    return f"{row.ease} {EASE[row.ease or 0]}: {_cause(row)}"


def _lines(row: CauseRow) -> Iterator[str]:
    if row.group is None or row.rest is None or row.effect is None or row.effect_low is None:
        yield f"  {row.cause}: none of {number_of(row.looked, 'group')} of calls is worse than the rest beyond chance;"
        yield "      what all calls share is left to look at: the script, the offer, the list as a whole, the target"
        return
    yield f"  {_head(row)}"
    measure = f"{row.measure}: " if row.measure else ""
    span = f"{-(row.effect_high or 0.0) * 100:.1f} to {-row.effect_low * 100:.1f}"
    yield (
        f"      {measure}{_rate(row.group)}, of the rest {_rate(row.rest)}: "
        f"{-row.effect * 100:.1f} points lower ({span})"
    )
    of = "of these" if row.measure else HITS[row.metric]
    gain = "" if row.points is None else f", which would raise the {_metric(row)} by {row.points * 100:.1f} points"
    yield f"      as good as the rest it would have {row.lost or 0:,} more {of}{gain}"
    yield f"      its calls: {row.calls}"


def _rate(rate: Rate) -> str:
    return f"{rate.ratio:.1%} of {rate.of:,}"


def _lost(rows: Any) -> Plot | None:
    found = [row for row in rows if row.lost is not None]
    names = [f"{row.campaign} {_metric(row)}: {_cause(replace(row, note=''))}" for row in found]
    return bars("diagnose", names, [row.lost for row in found], [f"{row.lost:,}: {_effect(row)}" for row in found])


DIAGNOSE = Report(
    "diagnose",
    "Diagnosis",
    "原因诊断",
    Bilingual(
        "Each missed rate with its likely causes, tested on the data, the most easily checked first.",
        "每个未达标的指标及其可能原因，均经数据检验，最容易排查的在前。",
    ),
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
    says=Bilingual(
        "bars: successes lost against the rest; behind them the difference and its 95 % interval",
        "条形：与其余相比的损失；其后为差异及 95 % 区间",
    ),
    lines=lambda rows: list(_told(rows)),
    empty=Bilingual("no campaign misses a rate that it has as a target", "没有活动未达到其设定的比率目标"),
)


def _tenths(rows: Any) -> Plot | None:
    found: list[DriftRow] = list(rows)
    names = [f"{row.campaign} {row.tenth}" for row in found]
    texts = [
        f"{row.actual.ratio or 0:.1%}"
        + ("" if row.predicted is None else f", {label('predicted', '预测')} {row.predicted:.1%}")
        for row in found
    ]
    actual = [row.actual.ratio or 0.0 for row in found]
    return bars("drift", names, actual, texts, [row.predicted for row in found], label("predicted", "预测"))


DRIFT = Report(
    "drift",
    "Predicted against actual",
    "预测偏差",
    Bilingual(
        "Scores of leads against their responses (A or B) by tenths: calibration, order, a flag when far apart.",
        "线索评分与实际响应（A 或 B）按十分位对照：是否校准、排序是否正确，偏差大时提示。",
    ),
    drift_report,
    (
        Column("campaign", "campaign", "活动"),
        Column("tenth", "tenth", "十分位", told=TOTAL),
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
    says=Bilingual("bars: leads with an A or a B", "条形：评为 A 或 B 的线索占比（实际）"),
    below=lambda rows: [f"{row.campaign}: {row.flag}" for row in rows if row.flag],
    empty=Bilingual(
        "no lead with a score was dialled yet; lists bring scores in a column `score`",
        "还没有拨打带评分的线索；名单用 `score` 列带入评分",
    ),
)
REPORTS = (DIAGNOSE, DRIFT)
