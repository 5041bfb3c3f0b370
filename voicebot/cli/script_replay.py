"""`voicebot script replay`: what another version of a script would have done to recorded calls."""

import csv
import dataclasses
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from voicebot import settings as settings_list
from voicebot.app.classifier import installed_classifier
from voicebot.app.replays import replayed_calls
from voicebot.app.versions import named
from voicebot.cli.opened import opened_store
from voicebot.dialog.replay_report import Change, ReplayedCall, ReplayReport, replay_report, told
from voicebot.errors import UsageError
from voicebot.reports.only import Only, check
from voicebot.store.recorded import Wanted
from voicebot.store.versions import find_version
from voicebot.understanding.csv_cells import harmless

SHOWN = 12
"""So many groups of differences are shown in the terminal; JSON has them all."""
COLUMNS = (
    *("attempt", "level", "known", "turn", "at_ms", "node", "trigger", "text", "old_move", "new_move", "suppositions"),
    *("old_path", "new_path", "old_grade", "new_grade", "old_ending", "new_ending", "unknown_turns", "why"),
)


def moment(_ctx: click.Context, _option: click.Parameter, value: str | None) -> datetime | None:
    """A date, a moment in ISO, or so many days or hours ago: 2026-11-20, 2026-11-20T08:00, 3d, 12h."""
    if value is None:
        return None
    try:
        if value[-1:] in "dh" and value[:-1].isdecimal():
            ago = timedelta(days=int(value[:-1])) if value[-1] == "d" else timedelta(hours=int(value[:-1]))
            return datetime.now(UTC) - ago
        return datetime.fromisoformat(value).astimezone()
    except (ValueError, OverflowError):
        raise click.BadParameter(f"{value!r} is no moment; for example 2026-11-20, 2026-11-20T08:00, 3d, 12h") from None


@click.command("replay")
@click.argument("script")
@click.option("--campaign", metavar="ID", help="Only calls of this campaign.")
@click.option("--since", metavar="MOMENT", callback=moment, help="Only calls answered since: 2026-11-20, 3d, 12h.")
@click.option(
    "--version", metavar="VERSION", help="Only calls by this version: a digest's beginning, or what it states."
)
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the latest N calls.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that replay.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: the sums, every group of differences.")
@click.option("--csv", "as_csv", is_flag=True, help="One line a call.")
def command(
    script: str,
    campaign: str | None,
    since: datetime | None,
    version: str | None,
    limit: int | None,
    jobs: int,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Put recorded calls through SCRIPT: a file, a name, NAME@DIGEST or NAME@published.

    Tells what is known of the new version, what is supposed, and what cannot be known.
    """
    if as_json and as_csv:
        raise UsageError("--json and --csv are two ways to print the same; give one")
    settings = settings_list.load()
    with opened_store() as store:
        new = named(settings, store, script)
        name = new.script.name
        check(store, Only(campaign))
        version_id = find_version(store, name, version).id if version else None
        wanted = Wanted(name, campaign, since, version_id, limit)
        classifier = installed_classifier(settings)
        calls = replayed_calls(store, new.script, wanted, classifier, settings.min_confidence, jobs)
        if as_csv:
            _write_csv(calls)
            return
        report = replay_report(calls)
    if as_json:
        click.echo(json.dumps({"script": name, "version": new.label, **dataclasses.asdict(report)}, ensure_ascii=False))
    elif not report.calls:
        click.echo(f"no recorded call of script {name!r} fits")
    else:
        _show(Console(highlight=False), new.label, report)


def _write_csv(calls: Iterable[ReplayedCall]) -> None:
    rows = csv.writer(sys.stdout)
    rows.writerow(COLUMNS)
    for call in calls:
        rows.writerow(harmless(str(cell)) for cell in _row(call))


def _row(call: ReplayedCall) -> Sequence[object]:
    result = call.result
    if result is None:
        return [call.attempt_id, "not replayed", *[""] * (len(COLUMNS) - 3), f"{call.why_kind}: {call.why}"]
    parting, new = result.parting, result.new
    parted: Sequence[object] = [""] * 7
    if parting is not None:
        parted = [
            parting.turn,
            parting.at,
            parting.node,
            parting.trigger,
            parting.text,
            told(parting.old),
            told(parting.new),
        ]
    return [
        *(call.attempt_id, result.level, "yes" if result.known else "no", *parted),
        " ".join(f"{doubt.what}@{doubt.node}" for doubt in result.suppositions),
        *(" ".join(result.old.path), " ".join(new.path) if new else ""),
        *(result.old.grade, new.grade if new else "", result.old.ending, new.ending if new else ""),
        *(result.unknown_turns, "its own version makes another result of it today" if call.drifted else ""),
    ]


def _show(console: Console, label: str, report: ReplayReport) -> None:
    console.print(Text(f"{report.calls} calls through {label}"))
    lines = (
        ("heard the same to the end", report.same, "all is known"),
        ("the same way, supposing", report.supposed, "other words or limits: only if the customer does the same"),
        ("part, the new one says good-bye", report.ends_known, "known to the end, unless a supposition came before"),
        ("part, unknown from there", report.unknown, f"{report.unknown_turns} turns of the record tell nothing"),
        *((f"not replayed: {why}", count, "") for why, count in report.not_replayed.items()),
    )
    table = Table.grid(padding=(0, 2))
    for name, count, meaning in lines:
        table.add_row(f"  {name}", str(count), Text(meaning, style="dim"))
    console.print(table)
    if report.drifted:
        console.print(f"  {report.drifted} calls: their own version makes another grade or ending of them today")
    for title, changes in (
        ("grade, known", report.grades),
        ("grade, supposed", report.supposed_grades),
        ("grade, cannot be known", report.unknown_grades),
        ("ending, known", report.endings),
    ):
        _changes(console, title, changes)
    _groups(console, report)


def _changes(console: Console, title: str, changes: Sequence[Change]) -> None:
    if changes:
        told_changes = (
            f"{one.old} → {one.new or '?'} {one.calls}" if one.old != one.new else f"{one.old} {one.calls}"
            for one in changes
        )
        console.print(Text(f"{title}: {', '.join(told_changes)}"))


def _groups(console: Console, report: ReplayReport) -> None:
    if report.partings:
        table = Table(
            "calls",
            "at node",
            "on",
            "before",
            "now",
            "first: turn, words",
            title="Where they part",
            title_justify="left",
        )
        for one in report.partings[:SHOWN]:
            table.add_row(
                *(str(one.calls), one.node or "-", one.trigger, one.old, one.new),
                Text(f"{one.first[:8]}: {one.turn}, {one.text}"),
            )
        console.print(table)
    if report.doubts:
        table = _titled("Suppositions", "calls", "what", "at node", "before", "now")
        for doubt in report.doubts[:SHOWN]:
            table.add_row(str(doubt.calls), doubt.what, doubt.node, Text(doubt.old), Text(doubt.new))
        console.print(table)
    moved = [one for one in report.nodes if (one.sure, one.supposed) != (one.recorded, 0)]
    if moved:
        table = Table(
            "node",
            "recorded",
            "now, sure",
            "supposed",
            "unknown",
            title="Calls that reach a node",
            title_justify="left",
        )
        for reach in moved:
            table.add_row(reach.node, *map(str, (reach.recorded, reach.sure, reach.supposed, reach.unknown)))
        console.print(table)


def _titled(title: str, *columns: str) -> Table:
    return Table(*columns, title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
