"""Readers for look-ups: tables, in the script or in files of their own, services, and what a node asks of them."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from voicebot.dialog.bundle import Bundle
from voicebot.dialog.load_parts import prompts, texts_by_name
from voicebot.dialog.lookups import Lookup, Table
from voicebot.dialog.script import Service
from voicebot.understanding.csv_source import csv_rows
from voicebot.understanding.yaml_reader import Reader, text_of
from voicebot.understanding.yaml_source import Fields, Place

MAX_ROWS = 20_000
MAX_DEADLINE_MS = 10_000
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PATH = re.compile(r"[^.\s]+(\.[^.\s]+)*")


def lookup(reader: Reader | None) -> Lookup | None:
    """What a node asks: a table by a key, or a service with parameters."""
    if reader is None:
        return None
    if reader.has("table") == reader.has("http"):
        reader.place.fault(f"{reader.what} needs either 'table' with 'by', or 'http' with 'with'")
    if reader.has("table"):
        found = Lookup(reader.text("else"), reader.place, table=reader.text("table"), by=reader.text("by"))
    else:
        params = texts_by_name(reader, "with")
        found = Lookup(reader.text("else"), reader.place, service=reader.text("http"), params=params)
    reader.done()
    return found


def table(name: str, reader: Reader, bundle: Bundle) -> Table:
    """A table with its rows here, or in a CSV file of the script."""
    key = reader.text("key")
    if reader.has("file") == reader.has("rows"):
        reader.place.fault(f"table {name!r} needs either 'rows' or 'file'")
    rows = _rows_of_file(name, key, reader, bundle) if reader.has("file") else _rows(name, key, reader)
    reader.done()
    if not rows:
        reader.place.fault(f"table {name!r} has no rows")
    return Table(name, key, tuple(rows), reader.place)


def _rows(name: str, key: str, reader: Reader) -> list[Mapping[str, str]]:
    rows: list[Mapping[str, str]] = []
    seen: set[str] = set()
    for item in reader.items("rows"):
        if not isinstance(item, Fields):
            item.place.fault(f"a row of table {name!r} must be a mapping")
        row = {column: text_of(value, f"{column!r} of a row") for column, value in item.values.items()}
        if key not in row:
            item.place.fault(f"this row of table {name!r} lacks its key {key!r}")
        if rows and row.keys() != rows[0].keys():
            item.place.fault(f"this row of table {name!r} has not the columns of the first row: {', '.join(rows[0])}")
        _once(name, row[key], seen, item.place)
        rows.append(row)
    return rows


def _rows_of_file(name: str, key: str, reader: Reader, bundle: Bundle) -> list[Mapping[str, str]]:
    """The rows of a CSV, whose first row names the columns. An empty cell is an empty text, but for the key."""
    text, shown = bundle.text(reader.text("file"), reader.at("file"))
    rows = csv_rows(text, shown, MAX_ROWS + 1)
    head = next(rows, None)
    if head is None:
        Place(shown, 1, 1).fault(f"the file of table {name!r} is empty; its first row names the columns", "bad-table")
    place = Place(shown, head.line, 1)
    for column in head.values:
        if not _NAME.fullmatch(column):
            what = f"the column {column!r} of table {name!r} is no name"
            place.fault(f"{what}; a name has Latin letters, digits and _", "bad-table")
    if len(set(head.values)) < len(head.values):
        place.fault(f"table {name!r} has two columns of one name", "bad-table")
    if key not in head.values:
        known = ", ".join(head.values)
        place.fault(f"table {name!r} lacks the column of its key {key!r}; there are: {known}", "bad-table")
    found: list[Mapping[str, str]] = []
    seen: set[str] = set()
    for row in rows:
        place = Place(shown, row.line, 1)
        if len(row.values) != len(head.values):
            place.fault(f"{len(row.values)} values, but table {name!r} has {len(head.values)} columns", "bad-table")
        values = dict(zip(head.values, row.values, strict=True))
        if not values[key]:
            place.fault(f"this row of table {name!r} lacks its key {key!r}", "bad-table")
        _once(name, values[key], seen, place)
        found.append(values)
    return found


def _once(name: str, key: str, seen: set[str], place: Place) -> None:
    if key in seen:
        place.fault(f"table {name!r} has two rows {key!r}", "bad-table")
    seen.add(key)


def service(name: str, reader: Reader) -> Service:
    """An outside program that look-ups ask."""
    url = reader.text("url")
    _check_url(url, reader.at("url"))
    fill = texts_by_name(reader, "fill")
    if not fill:
        reader.place.fault(f"service {name!r} fills no slot; give it 'fill', slot: field of the answer")
    for slot, path in fill.items():
        if not _NAME.fullmatch(slot) or not _PATH.fullmatch(path):
            reader.at("fill").fault(f"'fill' of service {name!r}: {slot!r}: {path!r} is not a slot's name and a field")
    wait = prompts(reader, "wait")
    if not wait:
        reader.place.fault(f"service {name!r} needs 'wait': what is said while no answer is there")
    found = Service(
        name=name,
        url=url,
        place=reader.place,
        fill=fill,
        wait=wait,
        wait_gap_ms=reader.integer("wait_gap_ms", 2500, 500, 10_000),
        deadline_ms=reader.integer("deadline_ms", 1500, 100, MAX_DEADLINE_MS),
        cache_s=reader.integer("cache_s", 0, 0, 86_400),
    )
    reader.done()
    return found


def _check_url(url: str, place: Place) -> None:
    """Scheme, host and path only: what a lead says goes into parameters, which are encoded."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or any(char in url for char in "{}@?#\\") or not url.isprintable() or " " in url:
        place.fault(f"{url!r} is no plain address such as https://crm.example.com/customer; parameters go into 'with'")
