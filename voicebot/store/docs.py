"""docs/store.md from the tables: `python -m voicebot.store.docs` prints it, a test keeps the file equal."""

from typing import Any

from sqlalchemy import Column

from voicebot.store.catalogue import Base

HEAD = """# The store

Every table and column that voicebot keeps: meaning and unit. This page is printed by `python -m voicebot.store.docs`.

- The database is SQLite in the data directory unless `VOICEBOT_DATABASE_URL` names a PostgreSQL; both hold the same.
- Moments are UTC. Lengths are whole milliseconds (`..._ms`); within a call they count from the answer.
- Telephone numbers are kept in E.164 with `+`, and masked (`138****1234`) wherever they are shown.
- An attempt has one row from the moment it is claimed. Its result, and its call with all the parts, are written once:
  the first that comes stays, however often it is sent. So a program may send again what it is not sure of.
- What the database does not take (server down, disk full) waits in `unsaved-*/` in the data directory, as JSON lines.
  The next writer takes it in by itself, `voicebot db recover` does so at once, and `voicebot db status` shows how much
  waits.

## The star

```mermaid
erDiagram
  campaign ||--o{ lead : "list of"
  campaign ||--o{ attempt : "dials"
  lead ||--o{ attempt : "is dialled by"
  gateway ||--o{ attempt : "carries"
  caller_number ||--o{ attempt : "is shown by"
  attempt ||--o| call : "answered, the script ran"
  script_version ||--o{ call : "is talked by"
  call ||--o{ node_visit : "stays in nodes"
  call ||--o{ turn : "customer says"
  call ||--o{ said : "robot says"
  call ||--o{ handoff : "is passed on"
  agent ||--o{ handoff : "takes"
  attempt ||--o| recording : "is recorded in"
  attempt ||--o{ outcome : "leads to"
  attempt }o..o{ day_result : "is summed in day_... tables"
```

`attempt` is the middle of the star: one row a dialling, with its moments, line and result. The dimensions around it
are `campaign`, `lead` (with source, persona, area, carrier, arm), `gateway`, `caller_number` and, through `call`,
`script_version`. `call`, `recording`, `handoff`, `node_visit`, `turn`, `said` and `call_event` hang on the attempt's
id, which is also the UUID of the FreeSWITCH channel; deleting an attempt deletes all of these. `outcome` tells what
came of it later.

The `day_...` tables are sums of the star by day, counted by the reports and kept right by triggers
([reports.md](reports.md#always-right-and-quick)): `day_result` by hour, try, result and grade; `day_line` and
`day_length` by gateway, number and cause; `day_node`, `day_hangup`, `day_next` by node; `day_latency` by
milliseconds. `day_fact` holds what these are summed from, a compressed column a day and fact: of any group of leads
the same sums are made of it, and each lead counted once. All of them can be emptied at any time together with
`day_counted`: the next report counts them anew. Whoever reads them directly must know that a day in `day_changed`
is not counted yet; so they are in no view and no export, where the star itself has all that they sum up, and
`voicebot report NAME --format csv` has the figures. A migration that makes a table of the star anew must make its
triggers anew, see migrations 0005 and 0006.

BI tools read the views `bi_attempt`, `bi_call`, `bi_node` and `bi_lead`, which `voicebot db views` makes
([reports.md](reports.md#for-bi-tools)).
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
        "Date": "day",
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
