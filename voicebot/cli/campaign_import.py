"""`voicebot campaign import|imports|undo-import`: lists of leads into a campaign, and back out."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from voicebot import settings as settings_list
from voicebot.app.scripts import load_version, script_path
from voicebot.campaign.importing import ImportReport, ImportRequest, import_list, needed_by
from voicebot.campaign.policy.plan import Plan
from voicebot.cli.opened import opened_store
from voicebot.cli.options import BY
from voicebot.cli.tables import AS_CSV, AS_JSON, print_rows
from voicebot.cli.variables import pairs
from voicebot.dialog.loader import load_script
from voicebot.dialog.script import Script
from voicebot.number_of import number_of
from voicebot.settings import Settings
from voicebot.store import campaigns
from voicebot.store.lead_import import batches, undo
from voicebot.store.store import Store
from voicebot.store.versions import find_version


@click.command("import")
@click.argument("campaign")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--map", "mapping", multiple=True, metavar="FIELD=HEADING", help="Which column a field or variable is.")
@click.option("--sheet", metavar="NAME", help="Sheet of a workbook; the first without it.")
@click.option("--dry-run", is_flag=True, help="Check everything, write nothing.")
@click.option("--errors", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write faults as CSV.")
@BY
@AS_JSON
@click.pass_context
def import_command(
    context: click.Context,
    campaign: str,
    file: Path,
    mapping: tuple[str, ...],
    sheet: str | None,
    dry_run: bool,
    errors: Path | None,
    by: str,
    as_json: bool,
) -> None:
    """Load the list FILE (CSV or XLSX) into CAMPAIGN. Exit status 1 when rows had faults.

    FIELD is number, key, source, persona, need, score, zone, created, or a variable of the script.
    """
    settings = settings_list.load()
    with opened_store() as store, _bar(as_json) as bar:
        plan = campaigns.plan_of(store, campaign)
        needed = needed_by(_needs(_script(settings, store, arm.script)) for arm in plan.arms)
        task = bar.add_task("rows", total=1.0, rows=0)
        report = import_list(
            store,
            plan,
            ImportRequest(file, pairs(mapping, "--map", "number=手机号"), needed, sheet, dry_run, errors, by),
            datetime.now(UTC),
            lambda rows, share: bar.update(task, completed=share, rows=rows),
        )
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        _show(report, plan, dry_run)
    context.exit(1 if report.faults else 0)


def _bar(quiet: bool) -> Progress:
    columns = (BarColumn(), TextColumn("{task.fields[rows]:,} rows"), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet)


def _script(settings: Settings, store: Store, named: str) -> Script:
    """An arm's script: a file of dialogs/, or NAME@DIGEST of the store."""
    name, at, wanted = named.partition("@")
    if at:
        return load_version(store, find_version(store, name, wanted))
    return load_script(script_path(settings, name))


def _needs(script: Script) -> dict[str, bool]:
    return {need.name: need.default is None for need in script.needs.values()}


def _show(report: ImportReport, plan: Plan, dry_run: bool) -> None:
    done = "would be loaded" if dry_run else "loaded"
    click.echo(f"{number_of(report.rows, 'row')} of {report.file}: {report.loaded:,} {done} into {plan.name}")
    click.echo(f"  {report.ready:,} can be called, {report.postponed:,} later: they were called of late")
    for code, count in report.refused.most_common():
        click.echo(f"  {count:,} are not called: {code}")
    for code, count in report.faults.most_common():
        click.echo(f"  {count:,} became no lead: {code}")
    if report.flagged:
        click.echo(f"  {report.flagged:,} stand in runs of numbers without a gap and are flagged")
    for line, column, reason in report.first_faults:
        click.echo(f"  row {line}, {column}: {reason}")
    if report.errors_file is not None and report.faults:
        click.echo(f"  every fault: {report.errors_file}")
    if report.batch_id is not None:
        click.echo(f"  to take it back: voicebot campaign undo-import {report.batch_id}")


@click.command()
@click.argument("campaign")
@AS_JSON
@AS_CSV
def imports(campaign: str, as_json: bool, as_csv: bool) -> None:
    """The lists that were loaded into CAMPAIGN, the newest first."""
    with opened_store() as store:
        campaigns.find(store, campaign)
        rows = batches(store, campaign)
    print_rows("import", rows, as_json=as_json, as_csv=as_csv)


@click.command("undo-import")
@click.argument("batch", type=int)
@AS_JSON
def undo_import(batch: int, as_json: bool) -> None:
    """Take the import BATCH back: leads that were never called go, the others stay."""
    with opened_store() as store:
        done = undo(store, batch)
    if as_json:
        click.echo(json.dumps({"removed": done.removed, "kept": done.kept}))
    else:
        click.echo(f"{number_of(done.removed, 'lead')} removed, {done.kept} kept: they were called already")
