"""`voicebot plan`: the calculator of campaigns. Options in, one answer out; the arithmetic is campaign/policy's."""

import json
from datetime import date, datetime
from typing import Any

import click

from voicebot.campaign.policy.calculator import answer
from voicebot.cli.opened import opened_store
from voicebot.cli.options import BY
from voicebot.cli.plan_input import Stored, day, number, question_of, saved, stored, whole
from voicebot.cli.plan_json import as_json as plain
from voicebot.cli.plan_tables import print_answer
from voicebot.cli.tables import AS_JSON
from voicebot.errors import UsageError
from voicebot.store.targets import save_targets


@click.command("plan")
@click.option("--leads", type=number, help="Leads dialled.")
@click.option("--connect-rate", type=number, help="Leads that a human answers, of those dialled: 0.65 or 65%.")
@click.option("--connected", type=number, help="Leads that a human answers.")
@click.option("--intent-rate", type=number, help="Calls graded A or B, of the connected.")
@click.option("--intents", type=number, help="Calls graded A or B.")
@click.option("--accept-rate", type=number, help="Friend requests accepted, of the intents.")
@click.option("--add-rate", type=number, help="Adds of the connected: intent rate × accept rate.")
@click.option("--target-adds", type=number, help="Wanted adds.")
@click.option("--days", type=whole, help="Length of the campaign in days.")
@click.option("--start", type=day, help="First day, 2026-12-01. Weeks then follow the calendar.")
@click.option("--call-days", metavar="LIST", help="Days with calls: mon … sun, workday, weekend, holiday, by commas.")
@click.option("--holidays", metavar="CC", help="Country of the public holidays, or none; without it CN.")
@click.option("--calls-per-lead", type=number, help="Attempts that a lead takes on average; without it 1.")
@click.option("--ramp", metavar="LIST", help="Pace of the first weeks, 20%,50%: a trial run, half, then full.")
@click.option("--friends-per-account", type=whole, help="Friends that an account may add in a day.")
@click.option("--accounts", type=whole, help="Accounts that there are.")
@click.option("--done-leads", type=whole, help="Leads dialled so far.")
@click.option("--done-connected", type=whole, help="Of these, connected.")
@click.option("--done-intents", type=whole, help="Of these, graded A or B.")
@click.option("--done-adds", type=whole, help="Of these, added; without it estimated.")
@click.option("--days-done", type=whole, help="Days that are over.")
@click.option("--today", type=day, help="First day of the rest; without it the day it is.")
@click.option("--good", type=number, help="Scale up when a rate reaches this share of the plan; without it 110%.")
@click.option("--bad", type=number, help="Alert when one is down to this share; without it 80%.")
@click.option("--step", type=number, help="By how much calls grow then; without it 20%.")
@click.option("--least", type=whole, help="Leads dialled before anything is judged; without it 500.")
@click.option("--cost", type=number, help="Cost of the whole campaign.")
@click.option("--lead-price", type=number, help="Cost of one lead, in place of --cost.")
@click.option("--order-rate", type=number, help="Orders of adds.")
@click.option("--order-value", type=number, help="What one order brings.")
@click.option("--sms", type=number, help="Text messages sent.")
@click.option("--sms-response-rate", type=number, help="Responses of messages: 0.028%.")
@click.option("--sms-order-rate", type=number, help="Orders of responses.")
@click.option("--sms-cost", type=number, help="Cost of all messages.")
@click.option("--sms-price", type=number, help="Cost of one message, in place of --sms-cost.")
@click.option("--campaign", metavar="NAME", help="Targets, calendar and figures so far from this campaign.")
@click.option("--save", is_flag=True, help="Keep the figures as targets of --campaign.")
@BY
@AS_JSON
def command(campaign: str | None, save: bool, by: str, as_json: bool, **options: Any) -> None:
    """What a target needs and what leads give.

    Give what you know, and everything that follows is worked out: people, rates, accounts, weeks, money. With figures
    reached so far the rest is planned anew.
    """
    if save and campaign is None:
        raise UsageError("--save needs --campaign NAME, whose targets the figures become")
    if campaign is None:
        found = answer(question_of(options, Stored(), _today(options, None)))
        _show(found, as_json)
        return
    with opened_store() as store:
        kept = stored(store, campaign)
        question = question_of(options, kept, _today(options, kept))
        found = answer(question)
        if save:
            save_targets(store, campaign, saved(question, found), by=by)
    _show(found, as_json)
    if save and not as_json:
        click.echo(f"saved as targets of {campaign}; target and actual: voicebot report targets --campaign {campaign}")


def _today(options: dict[str, Any], kept: Stored | None) -> date:
    """The day that the rest begins with, in the campaign's time zone."""
    given: date | None = options["today"]
    return given or datetime.now(kept.zone if kept else None).date()


def _show(found: Any, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(plain(found), ensure_ascii=False))
    else:
        print_answer(found)
