"""Fixtures: an empty database of our own on SQLite and on a real PostgreSQL, the latter one server a session."""

import shutil
import sys
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url

from voicebot.store.store import Store, open_store


class Postgres:
    """One PostgreSQL server from the wheel pgserver, reached by a Unix socket; databases in it are cheap."""

    def __init__(self, directory: Path) -> None:
        with warnings.catch_warnings():  # platformdirs warns that there is no session directory; it finds another
            warnings.simplefilter("ignore")
            import pgserver
        self.server = pgserver.get_server(directory, cleanup_mode="stop")
        self.directory = directory
        self.binaries = pgserver
        self.run("ALTER SYSTEM SET fsync = off")  # the machine will not lose its power, and disks here are slow
        self.run("SELECT pg_reload_conf()")

    def new_database(self, template: str = "template1") -> str:
        """URL of a new database, a copy of `template`."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name).render_as_string(hide_password=False)

    def run(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()

    def url(self, database: str) -> URL:
        """URL of one of its databases."""
        plain = make_url(self.server.get_uri())
        return plain.set(drivername="postgresql+psycopg", database=database)

    def stop(self) -> None:
        """Stop at once, as in a crash."""
        self.control("stop", "-m", "immediate")

    def start(self) -> None:
        """Start again at the same address."""
        host = self.url("postgres").query["host"]
        self.control("start", "-l", str(self.directory / "log"), "-o", "-h ''", "-o", f"-k {host}")

    def control(self, *arguments: str) -> None:
        """Run pg_ctl on this server."""
        self.binaries.pg_ctl(["-w", *arguments], pgdata=self.directory, user=self.server.system_user)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    if sys.version_info >= (3, 13):
        pytest.skip("the wheel pgserver stops at Python 3.12")
    # Not below pytest's own directory: the next pytest to start closes that to the server's user.
    directory = Path(tempfile.mkdtemp(prefix="voicebot-postgres-"))
    server = Postgres(directory)
    yield server
    server.stop()
    server.server.cleanup()
    shutil.rmtree(directory)


@pytest.fixture(scope="session")
def template(request: pytest.FixtureRequest) -> Callable[[str, Path], str]:
    """Makes a migrated database of a kind by copying one that was migrated before: much faster than migrating."""
    made: dict[str, str] = {}

    def copy(kind: str, directory: Path) -> str:
        if kind not in made:
            made[kind] = empty(kind, request, request.getfixturevalue("tmp_path_factory").mktemp("template"))
            open_store(made[kind], directory).close()
        parsed = make_url(made[kind])
        if kind == "postgresql":
            return request.getfixturevalue("postgres").new_database(parsed.database)
        copied = directory / "voicebot.db"
        copied.write_bytes(Path(parsed.database).read_bytes())
        return f"sqlite:///{copied}"

    return copy


def empty(kind: str, request: pytest.FixtureRequest, directory: Path) -> str:
    """URL of a database of `kind` without any table."""
    if kind == "postgresql":
        return request.getfixturevalue("postgres").new_database()
    return f"sqlite:///{directory / 'voicebot.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def empty_database(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database without tables, on each kind."""
    return empty(database_kind, request, tmp_path)


@pytest.fixture
def database(database_kind: str, template: Callable[[str, Path], str], tmp_path: Path) -> str:
    """URL of a database with all tables and no rows, on each kind."""
    return template(database_kind, tmp_path)


@pytest.fixture
def store(database: str, tmp_path: Path) -> Iterator[Store]:
    """An open, empty store, on each kind."""
    opened = open_store(database, tmp_path / "spill", migrate=False)
    yield opened
    opened.close()
