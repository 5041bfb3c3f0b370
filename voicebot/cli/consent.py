"""`voicebot consent`: who agreed to be called for a purpose, until when, and who refused. The newest word holds."""

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
from voicebot.store.person_lists import ConsentSaid

FIELDS = {
    "at": ("at", "date", "time", "同意时间", "授权时间", "时间", "日期"),
    "until": ("until", "expires", "到期", "有效期", "有效期至"),
    "proof": ("proof", "证明", "凭证"),
    "purpose": ("purpose", "用途"),
    "given": ("given", "consent", "同意"),
}
NO = frozenset({"no", "false", "0", "否", "不同意", "拒绝"})
YES = frozenset({"", "yes", "true", "1", "是", "同意"})
PURPOSE = click.option(
    "--purpose", required=True, help="What may be called for, as plans name it; * for every purpose."
)
PROOF = click.option(
    "--proof", default="", metavar="TEXT", help="Where it can be shown: a form, a recording, a contract."
)


@click.group(cls=WholeGroup)
def command() -> None:
    """Consent to be called for a purpose, and its withdrawal."""


@command.command("add")
@click.argument("numbers", nargs=-1, required=True)
@PURPOSE
@PROOF
@click.option("--at", type=Moment(), help="When it was given; now without it.")
@click.option("--until", type=Moment(), help="When it ends; never without it.")
@BY
def add(
    numbers: tuple[str, ...], purpose: str, proof: str, at: datetime | None, until: datetime | None, by: str
) -> None:
    """NUMBERS agree."""
    _keep(numbers, purpose, True, at, until, proof, by)


@command.command("withdraw")
@click.argument("numbers", nargs=-1, required=True)
@PURPOSE
@PROOF
@click.option("--at", type=Moment(), help="When; now without it.")
@BY
def withdraw(numbers: tuple[str, ...], purpose: str, proof: str, at: datetime | None, by: str) -> None:
    """NUMBERS refuse, or take their consent back."""
    _keep(numbers, purpose, False, at, None, proof, by)


@command.command("import")
@FILE
@COLUMN
@click.option("--purpose", help="For rows without a column of their own for it.")
@PROOF
@BY
@AS_JSON
@click.pass_context
def import_file(
    context: click.Context, file: Path, column: str | None, purpose: str | None, proof: str, by: str, as_json: bool
) -> None:
    """The consents of a CSV FILE; columns for time, end, proof, purpose and yes or no are found by their headings.

    Faulty rows are told with their line, and the others are taken; exit status 1 then.
    """
    now = datetime.now(UTC)

    def said(row: NumberRow) -> ConsentSaid:
        cells = row.cells
        wanted = cells.get("purpose") or purpose
        if not wanted:
            raise ValueError("no purpose; give the row one, or all with --purpose")
        given = cells.get("given", "").lower()
        if given not in YES | NO:
            raise ValueError(f"{given!r} is neither yes nor no")
        at, until = cells.get("at"), cells.get("until")
        return ConsentSaid(
            row.number,
            wanted,
            given in YES,
            moment(at) if at else now,
            moment(until) if until else None,
            cells.get("proof") or proof,
            "import",
        )

    wanted, faults = read_file(file, column, FIELDS, said)
    with opened_store() as store:
        new = person_lists.add_consents(store, wanted, by)
    known = len(wanted) - new
    told(context, {"added": new, "known": known}, f"{new} added, {known} were known", faults, as_json=as_json)


@command.command("list")
@LIMIT
@AS_JSON
@AS_CSV
def show(limit: int, as_json: bool, as_csv: bool) -> None:
    """The latest consents and refusals, numbers masked."""
    with opened_store() as store:
        found = person_lists.consents(store, limit)
    print_persons("consent", found, as_json=as_json, as_csv=as_csv)


def _keep(
    numbers: tuple[str, ...],
    purpose: str,
    given: bool,
    at: datetime | None,
    until: datetime | None,
    proof: str,
    by: str,
) -> None:
    wanted = [typed_number(number) for number in numbers]
    when = at or datetime.now(UTC)
    with opened_store() as store:
        said = [ConsentSaid(number, purpose, given, when, until, proof, "person") for number in wanted]
        new = person_lists.add_consents(store, said, by)
    click.echo(f"{new} added, {len(wanted) - new} were known")
