"""`voicebot qa disputed`: calls that the reviewers judge differently."""

import json
from collections import defaultdict

import click

from voicebot import settings as settings_list
from voicebot.cli.opened import opened_store
from voicebot.cli.qa_options import ROUND
from voicebot.cli.qa_shown import echo_call, echo_verdicts
from voicebot.cli.tables import AS_JSON
from voicebot.number_of import number_of
from voicebot.qa.dossier import dossiers
from voicebot.qa.rounds import round_named
from voicebot.qa.samples import differs, samples, verdicts


@click.command("disputed")
@ROUND
@AS_JSON
def command(within: str, as_json: bool) -> None:
    """Calls of ROUND whose verdicts differ in grade or passing. A third person settles them: `qa review --final`."""
    with opened_store() as store:
        found = round_named(store, within)
        given = defaultdict(tuple, verdicts(store, found))
        wanted = [one for one in samples(store, found) if differs(found, given[one.id])]
        calls = dossiers(store, wanted, settings_list.load().recordings_dir)
    if as_json:
        rows = [
            {
                "call": one.sample.number,
                "id": one.sample.attempt_id,
                "verdicts": [
                    {"reviewer": each.reviewer, "grade": each.grade, "passed": each.passed}
                    for each in given[one.sample.id]
                ],
            }
            for one in calls
        ]
        click.echo(json.dumps({"round": within, "disputed": rows}, ensure_ascii=False))
        return
    for one in calls:
        echo_call(one)
        echo_verdicts(given[one.sample.id])
        click.echo()
    click.echo(f"{number_of(len(calls), 'disputed call')}")
