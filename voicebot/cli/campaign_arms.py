"""`voicebot campaign arms`: the versions of a script that a campaign talks by, and their shares."""

import dataclasses
import json
import re

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from voicebot import settings as settings_list
from voicebot.app.versions import kept
from voicebot.cli.opened import opened_store
from voicebot.errors import UsageError
from voicebot.settings import Settings
from voicebot.store.arms import Arm, NewArm, arms_of, set_arms
from voicebot.store.store import Store
from voicebot.store.versions import SHORT

ARM = re.compile(r"(?P<name>[\w-]{1,40})=(?:(?P<script>.+):)?(?P<share>\d{1,6})")


@click.command("arms")
@click.argument("campaign")
@click.argument("arms", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON array of arms.")
def command(campaign: str, arms: tuple[str, ...], as_json: bool) -> None:
    """Show the arms of CAMPAIGN, or set those given: NAME=SCRIPT:SHARE, or NAME=SHARE for another share.

    SCRIPT is a file, a name, NAME@DIGEST or NAME@published. One arm is the plain case; with more each lead is drawn for
    one, in proportion to the shares, and stays with it. `a=0` gives an arm no new leads.
    """
    settings = settings_list.load()
    with opened_store() as store:
        arms_of(store, campaign)  # an unknown campaign is told before any script is kept
        wanted = [_arm(settings, store, text) for text in arms]
        found = set_arms(store, campaign, wanted) if wanted else arms_of(store, campaign)
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(arm) for arm in found], ensure_ascii=False))
    elif not found:
        click.echo(f"campaign {campaign} has no arms: it talks by the script of the call server")
    else:
        Console(highlight=False).print(_table(found))


def _arm(settings: Settings, store: Store, text: str) -> NewArm:
    """What NAME=SCRIPT:SHARE or NAME=SHARE wants. Raises UsageError, and what the script raises."""
    parts = ARM.fullmatch(text)
    if parts is None:
        raise UsageError(f"{text!r} is no arm; for example a=wecom_invite@published:50, or a=50 for another share")
    script = parts["script"]
    version_id = kept(settings, store, script).version_id if script else None
    return NewArm(parts["name"], int(parts["share"]), version_id)


def _table(found: tuple[Arm, ...]) -> Table:
    table = Table("arm", "script", "version", "share", "leads", box=box.SIMPLE_HEAD, pad_edge=False)
    for arm in found:
        row = (arm.name, f"{arm.script}@{arm.digest[:SHORT]}", arm.version, str(arm.share), str(arm.leads))
        table.add_row(*map(Text, row))
    return table
