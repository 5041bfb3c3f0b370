"""The audit read back: who changed what, and why. Lines are written with the changes, by `campaigns.note`."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from voicebot.store.store import Store
from voicebot.store.tables_dialling import Audit


class AuditLine(NamedTuple):
    """One change. `before`, `after`: values by name."""

    at: datetime
    who: str
    action: str
    before: dict[str, Any]
    after: dict[str, Any]
    why: str


def audit_of(store: Store, what: str, limit: int) -> list[AuditLine]:
    """The latest lines about an object such as `campaign:spring`, the newest first. Raises StoreError."""
    columns = (Audit.at, Audit.who, Audit.action, Audit.before, Audit.after, Audit.why)
    asked = select(*columns).where(Audit.object == what).order_by(Audit.id.desc()).limit(limit)
    with store.reading() as connection:
        return [AuditLine(*row) for row in connection.execute(asked)]
