"""Fixtures: an empty database of our own on SQLite and on a real PostgreSQL, the latter one server a session."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tools.servers import Postgres
from voicebot.store.store import Store, open_store


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
