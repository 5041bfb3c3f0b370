"""From the list to the hand-off: the leads that are left at each step. A lead counts once, however often called."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, case, cast, func, select

from voicebot.reports.only import Only, attempts
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Call, Handoff, Lead, Turn


@dataclass(frozen=True)
class Step:
    """One step of the funnel: `of_dialled` is its share of the leads dialled, 0 to 1; None if none was,
    and for the list itself."""

    name: str
    label: str
    leads: int
    of_dialled: float | None


_talk = select(Turn.attempt_id, func.count().label("turns")).where(Turn.text != "").group_by(Turn.attempt_id).subquery()
_passed = select(Handoff.attempt_id).where(Handoff.outcome == "answered").distinct().subquery()

STEPS: tuple[tuple[str, str, ColumnElement[bool]], ...] = (
    ("dialled", "已拨打", Attempt.started_at.is_not(None)),
    ("rung", "已振铃", Attempt.rang_at.is_not(None) | Attempt.answered_at.is_not(None)),
    ("answered", "已接听", Attempt.answered_at.is_not(None)),
    ("connected", "真人接通", Call.answered_by == "HUMAN"),
    ("talked", "至少 1 轮", _talk.c.turns >= 1),
    ("talked_3", "至少 3 轮", _talk.c.turns >= 3),
    ("intent", "A/B 意向", Call.grade.in_(("A", "B"))),
    ("handed_off", "转人工成功", _passed.c.attempt_id.is_not(None)),
)
"""Name, label, and what an attempt of the lead must have come to."""


def funnel(store: Store, only: Only) -> tuple[Step, ...]:
    """`loaded` and all STEPS in order. Raises StoreError."""
    lead = func.coalesce(cast(Attempt.lead_id, Text), cast(Attempt.id, Text))  # a call without a list is a lead itself
    query = select(*(func.count(case((condition, lead)).distinct()) for _, _, condition in STEPS))
    query = attempts(query, only, with_calls=True)
    query = query.outerjoin(_talk, _talk.c.attempt_id == Attempt.id)
    query = query.outerjoin(_passed, _passed.c.attempt_id == Attempt.id)
    listed = select(func.count()).select_from(Lead)
    if only.campaign is not None:
        listed = listed.where(Lead.campaign_id == only.campaign)
    with store.reading() as connection:
        loaded = connection.execute(listed).scalar_one()
        counts = connection.execute(query).one()
    dialled = counts[0]
    steps = (
        Step(name, label, leads, leads / dialled if dialled else None)
        for (name, label, _), leads in zip(STEPS, counts, strict=True)
    )
    return (Step("loaded", "已导入", loaded, None), *steps)
