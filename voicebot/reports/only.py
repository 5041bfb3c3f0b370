"""Which calls a report is about. Every report takes an `Only` and goes through these joins."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from voicebot.errors import UsageError
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Call, Campaign, ScriptVersion

SHOWN = 10
"""Known names that an error tells, the latest first."""


@dataclass(frozen=True)
class Only:
    """The attempts of one campaign, the calls of one script, those held with one version of it; None means all."""

    campaign: str | None = None
    script: str | None = None
    version_id: int | None = None


# A select of any columns is `Any` here: the library types a select by its columns.
def attempts(query: Any, only: Only, *, with_calls: bool = False) -> Any:
    """`query` over Attempt, narrowed; `with_calls`: it also speaks of Call, which is empty for those without a talk.

    An attempt without a talk has no script: `only.script` and `only.version_id` leave it out.
    """
    query = query.select_from(Attempt)
    if with_calls or only.script is not None or only.version_id is not None:
        query = query.outerjoin(Call, Call.attempt_id == Attempt.id)
        query = query.outerjoin(ScriptVersion, ScriptVersion.id == Call.script_version_id)
    return _narrowed(query, only)


def calls(query: Any, only: Only, part: Any = None) -> Any:
    """`query` over Call, its Attempt and ScriptVersion, and rows of the table `part` if given, narrowed."""
    query = query.select_from(Call).join(Attempt, Attempt.id == Call.attempt_id).join(ScriptVersion)
    if part is not None:
        query = query.join(part, part.attempt_id == Call.attempt_id)
    return _narrowed(query, only)


def _narrowed(query: Any, only: Only) -> Any:
    if only.campaign is not None:
        query = query.where(Attempt.campaign_id == only.campaign)
    if only.script is not None:
        query = query.where(ScriptVersion.script == only.script)
    if only.version_id is not None:
        query = query.where(Call.script_version_id == only.version_id)
    return query


def check(store: Store, only: Only) -> None:
    """Raises UsageError for a campaign or script that the store does not know, naming those it does; StoreError."""
    asked = (
        ("campaign", only.campaign, select(Campaign.id).order_by(Campaign.created_at.desc())),
        ("script", only.script, select(ScriptVersion.script).distinct().order_by(ScriptVersion.script)),
    )
    with store.reading() as connection:
        for kind, name, query in asked:
            known = [] if name is None else connection.scalars(query).all()
            if name is not None and name not in known:
                raise UsageError(f"no {kind} {name!r} in {store.name}; known: {', '.join(known[:SHOWN]) or 'none'}")
