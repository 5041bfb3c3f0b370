"""Declarations of the reports about what picks up, and about what is heard before the answer."""

from collections.abc import Iterator, Sequence

from voicebot.reports.answers import AnsweredRow, answer_report
from voicebot.reports.forms.words import percent
from voicebot.reports.language import Bilingual, label, one
from voicebot.reports.plots import Plot, bars
from voicebot.reports.shape import Column, Kind, Report
from voicebot.reports.statuses import StatusRow, status_report

PHASES = {"before": Bilingual("before", "接听前"), "after": Bilingual("after", "接听后")}


NO_VERDICT = {"no verdict": Bilingual("no verdict", "未判定")}


def _phase(row: AnsweredRow) -> str:
    return "before" if row.phase == "early" else "after"


def _overrides(rows: Sequence[StatusRow]) -> Iterator[str]:
    """The commands that make gateways take statuses for what the words say."""
    told = [row.override for row in rows if row.override]
    if told:
        yield one(
            "where the words say otherwise, often enough to believe them:", "提示音多次与现判定不同，可信时执行："
        )
        yield from told


def _said(rows: Sequence[StatusRow]) -> Plot | None:
    """What was said of each status, as its share."""
    names = [" ".join(filter(None, (row.gateway, str(row.sip_status), row.cause, "=", row.words))) for row in rows]
    taken = label("taken for", "现判定")
    texts = [f"{percent(row.share)} / {row.of:,}" + ("" if row.agree else f", {taken} {row.means}") for row in rows]
    return bars("statuses", names, [row.share for row in rows], texts)


ANSWERS = Report(
    "answers",
    "What answered",
    "接听者",
    Bilingual(
        "What picked up or was announced, how surely and how soon it was known, and the ringing that it saved.",
        "谁或什么接听、接听前播报了什么；判定有多准、多快，节省了多少振铃时间。",
    ),
    answer_report,
    (
        Column("phase", "the\nanswer", "接听前后", Kind.LINE, _phase, told=PHASES),
        Column("gateway", "gateway", "线路", quiet=True),
        Column("code", "taken for", "判定", Kind.LINE, told=NO_VERDICT),
        Column("heard", "attempts", "呼叫", Kind.COUNT, drawn=True),
        Column("share", "share", "占比", Kind.RATIO),
        Column("score", "score", "置信度", Kind.NUMBER),
        Column("decided_s", "known after\ns p50", "判定秒 p50", Kind.SECONDS),
        Column("decided_s_p90", "s p90", "判定秒 p90", Kind.SECONDS),
        Column("ended", "ended\nby it", "提前结束", Kind.COUNT),
        Column("saved_s", "ringing\nsaved", "节省振铃", Kind.DURATION),
    ),
    empty=Bilingual("nothing was heard before or after an answer yet", "接听前后还没有听到任何声音"),
)
STATUSES = Report(
    "statuses",
    "Words and statuses",
    "提示音与状态码",
    Bilingual(
        "What SIP statuses mean by the carriers' own announcements, with the override for `voicebot line gateway`.",
        "按运营商提示音，SIP 状态码究竟是什么意思；附 `voicebot line gateway` 的覆盖命令。",
    ),
    status_report,
    (
        Column("gateway", "gateway", "线路", quiet=True),
        Column("sip_status", "SIP", "SIP 状态", Kind.COUNT),
        Column("cause", "cause", "原因", wide=True),
        Column("means", "taken for", "现判定"),
        Column("words", "words say", "提示音"),
        Column("attempts", "attempts", "呼叫", Kind.COUNT),
        Column("of", "of the\nstatus", "该状态总数", Kind.COUNT),
        Column("share", "share", "占比", Kind.RATIO),
        Column("override", "override", "覆盖命令", off_screen=True),
    ),
    plot=_said,
    says=Bilingual(
        "bars: of the attempts with a status, how many were announced so",
        "条形：该状态码的呼叫中，提示音如此播报的占比",
    ),
    below=lambda rows: list(_overrides(rows)),
    empty=Bilingual(
        "no announcement was heard out to its SIP status yet; plans hear out a share of them: before_answer.hear_out",
        "还没有完整听到状态码的提示音；计划里的 before_answer.hear_out 决定听完多少",
    ),
)
REPORTS = (ANSWERS, STATUSES)
