"""After rows were deleted: their bytes out of the database's files, as far as the database does that."""

from collections.abc import Iterable

from sqlalchemy.exc import SQLAlchemyError

from voicebot.store.store import Store, store_error


def wipe(store: Store, tables: Iterable[str]) -> bool:
    """Have the database let go of deleted bytes; False when others read on meanwhile, so that it comes later.

    SQLite overwrites what it deletes (secure_delete); its write-ahead log is emptied here. PostgreSQL frees the space
    of dead rows (VACUUM) and overwrites it as it is used again. Raises StoreError.
    """
    try:
        if store.engine.dialect.name == "postgresql":
            names = ", ".join(f'"{name}"' for name in tables)
            with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                if names:
                    connection.exec_driver_sql(f"VACUUM {names}")
            return True
        raw = store.engine.raw_connection()
        try:
            busy, _, _ = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy
        finally:
            raw.close()
    except SQLAlchemyError as fault:
        raise store_error(store.name, fault) from fault
