"""Which rows of sums and facts an `Only` is about."""

from typing import Any

from sqlalchemy import select

from voicebot.reports.only import Only
from voicebot.store.tables import ScriptVersion


def period(table: Any, only: Only) -> list[Any]:
    """That rows of a table with campaign and day are of the campaign and the days of `only`."""
    conditions = []
    if only.campaign is not None:
        conditions.append(table.campaign_id == only.campaign)
    if only.since is not None:
        conditions.append(table.day >= only.since)
    if only.until is not None:
        conditions.append(table.day <= only.until)
    return conditions


def chosen(table: Any, only: Only) -> list[Any]:
    """That rows of a table of sums are of `only`, whose segment is another matter."""
    conditions = period(table, only)
    if only.script is not None:
        versions = select(ScriptVersion.id).where(ScriptVersion.script == only.script)
        conditions.append(table.version_id.in_(versions))
    if only.version_id is not None:
        conditions.append(table.version_id == only.version_id)
    return conditions
