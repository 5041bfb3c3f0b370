"""`voicebot person`: all that is kept of one person, by number; and forgetting the person."""

import json
from typing import Any

import click

from voicebot import settings as settings_list
from voicebot.app.person import forget_person
from voicebot.campaign.policy.masking import masked
from voicebot.cli.lazy import WholeGroup
from voicebot.cli.number_files import typed_number
from voicebot.cli.opened import opened_store
from voicebot.cli.options import BY
from voicebot.cli.tables import AS_JSON
from voicebot.number_of import number_of
from voicebot.store.person import Rows, kept_of, without


@click.group(cls=WholeGroup)
def command() -> None:
    """All that is kept of one person, by number: shown, or forgotten."""


@command.command("show")
@click.argument("number")
@click.option("--whole", is_flag=True, help="With the whole number; without it it is masked wherever it stands.")
@AS_JSON
@click.pass_context
def show(context: click.Context, number: str, whole: bool, as_json: bool) -> None:
    """Everything that is kept of the person with NUMBER. Exit status 1 when it is nothing."""
    wanted = typed_number(number)
    with opened_store() as store:
        kept = kept_of(store, wanted)
    if as_json:
        rows: Any = kept if whole else without(dict(kept), wanted)
        click.echo(
            json.dumps({"number": wanted if whole else masked(wanted), "kept": rows}, ensure_ascii=False, default=str)
        )
    else:
        _tell(wanted, kept)
    context.exit(0 if kept else 1)


@command.command("forget")
@click.argument("number")
@click.option("--yes", is_flag=True, help="Do it. Without it only what would go is told.")
@click.option("--why", default="", help="Who asked for it and how, for the audit.")
@click.option("--stop", is_flag=True, help="Put the number on the stop list, so that no later list calls it.")
@AS_JSON
@BY
@click.pass_context
def forget(context: click.Context, number: str, yes: bool, why: str, stop: bool, as_json: bool, by: str) -> None:
    """Delete the person with NUMBER: rows, words, recordings. Counts stay; an entry of the stop list holds on.

    It cannot be undone. Exit status 1 when nothing is kept.
    """
    wanted = typed_number(number)
    settings = settings_list.load()
    with opened_store() as store:
        kept = kept_of(store, wanted)
        gone = None
        if yes and (kept or stop):
            gone = forget_person(store, settings, wanted, kept, by=by, why=why, stop=stop)
    counts = {name: len(rows) for name, rows in kept.items()} if gone is None else dict(gone.store.rows)
    if as_json:
        told = {"number": masked(wanted), "forgotten": gone is not None, "rows": counts}
        if gone is not None:
            told |= {"files": gone.store.files, "prompts": gone.prompts, "waiting": gone.waiting}
            told |= {"stopped": gone.store.stopped, "wiped": gone.wiped}
        click.echo(json.dumps(told))
    elif gone is None:
        _tell(wanted, kept)
        if kept:
            click.echo("nothing is deleted; --yes does it")
    else:
        click.echo(f"{masked(wanted)} is forgotten: " + ", ".join(f"{name} {count}" for name, count in counts.items()))
        click.echo(
            f"{number_of(gone.store.files, 'recording')}, {number_of(gone.prompts, 'prompt')}, "
            f"{number_of(gone.waiting, 'waiting record')} removed"
        )
        click.echo(
            "the number stays on the stop list"
            if gone.store.stopped
            else "the number is on no stop list: a later list may bring it back"
        )
        if not gone.wiped:
            click.echo(
                "the log of the SQLite file still holds deleted bytes, others read it: run it again later", err=True
            )
    context.exit(0 if kept or gone is not None else 1)


def _tell(number: str, kept: Rows) -> None:
    for name, rows in kept.items():
        click.echo(f"  {name}: {len(rows)}")
    click.echo(f"{masked(number)}: {number_of(sum(map(len, kept.values())), 'row')} in {number_of(len(kept), 'table')}")
