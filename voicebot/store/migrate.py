"""Bringing the tables up to date with Alembic, from inside the program and from a wheel.

The steps themselves are in migrations/versions. A new one is made by tools/new_migration.py.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from voicebot.store.views import drop_views, make_views

MIGRATIONS = Path(__file__).parent / "migrations"

_LOCK = 0x766F6963  # any number of our own: the advisory lock that keeps two migrations apart on PostgreSQL


def upgrade(connection: Connection) -> None:
    """Run the missing migrations within the caller's write transaction.

    A second process waits here and then finds nothing to do. Raises SQLAlchemy's errors, and alembic's CommandError
    for a database that a newer program has migrated.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    if current_revision(connection) != newest_revision():
        had_views = drop_views(connection)  # PostgreSQL changes no column that a view shows
        command.upgrade(alembic_config(connection), "head")
        if had_views:
            make_views(connection)


def current_revision(connection: Connection) -> str | None:
    """The database's last migration, None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The last migration that this program knows."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration for this connection; migrations/env.py takes it from the attributes."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
