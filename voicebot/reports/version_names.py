"""What people call the versions of scripts that sums tell by number. Two contents may have the same name."""

from sqlalchemy import Connection, select

from voicebot.store.tables import ScriptVersion

Name = tuple[str, str]
"""Script and version."""


def version_names(connection: Connection) -> dict[int, Name]:
    """The names of all versions. Raises SQLAlchemy's errors."""
    rows = connection.execute(select(ScriptVersion.id, ScriptVersion.script, ScriptVersion.version))
    return {number: (script, version) for number, script, version in rows}


def label(name: Name) -> str:
    """SCRIPT@VERSION."""
    return "@".join(name)
