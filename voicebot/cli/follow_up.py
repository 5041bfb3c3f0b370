"""`voicebot follow-up`: tasks that calls left behind, for the program or person that carries them out."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from voicebot.campaign.policy.masking import masked
from voicebot.cli.lazy import WholeGroup
from voicebot.cli.opened import opened_store
from voicebot.cli.tables import AS_CSV, AS_JSON, print_rows
from voicebot.dialog.script import TASK_TYPES
from voicebot.errors import UsageError
from voicebot.store import follow_ups
from voicebot.store.follow_ups import DONE, FAILED, STATUSES, TaskRow

MOST = 1000
TYPES = click.option(
    "--type", "types", type=click.Choice(TASK_TYPES), multiple=True, help="Only these; may be repeated."
)
BY = click.option("--by", default="", metavar="NAME", help="Who did it; refused when another one has taken the task.")


@click.group(cls=WholeGroup)
def command() -> None:
    """Tasks that calls left behind: messages, messages on WeChat, calls back."""


@command.command("list")
@TYPES
@click.option("--status", "statuses", type=click.Choice(STATUSES), multiple=True, help="Only these; may be repeated.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=100, show_default=True, help="At most so many.")
@AS_JSON
@AS_CSV
def show(types: tuple[str, ...], statuses: tuple[str, ...], limit: int, as_json: bool, as_csv: bool) -> None:
    """Tasks, the first due first, numbers masked."""
    with opened_store() as store:
        found = follow_ups.tasks(store, types=types, statuses=statuses, limit=limit)
    print_rows("task", [_row(task, masked(task.number)) for task in found], as_json=as_json, as_csv=as_csv)


@command.command("take")
@click.option("--by", required=True, metavar="NAME", help="The provider who takes them.")
@TYPES
@click.option("--limit", type=click.IntRange(1, MOST), default=10, show_default=True, help="At most so many.")
@click.option(
    "--lease-s",
    type=click.IntRange(1),
    default=3600,
    show_default=True,
    help="Seconds to carry them out in; then another may take them.",
)
@AS_JSON
@AS_CSV
def take(by: str, types: tuple[str, ...], limit: int, lease_s: int, as_json: bool, as_csv: bool) -> None:
    """Take tasks that are due, with the whole numbers. Two who take at the same time never get the same."""
    now = datetime.now(UTC)
    with opened_store() as store:
        taken = follow_ups.take(store, by, types=types, limit=limit, now=now, lease=timedelta(seconds=lease_s))
    print_rows("task", [_row(task, task.number) for task in taken], as_json=as_json, as_csv=as_csv)


@command.command("done")
@click.argument("ids", nargs=-1, required=True)
@BY
@click.option("--outcome", default="", help="What came of it, for people.")
def done(ids: tuple[str, ...], by: str, outcome: str) -> None:
    """The tasks IDS are carried out. Exit status 1 when one of them cannot be closed."""
    _close(ids, DONE, by, outcome)


@command.command("fail")
@click.argument("ids", nargs=-1, required=True)
@BY
@click.option("--outcome", required=True, help="Why, for people.")
def fail(ids: tuple[str, ...], by: str, outcome: str) -> None:
    """The tasks IDS cannot be carried out. Exit status 1 when one of them cannot be closed."""
    _close(ids, FAILED, by, outcome)


def _close(ids: tuple[str, ...], status: str, by: str, outcome: str) -> None:
    keys = {task_id: _key(task_id) for task_id in ids}
    refused = 0
    with opened_store() as store:
        for task_id, key in keys.items():
            why = follow_ups.close(store, key, status, outcome, by, datetime.now(UTC))
            refused += bool(why)
            click.echo(f"{task_id} {why or status}", err=bool(why))
    raise SystemExit(1 if refused else 0)


def _key(task_id: str) -> tuple[str, int]:
    attempt, _, seq = task_id.rpartition(":")
    try:
        return str(uuid.UUID(attempt)), int(seq)
    except ValueError:
        raise UsageError(
            f"{task_id!r} is no task; an id is what `voicebot follow-up list` shows, UUID:NUMBER"
        ) from None


def _row(task: TaskRow, number: str) -> dict[str, Any]:
    return {
        "id": task.id,
        "type": task.type,
        "status": task.status,
        "number": number,
        "text": task.text,
        "details": dict(task.details),
        "due_at": task.due_at,
        "campaign": task.campaign_id,
        "lead": task.lead,
        "node": task.node,
        "created_at": task.created_at,
        "taken_by": task.taken_by,
        "outcome": task.outcome,
    }
