"""What is in a database, as values that compare equal on SQLite and PostgreSQL."""

from typing import Any

from sqlalchemy import select

from voicebot.store.catalogue import Base
from voicebot.store.store import Store

SET_UP = {
    *("campaign", "campaign_arm", "script_version", "script_release", "lead", "lead_batch"),
    *("call_grade", "stop_list", "complaint", "consent", "exclusion", "caller_number", "gateway"),
    *("audit", "webhook", "webhook_delivery"),
    *("agent", "agent_spell", "outcome", "qa_round", "qa_sample", "qa_verdict", "qa_correction"),
    *("day_changed", "day_counted", "campaign_day"),  # notes about the sums, which reports make
}


def rows_of(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that records make, by table, in the order of their keys."""
    with store.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
            if table.name not in SET_UP
        }
