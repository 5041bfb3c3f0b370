"""Opening the database, and the few rows that exist before any attempt: campaign, script version, leads.

Records of attempts go through writer.py; questions are asked in reports/.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from voicebot.dialog.bundle import digest_of
from voicebot.errors import StoreError, UsageError
from voicebot.store.migrate import current_revision, newest_revision, upgrade
from voicebot.store.rows import insert_once
from voicebot.store.tables import Campaign, Lead, ScriptVersion

BUSY_TIMEOUT_MS = 10_000
"""How long a SQLite connection waits for another writer."""

CACHE_KIB = 32_768
"""What a SQLite connection keeps: with the usual 2 MiB the indexes of a million leads are read again and again."""

LOG_PAGES, LOG_PAGES_LOADING = 1_000, 16_000
"""Pages of 4 KiB in SQLite's log before they are moved to the file: SQLite's own figure, and that of a long list."""

_WRITES = "voicebot_writes"

Transaction = Callable[[], AbstractContextManager[Connection]]
"""Opens one."""


@dataclass(frozen=True)
class NewLead:
    """A lead to be loaded. `key`: its own id in the list, unique in the campaign; `number`: E.164 with +."""

    key: str
    number: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Store:
    """An open database: one engine a process, usable from any native thread.

    `name`: its URL without the password, for people. `spill_dir`: where records wait when it takes none.
    """

    engine: Engine
    name: str
    spill_dir: Path

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that only reads: each of its questions sees what is written by then. Raises StoreError."""
        with self._translated(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def at_one_moment(self) -> Iterator[Connection]:
        """A connection that sees one state of the database through all its questions. Raises StoreError."""
        with self.reading() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in a write transaction, committed at the end, rolled back on an exception. Raises StoreError."""
        with self._translated(), write_transaction(self.engine) as connection:
            yield connection

    @contextmanager
    def loading(self) -> Iterator[Transaction]:
        """One connection for many big transactions, each as by `writing`. SQLite throws its cache away when another
        connection has written, and moves pages from its log to the file less often here: the indexes of a long list
        come to the same pages again and again. What is committed is as safe as ever. Raises StoreError."""
        with self._translated(), self.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            writing = connection.execution_options(**{_WRITES: True})

            @contextmanager
            def transaction() -> Iterator[Connection]:
                with self._translated(), writing.begin():
                    yield writing

            with _logging_more(driver) if connection.dialect.name == "sqlite" else nullcontext():
                yield transaction

    def add_campaign(
        self, campaign_id: str, title: str, *, simulated: bool, targets: Mapping[str, float] | None = None
    ) -> None:
        """Make the campaign unless it is there already. Raises StoreError."""
        with self.writing() as connection:
            connection.execute(
                insert_once(connection, Campaign).values(
                    id=campaign_id,
                    title=title,
                    simulated=simulated,
                    targets=dict(targets or {}),
                    created_at=datetime.now(UTC),
                )
            )

    def add_script_version(
        self, script: str, version: str, title: str, source: str, parts: Mapping[str, str] = MappingProxyType({})
    ) -> int:
        """The id of exactly this content of the script, registered at its first use. Raises StoreError.

        `source` is the main file, `parts` the others by relative name.
        """
        key = {"script": script, "version": version, "digest": digest_of(source, parts)}
        row = {**key, "title": title, "source": source, "parts": dict(parts), "first_used_at": datetime.now(UTC)}
        with self.writing() as connection:
            connection.execute(insert_once(connection, ScriptVersion).values(row))
            return connection.scalars(select(ScriptVersion.id).filter_by(**key)).one()

    def add_leads(self, campaign_id: str, leads: Sequence[NewLead]) -> tuple[int, ...]:
        """Load `leads`; ids in their order. A key that the campaign has already keeps its row. Raises StoreError."""
        now = datetime.now(UTC)
        rows = [
            {
                "campaign_id": campaign_id,
                "key": lead.key,
                "number": lead.number,
                "variables": dict(lead.variables),
                "created_at": now,
            }
            for lead in leads
        ]
        if not rows:
            return ()
        with self.writing() as connection:
            connection.execute(insert_once(connection, Lead), rows)
            known = connection.execute(select(Lead.key, Lead.id).where(Lead.campaign_id == campaign_id))
            ids = {key: lead_id for key, lead_id in known}  # noqa: C416 - rows are not pairs to the type checker
        return tuple(ids[lead.key] for lead in leads)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as fault:
            raise store_error(self.name, fault) from fault


def open_store(url: str, spill_dir: Path, *, migrate: bool = True) -> Store:
    """Open the database at the SQLAlchemy `url` (SQLite or PostgreSQL), bring its tables up to date.

    `spill_dir`: a directory for records that the database does not take; each database has a part of its own in it.
    Safe when several processes open a new database at once. Raises UsageError for a URL that is none, StoreError
    naming the database and the remedy when it cannot be reached, is damaged or newer than this program.
    """
    parsed = _parse(url)
    name = parsed.render_as_string(hide_password=True)
    try:
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = _engine(parsed)
        if migrate and not _is_up_to_date(engine):
            with write_transaction(engine) as connection:
                upgrade(connection)
    except (SQLAlchemyError, CommandError, OSError) as fault:
        raise store_error(name, fault) from fault
    part = hashlib.sha256(name.encode()).hexdigest()[:12]
    return Store(engine, name, spill_dir / f"unsaved-{part}")


@contextmanager
def write_transaction(engine: Engine) -> Iterator[Connection]:
    """A connection that has the right to write from its first statement on. Raises what SQLAlchemy raises."""
    with engine.connect() as connection, connection.execution_options(**{_WRITES: True}).begin():
        yield connection


@contextmanager
def _logging_more(driver: sqlite3.Connection) -> Iterator[None]:
    driver.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES_LOADING}")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")


def store_error(name: str, fault: Exception) -> StoreError:
    """`fault` with the database's name and what to do about it."""
    cause = str(getattr(fault, "orig", None) or fault).strip().splitlines()
    text = cause[0] if cause else type(fault).__name__
    remedies = (
        ("is full", "free disk space, then run: voicebot db recover"),
        ("no space", "free disk space, then run: voicebot db recover"),
        ("no such table", "run: voicebot db upgrade"),
        ("does not exist", "create it, or correct VOICEBOT_DATABASE_URL; for tables run: voicebot db upgrade"),
        ("unable to open", "check that the directory exists and that this user may write there"),
        ("permission denied", "check that this user may write there"),
        ("readonly", "check that this user may write there"),
        ("locked", "another process holds it; end that process or wait"),
        ("not a database", "the file is damaged or no SQLite file; move it away or restore a backup"),
        ("malformed", "the file is damaged; restore a backup"),
        ("password", "correct the user and password in VOICEBOT_DATABASE_URL"),
        ("can't locate revision", "a newer voicebot has been here; install that version"),
    )
    remedy = next(
        (remedy for sign, remedy in remedies if sign in text.lower()), "start it, or correct VOICEBOT_DATABASE_URL"
    )
    return StoreError(f"database {name}: {text}; {remedy}")


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    backend = parsed.get_backend_name() if parsed else ""
    if parsed is None or backend not in ("sqlite", "postgresql", "postgres"):
        raise UsageError(
            f"VOICEBOT_DATABASE_URL={url!r} is not a database that voicebot knows; "
            "for example sqlite:////var/lib/voicebot/voicebot.db or postgresql://user:password@host/voicebot"
        )
    if backend != "sqlite":
        return parsed.set(drivername="postgresql+psycopg")
    return parsed.set(database=str(Path(parsed.database).expanduser().resolve())) if parsed.database else parsed


def _is_up_to_date(engine: Engine) -> bool:
    """Whether no migration is missing: asked without the right to write, so that reports do not wait for writers."""
    with engine.connect() as connection:
        return current_revision(connection) == newest_revision()


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        # A pooled connection may have died with a restarted server: asked before use, connected anew if so. The level
        # is ours whatever the server's default: who has waited for a lock must see what its holder has written.
        level: Literal["READ COMMITTED"] = "READ COMMITTED"
        return create_engine(url, pool_pre_ping=True, isolation_level=level, connect_args={"connect_timeout": 5})
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Transactions are begun by `_begin_sqlite`, since the driver begins them too late for a migration."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what a person has deleted cannot be read from the file
    connection.execute("PRAGMA journal_mode = WAL")  # readers and the writer do not wait for each other
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: a reader that turns writer in WAL mode fails without waiting."""
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
