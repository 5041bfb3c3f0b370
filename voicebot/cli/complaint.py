"""`voicebot complaint`: persons who complained; no campaign calls them for the months that its plan says."""

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
from voicebot.store.person_lists import ComplaintMade

FIELDS = {
    "made_at": ("made_at", "date", "time", "投诉时间", "投诉日期", "时间", "日期"),
    "words": ("words", "text", "complaint", "投诉内容", "内容"),
}
WORDS = click.option("--words", default="", metavar="TEXT", help="What was complained of.")


@click.group(cls=WholeGroup)
def command() -> None:
    """Complaints, by whatever way they came."""


@command.command("add")
@click.argument("numbers", nargs=-1, required=True)
@WORDS
@click.option("--at", type=Moment(), help="When; now without it.")
@click.option("--caller-number", metavar="NUMBER", help="Our number that was shown.")
@BY
def add(numbers: tuple[str, ...], words: str, at: datetime | None, caller_number: str | None, by: str) -> None:
    """NUMBERS complained."""
    wanted = [typed_number(number) for number in numbers]
    shown = None if caller_number is None else typed_number(caller_number)
    when = at or datetime.now(UTC)
    with opened_store() as store:
        made = [ComplaintMade(number, when, words, "person", shown) for number in wanted]
        new = person_lists.add_complaints(store, made, by)
    click.echo(f"{new} added, {len(wanted) - new} were known")


@command.command("import")
@FILE
@COLUMN
@WORDS
@BY
@AS_JSON
@click.pass_context
def import_file(context: click.Context, file: Path, column: str | None, words: str, by: str, as_json: bool) -> None:
    """The complaints of a CSV FILE; columns for time (now without it) and words are found by their headings.

    Faulty rows are told with their line, and the others are taken; exit status 1 then.
    """
    now = datetime.now(UTC)

    def made(row: NumberRow) -> ComplaintMade:
        at = row.cells.get("made_at")
        return ComplaintMade(row.number, moment(at) if at else now, row.cells.get("words") or words, "import")

    wanted, faults = read_file(file, column, FIELDS, made)
    with opened_store() as store:
        new = person_lists.add_complaints(store, wanted, by)
    known = len(wanted) - new
    told(context, {"added": new, "known": known}, f"{new} added, {known} were known", faults, as_json=as_json)


@command.command("list")
@LIMIT
@AS_JSON
@AS_CSV
def show(limit: int, as_json: bool, as_csv: bool) -> None:
    """The latest complaints, numbers masked."""
    with opened_store() as store:
        found = person_lists.complaints(store, limit)
    print_persons("complaint", found, as_json=as_json, as_csv=as_csv)
