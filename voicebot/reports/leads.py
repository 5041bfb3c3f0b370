"""What leads came to, each counted once however often it was called: the sums by lead, put together as reports want."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Subquery, case, func, select

from voicebot.reports.only import Only
from voicebot.reports.segments import of_lead
from voicebot.reports.sums.refresh import chosen
from voicebot.store.tables_sums import DayLead

INTENT = ("A", "B")


def leads_dialled(only: Only, steps: Iterable[str]) -> Subquery:
    """One row a lead dialled: campaign_id, lead_id, `grade` (the best; empty: no talk), and for each of `steps`, which
    are columns of DayLead, 1 if it came to it, else 0. Attempts without a lead are not there."""
    narrowed = [*chosen(DayLead, only), *([of_lead(DayLead.lead_id, only.segment)] if only.segment else [])]
    came = (case((func.max(getattr(DayLead, name)) > 0, 1), else_=0).label(name) for name in steps)
    grade = func.coalesce(func.min(func.nullif(DayLead.grade, "")), "").label("grade")
    query = select(DayLead.campaign_id, DayLead.lead_id, grade, *came).where(DayLead.lead_id != 0, *narrowed)
    return query.group_by(DayLead.campaign_id, DayLead.lead_id).subquery()


def of_intent(grade: Any) -> ColumnElement[bool]:
    """That the best grade is A or B."""
    return grade.in_(INTENT)  # type: ignore[no-any-return]
