"""`voicebot script check`: the linter."""

import dataclasses
import json
import sys
from pathlib import Path

import click

from voicebot import settings as settings_list
from voicebot.app.script_check import Checked, check_files


@click.command("check")
@click.argument("scripts", nargs=-1)
@click.option(
    "--leads", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="A CSV that has the variables."
)
@click.option("--rendered", is_flag=True, help="Prompts must be rendered already.")
@click.option("--strict", is_flag=True, help="Warnings fail, too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: scripts, findings, errors, warnings.")
def command(scripts: tuple[str, ...], leads: Path | None, rendered: bool, strict: bool, as_json: bool) -> None:
    """Find faults in SCRIPTS (files or names; all of dialogs/ without any). Each has a page in docs/check.

    Exit status: 0 without errors, 1 with errors (with --strict: warnings, too), 2 wrong use.
    """
    checked = check_files(settings_list.load(), scripts, leads, rendered)
    click.echo(json.dumps(as_dict(checked), ensure_ascii=False) if as_json else as_text(checked))
    sys.exit(1 if checked.errors or (strict and checked.findings) else 0)


def as_dict(checked: Checked) -> dict[str, object]:
    """For programs."""
    return {
        "scripts": checked.scripts,
        "findings": [dataclasses.asdict(one) for one in checked.findings],
        "errors": checked.errors,
        "warnings": len(checked.findings) - checked.errors,
    }


def as_text(checked: Checked) -> str:
    """For people: a finding a line, then the count."""
    warnings = len(checked.findings) - checked.errors
    count = f"{checked.scripts} scripts, {checked.errors} errors, {warnings} warnings"
    return "\n".join([*map(str, checked.findings), count])
