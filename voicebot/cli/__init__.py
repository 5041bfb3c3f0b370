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
from voicebot.cli.printable import OneLine
from voicebot.errors import OutsideError, VoicebotError

COMMANDS = {
    "demo": "Call simulated customers with real audio, and report.",
    "dial": "Call the leads of the campaigns that run.",
    "serve": "Take the calls that FreeSWITCH brings, and talk by a script.",
    "doctor": "Say what is missing on this machine, and how to mend it.",
    "script": "Check scripts, talk with them, test, compare, draw and publish them.",
    "nlu": "What the robot understands: train, test, parse, widen.",
    "prompts": "What can be said, rendered ahead of the calls.",
    "models": "Recognition models: list, pull.",
    "campaign": "Campaigns: plans, lists of leads, checks, start, pause, stop, status.",
    "plan": "What a target needs, and what leads give: people, accounts, weeks, money.",
    "stop-list": "Numbers that must not be called.",
    "complaint": "Who complained.",
    "consent": "Who may be called for what.",
    "exclusion": "Who is not offered a product.",
    "outcome": "What came of leads after their calls: friends added, orders.",
    "webhooks": "Addresses that are told what happens.",
    "line": "Gateways, and our numbers that customers see.",
    "agent": "People who take the calls that the robot hands off.",
    "follow-up": "Tasks that calls left behind.",
    "grade": "Why a call has its grade, and past calls graded anew.",
    "qa": "People listen: samples, blind review, accuracy of A, agreement.",
    "answer": "What picked up, on recordings: hear, test.",
    "report": "Figures of campaigns: from the funnel to costs, in tables, files and a page.",
    "person": "All that is kept of one person, by number: show, forget.",
    "db": "The database: upgrade, status, recover, retain, export, views.",
}
"""Each name is the module `voicebot.cli.NAME` (a - is a _), its attribute `command` the click command."""


@click.group(
    cls=LazyGroup, table=COMMANDS, module="voicebot.cli.%s", context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="voicebot")
@click.option("--verbose", "-v", is_flag=True, help="Log what happens, not only what goes wrong.")
def root(verbose: bool) -> None:
    """A conversational voice robot for FreeSWITCH: calls, talks by a script, grades, hands over, reports."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, handlers=[handler])


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
