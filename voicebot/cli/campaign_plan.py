"""`voicebot campaign create|update|show|list`: plans into the store, and what there is."""

from pathlib import Path

import click

from voicebot import settings as settings_list
from voicebot.app.outer import outer_of
from voicebot.cli.opened import opened_store
from voicebot.cli.options import BY
from voicebot.cli.tables import AS_CSV, AS_JSON, print_rows
from voicebot.store import campaigns
from voicebot.understanding.yaml_source import read_source

PLAN = click.argument("plan", type=click.Path(dir_okay=False, path_type=Path))


@click.command()
@PLAN
@click.option("--key", metavar="TEXT", help="A key of your own: the same key again makes nothing new.")
@BY
def create(plan: Path, key: str | None, by: str) -> None:
    """Make a campaign of the file PLAN."""
    text, shown = read_source(plan)
    with opened_store() as store:
        made, new = campaigns.create(store, text, shown, by=by, key=key, outer=outer_of(settings_list.load()))
    there = "made" if new else "is there already, made with the same key"
    click.echo(f"campaign {made.name} {there}; next: voicebot campaign import {made.name} LIST.csv")


@click.command()
@click.argument("campaign")
@PLAN
@BY
def update(campaign: str, plan: Path, by: str) -> None:
    """Put the file PLAN in force for CAMPAIGN; what has been called stays as it was."""
    text, shown = read_source(plan)
    with opened_store() as store:
        campaigns.change_plan(store, campaign, text, shown, by=by, outer=outer_of(settings_list.load()))
    click.echo(f"campaign {campaign} has the plan of {plan}")


@click.command()
@click.argument("campaign")
def show(campaign: str) -> None:
    """Print the plan of CAMPAIGN as it was given."""
    with opened_store() as store:
        click.echo(campaigns.plan_text(store, campaign), nl=False)


@click.command("list")
@AS_JSON
@AS_CSV
def list_campaigns(as_json: bool, as_csv: bool) -> None:
    """Every campaign with its state, the newest first."""
    with opened_store() as store:
        rows = [
            {"campaign": one.id, "title": one.title, "state": str(one.state), "since": one.since}
            for one in campaigns.all_in(store)
        ]
    print_rows("campaign", rows, as_json=as_json, as_csv=as_csv)
