"""`voicebot outcome`: what came of leads after their calls, friends added and orders, told by other systems."""

import json
import uuid
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from voicebot import settings
from voicebot.campaign.outcome_file import import_outcomes
from voicebot.campaign.policy.masking import masked, masked_key
from voicebot.campaign.policy.outcomes import ADDED, CODES, ORDER, OutcomeTold
from voicebot.cli.lazy import WholeGroup
from voicebot.cli.number_files import FILE, LIMIT, Moment, tell_faults, typed_number
from voicebot.cli.opened import opened_store
from voicebot.cli.options import BY
from voicebot.cli.tables import AS_CSV, AS_JSON, print_rows
from voicebot.errors import UsageError
from voicebot.number_of import number_of
from voicebot.store.outcomes import add_outcomes, latest_outcomes


@click.group(cls=WholeGroup)
def command() -> None:
    """Outcomes of leads: friends added, orders."""


@command.command("import")
@FILE
@click.option("--campaign", metavar="ID", help="For rows without a campaign; else that of the last call before it.")
@click.option("--type", "kind", type=click.Choice([ADDED, ORDER]), help="For rows without a type.")
@click.option("--sheet", metavar="NAME", help="Of a workbook; the first one without it.")
@BY
@AS_JSON
@click.pass_context
def import_file(
    context: click.Context,
    file: Path,
    campaign: str | None,
    kind: str | None,
    sheet: str | None,
    by: str,
    as_json: bool,
) -> None:
    """The outcomes of FILE, CSV or XLSX: key, number, type (added, order), at, amount, campaign.

    A key that is known is the same outcome. Rows that are none or fit no lead are told with their line, and the others
    are taken; exit status 1 then. Times without a zone are this machine's; a day alone is its end.
    """
    usual = {name: text for name, text in (("campaign", campaign), ("type", kind)) if text is not None}
    zone = datetime.now().astimezone().tzinfo
    assert zone is not None
    with opened_store() as store:
        found = import_outcomes(store, file, settings.load().home_region, usual, zone, sheet=sheet, by=by)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False))
    else:
        tell_faults(list(found.faults))
        click.echo(
            f"{found.new} added ({found.unreached} without a call before), {found.known} were known, "
            f"{number_of(len(found.faults), 'faulty row')}"
        )
    context.exit(1 if found.faults else 0)


@command.command("add")
@click.argument("number")
@click.argument("kind", metavar="TYPE", type=click.Choice([ADDED, ORDER]))
@click.option(
    "--key", metavar="TEXT", help="Its id where it was told; a repeat is the same outcome. Without it a new one."
)
@click.option("--at", type=Moment(), help="When; now without it.")
@click.option("--amount", type=click.FloatRange(0), help="Worth of an order, in the currency of the campaign.")
@click.option("--campaign", metavar="ID", help="The lead's campaign; without it that of the last call.")
@BY
def add(
    number: str, kind: str, key: str | None, at: datetime | None, amount: float | None, campaign: str | None, by: str
) -> None:
    """One outcome of NUMBER: added or order."""
    when = at or datetime.now().astimezone()
    told = OutcomeTold(key or f"typed-{uuid.uuid4()}", typed_number(number), kind, when, amount, campaign or "")
    with opened_store() as store:
        kept = add_outcomes(store, [told], "person", by)
    if kept.faults:
        raise UsageError(f"{masked(told.number)}: {kept.faults[0][1]}")
    click.echo("known before" if kept.known else "added" + (", without a call before" if kept.unreached else ""))


@command.command("list")
@click.option("--campaign", metavar="ID", help="Only of this campaign.")
@LIMIT
@AS_JSON
@AS_CSV
def show(campaign: str | None, limit: int, as_json: bool, as_csv: bool) -> None:
    """The latest outcomes, numbers masked; `code`: the business code that it stands for."""
    with opened_store() as store:
        found = latest_outcomes(store, limit, campaign)
    rows = [
        {
            "key": masked_key(row["key"], row["number"]),
            "campaign": row["campaign_id"],
            "lead": masked_key(row["lead"] or "", row["number"]),
            "number": masked(row["number"]),
            "type": row["type"],
            "code": CODES.get(row["type"], ""),
            "at": row["at"],
            "amount": row["amount"],
            "attempt": row["attempt_id"],
            "source": row["source"],
        }
        for row in found
    ]
    print_rows("outcome", rows, as_json=as_json, as_csv=as_csv)
