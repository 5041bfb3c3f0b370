"""`voicebot campaign start|schedule|pause|resume|stop|cancel|audit`: what a person orders, with the reason."""

from datetime import UTC, datetime

import click

from voicebot import settings as settings_list
from voicebot.app.outer import outer_of
from voicebot.app.plan_arms import put_arms_in_force
from voicebot.app.preflight import Preflight, preflight
from voicebot.campaign import orders
from voicebot.campaign.policy.plan import Plan
from voicebot.campaign.policy.states import CampaignState
from voicebot.campaign.policy.windows import zone_named
from voicebot.cli.campaign_preflight import show
from voicebot.cli.opened import opened_store
from voicebot.cli.options import BY, WHY, latest
from voicebot.cli.tables import AS_CSV, AS_JSON, print_rows
from voicebot.errors import UsageError
from voicebot.store import campaigns
from voicebot.store.audit import audit_of
from voicebot.store.store import Store

CAMPAIGN = click.argument("campaign")


@click.command("start")
@CAMPAIGN
@WHY
@BY
@click.pass_context
def start(context: click.Context, campaign: str, why: str, by: str) -> None:
    """Check CAMPAIGN and let the dialer call. Exit status 1 when the check found errors."""
    with opened_store() as store:
        _ready(context, store, campaign, by)
        orders.start(store, campaign, by, why)
    click.echo(f"campaign {campaign} is running: `voicebot dial` calls while its hours are open")


@click.command("schedule")
@CAMPAIGN
@click.option("--at", required=True, metavar="TIME", help="2026-11-24 09:00 in the plan's time zone, or with +08:00.")
@WHY
@BY
@click.pass_context
def schedule(context: click.Context, campaign: str, at: str, why: str, by: str) -> None:
    """Check CAMPAIGN now and have it started at a time. Exit status 1 when the check found errors."""
    with opened_store() as store:
        moment = _moment(at, campaigns.plan_of(store, campaign))
        now = datetime.now(UTC)
        if moment <= now:
            raise UsageError(f"--at {at} is past; name a moment to come, or: voicebot campaign start {campaign}")
        _ready(context, store, campaign, by)
        orders.schedule(store, campaign, moment, now, by, why)
    click.echo(f"campaign {campaign} starts at {moment:%Y-%m-%d %H:%M %z}")


@click.command("pause")
@CAMPAIGN
@WHY
@BY
def pause(campaign: str, why: str, by: str) -> None:
    """No new calls from now on; those in the air go on to their end."""
    with opened_store() as store:
        _told(campaign, orders.pause(store, campaign, by, why))


@click.command("resume")
@CAMPAIGN
@WHY
@BY
def resume(campaign: str, why: str, by: str) -> None:
    """Go on with a paused CAMPAIGN."""
    with opened_store() as store:
        _told(campaign, orders.resume(store, campaign, by, why))


@click.command("stop")
@CAMPAIGN
@WHY
@BY
def stop(campaign: str, why: str, by: str) -> None:
    """End CAMPAIGN for good when the calls in the air are over; call a scheduled start off."""
    with opened_store() as store:
        _told(campaign, orders.stop(store, campaign, by, why))


@click.command("cancel")
@CAMPAIGN
@WHY
@BY
def cancel(campaign: str, why: str, by: str) -> None:
    """Give up a CAMPAIGN that has no calls in the air, for good."""
    with opened_store() as store:
        _told(campaign, orders.cancel(store, campaign, by, why))


@click.command("audit")
@CAMPAIGN
@latest(50)
@AS_JSON
@AS_CSV
def audit(campaign: str, limit: int, as_json: bool, as_csv: bool) -> None:
    """Who changed CAMPAIGN, when and why, the newest first."""
    with opened_store() as store:
        campaigns.find(store, campaign)
        lines = audit_of(store, f"campaign:{campaign}", limit)
    rows = [
        {"at": line.at, "who": line.who, "action": line.action, "before": line.before, "after": line.after}
        | {"why": line.why}
        for line in lines
    ]
    if not as_json and not as_csv:  # a whole plan does not fit into a table
        rows = [row | {"before": _short(row["before"]), "after": _short(row["after"])} for row in rows]
    print_rows("change", rows, as_json=as_json, as_csv=as_csv)


def _short(values: object) -> str:
    if not isinstance(values, dict) or "text" in values:
        return "a plan" if values else ""
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _ready(context: click.Context, store: Store, campaign: str, by: str) -> None:
    """Check it unless it is past that; ends the command with status 1 when there are errors."""
    plan, settings = campaigns.plan_of(store, campaign), settings_list.load()
    if orders.begin_checking(store, campaign, by):
        found: Preflight | None = None
        try:
            found = preflight(settings, store, plan, datetime.now(UTC), outer_of(settings))
        finally:
            errors = (
                [remark.text for remark in found.remarks if remark.error] if found else ["the check was broken off"]
            )
            orders.checked(store, campaign, by, ok=not errors, why="; ".join(errors[:3]))
        show(found, plan)
        if errors:
            context.exit(1)
    put_arms_in_force(settings, store, plan)


def _moment(text: str, plan: Plan) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--at {text!r} is no time; write for example '2026-11-24 09:00'") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone_named(plan.zone))


def _told(campaign: str, state: CampaignState) -> None:
    words = {
        CampaignState.PAUSING: "pausing: no new calls; paused when those in the air are over",
        CampaignState.DRAINING: "draining: no new calls; done when those in the air are over",
    }
    click.echo(f"campaign {campaign} is {words.get(state, str(state))}")
