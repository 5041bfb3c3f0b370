"""Declarations of the reports that say why: causes of missed rates, scores against responses, the calls behind."""

from dataclasses import replace
from typing import Any

from voicebot.campaign.policy.targets import QUANTITIES
from voicebot.reports.causes import cause_report
from voicebot.reports.causes_told import cause, effect, told
from voicebot.reports.declared.money import TOTAL
from voicebot.reports.drift import DriftRow, drift_report
from voicebot.reports.language import Bilingual, label
from voicebot.reports.plots import Plot, bars
from voicebot.reports.shape import Column, Kind, Report

METRICS = {name: Bilingual(one.label, one.chinese) for name, one in QUANTITIES.items()}


def _lost(rows: Any) -> Plot | None:
    found = [row for row in rows if row.lost is not None]
    names = [f"{row.campaign} {label(*METRICS[row.metric])}: {cause(replace(row, note=''))}" for row in found]
    return bars("diagnose", names, [row.lost for row in found], [f"{row.lost:,}: {effect(row)}" for row in found])


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
        Column("metric", "missed", "未达指标", told=METRICS),
        Column("target", "target", "目标", Kind.EXACT),
        Column("actual", "actual", "实际", Kind.EXACT),
        Column("ease", "", "排查次序", Kind.COUNT, wide=True),
        Column("cause", "cause", "原因", of=cause),
        Column("group", "its rate", "该组", Kind.RATE),
        Column("rest", "the rest", "其余", Kind.RATE, wide=True),
        Column("effect", "difference", "差异", Kind.LINE, of=effect),
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
    lines=lambda rows: list(told(rows)),
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
