"""Groups of leads by one of their properties, as `--segment NAME=VALUE` says them."""

from typing import Any

from sqlalchemy import ColumnElement, Text, cast, select

from voicebot.errors import UsageError
from voicebot.store.store import Store
from voicebot.store.tables import Lead

Segment = tuple[tuple[str, str], ...]
"""(name, value) pairs that all hold for the lead, sorted; empty: every lead, and attempts without one."""
PROPERTIES = ("source", "persona", "area", "carrier", "arm")
"""Columns of a lead; any other name is one of its variables."""
SHOWN = 10
"""Known names or values that an error tells."""


def holds(name: str, value: str) -> ColumnElement[bool]:
    """That the lead's property or variable is `value`, by its text."""
    return _column(name) == value


def of_lead(lead_id: Any, segment: Segment) -> ColumnElement[bool]:
    """That the lead of this id (a column) is one for which all of the segment holds."""
    fits = (holds(name, value) for name, value in segment)
    return select(Lead.id).where(Lead.id == lead_id, *fits).exists()


def parse(text: str) -> tuple[str, str]:
    """`NAME=VALUE` as a pair. Raises UsageError."""
    name, sign, value = text.partition("=")
    if not (name and sign):
        raise UsageError(f"segment {text!r} is not NAME=VALUE, for example source=web; names: {', '.join(PROPERTIES)}")
    return name, value


def check(store: Store, campaign: str | None, name: str, value: str) -> None:
    """Raises UsageError for a name or value that no lead (of the campaign) has, naming those there are; StoreError."""
    mine = [] if campaign is None else [Lead.campaign_id == campaign]
    where = f"campaign {campaign!r}" if campaign is not None else store.name
    with store.reading() as connection:
        if connection.execute(select(Lead.id).where(*mine, holds(name, value)).limit(1)).first() is not None:
            return
        column = _column(name)
        asked = select(column).where(*mine, column.is_not(None), column != "").distinct().order_by(column).limit(SHOWN)
        values = connection.scalars(asked).all()
        some = connection.scalars(select(Lead.variables).where(*mine).limit(SHOWN)).all()
    if not values and name not in PROPERTIES:
        known = [*PROPERTIES, *sorted({key for variables in some for key in variables})]
        raise UsageError(f"no lead of {where} has a variable {name!r}; segments: {', '.join(known)}")
    raise UsageError(f"no lead of {where} has {name}={value}; values: {', '.join(values) or 'none'}")


def _column(name: str) -> ColumnElement[Any]:
    if name in PROPERTIES:
        return getattr(Lead, name)  # type: ignore[no-any-return]
    return cast(Lead.variables[name].as_string(), Text)
