"""Column types that mean the same on SQLite and PostgreSQL. Migrations use them too: what a type is never changes."""

import uuid
from datetime import UTC, datetime

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with a time zone in and UTC out, on SQLite too. Raises ValueError for a naive datetime."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; use datetime.now(UTC) or .astimezone(UTC)")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ChannelUuid(TypeDecorator[str]):
    """A UUID as text in its usual form, on SQLite too. Raises ValueError for a text that is none."""

    impl = Uuid(as_uuid=False)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        return dialect.type_descriptor(Uuid(as_uuid=False) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(uuid.UUID(value))


MOMENT = UtcDateTime()
ROW_ID = BigInteger().with_variant(Integer(), "sqlite")  # SQLite numbers rows only in a column declared INTEGER
JSON_TEXT = JSON().with_variant(JSONB(), "postgresql")
CHANNEL_UUID = ChannelUuid()
