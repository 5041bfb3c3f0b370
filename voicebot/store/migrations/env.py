"""What Alembic runs for each command: it works on the connection that store/migrate.py hands over."""

from typing import Any, Literal

from alembic import context

from voicebot.store import types
from voicebot.store.tables import Base


def _render(kind: str, item: Any, _autogenerate: object) -> str | Literal[False]:
    """Our own column types by their names in store/types.py, everything else as Alembic does."""
    if kind == "type" and isinstance(item, types.UtcDateTime):
        return "types.MOMENT"
    names = ("ROW_ID", "JSON_TEXT", "CHANNEL_UUID")
    name = next((name for name in names if kind == "type" and getattr(types, name) is item), None)
    return f"types.{name}" if name else False


context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_item=_render
)
context.run_migrations()
