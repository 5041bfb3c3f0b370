"""`voicebot report calls`: the attempts behind a figure, one by one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.windows import DAY_NAMES
from voicebot.cli.opened import opened_store
from voicebot.cli.options import latest
from voicebot.cli.report_options import filtered, show, shown, which
from voicebot.reports.behind import AttemptRow, Which, behind
from voicebot.reports.grades import GRADES
from voicebot.reports.language import Bilingual
from voicebot.reports.plots import Plot, bars
from voicebot.reports.shape import Column, Kind, Report
from voicebot.store.store import Store

COLUMNS = (
    Column("attempt", "attempt", "呼叫 ID", Kind.ID),
    Column("campaign", "campaign", "活动", quiet=True),
    Column("started", "started", "时间", Kind.LINE, of=lambda row: row.started.strftime("%Y-%m-%d %H:%M")),
    Column("number", "number", "号码", Kind.LINE, wide=True),
    Column("gateway", "gateway", "线路", quiet=True, wide=True),
    Column("caller_number", "shown", "外显号码", Kind.LINE, quiet=True, wide=True),
    Column("tries", "try", "第几次", Kind.COUNT, wide=True),
    Column("code", "code", "结果码", Kind.LINE),
    Column("answered_by", "answered\nby", "接听者", Kind.LINE, wide=True),
    Column("grade", "grade", "等级"),
    Column("talk_s", "talk s", "通话秒", Kind.SECONDS),
    Column("ended_node", "last node", "最后节点", wide=True),
)


def _lengths(rows: Sequence[AttemptRow]) -> Plot | None:
    """How long each talk was; attempts without one stand in the table only."""
    talks = [row for row in rows if row.talk_s is not None]
    names = [f"{row.started:%m-%d %H:%M} {row.number} {row.code}" for row in talks]
    texts = [f"{row.talk_s:,.1f} s {row.grade}" for row in talks]
    return bars("calls", names, [row.talk_s or 0.0 for row in talks], texts)


@click.command("calls")
@filtered
@click.option("--caller-number", metavar="NUMBER", help="That showed this number of ours.")
@click.option("--gateway", metavar="NAME", help="Through this gateway.")
@click.option("--hour", type=click.IntRange(0, 23), help="Dialled within this hour of the campaign's day.")
@click.option("--weekday", type=click.Choice(DAY_NAMES), help="Dialled on this day of the week.")
@click.option("--try", "tries", type=click.IntRange(0), help="The lead's first (1), second (2), ... attempt.")
@click.option("--hung-up-at", metavar="NODE", help="In which the customer hung up at this node.")
@click.option("--batch", type=int, help="Of leads that this import brought.")
@click.option("--flagged", is_flag=True, help="Of leads that are odd, for example one of a run of numbers.")
@click.option("--dead", is_flag=True, help="To numbers that are out of service.")
@click.option("--no-agent", is_flag=True, help="In which the customer asked for an agent and got none.")
@click.option("--code", type=click.Choice([str(code) for code in Code]), metavar="CODE", help="With this result code.")
@click.option("--grade", type=click.Choice(list(GRADES)), help="Graded so.")
@latest(50)
@shown
def command(limit: int, form: str, output: Path | None, as_json: bool, **given: Any) -> None:
    """The attempts behind a figure, the latest first; numbers are masked."""
    asked = Which(**{name: given.pop(name) for name in Which.__dataclass_fields__})
    with opened_store() as store:
        only = which(store, **given)

        def read(store: Store, _only: Any) -> tuple[AttemptRow, ...]:
            return behind(store, only, asked, limit)

        about = Bilingual("Attempts one by one, the latest first.", "逐次呼叫，最近的在前。")
        report = Report(
            *("calls", "Attempts", "呼叫明细", about, read, COLUMNS),
            plot=_lengths,
            says=Bilingual("bars: seconds of talk, and the grade", "条形：通话秒数与等级"),
            empty=Bilingual("no such attempt", "没有这样的呼叫"),
        )
        show(report, read(store, only), only.label, form, output, as_json)
