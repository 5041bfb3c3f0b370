"""Rows of figures and records for people, for programs and for spreadsheets: a table, JSON, CSV."""

import csv
import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from voicebot.cli.printable import printable
from voicebot.number_of import number_of, plural
from voicebot.understanding.csv_cells import harmless

FIGURE = re.compile(r"[+-]?[0-9][0-9.*]*")
"""A telephone number, masked or whole, or a figure."""

AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
AS_CSV = click.option("--csv", "as_csv", is_flag=True, help="CSV on standard output.")


def print_rows(name: str, rows: Sequence[Mapping[str, Any]], *, as_json: bool, as_csv: bool) -> None:
    """`rows`, all with the same keys, in JSON under the plural of `name`. Moments are written in ISO 8601."""
    if as_json:
        click.echo(json.dumps({plural(name): rows}, ensure_ascii=False, default=_plain))
        return
    if as_csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(rows[0] if rows else [])
        writer.writerows([_csv_cell(_cell(value)) for value in row.values()] for row in rows)
        return
    if rows:
        filled = [name for name in rows[0] if any(_cell(row[name]) for row in rows)]  # screens are narrow
        table = Table(*filled)
        for row in rows:
            table.add_row(*(Text(printable(_on_screen(row[name]))) for name in filled))
        Console().print(table, highlight=False)
    click.echo(number_of(len(rows), name))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return str(_plain(value)) if isinstance(value, datetime) else str(value)


def _on_screen(value: Any) -> str:
    """A moment to the minute: with seconds and zone it would be cut off."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.astimezone().strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else _cell(value)


def _csv_cell(text: str) -> str:
    """As spreadsheets may open it; telephone numbers and figures stay as they are."""
    return text if FIGURE.fullmatch(text) else harmless(text)


def _plain(value: Any) -> object:
    if isinstance(value, datetime):
        return value.astimezone().isoformat(timespec="seconds")
    raise TypeError(f"{value!r} does not fit into JSON")
