"""Thousands of values as one parameter: a statement with thousands of them is built anew every time."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, FromClause, Text, any_, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

from voicebot.store.types import CHANNEL_UUID


def among(connection: Connection, column: InstrumentedAttribute[Any], texts: Sequence[str]) -> ColumnElement[bool]:
    """Whether the column's text is one of `texts`, on SQLite and PostgreSQL."""
    if connection.dialect.name == "postgresql":
        return column == any_(cast(literal(list(texts), ARRAY(Text)), ARRAY(column.type)))
    each = func.json_each(json.dumps(list(texts))).table_valued("value")
    return column.in_(select(each.c.value))


def attempt_of_lead(connection: Connection, pairs: Sequence[tuple[int, str]]) -> FromClause:
    """A table of the pairs, lead and attempt, with these columns."""
    if connection.dialect.name == "postgresql":
        leads = cast(literal([lead for lead, _ in pairs], ARRAY(BigInteger)), ARRAY(BigInteger))
        attempts = cast(literal([attempt for _, attempt in pairs], ARRAY(Text)), ARRAY(Text))
        rows = func.unnest(leads, attempts).table_valued("lead", "attempt").render_derived()
        return select(rows.c.lead, cast(rows.c.attempt, CHANNEL_UUID).label("attempt")).subquery()
    each = func.json_each(json.dumps(pairs)).table_valued("value")
    lead, attempt = (func.json_extract(each.c.value, place) for place in ("$[0]", "$[1]"))
    return select(lead.label("lead"), attempt.label("attempt")).subquery()
