"""`voicebot stop-list`: numbers that must not be called."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import click

from voicebot import settings as settings_list
from voicebot.campaign.policy.masking import masked
from voicebot.campaign.policy.numbers import e164
from voicebot.cli.db import opened_store
from voicebot.cli.tables import AS_CSV, AS_JSON, print_rows
from voicebot.errors import InputFault, UsageError
from voicebot.store import stop_list
from voicebot.store.rows import EVERYWHERE
from voicebot.store.stop_list import Entry
from voicebot.understanding.csv_source import csv_rows, decoded

MAX_ROWS = 2_000_000
MAX_BYTES = 200_000_000
SHOWN_FAULTS = 20
COLUMNS = (
    "number",
    "phone",
    "mobile",
    "telephone",
    "号码",
    "手机",
    "手机号",
    "手机号码",
    "电话",
    "电话号码",
    "联系电话",
)
"""Headings under which a file to be imported may have its numbers."""

SCOPE = click.option(
    "--scope", default=EVERYWHERE, metavar="CAMPAIGN", help="Only for this campaign; without it: for all."
)


@click.group()
def command() -> None:
    """Numbers that must not be called. The dialer asks this list just before it dials."""


@command.command("add")
@click.argument("numbers", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why, for whoever has to account for it.")
@SCOPE
def add(numbers: tuple[str, ...], reason: str, scope: str) -> None:
    """Put NUMBERS on the list. Those that are on it stay as they are."""
    wanted = [_number(number) for number in numbers]
    now = datetime.now(UTC)
    with opened_store(migrate=True) as store:
        new = stop_list.add(store, [Entry(number, scope, reason, "person", now) for number in wanted])
    click.echo(f"{new} added, {len(set(wanted)) - new} were on the list")


@command.command("remove")
@click.argument("number")
@click.option("--reason", required=True, help="Why it may be called again; it is kept with the entry.")
@SCOPE
@click.pass_context
def remove(context: click.Context, number: str, reason: str, scope: str) -> None:
    """Take NUMBER off the list. Exit status 1 when it was not on it."""
    wanted = _number(number)
    with opened_store(migrate=True) as store:
        gone = stop_list.remove(store, wanted, scope, reason, datetime.now(UTC))
    click.echo(f"{masked(wanted)} {'is taken off' if gone else 'was not on the list'}")
    context.exit(0 if gone else 1)


@command.command("list")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=100, show_default=True, help="The latest so many.")
@click.option("--all", "removed", is_flag=True, help="With the entries that were taken off.")
@AS_JSON
@AS_CSV
def show(limit: int, removed: bool, as_json: bool, as_csv: bool) -> None:
    """The latest entries, numbers masked."""
    with opened_store(migrate=True) as store:
        found = stop_list.entries(store, limit, removed=removed)
    rows = [
        {
            "number": masked(entry.number),
            "scope": entry.scope,
            "reason": entry.reason,
            "source": entry.source,
            "added_at": entry.added_at,
            "attempt": entry.attempt_id,
            **({"removed_at": entry.removed_at, "removed_why": entry.removed_why} if removed else {}),
        }
        for entry in found
    ]
    print_rows("entries", rows, as_json=as_json, as_csv=as_csv)


@command.command("check")
@click.argument("numbers", nargs=-1, required=True)
@click.option("--campaign", help="Also what holds for this campaign only.")
@AS_JSON
@click.pass_context
def check(context: click.Context, numbers: tuple[str, ...], campaign: str | None, as_json: bool) -> None:
    """Say whether NUMBERS may be called. Exit status 1 when one of them may not."""
    wanted = [_number(number) for number in numbers]
    with opened_store(migrate=True) as store:
        found = {number: stop_list.stopped(store, number, campaign) for number in wanted}
    if as_json:
        rows = [{"number": masked(n), "stopped": e is not None, "reason": e and e.reason} for n, e in found.items()]
        click.echo(json.dumps({"numbers": rows}, ensure_ascii=False))
    else:
        for number, entry in found.items():
            click.echo(f"{masked(number)} {f'must not be called: {entry.reason}' if entry else 'may be called'}")
    context.exit(1 if any(found.values()) else 0)


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--column", help="Heading of the column with the numbers; without it a usual one, else the first column.")
@click.option("--reason", default="import", show_default=True, help="Why, for whoever has to account for it.")
@SCOPE
@click.pass_context
def import_file(context: click.Context, file: Path, column: str | None, reason: str, scope: str) -> None:
    """Put the numbers of a CSV FILE (UTF-8 or GB18030) on the list, as often as you like.

    Rows without a valid number are told with their line, and the others are taken; exit status 1 then.
    """
    region = settings_list.load().home_region
    wanted, faults = _read(file, column, region)
    now = datetime.now(UTC)
    with opened_store(migrate=True) as store:
        new = stop_list.add(store, [Entry(number, scope, reason, "import", now) for number in wanted])
    for fault in faults[:SHOWN_FAULTS]:
        click.echo(fault, err=True)
    if len(faults) > SHOWN_FAULTS:
        click.echo(f"… {len(faults) - SHOWN_FAULTS} more rows without a number", err=True)
    click.echo(f"{new} added, {len(wanted) - new} were on the list, {len(faults)} rows without a valid number")
    context.exit(1 if faults else 0)


def _read(file: Path, column: str | None, region: str) -> tuple[list[str], list[str]]:
    """The numbers of a file, each once, and what is wrong with other rows."""
    if file.stat().st_size > MAX_BYTES:
        raise InputFault(f"{file}:1:1: more than {MAX_BYTES} bytes; split the file")
    rows = csv_rows(decoded(file.read_bytes(), str(file)), str(file), MAX_ROWS)
    first = next(rows, None)
    if first is None:
        raise InputFault(f"{file}:1:1: the file is empty")
    headings = [re.sub(r"\s", "", heading).lower() for heading in first.values]
    index = _index(headings, column, file)
    numbers: dict[str, None] = {}
    faults = []
    for row in (*([first] if index is None else []), *rows):
        text = row.values[index or 0] if len(row.values) > (index or 0) else ""
        try:
            numbers[e164(text, region)] = None
        except ValueError as fault:
            faults.append(f"{file}:{row.line}:1: {fault}")
    return list(numbers), faults


def _index(headings: list[str], column: str | None, file: Path) -> int | None:
    """Which column has the numbers; None for a file without headings."""
    if column is not None and column.lower() not in headings:
        raise InputFault(f"{file}:1:1: no column {column!r}; there are: {', '.join(headings)}")
    names = (column.lower(),) if column is not None else COLUMNS
    return next((index for index, heading in enumerate(headings) if heading in names), None)


def _number(text: str) -> str:
    try:
        return e164(text, settings_list.load().home_region)
    except ValueError as fault:
        raise UsageError(str(fault)) from None
