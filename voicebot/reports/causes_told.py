"""A diagnosis in sentences, in the reader's language: each missed rate, its causes with their evidence, the command for
their calls. Which causes there are is diagnosis.py's; notes of operators stand as they were written."""

import itertools
from collections.abc import Iterator, Sequence

from voicebot.campaign.policy.targets import QUANTITIES
from voicebot.number_of import number_of
from voicebot.reports import split_kinds
from voicebot.reports.causes import CauseRow
from voicebot.reports.diagnosis import Kind
from voicebot.reports.language import Bilingual, one
from voicebot.reports.stats import Rate

EASE = {
    1: Bilingual("line", "线路"),
    2: Bilingual("time", "时间"),
    3: Bilingual("strategy", "策略"),
    4: Bilingual("node", "节点"),
    5: Bilingual("version", "版本"),
    6: Bilingual("segment", "客群"),
    7: Bilingual("list", "名单"),
}
HITS = {
    "connect_rate": Bilingual("connected", "个接通"),
    "intent_rate": Bilingual("A or B", "个 A 或 B"),
    "accept_rate": Bilingual("added", "个添加"),
    "add_rate": Bilingual("added", "个添加"),
}
"""What a rate counts, in a word."""
KINDS = {kind.name: kind.chinese for kind in vars(split_kinds).values() if isinstance(kind, Kind)}
SEGMENTS = {"source": "来源", "persona": "人群", "area": "地区", "carrier": "运营商", "arm": "对照组"}
MEASURES = {
    "visits that the customer did not end": "客户没有在此挂断的进入次数",
    "live numbers": "在用号码",
}


def effect(row: CauseRow) -> str:
    """The difference to the rest with its interval; empty for none."""
    if row.effect is None or row.effect_low is None or row.effect_high is None:
        return ""
    value, low, high = (each * 100 for each in (row.effect, row.effect_low, row.effect_high))
    return one(f"{value:+.1f} pt ({low:+.1f} to {high:+.1f})", f"{value:+.1f} pt（{low:+.1f} 至 {high:+.1f}）")


def cause(row: CauseRow) -> str:
    """Which group it is, with what is known of it."""
    name = f"{row.name}:00 {one('to', '至')} {row.name}:59" if row.cause == "hour" else row.name
    kind = one(row.cause, KINDS.get(row.cause) or SEGMENTS.get(row.cause, ""))
    return " ".join(part for part in (kind, name, f"({row.note})" if row.note else "") if part)


def metric(row: CauseRow) -> str:
    """The missed rate."""
    return one(QUANTITIES[row.metric].label, QUANTITIES[row.metric].chinese)


def told(rows: Sequence[CauseRow]) -> Iterator[str]:
    """A head for each missed rate, then its causes, each with its evidence and the command for its calls. What has a
    measure of its own is told once a campaign."""
    before: dict[tuple[str, str], str] = {}
    for _, group in itertools.groupby(rows, lambda row: (row.campaign, row.metric)):
        causes = list(group)
        yield _missed(causes[0])
        for row in causes:
            known = before.get((row.campaign, cause(row))) if row.measure else None
            as_above = one(f"as for the {known} above", f"同上（{known}）")
            yield from _lines(row) if known is None else (f"  {_head(row)}: {as_above}",)
            before.setdefault((row.campaign, cause(row)), metric(row))
        yield ""
    if any(row.group for row in rows):
        yield one(
            "likely causes, the most easily checked first; points: of a hundred; in brackets: 95 % interval",
            "可能的原因，最容易排查的在前；点：百分点；括号内：95 % 区间",
        )


def _missed(row: CauseRow) -> str:
    quantity, below = QUANTITIES[row.metric], (row.target - row.actual) * 100
    return one(
        f"{row.campaign}: {quantity.label} {quantity.chinese} {row.actual:.1%}, target {row.target:.1%}: "
        f"{below:.1f} points below",
        f"{row.campaign}：{quantity.chinese} {row.actual:.1%}，目标 {row.target:.1%}，低 {below:.1f} 点",
    )


def _head(row: CauseRow) -> str:
    return f"{row.ease} {one(*EASE[row.ease])}: {cause(row)}" if row.ease else cause(row)


def _lines(row: CauseRow) -> Iterator[str]:
    if row.group is None or row.rest is None or row.effect is None or row.effect_low is None:
        yield one(
            f"  {row.cause}: none of {number_of(row.looked, 'group')} of calls is worse than the rest beyond chance;",
            f"  检验了 {row.looked} 组通话，没有一组明显差于其余；",
        )
        yield one(
            "      what all calls share is left to look at: the script, the offer, the list as a whole, the target",
            "      请看所有通话的共同点：话术、优惠、整个名单、目标本身",
        )
        return
    yield f"  {_head(row)}"
    yield _compared(row, row.group, row.rest, row.effect, row.effect_low)
    yield _gain(row)
    yield f"      {one('its calls', '查看通话')}: {row.calls}"


def _compared(row: CauseRow, group: Rate, rest: Rate, value: float, low: float) -> str:
    measure = f"{one(row.measure, MEASURES.get(row.measure, ''))}: " if row.measure else ""
    worse, least, most = -value * 100, -(row.effect_high or 0.0) * 100, -low * 100
    span = f"{least:.1f} to {most:.1f}"
    return one(
        f"      {measure}{_rate(group)}, of the rest {_rate(rest)}: {worse:.1f} points lower ({span})",
        f"      {measure}{_rate(group)}，其余 {_rate(rest)}：低 {worse:.1f} 点（{least:.1f} 至 {most:.1f}）",
    )


def _gain(row: CauseRow) -> str:
    lost, of = row.lost or 0, HITS[row.metric]
    if row.measure:
        of = Bilingual("of these", "次")
    gain = ("", "")
    if row.points is not None:
        points = row.points * 100
        gain = f", which would raise the {metric(row)} by {points:.1f} points", f"，{metric(row)}可提升 {points:.1f} 点"
    return one(
        f"      as good as the rest it would have {lost:,} more {of.english}{gain[0]}",
        f"      若与其余一样好，会多 {lost:,} {of.chinese}{gain[1]}",
    )


def _rate(rate: Rate) -> str:
    return one(f"{rate.ratio:.1%} of {rate.of:,}", f"{rate.ratio:.1%} / {rate.of:,}")
