"""The command line: `voicebot GROUP COMMAND`. Each group is a file of its own, imported when it is used.

Exit status: 0 done, 1 faults found, 2 wrong use, 3 an outside part is missing or down; 130 and 143 stopped by Ctrl-C
and SIGTERM.
"""

import logging
import signal
import sys

import click

from voicebot import __version__
from voicebot.cli.lazy import LazyGroup
from voicebot.errors import OutsideError, VoicebotError

COMMANDS = {
    "demo": "forty simulated calls with real audio, and a report",
    "dial": "call the leads of the campaigns that run",
    "serve": "take the calls that FreeSWITCH brings, and talk by a script",
    "doctor": "say what is missing on this machine, and how to mend it",
    "script": "check, talk through, test, draw scripts",
    "nlu": "what is understood: train, test, parse, confusions, suggest",
    "prompts": "what can be said, rendered ahead of the calls",
    "models": "recognition models: list, pull",
    "campaign": "campaigns: plans, lists of leads, checks, start, pause, stop, status",
    "plan": "what a target needs, what leads give: people, accounts, weeks, money",
    "stop-list": "numbers that must not be called: add, remove, list, import, check",
    "complaint": "who complained: add, import, list",
    "consent": "who may be called for what: add, withdraw, import, list",
    "exclusion": "who is not offered a product: add, import, list",
    "outcome": "what came of leads after their calls, friends added and orders: import, add, list",
    "webhooks": "addresses that are told what happens: add, list, test, deliveries, run",
    "line": "gateways, and our numbers that customers see",
    "agent": "people who take hand-offs: add, update, remove, list, idle, pause, offline, show, call",
    "follow-up": "tasks that calls left: list, take, done, fail",
    "grade": "why a call has its grade; past calls graded anew",
    "qa": "people listen: samples, blind review, accuracy of A, agreement",
    "answer": "what picked up, on recordings: hear, test",
    "report": "figures of campaigns: nodes, grades",
    "person": "all that is kept of one person, by number: show, forget",
    "db": "the database: upgrade, status, recover, retain, export",
}
"""Each name is the module `voicebot.cli.NAME` (a - is a _), its attribute `command` the click command."""


@click.group(
    cls=LazyGroup, table=COMMANDS, module="voicebot.cli.%s", context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="voicebot")
@click.option("--verbose", "-v", is_flag=True, help="Log what happens, not only what goes wrong.")
def root(verbose: bool) -> None:
    """A conversational voice robot for FreeSWITCH: calls, talks by a script, grades, hands over, reports."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )


def main() -> None:
    """Run the command line and end the process with its status."""
    try:
        status = root(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except click.Abort:
        status = 128 + signal.SIGINT
    except VoicebotError as error:
        click.echo(f"voicebot: {error}", err=True)
        status = error.exit_status
    except OSError as error:
        if error.filename is None:
            raise
        click.echo(
            f"voicebot: {error.filename}: {error.strerror}; see that the path is right, that this user may use it, and"
            " that the disk is not full",
            err=True,
        )
        status = OutsideError.exit_status
    sys.exit(status or 0)
