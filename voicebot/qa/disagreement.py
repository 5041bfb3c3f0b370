"""Calls that two ways of understanding or grading think differently of: where a look by people pays most.

Three signs count: a turn that keywords or Rasa took for one intent and the embedded classifier is sure is another; a
turn for which another engine than the wanted one had to stand in; a grade that another version's rules see otherwise.
Signs of turns are counted by day and kept among the facts, as everything that is drawn from; their words are not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import Connection, Text, cast, func, or_, select

from voicebot.reports.sums.columns import Numbers, Rows, narrowed, numbers, texts
from voicebot.reports.sums.days import Unit
from voicebot.reports.sums.reading import Kind, halves, labelled, of_calls, read, shared
from voicebot.store.among import among
from voicebot.store.tables import Attempt, Call, CallGrade, Turn
from voicebot.understanding.types import Ranked

DOUBT = "doubt"
"""Part of the facts: a row a call whose turns have signs."""
MADE = "1"
"""Of what is kept; another one when signs are counted otherwise."""
WORDS = ("keyword", "pattern")
STOOD_IN = "embedded after"
"""How the engine of a turn begins for which another one was wanted."""
TEXTS_KEPT = 200_000
"""People say the same over and over: so many texts are asked about once."""
AGREED, ELSEWHERE = -1, -2
"""In place of an intent of the day's turns: no other opinion; an intent that none of them was taken for."""


@dataclass(frozen=True)
class SecondOpinion:
    """What the embedded classifier takes a text for (`of`; None: nothing), with least probability `sure` to count.

    `version`: another word whenever `of` may answer otherwise: signs are counted anew then.
    """

    of: Callable[[str], Ranked | None]
    sure: float
    version: str

    def intent(self, text: str) -> str | None:
        """What it is sure of."""
        found = self.of(text)
        return found.intent if found is not None and found.score >= self.sure else None


def doubt(second: SecondOpinion) -> Kind:
    """The facts: `id_high` and `id_low`, the halves of a call's id, and `signs`: turns that are a sign."""
    think = lru_cache(TEXTS_KEPT)(second.intent)

    def of_unit(connection: Connection, unit: Unit) -> Mapping[str, Rows]:
        return {DOUBT: _facts(connection, unit, think)}

    return Kind(DOUBT, f"{MADE} {second.version} {second.sure:g}", (DOUBT,), of_unit)


def _facts(connection: Connection, unit: Unit, think: Callable[[str], str | None]) -> Rows:
    query = select(*labelled(columns := {**shared(unit), "call": (cast(Call.attempt_id, Text), texts)}))
    query = query.select_from(Attempt).join(Call, Call.attempt_id == Attempt.id)
    found = dict(read(connection, query.where(unit.attempts()), columns))
    ids = found.pop("call").words or ()
    asked = {name: (func.coalesce(getattr(Turn, name), ""), texts) for name in ("text", "intent", "engine")}
    call, turns = of_calls(connection, unit, Turn, asked, ids, Turn.text != "", _may_be_sign())
    signs = np.bincount(call[_signs(turns, think)], minlength=len(ids))
    return narrowed({**found, **halves(ids), "signs": numbers(signs)}, np.flatnonzero(signs))


def _signs(turns: Rows, think: Callable[[str], str | None]) -> Numbers:
    """A mask: the turns that are a sign."""
    said, taken, engine = turns["text"], turns["intent"], turns["engine"]
    stood_in = np.array([word.startswith(STOOD_IN) for word in engine.words or ()], dtype=bool)[engine.values]
    thought = np.full(len(said.words or ()), AGREED, dtype=np.int64)
    places = {word: place for place, word in enumerate(taken.words or ())}
    for place in np.unique(said.values[~stood_in]).tolist():
        other = think((said.words or ())[place])
        thought[place] = AGREED if other is None else places.get(other, ELSEWHERE)
    other_intent = thought[said.values]
    found: Numbers = stood_in | ((other_intent != AGREED) & (other_intent != taken.values))
    return found


def _may_be_sign() -> Any:
    """Turns that another engine decided, or should have."""
    by_words = Turn.matched_by.in_(WORDS)
    by_rasa = (Turn.matched_by == "classifier") & (Turn.engine == "rasa")
    return or_(Turn.intent.is_not(None) & or_(by_words, by_rasa), Turn.engine.startswith(STOOD_IN))


def graded_otherwise(connection: Connection) -> Mapping[str, int]:
    """How many other versions' rules gave another grade, by call. Raises SQLAlchemy's errors."""
    query = select(cast(Call.attempt_id, Text), func.count()).join(CallGrade, CallGrade.attempt_id == Call.attempt_id)
    rows = connection.execute(query.where(CallGrade.grade != Call.grade).group_by(Call.attempt_id))
    return {attempt: grades for attempt, grades in rows.all()}  # noqa: C416 - rows are no pairs to a type checker


def in_words(connection: Connection, ids: Sequence[str], second: SecondOpinion) -> Mapping[str, str]:
    """The first sign of each of these calls: its last other grade, else the first turn. Raises SQLAlchemy's errors."""
    found: dict[str, str] = {}
    columns = (Turn.attempt_id, Turn.text, Turn.intent, Turn.matched_by, Turn.engine)
    turns = select(*columns).where(among(connection, Turn.attempt_id, ids), Turn.text != "", _may_be_sign())
    for attempt, text, intent, matched_by, engine in connection.execute(turns.order_by(Turn.attempt_id, Turn.seq)):
        if engine.startswith(STOOD_IN):
            found.setdefault(attempt, f"another engine stood in for {text!r} ({engine})")
        elif (other := second.intent(text)) not in (None, intent):
            said_by = "rasa" if matched_by == "classifier" else matched_by
            found.setdefault(attempt, f"{text!r}: {intent} by {said_by}, {other} by classifier")
    again = select(Call.attempt_id, Call.grade, Call.grade_rule, CallGrade.grade, CallGrade.rule)
    again = again.join(CallGrade, CallGrade.attempt_id == Call.attempt_id)
    again = again.where(among(connection, Call.attempt_id, ids), CallGrade.grade != Call.grade)
    for attempt, old, old_rule, new, new_rule in connection.execute(again.order_by(CallGrade.id)):
        found[attempt] = f"graded {old} by {old_rule}, {new} by {new_rule}"
    return found
