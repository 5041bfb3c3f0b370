"""Numbers as they are given to commands: typed, or in a CSV with further columns. To E.164, with faults by line."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from voicebot import settings as settings_list
from voicebot.campaign.policy.list_columns import HEADINGS
from voicebot.campaign.policy.masking import masked
from voicebot.campaign.policy.numbers import e164
from voicebot.cli.options import latest
from voicebot.cli.tables import print_rows
from voicebot.errors import InputFault, UsageError
from voicebot.number_of import number_of
from voicebot.understanding.csv_source import CsvRow, rows_of

T = TypeVar("T")
MAX_ROWS = 2_000_000
MAX_BYTES = 200_000_000
SHOWN_FAULTS = 20
LIMIT = latest(100)
COLUMN = click.option(
    "--column", help="Heading of the column with the numbers; without it a usual one, else the first column."
)
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@dataclass(frozen=True)
class NumberRow:
    """One row of a file: the number in E.164, other cells by field; fields without a column are not there."""

    number: str
    cells: Mapping[str, str]


def typed_number(text: str) -> str:
    """A number of the command line in E.164. Raises UsageError."""
    try:
        return e164(text, settings_list.load().home_region)
    except ValueError as fault:
        raise UsageError(str(fault)) from None


def moment(text: str) -> datetime:
    """A date or a time, ISO 8601; without a zone that of this machine. Raises ValueError with an example."""
    try:
        return datetime.fromisoformat(text.strip().replace("/", "-")).astimezone()
    except ValueError:
        raise ValueError(f"{text!r} is no date; write for example 2026-11-23 or 2026-11-23 15:30") from None


class Moment(click.ParamType[datetime]):
    """An option that is a date or a time."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment, as `moment` reads it."""
        if isinstance(value, datetime):
            return value
        try:
            return moment(str(value))
        except ValueError as fault:
            self.fail(str(fault), param, ctx)


def read_file(
    file: Path, column: str | None, fields: Mapping[str, tuple[str, ...]], made: Callable[[NumberRow], T]
) -> tuple[list[T], list[str]]:
    """What `made` makes of each row, and what is wrong with the others; a ValueError of it is such a fault.

    `fields`: other fields and the headings that they may stand under. Raises InputFault for a file that is none.
    """
    region = settings_list.load().home_region
    rows = rows_of(file, MAX_BYTES, MAX_ROWS)
    first = next(rows, None)
    if first is None:
        raise InputFault(f"{file}:1:1: the file is empty")
    headings = [re.sub(r"\s", "", heading).lower() for heading in first.values]
    index = _index(headings, column, file)
    others = {name: headings.index(one) for name, known in fields.items() for one in known if one in headings}
    found: list[T] = []
    faults: list[str] = []
    for row in _with(first, rows, index is None):
        text = _cell(row, index or 0)
        cells = {name: _cell(row, position) for name, position in others.items()}
        place = (index or 0) + 1
        try:
            number, place = e164(text, region), 1
            found.append(made(NumberRow(number, cells)))
        except ValueError as fault:
            faults.append(f"{file}:{row.line}:{place}: {fault}")
    return found, faults


def tell_faults(faults: list[str]) -> None:
    """The first of them on standard error, and how many more there are."""
    for fault in faults[:SHOWN_FAULTS]:
        click.echo(fault, err=True)
    if len(faults) > SHOWN_FAULTS:
        click.echo(f"… {number_of(len(faults) - SHOWN_FAULTS, 'more faulty row')}", err=True)


def told(context: click.Context, counts: Mapping[str, int], words: str, faults: list[str], *, as_json: bool) -> None:
    """The end of an import: what it took, `counts` or in `words`, its faults; exit status 1 when a row was faulty."""
    if as_json:
        click.echo(json.dumps({**counts, "faults": faults}, ensure_ascii=False))
    else:
        tell_faults(faults)
        click.echo(f"{words}, {number_of(len(faults), 'faulty row')}")
    context.exit(1 if faults else 0)


def print_persons(title: str, rows: Iterable[Mapping[str, Any]], *, as_json: bool, as_csv: bool) -> None:
    """Rows with a `number` of a person, which is masked."""
    print_rows(title, [{**row, "number": masked(row["number"])} for row in rows], as_json=as_json, as_csv=as_csv)


def _with(first: CsvRow, rows: Iterator[CsvRow], is_data: bool) -> Iterator[CsvRow]:
    if is_data:
        yield first
    yield from rows


def _cell(row: CsvRow, index: int) -> str:
    return row.values[index] if index < len(row.values) else ""


def _index(headings: list[str], column: str | None, file: Path) -> int | None:
    """Which column has the numbers; None for a file without headings."""
    if column is not None and column.lower() not in headings:
        raise InputFault(f"{file}:1:1: no column {column!r}; there are: {', '.join(headings)}")
    names = (column.lower(),) if column is not None else HEADINGS["number"]
    return next((index for index, heading in enumerate(headings) if heading in names), None)
