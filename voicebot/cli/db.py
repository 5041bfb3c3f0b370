"""`voicebot db`: the database's tables, and the records that wait beside it."""

import dataclasses
import json

import click

from voicebot import settings
from voicebot.campaign.lost import close_lost, longest_attempt_s
from voicebot.cli import db_export, db_retain
from voicebot.cli.lazy import WholeGroup
from voicebot.cli.opened import opened_store
from voicebot.cli.tables import AS_JSON
from voicebot.number_of import number_of
from voicebot.store.ingest import recover as recover_records
from voicebot.store.status import status as store_status
from voicebot.store.views import VIEWS, make_views


@click.group(cls=WholeGroup)
def command() -> None:
    """The database: tables up to date, what waits to be written."""


@command.command()
def upgrade() -> None:
    """Bring the tables up to date. Safe at any time, and in several processes at once."""
    with opened_store() as store:
        click.echo(f"{store.name} is at {store_status(store).revision}")


@command.command()
@AS_JSON
@click.pass_context
def status(context: click.Context, as_json: bool) -> None:
    """Say whether the tables are up to date and whether records wait. Exit status 1 when there is something to do."""
    with opened_store(migrate=False) as store:
        found = store_status(store)
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(found)))
    else:
        remedy = "up to date" if found.revision == found.newest else f"not {found.newest}: voicebot db upgrade"
        click.echo(f"{found.database}\n  tables   {found.revision or 'none'}, {remedy}")
        click.echo(f"  waiting  {number_of(found.waiting, 'file')}{': voicebot db recover' if found.waiting else ''}")
        click.echo(
            f"  refused  {number_of(found.refused, 'file')}{f', see {found.spill_dir}' if found.refused else ''}"
        )
    context.exit(0 if found.in_order else 1)


@command.command()
@click.option(
    "--lost-after",
    type=click.IntRange(0),
    metavar="SECONDS",
    help="Attempts without a result that are older are closed as NODE_LOST. Without it: older than any call can be."
    " 0: all, when no dialer and no call server runs.",
)
@AS_JSON
@click.pass_context
def recover(context: click.Context, lost_after: int | None, as_json: bool) -> None:
    """Write the records that the database did not take when they came, and close the attempts of killed processes.

    Exit status 1 when some records are refused still.
    """
    with opened_store() as store:
        recovered = recover_records(store)
        older_than_s = longest_attempt_s(settings.load()) if lost_after is None else lost_after
        lost = close_lost(store, older_than_s)
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(recovered) | {"lost": lost}, ensure_ascii=False))
    else:
        click.echo(
            f"{number_of(recovered.written, 'record')} written, {len(recovered.refusals)} refused, "
            f"{number_of(lost, 'attempt')} lost"
        )
        for text in (*recovered.refusals, *recovered.unreadable):
            click.echo(f"  {text}", err=True)
    context.exit(1 if recovered.refusals or recovered.unreadable else 0)


@command.command()
def views() -> None:
    """Make the views for BI tools: attempts, calls, node visits and leads, flat, with masked numbers."""
    with opened_store() as store, store.writing() as connection:
        make_views(connection)
    click.echo("\n".join(VIEWS))


command.add_command(db_retain.command)
command.add_command(db_export.command)
