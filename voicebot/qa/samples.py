"""The calls of a round: found by number or id, the next one of a reviewer, and the verdicts that they have."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import select

from voicebot.errors import UsageError
from voicebot.qa.rounds import Round
from voicebot.qa.verdicts import Correction, Sampled, Verdict
from voicebot.store.store import Store
from voicebot.store.tables_quality import QaCorrection, QaSample, QaVerdict


def samples(store: Store, within: Round) -> tuple[Sampled, ...]:
    """All of them in the order of review. Raises StoreError."""
    columns = (
        *(QaSample.id, QaSample.rank, QaSample.attempt_id, QaSample.stratum, QaSample.weight),
        QaSample.reason,
    )
    query = select(*columns).where(QaSample.round_id == within.id).order_by(QaSample.rank, QaSample.id)
    with store.reading() as connection:
        return tuple(
            Sampled(row.id, row.rank + 1, row.attempt_id, row.stratum, row.weight, row.reason)
            for row in connection.execute(query)
        )


def sample_of(store: Store, within: Round, wanted: str) -> Sampled:
    """The call that `wanted` names: its number in the round, or how its id begins. Raises UsageError, StoreError."""
    there = samples(store, within)
    text = wanted.strip().lower()
    found = [one for one in there if str(one.number) == text] or [
        one for one in there if len(text) >= 4 and one.attempt_id.startswith(text)
    ]
    if len(found) != 1:
        how = "may be several calls" if found else "is no call"
        raise UsageError(f"{wanted!r} {how} of round {within.name!r}; name one by its number, 1 to {len(there)}")
    return found[0]


def verdicts(store: Store, within: Round) -> Mapping[int, tuple[Verdict, ...]]:
    """The verdicts by sample id, the earliest first. Raises StoreError."""
    query = (
        select(*QaVerdict.__table__.columns)
        .join(QaSample, QaSample.id == QaVerdict.sample_id)
        .where(QaSample.round_id == within.id)
        .order_by(QaVerdict.at, QaVerdict.id)
    )
    asked = (
        select(*QaCorrection.__table__.columns)
        .join(QaVerdict, QaVerdict.id == QaCorrection.verdict_id)
        .join(QaSample, QaSample.id == QaVerdict.sample_id)
        .where(QaSample.round_id == within.id)
        .order_by(QaCorrection.turn_seq)
    )
    corrections: dict[int, list[Correction]] = defaultdict(list)
    found: dict[int, list[Verdict]] = defaultdict(list)
    with store.reading() as connection:
        for row in connection.execute(asked):
            corrections[row.verdict_id].append(Correction(row.turn_seq, row.intent, row.text))
        for row in connection.execute(query):
            verdict = Verdict(
                row.reviewer,
                row.at,
                row.grade,
                row.passed,
                tuple(row.reasons),
                tuple(corrections[row.id]),
                row.note,
                row.final,
            )
            found[row.sample_id].append(verdict)
    return {sample_id: tuple(given) for sample_id, given in found.items()}


def waiting_for(store: Store, within: Round, reviewer: str, *, final: bool = False) -> tuple[Sampled, ...]:
    """Calls that this reviewer may judge next, in order; `final`: those whose verdicts differ and nobody settled.

    Raises StoreError.
    """
    given = verdicts(store, within)
    return tuple(
        one
        for one in samples(store, within)
        if all(verdict.reviewer != reviewer for verdict in given.get(one.id, ()))
        and (differs(within, given.get(one.id, ())) if final else _open(within, given.get(one.id, ())))
    )


def _open(within: Round, given: tuple[Verdict, ...]) -> bool:
    return sum(not verdict.final for verdict in given) < within.reviews


def differs(within: Round, given: tuple[Verdict, ...]) -> bool:
    """Whether all verdicts are there, do not agree on grade or passing, and no third person has settled it."""
    if len(given) < within.reviews or any(verdict.final for verdict in given):
        return False
    return len({(verdict.grade, verdict.passed) for verdict in given}) > 1
