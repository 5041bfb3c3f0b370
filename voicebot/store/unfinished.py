"""Attempts that nobody will finish any more: the process that had them was killed.

When an attempt is past hope is the caller's knowledge; no settings here.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from voicebot.campaign.policy.codes import Code
from voicebot.store.ingest import put
from voicebot.store.records import AttemptResult
from voicebot.store.store import Store, store_error
from voicebot.store.tables import Attempt


def close_unfinished(store: Store, started_before: datetime, now: datetime) -> int:
    """Give NODE_LOST to the attempts without a code that were claimed before; returns how many. Raises StoreError.

    Ingest what waits on disk first: a result there would come too late.
    """
    query = select(Attempt.id).where(Attempt.code.is_(None), Attempt.started_at < started_before)
    with store.reading() as connection:
        lost = tuple(connection.scalars(query))
    try:
        put(store.engine, [AttemptResult(str(attempt), Code.NODE_LOST, now) for attempt in lost])
    except SQLAlchemyError as fault:
        raise store_error(store.name, fault) from fault
    return len(lost)
