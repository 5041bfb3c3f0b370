"""`voicebot grade`: why a call has its grade, and grading past calls anew under other rules."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from voicebot import settings as settings_list
from voicebot.app.grades import Again, Explained, explain_call, grade_again
from voicebot.campaign.policy.masking import masked
from voicebot.cli.lazy import WholeGroup
from voicebot.cli.opened import opened_store
from voicebot.dialog.conditions import Part
from voicebot.number_of import number_of
from voicebot.reports.grades import GRADES
from voicebot.store.recorded import Wanted

SHOWN = 20
"""Changed calls that are printed; --json has all."""


@click.group(cls=WholeGroup)
def command() -> None:
    """Grades of calls: why, and anew."""


# --- explain ----------------------------------------------------------------------------------------
@command.command("explain")
@click.argument("call")
@click.option("--version", metavar="VERSION|FILE", help="By these rules in place of those that the call was held with.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def explain(call: str, version: str | None, as_json: bool) -> None:
    """Why CALL (its id, or how that begins) has its grade: every rule in order, and what each part found."""
    with opened_store() as store:
        found = explain_call(store, settings_list.load(), call, version)
    if as_json:
        click.echo(json.dumps(_explained(found), ensure_ascii=False))
    else:
        _print_explained(found)


def _print_explained(found: Explained) -> None:
    console = Console(highlight=False, soft_wrap=True)
    state = found.state
    console.print(f"call {found.attempt_id}, {found.number or 'no number'}, {found.version}")
    console.print(Text("nodes: " + " → ".join(visit.node for visit in state.visits)))
    for turn in state.turns:
        taken = "over a prompt" if turn.aside else turn.choice or "no match"
        console.print(Text(f"  {_at(turn.began)} {turn.node}: {turn.text or turn.by} → {taken}"))
    for judged in found.rules:
        mark = "✓" if judged.held else "✗"
        console.print(
            Text(f"{mark} {judged.rule.grade} {judged.rule.name}" + ("  ← decides" if judged.decides else ""))
        )
        for depth, part in _flat(judged.parts):
            console.print(Text(f"{'  ' * depth}  {_part_line(part)}"))
            if judged.held:
                for one in part.evidence if not part.inner else ():
                    console.print(Text(f"{'  ' * depth}      {_at(one.at)} {one.what}: {one.text}"))
    console.print(Text(f"grade {found.given.letter}: {found.given.rule}"))
    if (found.stored.letter, found.stored.rule) != (found.given.letter, found.given.rule):
        console.print(Text(f"the call's own grade is {found.stored.letter}: {found.stored.rule}"))


def _flat(parts: Iterable[Part], depth: int = 0) -> Iterator[tuple[int, Part]]:
    """Parts with their branches below them; a branch of one part is that part."""
    for part in parts:
        if len(part.inner) == 1 and not part.inner[0].inner and part.asks == part.inner[0].asks:
            yield depth, part.inner[0]
            continue
        yield depth, part
        yield from _flat(part.inner, depth + 1)


def _part_line(part: Part) -> str:
    held = "✓" if part.held else "✗"
    return f"{held} {part.asks}" + (f"; found: {part.found}" if part.found and not part.held else "")


def _at(ms: int) -> str:
    return f"{ms // 60000}:{ms / 1000 % 60:04.1f}"


def _explained(found: Explained) -> dict[str, Any]:
    state = found.state
    return {
        "call": found.attempt_id,
        "number": found.number,
        "version": found.version,
        "nodes": [visit.node for visit in state.visits],
        "stored": {"grade": found.stored.letter, "rule": found.stored.rule},
        "grade": found.given.letter,
        "rule": found.given.rule,
        "evidence": [{"what": one.what, "at_ms": one.at, "text": one.text} for one in found.given.evidence],
        "rules": [
            {
                "grade": judged.rule.grade,
                "rule": judged.rule.name,
                "held": judged.held,
                "decides": judged.decides,
                "parts": [_part_dict(part) for part in judged.parts],
            }
            for judged in found.rules
        ],
    }


def _part_dict(part: Part) -> dict[str, Any]:
    return {
        "asks": part.asks,
        "held": part.held,
        "found": part.found,
        "evidence": [{"what": one.what, "at_ms": one.at, "text": one.text} for one in part.evidence],
        "inner": [_part_dict(inner) for inner in part.inner],
    }


# --- again ------------------------------------------------------------------------------------------
@command.command("again")
@click.option("--campaign", metavar="ID", help="Only calls of this campaign.")
@click.option("--script", metavar="NAME", help="Only calls with this script.")
@click.option("--since", type=click.DateTime(), metavar="DATE", help="Only calls begun then or later, local time.")
@click.option(
    "--version", metavar="VERSION|FILE", help="The rules: a file or a kept version; else the script's file in dialogs/."
)
@click.option("--dry-run", is_flag=True, help="Write nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with every call that changed.")
def again(
    campaign: str | None, script: str | None, since: datetime | None, version: str | None, dry_run: bool, as_json: bool
) -> None:
    """Grade past calls by other rules. The old grades stay; the new ones are kept beside them, by version."""
    which = Wanted(script, campaign, since.astimezone(UTC) if since else None)
    console = Console(stderr=True)
    with opened_store() as store, console.status("grading") as status:
        done = 0

        def progress(calls: int) -> None:
            nonlocal done
            done += calls
            status.update(f"graded {done}")

        found = [*grade_again(store, settings_list.load(), which, version, dry_run=dry_run, progress=progress)]
    if as_json:
        click.echo(json.dumps({"dry_run": dry_run, "scripts": [_again(one) for one in found]}, ensure_ascii=False))
    else:
        for one in found:
            _print_again(one, dry_run)


def _again(one: Again) -> dict[str, Any]:
    return {
        "script": one.script,
        "rules": one.label,
        "calls": len(one.calls),
        "fresh": one.fresh,
        "seconds": round(one.seconds, 3),
        "table": [{"old": old, "new": new, "calls": calls} for (old, new), calls in sorted(one.table.items())],
        "changed": [
            {
                "call": each.attempt_id,
                "number": masked(each.number),
                "started_at": each.started_at.isoformat() if each.started_at else None,
                "old": each.old,
                "old_rule": each.old_rule,
                "new": each.new,
                "new_rule": each.new_rule,
            }
            for each in one.changed
        ],
        "unread": [{"call": each.attempt_id, "why": each.why} for each in one.unread],
    }


def _print_again(one: Again, dry_run: bool) -> None:
    console = Console(highlight=False)
    table = Table(title=f"{one.script} by {one.label}", title_justify="left")
    table.add_column("old \\ new")
    for letter in GRADES:
        table.add_column(letter, justify="right")
    for old in GRADES:
        row = [one.table.get((old, new), 0) for new in GRADES]
        if any(row):
            table.add_row(old, *(str(count or "") for count in row))
    console.print(table)
    for each in one.changed[:SHOWN]:
        what = f"{each.old} {each.old_rule} → {each.new} {each.new_rule}"
        console.print(Text(f"{each.attempt_id} {masked(each.number)} {what}"), soft_wrap=True)
    if len(one.changed) > SHOWN:
        console.print(f"and {len(one.changed) - SHOWN} more; --json lists all")
    for unread in one.unread:
        console.print(Text(f"not graded: {unread.why}"), soft_wrap=True)
    written = "nothing written" if dry_run else "kept beside the old grades"
    console.print(
        f"{number_of(len(one.calls), 'call')}, {len(one.changed)} changed; "
        f"{one.fresh} graded now in {one.seconds:.2f} s, {written}"
    )
