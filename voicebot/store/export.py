"""Tables for BI tools: which of them leave, and what of a person leaves with them. Files are written in parquet.py."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Column, Connection, Text, cast, func, select

from voicebot.campaign.policy.masking import HOME_PREFIX, masked
from voicebot.errors import UsageError
from voicebot.store.catalogue import Base
from voicebot.store.personal import personal

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


Lot = list[list[Any]]
"""Values of some rows, column by column."""


def lots_of(connection: Connection, table: str, policy: Policy) -> Iterator[Lot]:
    """Rows of the table as they leave, some at a time, in the order of `columns_of`. JSON is text; so are moments: in
    UTC, without its name.

    The rows are in no order: by their key each would be looked for in another place of the database.
    """
    columns = columns_of(table, policy)
    places = {column.name: place for place, column in enumerate(columns)}
    dialect = connection.dialect.name
    texts = [places[column.name] for column in columns if _kind(column) == "JSON"] if dialect == "sqlite" else []
    hidden = _hiding(table, policy, places)
    query = select(*(_as_read(column, dialect) for column in columns))
    streamed = connection.execution_options(stream_results=True, yield_per=AT_ONCE).execute(query)
    for lot in streamed.partitions(AT_ONCE):
        values = [list(column) for column in zip(*lot, strict=True)]
        for place in texts:
            values[place] = [json.dumps(value, ensure_ascii=False) for value in values[place]]
        for place, hide in hidden:
            values[place] = hide(values)
        yield values


def _kind(column: Column[Any]) -> str:
    return type(column.type).__name__


def _as_read(column: Column[Any], dialect: str) -> Any:
    """A value of each row that needs no work in Python: millions of UUIDs and moments are dear there. JSON of SQLite
    is made anew: it has Chinese as escapes."""
    kind = _kind(column)
    if kind == "JSON" and dialect == "postgresql":
        return func.coalesce(cast(column, Text), "null").label(column.name)
    if kind == "UtcDateTime" and dialect == "postgresql":
        return cast(func.timezone("UTC", column), Text).label(column.name)
    return cast(column, Text).label(column.name) if kind in ("ChannelUuid", "UtcDateTime") else column


Hide = Callable[[Lot], list[str | None]]


def _hiding(table: str, policy: Policy, places: Mapping[str, int]) -> list[tuple[int, Hide]]:
    """By place of a column that holds a number: what stands in its place."""
    treated = personal(table)
    names = tuple(treated.numbers) if treated else STOP_NUMBERS.get(table, ())
    if policy.numbers == "whole":
        return []

    def number(values: Lot) -> list[str | None]:
        return [_shown(text, policy) for text in values[places["number"]]]

    def key(values: Lot) -> list[str | None]:
        """A list without keys of its own has the numbers for keys."""
        return [
            _shown(text, policy) if _bare(text) and _bare(text) in its else its
            for its, text in zip(values[places["key"]], values[places["number"]], strict=True)
        ]

    # The key before the number that it is compared with.
    return [(places[name], key if name == "key" else number) for name in sorted(names)]


def _bare(number: str | None) -> str:
    return (number or "").removeprefix(HOME_PREFIX).removeprefix("+")


def _shown(text: str | None, policy: Policy) -> str | None:
    if not text:
        return text
    if policy.numbers == "masked":
        return masked(text)
    return hmac.new(policy.key.encode(), text.encode(), hashlib.sha256).hexdigest()
