"""`voicebot agent`: the people who take hand-offs: who they are, what they do, at work, in a pause, home."""

import dataclasses
import json
from datetime import UTC, datetime
from typing import Any

import click
import gevent

from voicebot import settings as settings_list
from voicebot.app.direct_call import open_direct_dialler
from voicebot.app.stopping import outcome, stoppable
from voicebot.campaign import agents as checked
from voicebot.campaign.policy.agent_states import HELD, AgentState
from voicebot.cli.lazy import WholeGroup
from voicebot.cli.opened import opened_store
from voicebot.cli.options import BY, WHY, given, latest
from voicebot.cli.tables import AS_CSV, AS_JSON, print_rows
from voicebot.errors import Stopped, UsageError, VoicebotError
from voicebot.store import agents
from voicebot.store.agents import AgentNow, Ordered


@click.group(cls=WholeGroup)
def command() -> None:
    """Human agents who take the calls that the robot hands off."""


def _values(function: Any) -> Any:
    """The options that add and update share."""
    for option in (
        click.option("--wrap-up-s", type=int, help="Seconds for notes after a talk; it is not rung meanwhile.  [0]"),
        click.option("--team", help="Hand-off target of scripts that it answers; empty: any."),
        click.option("--dial", help="Its telephone, e.g. sofia/gateway/office/1001 or user/1001."),
        click.option("--title", help="Name for people.  [NAME]"),
    ):
        function = option(function)
    return function


@command.command("add")
@click.argument("name")
@_values
@BY
def add(name: str, by: str, **values: Any) -> None:
    """Add the agent NAME; --dial is needed. It is offline until `voicebot agent idle NAME`."""
    with opened_store() as store:
        checked.add(store, name, given(values), datetime.now(UTC), by=by)
    click.echo(f"agent {name} is added")


@command.command("update")
@click.argument("name")
@_values
@BY
def update(name: str, by: str, **values: Any) -> None:
    """Change what is given of the agent NAME; a call that has it goes on as it began."""
    values = given(values)
    if not values:
        raise UsageError(f"nothing to change of agent {name!r}; see: voicebot agent update --help")
    with opened_store() as store:
        checked.change(store, name, values, by=by)
    click.echo(f"agent {name} is changed")


@command.command("remove")
@click.argument("name")
@WHY
@BY
def remove(name: str, why: str, by: str) -> None:
    """Take the agent NAME off the list; reports of past days keep it."""
    with opened_store() as store:
        agents.remove(store, name, datetime.now(UTC), by=by, why=why)
    click.echo(f"agent {name} is removed")


@command.command("list")
@click.option("--team", help="Only those who answer this hand-off target.")
@AS_JSON
@AS_CSV
def show_all(team: str | None, as_json: bool, as_csv: bool) -> None:
    """All agents with their states."""
    with opened_store() as store:
        found = agents.listed(store, datetime.now(UTC), team)
    print_rows("agent", [_row(one) for one in found], as_json=as_json, as_csv=as_csv)


@command.command("show")
@click.argument("name")
@latest(20)
@AS_JSON
@AS_CSV
def show(name: str, limit: int, as_json: bool, as_csv: bool) -> None:
    """What the agent NAME did: its latest spells, the newest first."""
    with opened_store() as store:
        agents.find(store, name, datetime.now(UTC))
        found = agents.spells(store, name, limit)
    rows = [
        {
            "state": str(one.state),
            "began_at": one.began_at,
            "ended_at": one.ended_at,
            "seconds": round((one.ended_at - one.began_at).total_seconds()) if one.ended_at else None,
            "why": one.why,
        }
        for one in found
    ]
    print_rows("spell", rows, as_json=as_json, as_csv=as_csv)


@command.command("idle")
@click.argument("names", nargs=-1, required=True)
@BY
@click.pass_context
def idle(context: click.Context, names: tuple[str, ...], by: str) -> None:
    """NAMES are at work and may be rung; a pause ordered during a call is taken back.

    Exit status 1 when all of them were so already.
    """
    _set(context, names, AgentState.IDLE, "", by)


@command.command("pause")
@click.argument("names", nargs=-1, required=True)
@click.option("--why", default="", help="For example lunch; it stands in the reports.")
@BY
@click.pass_context
def pause(context: click.Context, names: tuple[str, ...], why: str, by: str) -> None:
    """NAMES are at work but not rung; who is in a call, after it and the wrap-up.

    Exit status 1 when all of them were so already.
    """
    _set(context, names, AgentState.PAUSE, why, by)


@command.command("offline")
@click.argument("names", nargs=-1, required=True)
@click.option("--why", default="", help="For example end of shift; it stands in the reports.")
@BY
@click.pass_context
def offline(context: click.Context, names: tuple[str, ...], why: str, by: str) -> None:
    """NAMES have gone home; who is in a call, after it and the wrap-up.

    Exit status 1 when all of them were so already.
    """
    _set(context, names, AgentState.OFFLINE, why, by)


@command.command("call")
@click.argument("name")
@click.option("--campaign", required=True, help="Whose lead it is.")
@click.option("--lead", required=True, metavar="KEY", help="The lead's key in the list.")
@AS_JSON
@click.pass_context
def call(context: click.Context, name: str, campaign: str, lead: str, as_json: bool) -> None:
    """The agent NAME calls one lead himself: he is rung first, then the customer is dialled for him.

    Every check of the dialer is made: stop list, complaints, hours, caps, lines, and that the campaign runs. Exit
    status 1 when the two did not talk. Ctrl-C hangs up.
    """
    with open_direct_dialler(settings_list.load()) as dialler, stoppable():
        running = gevent.spawn(outcome, lambda: dialler.call(name, campaign, lead))
        try:
            running.join()
        except Stopped:
            dialler.stop()
            running.join()
        came = running.get()
    if isinstance(came, VoicebotError):
        raise came
    shown = dataclasses.asdict(came)
    if as_json:
        click.echo(json.dumps(shown | {"code": came.code and str(came.code)}, ensure_ascii=False))
    elif came.talked_ms:
        click.echo(f"talked for {came.talked_ms / 1000:.0f} s; attempt {came.attempt_id}")
    else:
        click.echo(f"not reached: {came.code or 'not dialled'}, {came.why}")
    context.exit(0 if came.talked_ms else 1)


def _set(context: click.Context, names: tuple[str, ...], to: AgentState, why: str, by: str) -> None:
    changed = False
    with opened_store(migrate=True) as store:
        for name in names:
            came = agents.set_state(store, name, to, datetime.now(UTC), by=by, why=why)
            changed |= came.changed
            click.echo(f"agent {name} {_told(came, to)}")
    context.exit(0 if changed else 1)


def _told(came: Ordered, to: AgentState) -> str:
    already = "" if came.changed else ", as ordered already"
    if came.waits:
        return f"is {came.before}; it becomes {to} when the call is over{already}"
    if came.before in HELD:
        return f"is {came.before} and stays at work after the call{already}"
    return f"is {to}" if came.changed else f"was {to} already"


def _row(one: AgentNow) -> dict[str, Any]:
    return {
        "agent": one.name,
        "title": one.title,
        "team": one.team,
        "state": str(one.state),
        "since": one.since,
        "free_at": one.free_at,
        "after_call": one.after_call and str(one.after_call),
        "attempt": one.attempt_id,
        "missed": one.missed,
        "wrap_up_s": one.wrap_up_s,
        "dial": one.dial,
    }
