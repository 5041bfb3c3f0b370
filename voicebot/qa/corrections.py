"""What reviewers corrected, as material for the intents: texts with the intent that they should have had."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, select

from voicebot.reports.only import Only, calls
from voicebot.reports.unmatched import private
from voicebot.store.store import Store
from voicebot.store.tables import Turn
from voicebot.store.tables_quality import QaCorrection, QaSample, QaVerdict

MISHEARD = "misheard"


@dataclass(frozen=True)
class Corrections:
    """`right`: intent by text; `divided`: texts that reviewers gave different intents, and nobody settled."""

    right: Mapping[str, str]
    divided: tuple[str, ...]


def corrections(store: Store, only: Only) -> Corrections:
    """The corrections in calls of `only`. The reviewer's text counts, else the one that was recognised.

    Of several intents for a text that of a final verdict holds, else the one that most verdicts name. Left out: texts
    with long numbers, they may be somebody's; recognised ones of a call that the reviewer calls misheard, since nobody
    said them. Raises StoreError.
    """
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    final: dict[str, str] = {}
    with store.reading() as connection:
        for row in connection.execute(_query(only)):
            if not row.text or private(row.text) or (row.recognised and MISHEARD in row.reasons):
                continue
            votes[row.text][row.intent] += 1
            if row.final:
                final[row.text] = row.intent
    right, divided = {}, []
    for text, named in votes.items():
        best = named.most_common(2)
        if text in final:
            right[text] = final[text]
        elif len(best) == 2 and best[0][1] == best[1][1]:
            divided.append(text)
        else:
            right[text] = best[0][0]
    return Corrections(right, tuple(divided))


def _query(only: Only) -> Any:
    text = case((QaCorrection.text != "", QaCorrection.text), else_=Turn.text).label("text")
    recognised = (QaCorrection.text == "").label("recognised")
    return (
        calls(select(text, recognised, QaCorrection.intent, QaVerdict.final, QaVerdict.reasons), only, Turn)
        .join(QaSample, QaSample.attempt_id == Turn.attempt_id)
        .join(QaVerdict, QaVerdict.sample_id == QaSample.id)
        .join(QaCorrection, (QaCorrection.verdict_id == QaVerdict.id) & (QaCorrection.turn_seq == Turn.seq))
        .order_by(QaVerdict.at, QaVerdict.id, QaCorrection.turn_seq)
    )
