"""Records into the database, sorting out those that it will never take; and those that wait on disk.

A record is at fault when only it fails; any other failure is the database's and is raised.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError

from voicebot.store import spill
from voicebot.store.records import Record
from voicebot.store.rows import write
from voicebot.store.store import Store, store_error, write_transaction


@dataclass(frozen=True)
class Refusal:
    """A record that the database does not take as it is, and why."""

    record: Record
    reason: str


@dataclass(frozen=True)
class Recovered:
    """What became of the waiting files: records written, why others were refused, files that could not be read."""

    written: int
    refusals: tuple[str, ...]
    unreadable: tuple[str, ...]


def put(engine: Engine, records: Sequence[Record]) -> tuple[Refusal, ...]:
    """Commit `records`: all at once, or one by one when one of them is refused; the refused are returned.

    Raises SQLAlchemyError when the database is at fault; what was committed before may be put again.
    """
    try:
        with write_transaction(engine) as connection:
            write(connection, records)
    except Exception as fault:
        if not _is_refusal(fault):
            raise
        if len(records) == 1:
            return (Refusal(records[0], _reason(fault)),)
        return tuple(refusal for record in records for refusal in put(engine, [record]))
    return ()


def recover(store: Store, *, with_refused: bool = True) -> Recovered:
    """Write what waits in `store.spill_dir`; `with_refused`: try again also what was refused before.

    A file is removed after its records are in the database; records refused now go to a new file. Safe beside a
    running Writer and beside another recovery. Raises StoreError when the database is at fault.
    """
    files = spill.waiting(store.spill_dir) + (spill.refused(store.spill_dir) if with_refused else ())
    written = 0
    refusals: list[str] = []
    unreadable: list[str] = []
    for path in files:
        try:
            records = spill.load(path)
        except FileNotFoundError:
            continue  # another recovery was faster
        except (ValueError, OSError) as fault:
            unreadable.append(str(fault))
            continue
        refused = _put_file(store, path, records)
        written += len(records) - len(refused)
        refusals += [refusal.reason for refusal in refused]
    return Recovered(written, tuple(refusals), tuple(unreadable))


def _put_file(store: Store, path: Path, records: Sequence[Record]) -> tuple[Refusal, ...]:
    try:
        refused = put(store.engine, records)
        if len(refused) == len(records) and spill.is_refused(path):
            return refused  # as before: the file says it already
        for refusal in refused:
            spill.save(store.spill_dir, [refusal.record], refusal.reason)
    except (SQLAlchemyError, OSError) as fault:
        raise store_error(store.name, fault) from fault
    path.unlink(missing_ok=True)
    return refused


def _is_refusal(fault: Exception) -> bool:
    """Whether the record is at fault: a constraint, or a value that is not the column's and cannot be sent."""
    if isinstance(fault, DBAPIError):
        return isinstance(fault, IntegrityError | DataError)
    return isinstance(fault, StatementError) or not isinstance(fault, SQLAlchemyError)


def _reason(fault: Exception) -> str:
    return " ".join(f"{type(fault).__name__}: {getattr(fault, 'orig', None) or fault}".split())
