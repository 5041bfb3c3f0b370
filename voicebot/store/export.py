"""Tables for BI tools: which of them leave, and what of a person leaves with them. Files are written in parquet.py."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Column, Connection, select
from sqlalchemy.exc import SQLAlchemyError

from voicebot.campaign.policy.masking import HOME_PREFIX, masked
from voicebot.errors import UsageError
from voicebot.store.catalogue import Base
from voicebot.store.personal import personal
from voicebot.store.store import Store, store_error

FACTS = (
    *("attempt", "call", "node_visit", "turn", "said", "handoff", "recording", "pick_up", "call_grade", "follow_up"),
    *("outcome", "complaint", "stop_list", "agent_spell", "qa_sample", "qa_verdict", "qa_correction"),
)
DIMENSIONS = ("campaign", "campaign_arm", "script_version", "lead", "agent", "caller_number", "gateway", "qa_round")
EXPORTED = (*FACTS, *DIMENSIONS)
"""The star: facts, and what they point to. What only runs the product (messages, leases, audit, events) stays."""
OMITTED = {"script_version": {"source", "parts"}, "agent": {"dial"}}
"""Columns that say nothing to BI, or too much."""
STOP_WORDS = {"stop_list": {"reason", "removed_why"}}
STOP_NUMBERS = {"stop_list": ("number",)}
"""Words and numbers of the table that deletion treats by itself."""
AT_ONCE = 20_000
"""Rows in memory at most, and in one row group of a file."""
Numbers = Literal["masked", "hashed", "whole"]


@dataclass(frozen=True)
class Policy:
    """What leaves of a person. hashed: HMAC-SHA256 by `key`, the same number the same text in every export of the key.

    `texts`: what was said, recognised and noted, and the values of lists.
    """

    numbers: Numbers = "masked"
    key: str = ""
    texts: bool = False

    def __post_init__(self) -> None:
        if self.numbers == "hashed" and not self.key:
            raise UsageError(
                "hashed numbers need a secret key, or anybody could count them out; set VOICEBOT_EXPORT_KEY"
            )


def columns_of(table: str, policy: Policy) -> tuple[Column[Any], ...]:
    """The columns that leave."""
    treated = personal(table)
    words = set(treated.words) if treated else STOP_WORDS.get(table, set())
    out = OMITTED.get(table, set()) | (set() if policy.texts else words)
    return tuple(column for column in Base.metadata.tables[table].columns if column.name not in out)


def rows_of(connection: Connection, table: str, policy: Policy) -> Iterator[list[dict[str, Any]]]:
    """Rows of the table as they leave, in lots, in the order of its key. JSON is text."""
    columns = columns_of(table, policy)
    hidden = _hiding(table, policy)
    texts = [column.name for column in columns if type(column.type).__name__ == "JSON"]
    query = select(*columns).order_by(*Base.metadata.tables[table].primary_key)
    streamed = connection.execution_options(stream_results=True, yield_per=AT_ONCE).execute(query)
    for lot in streamed.mappings().partitions(AT_ONCE):
        rows = [dict(row) for row in lot]
        for row in rows:
            for name in texts:
                row[name] = json.dumps(row[name], ensure_ascii=False)
            for name, hide in hidden.items():
                row[name] = hide(row)
        yield rows


def _hiding(table: str, policy: Policy) -> Mapping[str, Callable[[Mapping[str, Any]], str | None]]:
    """By column that holds a number: what stands in its place."""
    treated = personal(table)
    names = tuple(treated.numbers) if treated else STOP_NUMBERS.get(table, ())
    if policy.numbers == "whole":
        return {}

    def number(row: Mapping[str, Any]) -> str | None:
        return _shown(row["number"], policy)

    def key(row: Mapping[str, Any]) -> str | None:
        """A list without keys of its own has the numbers for keys."""
        bare = (row["number"] or "").removeprefix(HOME_PREFIX).removeprefix("+")
        return number(row) if bare and bare in row["key"] else row["key"]

    ordered = sorted(names)  # the key before the number that it is compared with
    return {name: key if name == "key" else number for name in ordered}


def _shown(text: str | None, policy: Policy) -> str | None:
    if not text:
        return text
    if policy.numbers == "masked":
        return masked(text)
    return hmac.new(policy.key.encode(), text.encode(), hashlib.sha256).hexdigest()


@contextmanager
def one_moment(store: Store) -> Iterator[Connection]:
    """A connection that sees one state of the database through all its questions. Raises StoreError."""
    try:
        with store.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection
    except SQLAlchemyError as fault:
        raise store_error(store.name, fault) from fault
