"""`voicebot line`: the lines to the network, gateways here, our numbers in line_number.py."""

import json
from typing import Any

import click

from voicebot.cli import line_number
from voicebot.cli.lazy import WholeGroup
from voicebot.cli.opened import opened_store
from voicebot.cli.options import BY, WHY_NEEDED, given
from voicebot.cli.tables import AS_CSV, AS_JSON, print_rows
from voicebot.errors import UsageError
from voicebot.store import gateways


@click.group(cls=WholeGroup)
def command() -> None:
    """Lines: gateways to the network, and our numbers that customers see."""


@command.group()
def gateway() -> None:
    """Gateways: what each can carry, in which order they are used, how its answers are read."""


def _values(function: Any) -> Any:
    """The options that add and set share."""
    for option in (
        click.option("--causes", metavar="JSON", help='Its own reading, e.g. [{"code": "BUSY", "sip_status": 480}].'),
        click.option(
            "--bill-unit",
            "bill_s",
            type=int,
            metavar="SECONDS",
            help="A talk is billed in units of so many seconds, begun ones whole: 60, 6, 1.  [60]",
        ),
        click.option("--price-minute", type=float, help="Price of a billed minute, in the currency of its campaigns."),
        click.option("--rank", type=int, help="Smaller is used first; equal ones share by size.  [0]"),
        click.option("--node", help="The only switch that has it, HOST:PORT as it names itself; empty: every one."),
        click.option("--calls-per-second", type=float, help="Attempts started a second at most."),
        click.option("--max-calls", type=int, help="Calls at once at most."),
    ):
        function = option(function)
    return function


@gateway.command("add")
@click.argument("name")
@_values
@BY
def add(name: str, by: str, **values: Any) -> None:
    """Add the sofia gateway NAME; --max-calls and --calls-per-second are needed."""
    chosen = _chosen(name, values)
    for wanted in ("max_calls", "calls_per_second"):
        if wanted not in chosen:
            raise UsageError(f"gateway {name!r} needs --{wanted.replace('_', '-')}: what the carrier's contract allows")
    with opened_store() as store:
        gateways.put(store, name, chosen, by=by, new=True)
    click.echo(f"gateway {name} is added")


@gateway.command("set")
@click.argument("name")
@_values
@BY
def change(name: str, by: str, **values: Any) -> None:
    """Change what is given of the gateway NAME; dialers take it within seconds."""
    chosen = _chosen(name, values)
    if not chosen:
        raise UsageError(f"nothing to change of gateway {name!r}; see: voicebot line gateway set --help")
    with opened_store() as store:
        gateways.put(store, name, chosen, by=by)
    click.echo(f"gateway {name} is changed")


@gateway.command("list")
@AS_JSON
@AS_CSV
def show(as_json: bool, as_csv: bool) -> None:
    """All gateways in the order in which they are used."""
    with opened_store() as store:
        found = gateways.listed(store)
    rows = [
        {
            "gateway": one.name,
            "rank": one.rank,
            "max_calls": one.max_calls,
            "calls_per_second": one.calls_per_second,
            "node": one.node,
            "own_causes": len(one.causes),
            "price_minute": one.price_minute,
            "bill_unit": one.bill_s,
            "up": one.up,
            "because": one.because,
            "since": one.since,
        }
        for one in found
    ]
    print_rows("gateway", rows, as_json=as_json, as_csv=as_csv)


@gateway.command("down")
@click.argument("name")
@WHY_NEEDED
@BY
@click.pass_context
def down(context: click.Context, name: str, why: str, by: str) -> None:
    """Dial no more through NAME, until `up`. Exit status 1 when it was down already."""
    _set(context, name, False, why, by)


@gateway.command("up")
@click.argument("name")
@WHY_NEEDED
@BY
@click.pass_context
def up(context: click.Context, name: str, why: str, by: str) -> None:
    """Dial through NAME again. Exit status 1 when it was up already."""
    _set(context, name, True, why, by)


def _set(context: click.Context, name: str, up: bool, why: str, by: str) -> None:
    with opened_store() as store:
        changed = gateways.set_by_hand(store, name, up, why, by=by)
    click.echo(f"gateway {name} {'is' if changed else 'was'} {'up' if up else 'down'}{'' if changed else ' already'}")
    context.exit(0 if changed else 1)


def _chosen(name: str, values: dict[str, Any]) -> dict[str, Any]:
    """What was given of the gateway, its causes read."""
    chosen = given(values)
    if "causes" in chosen:
        try:
            chosen["causes"] = json.loads(chosen["causes"])
        except json.JSONDecodeError as fault:
            raise UsageError(f"gateway {name!r}: --causes is not JSON: {fault}") from None
    return chosen


command.add_command(line_number.number)
