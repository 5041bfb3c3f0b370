"""`voicebot script`: what a script designer does without a call. One file a command, script_NAME.py."""

import click

from voicebot.cli.lazy import LazyGroup

COMMANDS = {
    "check": "faults of the files and of the conversations, each with a page",
    "talk": "chat with a script",
    "test": "hold the written conversations",
    "replay": "put recorded calls through another version",
    "graph": "draw a script",
    "diff": "what is different in two versions",
    "versions": "the versions that are kept, and when each was in force",
    "publish": "put a version in force for new calls",
    "rollback": "go back to an earlier version",
    "schema": "the JSON Schema, for editors",
}


@click.group(cls=LazyGroup, table=COMMANDS, module="voicebot.cli.script_%s")
def command() -> None:
    """Check scripts, talk with them and test them."""
