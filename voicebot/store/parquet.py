"""The star as Parquet files: one a table, columns typed and described, written in lots. What leaves is export.py's."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection

from voicebot.errors import OutsideError
from voicebot.store.export import EXPORTED, Policy, columns_of, lots_of
from voicebot.store.store import Store

REMEDY = "Parquet needs the library pyarrow: pip install 'voicebot[parquet]'"


@dataclass(frozen=True)
class Written:
    """One file, its rows and bytes."""

    path: Path
    rows: int
    size: int


def export(store: Store, directory: Path, policy: Policy, tables: Iterable[str] = EXPORTED) -> Iterator[Written]:
    """Write the tables as they are at one moment to directory/TABLE.parquet; a file that is there is replaced whole.

    Raises OutsideError without pyarrow, StoreError, OSError.
    """
    _arrow()
    directory.mkdir(parents=True, exist_ok=True)
    with store.at_one_moment() as connection:
        for table in tables:
            yield _write(connection, directory / f"{table}.parquet", table, policy)


def _arrow() -> Any:
    try:
        import pyarrow  # here: it is an extra, and takes a third of a second to load
        import pyarrow.parquet
    except ImportError as fault:
        raise OutsideError(REMEDY) from fault
    return pyarrow


def _write(connection: Connection, path: Path, table: str, policy: Policy) -> Written:
    arrow = _arrow()
    columns = columns_of(table, policy)
    schema = arrow.schema([_field(arrow, column) for column in columns])
    part = path.with_name(f".{path.name}.part")
    count = 0
    try:
        with arrow.parquet.ParquetWriter(part, schema, compression="zstd") as writer:
            for values in lots_of(connection, table, policy):
                arrays = [_array(arrow, its, field.type) for its, field in zip(values, schema, strict=True)]
                writer.write_table(arrow.Table.from_arrays(arrays, schema=schema))
                count += len(values[0])
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return Written(path, count, path.stat().st_size)


def _array(arrow: Any, values: list[Any], kind: Any) -> Any:
    """Texts of moments, which are UTC and do not say so, are read by the library."""
    if arrow.types.is_timestamp(kind) and any(isinstance(value, str) for value in values):
        return arrow.array(values, arrow.string()).cast(arrow.timestamp(kind.unit)).cast(kind)
    return arrow.array(values, kind)


def _field(arrow: Any, column: Column[Any]) -> Any:
    """The column's type and, as metadata, its meaning."""
    kinds = {
        "UtcDateTime": arrow.timestamp("us", tz="UTC"),
        "Boolean": arrow.bool_(),
        "Double": arrow.float64(),
        "Float": arrow.float64(),
        "Integer": arrow.int64(),
        "BigInteger": arrow.int64(),
    }
    kind = kinds.get(type(column.type).__name__, arrow.string())
    return arrow.field(column.name, kind, nullable=bool(column.nullable), metadata={"description": column.doc or ""})
