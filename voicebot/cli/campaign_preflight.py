"""`voicebot campaign preflight|why`: what will be dialled and what not, and why, before anybody is called."""

import dataclasses
import json
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from voicebot import settings as settings_list
from voicebot.app.outer import outer_of
from voicebot.app.preflight import Preflight, preflight
from voicebot.campaign import orders, why
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.numbers import e164
from voicebot.campaign.policy.plan import Plan
from voicebot.campaign.policy.windows import zone_named
from voicebot.cli.opened import opened_store
from voicebot.cli.options import BY
from voicebot.cli.tables import AS_JSON
from voicebot.store import campaigns

CAMPAIGN = click.argument("campaign")


@click.command("preflight")
@CAMPAIGN
@BY
@AS_JSON
@click.pass_context
def preflight_command(context: click.Context, campaign: str, by: str, as_json: bool) -> None:
    """Say how many leads of CAMPAIGN will be called, why not the others, until when, and what is missing.

    A draft without errors becomes ready; a campaign that runs already is only looked at. Exit status 1 on errors.
    """
    settings = settings_list.load()
    with opened_store() as store:
        plan = campaigns.plan_of(store, campaign)
        found = preflight(settings, store, plan, datetime.now(UTC), outer_of(settings))
        if orders.begin_checking(store, campaign, by):
            errors = [remark.text for remark in found.remarks if remark.error]
            orders.checked(store, campaign, by, ok=found.ok, why="; ".join(errors[:3]))
    if as_json:
        click.echo(json.dumps(_as_json(found), ensure_ascii=False))
    else:
        show(found, plan)
    context.exit(0 if found.ok else 1)


@click.command("why")
@CAMPAIGN
@click.argument("lead")
@AS_JSON
@click.pass_context
def why_command(context: click.Context, campaign: str, lead: str, as_json: bool) -> None:
    """Say why LEAD, by its key or number, is not called now. Exit status 1 when something is in the way."""
    settings = settings_list.load()
    try:
        number: str | None = e164(lead, settings.home_region)
    except ValueError:
        number = None
    with opened_store() as store:
        plan = campaigns.plan_of(store, campaign)
        found = why.why(store, plan, lead, number, datetime.now(UTC), outer_of(settings))
    if as_json:
        rows = [dataclasses.asdict(one) | {"verdict": one.verdict, "at": one.at.isoformat()} for one in found]
        click.echo(json.dumps({"leads": rows}, ensure_ascii=False))
    else:
        for one in found:
            _show_why(one)
    context.exit(0 if all(check.ok for one in found for check in one.checks) else 1)


def _show_why(one: why.Why) -> None:
    click.echo(f"lead {one.lead}, {one.number}: {one.verdict}")
    table = Table("check", "", "what it says")
    for check in one.checks:
        table.add_row(check.name, "ok" if check.ok else "no", Text(check.words))
    Console().print(table, highlight=False)


def show(found: Preflight, plan: Plan) -> None:
    """The preflight in words."""
    leads, coming = found.leads, found.forecast
    click.echo(f"{leads.will_be_called:,} of {leads.leads:,} will be dialled{_others(found)}")
    for code, count in leads.later.most_common():
        click.echo(f"  of these {count:,} not yet: {_label(code)}")
    zone = zone_named(plan.zone)
    if leads.will_be_called and coming.end and coming.once:
        click.echo(
            f"finish by {coming.end.astimezone(zone):%A %Y-%m-%d %H:%M} at {found.concurrency} lines;"
            f" everybody called once by {coming.once.astimezone(zone):%A %Y-%m-%d %H:%M}"
        )
        of = coming.lengths
        click.echo(
            f"  about {coming.attempts:,} attempts, {coming.a_minute:.0f} a minute while the hours are open;"
            f" {of.source}: {of.answer_rate:.0%} answered, {of.again:.0%} called again, ringing {of.ring_s:.0f} s,"
            f" talk {of.talk_s:.0f} s"
        )
    click.echo(f"recognition keeps up with {found.recognised} calls at once")
    for remark in found.remarks:
        click.echo(f"  {'error' if remark.error else 'warning'} {remark.code}: {remark.text}")


def _others(found: Preflight) -> str:
    leads = found.leads
    parts = [f"{count:,} {_label(code)}" for code, count in leads.refused.most_common()]
    parts += [f"{count:,} {words}" for count, words in ((leads.over, "done"), (leads.live, "in a call now")) if count]
    return f"; {', '.join(parts)}" if parts else ""


def _label(code: str) -> str:
    """A refusal's code in words: STOP_LIST is stop list, with what Chinese users know it by."""
    known = {str(one): one.label for one in Code}
    return f"{code.lower().replace('_', ' ')} ({known[code]})" if code in known else code


def _as_json(found: Preflight) -> dict[str, Any]:
    leads, coming = found.leads, found.forecast
    return {
        "campaign": found.campaign,
        "at": found.at.isoformat(),
        "ok": found.ok,
        "leads": leads.leads,
        "will_be_called": leads.will_be_called,
        "fresh": leads.fresh,
        "called_before": leads.begun,
        "in_call": leads.live,
        "done": leads.over,
        "refused": dict(leads.refused),
        "later": dict(leads.later),
        "once": coming.once.isoformat() if coming.once else None,
        "end": coming.end.isoformat() if coming.end else None,
        "attempts": coming.attempts,
        "attempts_a_minute": round(coming.a_minute, 2),
        "assumptions": dataclasses.asdict(coming.lengths),
        "lines": found.concurrency,
        "recognised_calls": found.recognised,
        "remarks": [dataclasses.asdict(remark) for remark in found.remarks],
    }
