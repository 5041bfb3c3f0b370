"""`voicebot script`: what a script designer does without a call. One file a command, script_NAME.py."""

import click

from voicebot.cli.lazy import LazyGroup

COMMANDS = {
    "check": "Find faults of scripts and of their conversations; each has a page.",
    "talk": "Chat with a script.",
    "test": "Hold the written conversations.",
    "replay": "Put recorded calls through another version.",
    "graph": "Draw a script.",
    "diff": "Tell what is different in two versions.",
    "versions": "The versions that are kept, and when each was in force.",
    "publish": "Put a version in force for new calls.",
    "rollback": "Go back to an earlier version.",
    "schema": "Print the JSON Schema, for editors.",
}


@click.group(cls=LazyGroup, table=COMMANDS, module="voicebot.cli.script_%s")
def command() -> None:
    """Check scripts, talk with them and test them."""
