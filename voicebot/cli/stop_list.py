"""`voicebot stop-list`: numbers that must not be called."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from voicebot.campaign.policy.masking import masked
from voicebot.cli.lazy import WholeGroup
from voicebot.cli.number_files import COLUMN, FILE, LIMIT, read_file, told, typed_number
from voicebot.cli.opened import opened_store
from voicebot.cli.tables import AS_CSV, AS_JSON, print_rows
from voicebot.store import stop_list
from voicebot.store.rows import EVERYWHERE
from voicebot.store.stop_list import Entry

SCOPE = click.option(
    "--scope", default=EVERYWHERE, metavar="CAMPAIGN", help="Only for this campaign; without it: for all."
)


@click.group(cls=WholeGroup)
def command() -> None:
    """Numbers that must not be called. The dialer asks this list just before it dials."""


@command.command("add")
@click.argument("numbers", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why, for whoever has to account for it.")
@SCOPE
def add(numbers: tuple[str, ...], reason: str, scope: str) -> None:
    """Put NUMBERS on the list. Those that are on it stay as they are."""
    wanted = [typed_number(number) for number in numbers]
    now = datetime.now(UTC)
    with opened_store() as store:
        new = stop_list.add(store, [Entry(number, scope, reason, "person", now) for number in wanted])
    click.echo(f"{new} added, {len(set(wanted)) - new} were on the list")


@command.command("remove")
@click.argument("number")
@click.option("--reason", required=True, help="Why it may be called again; it is kept with the entry.")
@SCOPE
@click.pass_context
def remove(context: click.Context, number: str, reason: str, scope: str) -> None:
    """Take NUMBER off the list. Exit status 1 when it was not on it."""
    wanted = typed_number(number)
    with opened_store() as store:
        gone = stop_list.remove(store, wanted, scope, reason, datetime.now(UTC))
    click.echo(f"{masked(wanted)} {'is taken off' if gone else 'was not on the list'}")
    context.exit(0 if gone else 1)


@command.command("list")
@LIMIT
@click.option("--all", "removed", is_flag=True, help="With the entries that were taken off.")
@AS_JSON
@AS_CSV
def show(limit: int, removed: bool, as_json: bool, as_csv: bool) -> None:
    """The latest entries, numbers masked."""
    with opened_store() as store:
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
    print_rows("entry", rows, as_json=as_json, as_csv=as_csv)


@command.command("check")
@click.argument("numbers", nargs=-1, required=True)
@click.option("--campaign", help="Also what holds for this campaign only.")
@AS_JSON
@click.pass_context
def check(context: click.Context, numbers: tuple[str, ...], campaign: str | None, as_json: bool) -> None:
    """Say whether NUMBERS may be called. Exit status 1 when one of them may not."""
    wanted = [typed_number(number) for number in numbers]
    with opened_store() as store:
        found = {number: stop_list.stopped(store, number, campaign) for number in wanted}
    if as_json:
        rows = [{"number": masked(n), "stopped": e is not None, "reason": e and e.reason} for n, e in found.items()]
        click.echo(json.dumps({"numbers": rows}, ensure_ascii=False))
    else:
        for number, entry in found.items():
            click.echo(f"{masked(number)} {f'must not be called: {entry.reason}' if entry else 'may be called'}")
    context.exit(1 if any(found.values()) else 0)


@command.command("import")
@FILE
@COLUMN
@click.option("--reason", default="import", show_default=True, help="Why, for whoever has to account for it.")
@SCOPE
@AS_JSON
@click.pass_context
def import_file(context: click.Context, file: Path, column: str | None, reason: str, scope: str, as_json: bool) -> None:
    """Put the numbers of a CSV FILE (UTF-8 or GB18030) on the list, as often as you like.

    Rows without a valid number are told with their line, and the others are taken; exit status 1 then.
    """
    numbers, faults = read_file(file, column, {}, lambda row: row.number)
    wanted = list(dict.fromkeys(numbers))
    now = datetime.now(UTC)
    with opened_store() as store:
        new = stop_list.add(store, [Entry(number, scope, reason, "import", now) for number in wanted])
    known = len(wanted) - new
    told(context, {"added": new, "known": known}, f"{new} added, {known} were on the list", faults, as_json=as_json)
