"""Declarations of the reports that hold what was reached against what was planned."""

from voicebot.campaign.policy.targets import QUANTITIES
from voicebot.reports.only import Only
from voicebot.reports.shape import Column, Kind, Report
from voicebot.reports.targets import TargetRow, target_report
from voicebot.store.store import Store


def _read(store: Store, only: Only) -> tuple[TargetRow, ...]:
    return target_report(store, only.campaign)


def _is_rate(row: TargetRow) -> bool:
    quantity = QUANTITIES.get(row.name)
    return row.name.endswith("_rate") if quantity is None else quantity.kind == "rate"


def _kind(row: TargetRow) -> Kind:
    return Kind.EXACT if _is_rate(row) else Kind.NUMBER


def _gap(row: TargetRow) -> Kind:
    return Kind.POINTS if _is_rate(row) else Kind.CHANGE


TARGETS = Report(
    "targets",
    "Targets",
    "目标",
    "Wanted figures of campaigns, what was reached, and the gap.",
    _read,
    (
        Column("campaign", "campaign", "活动"),
        Column("name", "target of", "目标项"),
        Column("target", "target", "目标", _kind, drawn=True),
        Column("actual", "actual", "实际", _kind),
        Column("gap", "gap", "差距", _gap),
    ),
    empty="no targets yet; a campaign gets them by `targets` of its plan or by voicebot plan --save",
)
REPORTS = (TARGETS,)
