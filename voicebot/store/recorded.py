"""Recorded talks with their events, a batch at a time, for replay and for grading anew. Reports ask in reports/."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Text, cast, exists, func, select

from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Call, CallEvent, CallGrade, Lead, ScriptVersion

BATCH = 500
"""Talks that are read at once: so many ids fit into one question on either database."""


@dataclass(frozen=True)
class Wanted:
    """Which talks: by one script, of one campaign, begun at a moment or later, by one version, the latest `limit` of
    them; None: all."""

    script: str | None = None
    campaign: str | None = None
    since: datetime | None = None
    version_id: int | None = None
    limit: int | None = None

    def by(self, script: str) -> "Wanted":
        """Of these, the talks by this script."""
        return replace(self, script=script)


@dataclass(frozen=True)
class RecordedTalk:
    """One talk as it was kept. `number`: E.164, empty when it is not known; `grade`, `rule`, `ending`: as recorded;
    `events`: each as JSON, in order: reading them is the caller's, who may have more processors."""

    attempt_id: str
    number: str
    started_at: datetime | None
    script: str
    version_id: int
    variables: Mapping[str, str]
    grade: str
    rule: str
    ending: str
    events: tuple[str, ...]


def recorded_talks(store: Store, wanted: Wanted, *, ungraded_by: int | None = None) -> Iterator[list[RecordedTalk]]:
    """The talks, the latest first, in batches of at most BATCH. Between two batches anything may be written.

    `ungraded_by`: only those that the rules of this version have not graded yet. Raises StoreError.
    """
    query = narrowed(select(Call.attempt_id), wanted)
    if ungraded_by is not None:
        query = query.where(
            ~exists().where(CallGrade.attempt_id == Call.attempt_id, CallGrade.script_version_id == ungraded_by)
        )
    with store.reading() as connection:
        ids = connection.scalars(query.order_by(_BEGAN.desc(), Call.attempt_id).limit(wanted.limit)).all()
    for begin in range(0, len(ids), BATCH):
        yield _talks(store, ids[begin : begin + BATCH])


def recorded_talk(store: Store, attempt_id: str) -> RecordedTalk:
    """One talk that is there. Raises StoreError."""
    (found,) = _talks(store, [attempt_id])
    return found


def scripts_of(store: Store, wanted: Wanted) -> Mapping[str, int]:
    """The scripts of these talks, with their number. Raises StoreError."""
    query = narrowed(select(ScriptVersion.script, func.count()), wanted).group_by(ScriptVersion.script)
    with store.reading() as connection:
        return {script: count for script, count in connection.execute(query.order_by(ScriptVersion.script))}  # noqa: C416


def calls_like(store: Store, wanted: str, limit: int = 5) -> tuple[str, ...]:
    """The ids of talks that begin with `wanted`, in lower case, `limit` at most. Raises StoreError."""
    query = select(Call.attempt_id).where(cast(Call.attempt_id, Text).startswith(wanted, autoescape=True))
    with store.reading() as connection:
        return tuple(connection.scalars(query.order_by(Call.attempt_id).limit(limit)))


_BEGAN = func.coalesce(Attempt.started_at, Attempt.answered_at)


# A select of any columns is `Any` here: the library types a select by its columns.
def narrowed(query: Any, wanted: Wanted) -> Any:
    """`query` over Call with its Attempt, ScriptVersion and Lead; all but the limit."""
    query = (
        query.select_from(Call)
        .join(Attempt, Attempt.id == Call.attempt_id)
        .join(ScriptVersion, ScriptVersion.id == Call.script_version_id)
        .join(Lead, Lead.id == Attempt.lead_id, isouter=True)
    )
    if wanted.campaign is not None:
        query = query.where(Attempt.campaign_id == wanted.campaign)
    if wanted.script is not None:
        query = query.where(ScriptVersion.script == wanted.script)
    if wanted.since is not None:
        query = query.where(wanted.since <= _BEGAN)
    if wanted.version_id is not None:
        query = query.where(Call.script_version_id == wanted.version_id)
    return query


def _talks(store: Store, ids: Sequence[str]) -> list[RecordedTalk]:
    """These talks, in this order; without those that were deleted meanwhile."""
    columns = (
        *(Call.attempt_id, Attempt.number, Attempt.started_at, ScriptVersion.script, Call.script_version_id),
        *(Lead.variables, Call.grade, Call.grade_rule, Call.ending),
    )
    heads = narrowed(select(*columns), Wanted()).where(Call.attempt_id.in_(ids))
    happened = (
        select(CallEvent.attempt_id, cast(CallEvent.body, Text))
        .where(CallEvent.attempt_id.in_(ids))
        .order_by(CallEvent.attempt_id, CallEvent.seq)
    )
    with store.reading() as connection:
        rows: dict[str, Any] = {row.attempt_id: row for row in connection.execute(heads)}
        bodies: Sequence[Any] = connection.execute(happened).all()
    events = {key: tuple(body for _, body in each) for key, each in groupby(bodies, key=lambda row: row[0])}
    found = [rows[one] for one in ids if one in rows]
    return [
        RecordedTalk(
            row.attempt_id,
            row.number or "",
            row.started_at,
            row.script,
            row.script_version_id,
            row.variables or {},
            row.grade,
            row.grade_rule,
            row.ending,
            events.get(row.attempt_id, ()),
        )
        for row in found
    ]
