"""`voicebot db retain`: let go of what was kept long enough."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import click
from rich.console import Console

from voicebot import settings as settings_list
from voicebot.cli.opened import opened_store
from voicebot.cli.options import BY
from voicebot.cli.tables import AS_JSON
from voicebot.errors import UsageError
from voicebot.store.catalogue import Base
from voicebot.store.retention import Gone, Limits, apply, due
from voicebot.store.wipe import wipe

LEAST_NUMBER_DAYS = 90
"""Complaints bar a number for three months, and caps look back a month: both go by the number."""
DAYS = click.IntRange(0, 36_500)


@click.command("retain")
@click.option("--audio-days", type=DAYS, help="In place of VOICEBOT_KEEP_AUDIO_DAYS.")
@click.option("--text-days", type=DAYS, help="In place of VOICEBOT_KEEP_TEXTS_DAYS.")
@click.option("--number-days", type=DAYS, help="In place of VOICEBOT_KEEP_NUMBERS_DAYS.")
@click.option("--yes", is_flag=True, help="Do it. Without it only what would go is told.")
@AS_JSON
@BY
def command(
    audio_days: int | None, text_days: int | None, number_days: int | None, yes: bool, as_json: bool, by: str
) -> None:
    """Delete recordings, words and numbers that are older than their limit. Counts stay, so reports of old days hold.

    It cannot be undone. Entries of the stop list keep their number. Run it every night.
    """
    settings = settings_list.load(keep_audio_days=audio_days, keep_texts_days=text_days, keep_numbers_days=number_days)
    if 0 < settings.keep_numbers_days < LEAST_NUMBER_DAYS:
        raise UsageError(
            f"numbers cannot go after {settings.keep_numbers_days} days: complaints and caps need them for "
            f"{LEAST_NUMBER_DAYS}; name {LEAST_NUMBER_DAYS} or more, or 0"
        )
    now = datetime.now(UTC)
    days = (settings.keep_audio_days, settings.keep_texts_days, settings.keep_numbers_days)
    if not any(days):
        raise UsageError("nothing has a limit; set VOICEBOT_KEEP_AUDIO_DAYS and its like, or name --audio-days")
    limits = Limits(*(now - timedelta(days=count) if count else None for count in days))
    wiped = True
    with opened_store() as store:
        if yes:
            with Console(stderr=True).status("deleting"):
                found = _added(apply(store, settings.recordings_dir, limits, by=by))
                if found:
                    wiped = wipe(store, sorted({one.where for one in found} & set(Base.metadata.tables)))
        else:
            found = due(store, settings.recordings_dir, limits)
    if as_json:
        rows = [{"what": one.what, "where": one.where, "count": one.count} for one in found]
        click.echo(json.dumps({"deleted": yes, "wiped": wiped, "rows": rows}))
        return
    for one in found:
        click.echo(f"  {one.what} {one.where}: {one.count}")
    click.echo(f"{sum(one.count for one in found)} {'deleted' if yes else 'would be deleted; --yes does it'}")
    if not wiped:
        click.echo("the log of the SQLite file still holds deleted bytes, others read it: run it again later", err=True)


def _added(lots: Iterable[Gone]) -> list[Gone]:
    """Lots of the same rows added up."""
    found: dict[tuple[str, str], Gone] = {}
    for one in lots:
        before = found.get((one.what, one.where), Gone(one.what, one.where, 0))
        found[one.what, one.where] = Gone(one.what, one.where, before.count + one.count)
    return [one for one in found.values() if one.count]
