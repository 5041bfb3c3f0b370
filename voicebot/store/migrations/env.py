"""What Alembic runs for each command: it works on the connection that store/migrate.py hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from voicebot.store import types
from voicebot.store.catalogue import Base

NAMES = ("MOMENT", "ROW_ID", "JSON_TEXT", "CHANNEL_UUID")


def _render(kind: str, item: Any, _autogenerate: object) -> str | Literal[False]:
    """Our own column types by their names in store/types.py, everything else as Alembic does."""
    for name in NAMES:
        known = getattr(types, name)
        if kind == "type" and (item is known or (type(item) is type(known) and isinstance(item, TypeDecorator))):
            return f"types.{name}"
    return False


context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_item=_render
)
context.run_migrations()
