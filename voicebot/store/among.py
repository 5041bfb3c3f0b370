"""`column IN (thousands of texts)` as one parameter: a statement with thousands of them is built anew every time."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, any_, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute


def among(connection: Connection, column: InstrumentedAttribute[Any], texts: Sequence[str]) -> ColumnElement[bool]:
    """Whether the column's text is one of `texts`, on SQLite and PostgreSQL."""
    if connection.dialect.name == "postgresql":
        return column == any_(cast(literal(list(texts), ARRAY(Text)), ARRAY(Text)))
    each = func.json_each(json.dumps(list(texts))).table_valued("value")
    return column.in_(select(each.c.value))
