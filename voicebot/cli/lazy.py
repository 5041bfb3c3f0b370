"""Groups of commands: their help tells what each command does in one whole sentence.

Those that are lazy import a command when it is used, so that each starts as fast as it can.
"""

import importlib
import sys
from collections.abc import Mapping
from typing import Any

import click


class WholeGroup(click.Group):
    """Its help has the first sentence of each command, however long; click's own cuts it off."""

    group_class = type

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Name and sentence of each command."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, one.get_short_help_str(sys.maxsize)) for name, one in found if one is not None])


class LazyGroup(click.Group):
    """Knows its commands by name; imports one when it is asked for, so that `--help` stays quick."""

    def __init__(self, *, table: Mapping[str, str], module: str, **settings: Any) -> None:
        """`table`: name to a sentence. The command NAME is the attribute `command` of the module `module` % NAME."""
        super().__init__(**settings)
        self._table = table
        self._module = module

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Every command, in the order of the table."""
        return list(self._table)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name, None for an unknown one."""
        if name not in self._table:
            return None
        command: click.Command = importlib.import_module(self._module % name.replace("-", "_")).command
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._table.items()))
