"""Options that commands of several groups share, and what was given of those that have no default."""

import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
MOST_ROWS = 1_000_000

BY = click.option(
    "--by",
    default=lambda: os.environ.get("USER", ""),
    metavar="NAME",
    help="Who does it, for the audit; without it the user of this terminal.",
)
WHY = click.option("--why", default="", metavar="TEXT", help="Why, for the audit.")
WHY_NEEDED = click.option("--why", required=True, metavar="TEXT", help="Why, for the audit.")


def latest(count: int) -> Callable[[F], F]:
    """`--limit` of a list that shows the latest `count` rows unless more are asked for."""
    return click.option(
        "--limit", type=click.IntRange(1, MOST_ROWS), default=count, show_default=True, help="The latest so many."
    )


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """The options without those that were left out."""
    return {name: value for name, value in values.items() if value is not None}
