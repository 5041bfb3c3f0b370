"""The declaration of the comparison of two runs: it is about two campaigns, so it is made for each question."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from voicebot.campaign.policy.masking import masked
from voicebot.number_of import number_of
from voicebot.reports.compare import MOST, Change, Comparison, Difference, Outcome, compare
from voicebot.reports.language import Bilingual, label, one
from voicebot.reports.plots import Plot, bars
from voicebot.reports.shape import Column, Kind, Report

CHANGES_TOLD = 10
"""Ways of ending differently that are told, the most frequent; JSON has all."""


def of_runs(first: str, second: str, most: int | None = MOST) -> Report:
    """The numbers that both campaigns called and that ended differently, and the turn at which the talks parted; the
    rows are `most` of them, see compare."""

    def summed(comparison: Comparison) -> Plot | None:
        return _counts(comparison) if comparison.numbers else None

    return Report(
        "compare",
        f"{first} and {second}",
        f"{first} 与 {second} 对比",
        Bilingual(
            "Numbers that both campaigns called: whose result or grade differs, and at which turn the talks parted.",
            "两个活动都拨打过的号码：结果或等级不同的，以及对话在第几轮开始不同。",
        ),
        lambda store, _only: _hidden(compare(store, first, second, most)),
        (
            Column("number", "number", "号码", Kind.LINE),
            Column("one.code", f"{first}:\nresult", f"{first} 结果", Kind.LINE),
            Column("one.grade", "grade", "等级", Kind.LINE),
            Column("other.code", f"{second}:\nresult", f"{second} 结果", Kind.LINE),
            Column("other.grade", "grade", "等级", Kind.LINE),
            Column("parted", "parted\nat turn", "不同轮次", Kind.COUNT, of=_turn),
            Column("one.heard", f"{first}:\nheard", f"{first} 听到", of=_heard_in("one"), wide=True),
            Column("other.heard", f"{second}:\nheard", f"{second} 听到", of=_heard_in("other"), wide=True),
        ),
        rows=lambda comparison: comparison.differences,
        plot=summed,
        says=Bilingual("bars: numbers that both campaigns called", "条形：两个活动都拨打过的号码数"),
        empty=Bilingual("no number that both called ended differently", "共同号码中没有结果不同的"),
        summary=lambda comparison: list(_told(comparison)),
    )


def _hidden(comparison: Comparison) -> Comparison:
    hidden = (replace(each, number=masked(each.number)) for each in comparison.differences)
    return replace(comparison, differences=tuple(hidden))


def _told(comparison: Comparison) -> Iterator[str]:
    if not comparison.numbers:
        yield one("the two campaigns have no number in common", "两个活动没有共同拨打过的号码")
        return
    both, codes, grades = comparison.numbers, comparison.same_codes, comparison.same_grades
    differ, read = comparison.differing, len(comparison.differences)
    yield one(
        f"{number_of(both, 'number')} in both: {codes:,} with the same result code, {grades:,} with the same grade, "
        f"{differ:,} differ",
        f"共同号码 {both:,} 个：结果码相同 {codes:,} 个，等级相同 {grades:,} 个，不同 {differ:,} 个",
    )
    for each in comparison.changes[:CHANGES_TOLD]:
        yield f"  {each.numbers:,}: {_change(each)}"
    if read < differ:
        yield one(
            f"talks were read of {read:,} of those that differ; of more: --most N, of all: --most 0",
            f"只读取了其中 {read:,} 个号码的对话；更多请用 --most N，全部用 --most 0",
        )


def _change(change: Change) -> str:
    """Code and grade in one run and in the other."""
    lives = one("lives", "未结束")
    first, second = (change.one_code, change.one_grade), (change.other_code, change.other_grade)
    return " → ".join(f"{code or lives} {grade or ''}".strip() for code, grade in (first, second))


def _counts(comparison: Comparison) -> Plot | None:
    counts: Sequence[tuple[str, int]] = (
        (label("called in both", "两边都拨打"), comparison.numbers),
        (label("same result", "结果相同"), comparison.same_codes),
        (label("same grade", "等级相同"), comparison.same_grades),
        (label("ended differently", "结果不同"), comparison.differing),
    )
    names, values = [name for name, _ in counts], [count for _, count in counts]
    return bars("compare", names, values, [f"{count:,}" for count in values])


def _turn(row: Difference) -> int | None:
    return None if row.parted is None else row.parted + 1


def _heard_in(run: str) -> Callable[[Difference], str]:
    """Node, words and answer of the turn at which they parted; empty where this talk had ended."""

    def heard(row: Difference) -> str:
        outcome: Outcome = getattr(row, run)
        if row.parted is None or row.parted >= len(outcome.turns):
            return ""
        turn = outcome.turns[row.parted]
        return f"{turn.node}: {turn.text} ({turn.choice or one('no match', '未匹配')})"

    return heard
