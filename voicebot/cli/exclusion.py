"""`voicebot exclusion`: who has, or must not be offered, a product; campaigns whose plan excludes it do not call."""

from datetime import UTC, datetime
from pathlib import Path

import click

from voicebot.cli.lazy import WholeGroup
from voicebot.cli.number_files import (
    COLUMN,
    FILE,
    LIMIT,
    Moment,
    NumberRow,
    moment,
    print_persons,
    read_file,
    told,
    typed_number,
)
from voicebot.cli.opened import opened_store
from voicebot.cli.options import BY
from voicebot.cli.tables import AS_CSV, AS_JSON
from voicebot.store import person_lists
from voicebot.store.person_lists import ExclusionMade

FIELDS = {
    "product": ("product", "产品", "商品"),
    "until": ("until", "expires", "到期", "有效期", "有效期至"),
}
UNTIL = click.option("--until", type=Moment(), help="When it ends; never without it. A moment that is past ends it.")


@click.group(cls=WholeGroup)
def command() -> None:
    """Exclusions by product."""


@command.command("add")
@click.argument("numbers", nargs=-1, required=True)
@click.option("--product", required=True, help="As plans name it under list, excludes.")
@UNTIL
@BY
def add(numbers: tuple[str, ...], product: str, until: datetime | None, by: str) -> None:
    """NUMBERS have the product, or must not be offered it."""
    now = datetime.now(UTC)
    wanted = [ExclusionMade(typed_number(number), product, until, now) for number in numbers]
    with opened_store() as store:
        kept = person_lists.add_exclusions(store, wanted, by)
    click.echo(f"{kept} excluded from {product}")


@command.command("import")
@FILE
@COLUMN
@click.option("--product", help="For rows without a column of their own for it.")
@UNTIL
@BY
@AS_JSON
@click.pass_context
def import_file(
    context: click.Context,
    file: Path,
    column: str | None,
    product: str | None,
    until: datetime | None,
    by: str,
    as_json: bool,
) -> None:
    """The exclusions of a CSV FILE; columns for product and end are found by their headings.

    Faulty rows are told with their line, and the others are taken; exit status 1 then.
    """
    now = datetime.now(UTC)

    def made(row: NumberRow) -> ExclusionMade:
        wanted = row.cells.get("product") or product
        if not wanted:
            raise ValueError("no product; give the row one, or all with --product")
        end = row.cells.get("until")
        return ExclusionMade(row.number, wanted, moment(end) if end else until, now)

    wanted, faults = read_file(file, column, FIELDS, made)
    with opened_store() as store:
        kept = person_lists.add_exclusions(store, wanted, by)
    told(context, {"excluded": kept}, f"{kept} excluded", faults, as_json=as_json)


@command.command("list")
@LIMIT
@AS_JSON
@AS_CSV
def show(limit: int, as_json: bool, as_csv: bool) -> None:
    """The latest exclusions, numbers masked."""
    with opened_store() as store:
        found = person_lists.exclusions(store, limit)
    print_persons("exclusion", found, as_json=as_json, as_csv=as_csv)
