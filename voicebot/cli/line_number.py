"""`voicebot line number`: our numbers that customers see, their caps, their health, who took one out and why."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from voicebot.campaign.policy.caller_numbers import HealthRule, NumberState, illness
from voicebot.cli.lazy import WholeGroup
from voicebot.cli.opened import opened_store
from voicebot.cli.options import BY, WHY_NEEDED, given
from voicebot.cli.tables import AS_CSV, AS_JSON, print_rows
from voicebot.errors import InputFault, UsageError
from voicebot.store import number_health, own_numbers
from voicebot.understanding.csv_source import rows_of
from voicebot.understanding.yaml_reader import suggestion

MAX_ROWS = 100_000
MAX_BYTES = 20_000_000
TEXTS = ("gateway", "pool", "area")
SHARES = ("calls_per_second",)
RATE = re.compile(r"\d{1,9}(\.\d{1,9})?", re.ASCII)
POOL = click.option("--pool", help="Only this pool; without it: all.")
ZONE = click.option("--zone", default="Asia/Shanghai", show_default=True, help="Whose midnight begins the day.")


@click.group(cls=WholeGroup)
def number() -> None:
    """Our numbers: pools, caps, health, quarantine."""


def _values(function: Any) -> Any:
    """The options that add, import and set share."""
    for option in (
        click.option("--calls-per-second", type=float, help="Calls started a second at most, e.g. 0.5."),
        click.option("--max-calls", type=int, help="Calls at once at most."),
        click.option("--gap-s", type=int, help="Seconds between two calls at least."),
        click.option("--daily-cap", type=int, help="Calls a day at most; then it rests until midnight."),
        click.option("--hourly-cap", type=int, help="Calls an hour at most; then it rests for an hour."),
        click.option("--area", help="Home area, for a local match, e.g. 江苏省苏州市."),
        click.option("--weight", type=int, help="Share of calls, in proportion to the others'.  [1]"),
        click.option("--pool", help="Campaigns draw from pools by name; empty: the common one."),
        click.option("--gateway", help="The only gateway that may show it; empty: any."),
    ):
        function = option(function)
    return function


@number.command("add")
@click.argument("numbers", nargs=-1, required=True)
@_values
@BY
def add(numbers: tuple[str, ...], by: str, **values: Any) -> None:
    """Add NUMBERS, as the gateway wants them shown."""
    with opened_store() as store:
        own_numbers.put(store, dict.fromkeys(numbers, given(values)), by=by, new=True)
    click.echo(f"{len(numbers)} added")


@number.command("set")
@click.argument("numbers", nargs=-1, required=True)
@_values
@BY
def change(numbers: tuple[str, ...], by: str, **values: Any) -> None:
    """Change what is given of NUMBERS; dialers take it within seconds."""
    values = given(values)
    if not values:
        raise UsageError("nothing to change; see: voicebot line number set --help")
    with opened_store() as store:
        for one in numbers:
            own_numbers.known(store, one)
        own_numbers.put(store, dict.fromkeys(numbers, values), by=by)
    click.echo(f"{len(numbers)} changed")


@number.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@BY
@AS_JSON
def import_file(file: Path, by: str, as_json: bool) -> None:
    """Add or change the numbers of a CSV FILE (UTF-8 or GB18030). A fault in one row: none is taken.

    A column `number`, and any of gateway, pool, weight, area, hourly_cap, daily_cap, gap_s, max_calls,
    calls_per_second. An empty cell changes nothing.
    """
    rows = _read(file)
    with opened_store() as store:
        added = own_numbers.put(store, rows, by=by)
    changed = len(rows) - added
    click.echo(json.dumps({"added": added, "changed": changed}) if as_json else f"{added} added, {changed} changed")


@number.command("list")
@POOL
@ZONE
@AS_JSON
@AS_CSV
def show(pool: str | None, zone: str, as_json: bool, as_csv: bool) -> None:
    """All numbers with their state and the calls of the last hour and of today."""
    with opened_store() as store:
        found = own_numbers.listed(store, datetime.now(UTC), zone, pool)
    rows = [
        {
            "number": one.number.number,
            "pool": one.pool,
            "gateway": one.number.gateway,
            "area": one.number.area,
            "weight": one.number.weight,
            "hour": one.number.hour,
            "hourly_cap": one.number.hourly_cap,
            "day": one.number.day,
            "daily_cap": one.number.daily_cap,
            "state": str(one.number.state),
            "because": one.because,
            "since": one.since,
            "rest_until": one.number.rest_until,
        }
        for one in found
    ]
    print_rows("number", rows, as_json=as_json, as_csv=as_csv)


@number.command("health")
@POOL
@AS_JSON
@AS_CSV
@click.pass_context
def health(context: click.Context, pool: str | None, as_json: bool, as_csv: bool) -> None:
    """What came of each number's recent calls, and whether it is ill by the usual limits. Exit status 1 if one is."""
    rule = HealthRule()
    with opened_store() as store:
        found = number_health.health(store, datetime.now(UTC), pool)
    rows = [
        {
            "number": name,
            "attempts": one.attempts,
            "answered": one.answered,
            "short": one.short,
            "rejected": one.rejected,
            "blocked": one.blocked,
            "complaints": one.complaints,
            "ill": illness(one, rule),
        }
        for name, one in found.items()
    ]
    print_rows("number", rows, as_json=as_json, as_csv=as_csv)
    context.exit(1 if any(row["ill"] for row in rows) else 0)


def _step(name: str, to: NumberState, about: str, done: str) -> None:
    """A command that takes numbers to a state by a person's word."""

    @number.command(name, help=about)
    @click.argument("numbers", nargs=-1, required=True)
    @WHY_NEEDED
    @BY
    @click.pass_context
    def run(context: click.Context, numbers: tuple[str, ...], why: str, by: str) -> None:
        with opened_store() as store:
            changed = [own_numbers.set_state(store, one, to, why, by=by) for one in numbers]
        click.echo(f"{sum(changed)} {done}, {len(changed) - sum(changed)} were so already")
        context.exit(0 if all(changed) else 1)


_step("quarantine", NumberState.QUARANTINED, "Show NUMBERS to nobody until `restore`.", "quarantined")
_step("restore", NumberState.ACTIVE, "Show NUMBERS again; their health is counted anew from now.", "restored")
_step("retire", NumberState.RETIRED, "Show NUMBERS never again; their past stays.", "retired")


def _read(file: Path) -> dict[str, dict[str, Any]]:
    """The rows by number. Raises InputFault with the line."""
    rows = rows_of(file, MAX_BYTES, MAX_ROWS)
    header = next(rows, None)
    names = [name.lower() for name in header.values] if header is not None else []
    if "number" not in names:
        raise InputFault(f"{file}:1:1: no column 'number'; there are: {', '.join(names) or 'none'}")
    for name in names:
        if name not in (*own_numbers.COLUMNS, "number"):
            raise InputFault(f"{file}:1:1: unknown column {name!r}{suggestion(name, own_numbers.COLUMNS)}")
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        cells = {name: text for name, text in zip(names, row.values, strict=False) if text}
        number = cells.pop("number", "")
        if not number or number in found:
            raise InputFault(
                f"{file}:{row.line}:1: {'the number is empty' if not number else f'{number} stands twice'}"
            )
        found[number] = {name: _cell(file, row.line, name, text) for name, text in cells.items()}
        _check(file, row.line, number, found[number])
    return found


def _cell(file: Path, line: int, name: str, text: str) -> str | int | float:
    if name in TEXTS:
        return text
    if name in SHARES:
        if not RATE.fullmatch(text):
            raise InputFault(f"{file}:{line}:1: {name} is {text!r}, not a number such as 0.5")
        return float(text)
    if not (text.isascii() and text.isdecimal()):
        raise InputFault(f"{file}:{line}:1: {name} is {text!r}, not a whole number")
    return int(text)


def _check(file: Path, line: int, number: str, values: Mapping[str, Any]) -> None:
    try:
        own_numbers.check(number, values)
    except UsageError as fault:
        raise InputFault(f"{file}:{line}:1: {fault}") from None
