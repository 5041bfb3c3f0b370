"""Calls that two ways of understanding or grading think differently of: where a look by people pays most.

Three signs count: a turn that keywords or Rasa took for one intent and the embedded classifier is sure is another; a
turn for which another engine than the wanted one had to stand in; a grade that another version's rules see otherwise.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from sqlalchemy import or_, select

from voicebot.qa.asked import Asked
from voicebot.reports.only import calls
from voicebot.store.store import Store
from voicebot.store.tables import Call, CallGrade, Turn
from voicebot.understanding.types import Ranked

Opinion = Callable[[str], Ranked | None]
"""What the embedded classifier takes a text for; None: nothing."""
WORDS = ("keyword", "pattern")
AT_ONCE = 5_000
"""Rows that are read at once."""


def doubts(store: Store, asked: Asked, opinion: Opinion, sure: float) -> dict[str, tuple[int, str]]:
    """Disagreements by call: how many, and the first in words. `sure`: least probability of a word that counts.

    Raises StoreError.
    """
    found: dict[str, list[str]] = defaultdict(list)
    thought: dict[str, Ranked | None] = {}
    with store.reading() as connection:
        streamed = connection.execution_options(stream_results=True, yield_per=AT_ONCE)
        for row in streamed.execute(_turns(asked)):
            if row.engine.startswith("embedded after"):
                found[row.attempt_id].append(f"another engine stood in for {row.text!r} ({row.engine})")
                continue
            if row.text not in thought:
                thought[row.text] = opinion(row.text)
            other = thought[row.text]
            if other is not None and other.intent != row.intent and other.score >= sure:
                said_by = "rasa" if row.matched_by == "classifier" else row.matched_by
                found[row.attempt_id].append(f"{row.text!r}: {row.intent} by {said_by}, {other.intent} by classifier")
        for row in streamed.execute(_grades(asked)):
            found[row.attempt_id].insert(0, f"graded {row.old} by {row.old_rule}, {row.new} by {row.new_rule}")
    return {attempt: (len(signs), signs[0]) for attempt, signs in found.items()}


def _turns(asked: Asked) -> Any:
    columns = (Turn.attempt_id, Turn.text, Turn.intent, Turn.matched_by, Turn.engine)
    by_words = Turn.matched_by.in_(WORDS) & Turn.intent.is_not(None)
    by_rasa = (Turn.matched_by == "classifier") & (Turn.engine == "rasa") & Turn.intent.is_not(None)
    stood_in = Turn.engine.startswith("embedded after")
    query = calls(select(*columns), asked.only, Turn).where(Turn.text != "", or_(by_words, by_rasa, stood_in))
    return query.order_by(Turn.attempt_id, Turn.seq)


def _grades(asked: Asked) -> Any:
    columns = (
        *(Call.attempt_id, Call.grade.label("old"), Call.grade_rule.label("old_rule")),
        *(CallGrade.grade.label("new"), CallGrade.rule.label("new_rule")),
    )
    query = calls(select(*columns), asked.only, CallGrade).where(CallGrade.grade != Call.grade)
    return query.order_by(Call.attempt_id, CallGrade.id)
