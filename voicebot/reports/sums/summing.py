"""From rows of a unit to rows of sums: the columns that all tables of sums share, and the grouping by them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, literal, select

from voicebot.reports.segments import key_of
from voicebot.reports.sums.days import NO_CAMPAIGN, Unit
from voicebot.store.tables import Attempt, Base, Call

Counted = tuple[type[Base], list[str], Any]
"""A table, names of its columns, and the select that fills them."""
CAMPAIGN = func.coalesce(Attempt.campaign_id, NO_CAMPAIGN)
VERSION = func.coalesce(Call.script_version_id, 0)


def shared(unit: Unit) -> dict[str, Any]:
    """The columns of an attempt that all sums are grouped by."""
    return {"campaign_id": CAMPAIGN, "day": unit.day(), "version_id": VERSION}


def summed(
    unit: Unit, table: type[Base], rows: Any, keys: Sequence[str], sums: Mapping[str, Any], apart: Sequence[Any] = ()
) -> Counted:
    """`rows` (with what is shared, and `keys`) grouped by these, and by what keeps groups `apart`."""
    grouped = [rows.c[name] for name in ("campaign_id", "day", "version_id", *keys)]
    columns = {**{column.key: column for column in grouped}, **sums}
    if "segment" in table.__table__.columns:
        columns["segment"] = literal(key_of(unit.segment))
    return table, list(columns), select(*columns.values()).group_by(*grouped, *apart)
