"""What is in a database, as values that compare equal on SQLite and PostgreSQL."""

from typing import Any

from sqlalchemy import select

from voicebot.store.store import Store
from voicebot.store.tables import Base

SET_UP = {"campaign", "campaign_arm", "script_version", "script_release", "lead", "call_grade", "stop_list"}


def rows_of(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that records make, by table, in the order of their keys."""
    with store.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
            if table.name not in SET_UP
        }
