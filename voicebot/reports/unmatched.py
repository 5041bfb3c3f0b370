"""What customers said and the robot did not understand, or only just: the store's turns, counted by text."""

import re
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from voicebot.reports.only import Only, calls
from voicebot.store.store import Store
from voicebot.store.tables import Turn

_PRIVATE = re.compile(r"\d{5,}|[零一二三四五六七八九幺]{7,}")
"""Digits in so long a row may be somebody's number: such texts are left out."""


@dataclass(frozen=True)
class HeardText:
    """A text, how often it was heard, and what was made of it the last time: `intent` may be empty."""

    text: str
    times: int
    intent: str
    matched_by: str


def unmatched(store: Store, only: Only, unsure: float) -> tuple[HeardText, ...]:
    """Texts that fitted no answer, or that a classifier took with less than `unsure`; the commonest first.

    Raises StoreError.
    """
    weak = (Turn.matched_by == "classifier") & (Turn.score < unsure)
    times = func.count()
    query = (
        calls(select(Turn.text, times, func.max(Turn.intent), func.max(Turn.matched_by)), only, Turn)
        .where(Turn.text != "", Turn.aside.is_(False), or_(Turn.choice.is_(None), weak))
        .group_by(Turn.text)
        .order_by(times.desc(), Turn.text)
    )
    with store.reading() as connection:
        rows = connection.execute(query).all()
    return tuple(HeardText(text, count, intent or "", by) for text, count, intent, by in rows if not private(text))


def private(text: str) -> bool:
    """Whether a text may hold somebody's number."""
    return _PRIVATE.search(text) is not None
