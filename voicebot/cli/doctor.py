"""`voicebot doctor`: the findings as a table or as JSON, and an exit status for scripts.

What is looked at and how it is judged: voicebot/doctor/.
"""

import dataclasses
import json

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from voicebot import settings
from voicebot.cli.tables import AS_JSON
from voicebot.doctor import examine
from voicebot.doctor.findings import Finding, Severity, exit_status

STYLES = {Severity.OK: "green", Severity.WARN: "yellow", Severity.FAULT: "bold red"}


@click.command()
@AS_JSON
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """Say what is missing on this machine or down around it, and how to mend it.

    Exit status: 0 nothing is in the way, 1 something of ours is wrong, 3 an outside part (switch, database, model) is
    missing or down. Warnings do not count.
    """
    findings = tuple(examine(settings.load()))
    if as_json:
        click.echo(json.dumps(summary(findings), ensure_ascii=False))
    else:
        Console().print(table(findings))
    context.exit(exit_status(findings))


def summary(findings: tuple[Finding, ...]) -> dict[str, object]:
    """Counts and all findings, fit for JSON."""
    counts = {severity.value: sum(found.severity is severity for found in findings) for severity in Severity}
    return {**counts, "findings": [dataclasses.asdict(found) for found in findings]}


def table(findings: tuple[Finding, ...]) -> Table:
    """One row a finding; the remedy stands under the reason, where there is room for it."""
    made = Table(show_header=False, box=None, pad_edge=False)
    made.add_column()
    made.add_column()
    made.add_column(overflow="fold")  # a path is never cut
    for found in findings:
        style = STYLES[found.severity]
        reason = found.why if not found.remedy else f"{found.why}\n→ {found.remedy}"
        made.add_row(Text(found.severity, style), Text(found.what), Text(reason))  # Text: a reason may hold brackets
    return made
