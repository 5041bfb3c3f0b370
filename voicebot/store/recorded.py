"""Recorded talks with their events, a batch at a time, for replay and for grading anew. Reports ask in reports/."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Text, cast, select

from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Call, CallEvent, Lead, ScriptVersion

BATCH = 500
"""Talks that are read at once: so many ids fit into one question on either database."""


@dataclass(frozen=True)
class Wanted:
    """Which talks: of one script, and if given of one campaign, answered from a moment on, by one version; the latest
    `limit` of them."""

    script: str
    campaign: str | None = None
    since: datetime | None = None
    version_id: int | None = None
    limit: int | None = None


@dataclass(frozen=True)
class RecordedTalk:
    """One talk as it was kept. `events`: each as JSON, in order; `number` is E.164; `grade`, `ending`: as recorded."""

    attempt_id: str
    version_id: int
    number: str
    variables: Mapping[str, str]
    grade: str
    ending: str
    events: tuple[str, ...]


def recorded_talks(store: Store, wanted: Wanted) -> Iterator[list[RecordedTalk]]:
    """The talks, the latest first, in batches of at most BATCH. Raises StoreError."""
    for heads in _batches(_heads(store, wanted)):
        events = _events(store, [head[0] for head in heads])
        yield [
            RecordedTalk(key, version, number or "", variables or {}, grade, ending, events.get(key, ()))
            for key, version, number, variables, grade, ending in heads
        ]


def _heads(store: Store, wanted: Wanted) -> Sequence[Any]:
    query = (
        select(Call.attempt_id, Call.script_version_id, Attempt.number, Lead.variables, Call.grade, Call.ending)
        .join(Attempt, Attempt.id == Call.attempt_id)
        .join(ScriptVersion, ScriptVersion.id == Call.script_version_id)
        .join(Lead, Lead.id == Attempt.lead_id, isouter=True)
        .where(ScriptVersion.script == wanted.script)
        .order_by(Attempt.answered_at.desc(), Call.attempt_id)
        .limit(wanted.limit)
    )
    if wanted.campaign is not None:
        query = query.where(Attempt.campaign_id == wanted.campaign)
    if wanted.since is not None:
        query = query.where(Attempt.answered_at >= wanted.since)
    if wanted.version_id is not None:
        query = query.where(Call.script_version_id == wanted.version_id)
    with store.reading() as connection:
        return connection.execute(query).all()


def _batches(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for begin in range(0, len(rows), BATCH):
        yield rows[begin : begin + BATCH]


def _events(store: Store, attempts: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """The events of these talks as JSON: reading them is the caller's, who may have more processors."""
    query = (
        select(CallEvent.attempt_id, cast(CallEvent.body, Text))
        .where(CallEvent.attempt_id.in_(attempts))
        .order_by(CallEvent.attempt_id, CallEvent.seq)
    )
    with store.reading() as connection:
        rows: Sequence[Any] = connection.execute(query).all()
    return {key: tuple(body for _, body in each) for key, each in groupby(rows, key=lambda row: row[0])}
