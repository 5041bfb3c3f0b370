"""`voicebot qa show`: one call with everything."""

import dataclasses
import json

import click

from voicebot import settings as settings_list
from voicebot.cli.opened import opened_store
from voicebot.cli.qa_options import ROUND
from voicebot.cli.qa_shown import echo_call, echo_robot, echo_verdicts
from voicebot.cli.tables import AS_JSON
from voicebot.errors import UsageError
from voicebot.qa.dossier import dossiers
from voicebot.qa.rounds import round_named
from voicebot.qa.samples import sample_of, verdicts


@click.command("show")
@ROUND
@click.argument("call")
@AS_JSON
def command(within: str, call: str, as_json: bool) -> None:
    """CALL of ROUND with everything: the robot's grade, its evidence, all verdicts. Not for who has yet to judge it."""
    with opened_store() as store:
        found = round_named(store, within)
        sample = sample_of(store, found, call)
        calls = dossiers(store, [sample], settings_list.load().recordings_dir)
        given = verdicts(store, found).get(sample.id, ())
    if not calls:
        raise UsageError(f"call {sample.number} of {within} is not in the store any more")
    if as_json:
        plain = {"call": dataclasses.asdict(calls[0]), "verdicts": [dataclasses.asdict(one) for one in given]}
        click.echo(json.dumps(plain, ensure_ascii=False, default=str))
        return
    echo_call(calls[0])
    echo_robot(calls[0])
    echo_verdicts(given)
