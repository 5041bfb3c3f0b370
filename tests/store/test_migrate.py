"""The tables come from the migrations, from any program that starts first, also out of a wheel."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from voicebot.errors import StoreError
from voicebot.store.catalogue import Base
from voicebot.store.migrate import MIGRATIONS, alembic_config, current_revision, newest_revision
from voicebot.store.store import open_store, write_transaction

ROOT = Path(__file__).parents[2]
OPEN = """
import pathlib, sys
from voicebot.store.store import open_store
open_store(sys.argv[1], pathlib.Path(sys.argv[2]))
"""


def _comparable(_thing: object, name: str | None, kind: str, *_: object) -> bool:
    """An index that sorts downwards cannot be read back from SQLite; its use is tested with the claims."""
    return not (kind == "index" and name == "ix_lead_order")


def test_the_migrations_make_exactly_the_tables(store):
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": _comparable})
        assert compare_metadata(context, Base.metadata) == []
        assert current_revision(connection) == newest_revision()


def test_every_migration_can_be_taken_back(empty_database, tmp_path):
    store = open_store(empty_database, tmp_path)
    with write_transaction(store.engine) as connection:
        command.downgrade(alembic_config(connection), "base")
    with write_transaction(store.engine) as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
        command.upgrade(alembic_config(connection), "head")
    store.close()


def test_several_processes_may_open_a_new_database_at_once(empty_database, tmp_path):
    processes = [
        subprocess.Popen([sys.executable, "-c", OPEN, empty_database, str(tmp_path)], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    faults = [process.communicate(timeout=120)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], faults
    store = open_store(empty_database, tmp_path, migrate=False)
    with store.reading() as connection:
        assert current_revision(connection) == newest_revision()
    store.close()


def test_a_failed_migration_leaves_nothing_behind(empty_database, tmp_path, monkeypatch):
    def fail(connection):
        command.upgrade(alembic_config(connection), "head")
        raise OSError("no space left on device")

    monkeypatch.setattr("voicebot.store.store.upgrade", fail)
    with pytest.raises(StoreError, match="free disk space"):
        open_store(empty_database, tmp_path)
    store = open_store(empty_database, tmp_path, migrate=False)
    assert inspect(store.engine).get_table_names() == []
    store.close()


def test_a_wheel_holds_migrations_and_templates(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    shutil.copytree(ROOT / "voicebot", source / "voicebot", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, source)
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", ".", "./source"]
    subprocess.run(build, cwd=tmp_path, check=True, capture_output=True, timeout=300)
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    wanted = [path for path in (ROOT / "voicebot").rglob("*") if path.suffix in (".html", ".css", ".mako")]
    wanted += MIGRATIONS.rglob("*.py")
    assert len(wanted) >= 5
    assert {str(path.relative_to(ROOT)) for path in wanted} <= packed
