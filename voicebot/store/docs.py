"""docs/store.md from the tables: `python -m voicebot.store.docs` prints it, a test keeps the file equal."""

from typing import Any

from sqlalchemy import Column

from voicebot.store.catalogue import Base

HEAD = """# The store

Every table and column that voicebot keeps: meaning and unit. This page is printed by `python -m voicebot.store.docs`.

- The database is SQLite in the data directory unless `VOICEBOT_DATABASE_URL` names a PostgreSQL; both hold the same.
- Moments are UTC. Lengths are whole milliseconds (`..._ms`); within a call they count from the answer.
- Telephone numbers are kept in E.164 with `+`, and masked (`138****1234`) wherever they are shown.
- `attempt` is the middle of the star: `call`, `recording`, `handoff`, `node_visit`, `turn`, `said` and `call_event`
  hang on its id, which is also the UUID of the FreeSWITCH channel. Deleting an attempt deletes all of these.
- An attempt has one row from the moment it is claimed. Its result, and its call with all the parts, are written once:
  the first that comes stays, however often it is sent. So a program may send again what it is not sure of.
- What the database does not take (server down, disk full) waits in `unsaved-*/` in the data directory, as JSON lines.
  The next writer takes it in by itself, `voicebot db recover` does so at once, and `voicebot db status` shows how much
  waits.
"""


def page() -> str:
    """The whole page, Markdown."""
    parts = [HEAD]
    meanings = {mapper.local_table: mapper.class_.__doc__ or "" for mapper in Base.registry.mappers}
    for table in Base.metadata.sorted_tables:
        parts += [f"## {table.name}", meanings[table].strip(), ""]
        parts += ["| column | type | meaning |", "|---|---|---|"]
        parts += [f"| `{column.name}` | {_type(column)} | {column.doc} |" for column in table.columns]
        parts.append("")
    return "\n".join(parts)


def _type(column: Column[Any]) -> str:
    kind = {
        "UtcDateTime": "moment",
        "ChannelUuid": "UUID",
        "JSON": "JSON",
        "Text": "text",
        "Boolean": "yes/no",
        "Double": "number",
        "Float": "number",
    }.get(type(column.type).__name__, "integer")
    target = next(iter(column.foreign_keys), None)
    reference = f" → `{target.target_fullname}`" if target else ""
    return f"{'**key** ' if column.primary_key else ''}{kind}{', may be empty' if column.nullable else ''}{reference}"


if __name__ == "__main__":
    print(page(), end="")
