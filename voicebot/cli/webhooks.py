"""`voicebot webhooks`: addresses that are told what happens, what waits for them, and the process that sends it."""

import asyncio
from datetime import UTC, datetime

import click
import gevent

from voicebot import settings as settings_list
from voicebot.app.stopping import stoppable
from voicebot.campaign.webhook_address import address, resolved, secrets_of
from voicebot.campaign.webhooks import Sender
from voicebot.cli.lazy import WholeGroup
from voicebot.cli.opened import opened_store
from voicebot.cli.options import BY, latest
from voicebot.cli.tables import AS_CSV, AS_JSON, print_rows
from voicebot.errors import Stopped, UsageError
from voicebot.store import webhooks
from voicebot.store.outbox import EVENTS, TEST
from voicebot.store.store import Store
from voicebot.store.webhooks import Hook

LOOK_S = 1.0
"""How often it is seen whether the sender runs still."""


@click.group(cls=WholeGroup)
def command() -> None:
    """Addresses that are told of attempts, leads, campaigns and stops: signed, in order, until they take it."""


@command.command("add")
@click.argument("url")
@click.option("--secret", required=True, metavar="NAME", help="What signs: a NAME of VOICEBOT_WEBHOOK_SECRETS.")
@click.option("--event", "events", type=click.Choice(EVENTS), multiple=True, help="Only these; all without it.")
@BY
def add(url: str, secret: str, events: tuple[str, ...], by: str) -> None:
    """Tell URL from now on; https, or a host of VOICEBOT_WEBHOOK_HOSTS."""
    settings = settings_list.load()
    to = address(url, settings.webhook_hosts)
    try:
        asyncio.run(resolved(to))
    except OSError as fault:
        raise UsageError(f"{to.host} cannot be looked up ({fault}); check the name") from None
    if secret not in secrets_of(settings.webhook_secrets):
        raise UsageError(f"there is no secret {secret!r}; set VOICEBOT_WEBHOOK_SECRETS={secret}=... for whoever sends")
    with opened_store() as store:
        hook = webhooks.add(store, url, events, secret, by)
    click.echo(f"webhook {hook} is told {', '.join(events) or 'everything'}; try it: voicebot webhooks test {hook}")


@command.command("list")
@AS_JSON
@AS_CSV
def show(as_json: bool, as_csv: bool) -> None:
    """Every address with what waits for it."""
    with opened_store() as store:
        found = webhooks.hooks(store)
    rows = [
        {"id": one.id, "url": one.url, "events": ", ".join(one.events) or "all", "secret": one.secret}
        | {"waiting": one.waiting, "given_up": one.given_up}
        for one in found
    ]
    print_rows("webhook", rows, as_json=as_json, as_csv=as_csv)


@command.command("remove")
@click.argument("webhook", type=int)
@BY
def remove(webhook: int, by: str) -> None:
    """Tell WEBHOOK nothing more; what waits for it is not sent."""
    with opened_store() as store:
        webhooks.remove(store, webhook, by)
    click.echo(f"webhook {webhook} is told nothing more")


@command.command("deliveries")
@click.option("--webhook", type=int, help="Only of this one.")
@click.option("--undelivered", is_flag=True, help="Only those that were not taken yet, or given up.")
@latest(50)
@AS_JSON
@AS_CSV
def deliveries(webhook: int | None, undelivered: bool, limit: int, as_json: bool, as_csv: bool) -> None:
    """The latest messages and what came of them."""
    with opened_store() as store:
        found = webhooks.messages(store, limit, hook=webhook, undelivered=undelivered)
    rows = [
        {
            "id": one.id,
            "webhook": one.webhook_id,
            "event": one.event,
            "subject": one.subject if not one.subject.startswith("number:") else "number",
            "seq": one.seq,
            "created_at": one.created_at,
            "tries": one.tries,
            "delivered_at": one.delivered_at,
            "next_at": None if one.delivered_at or one.given_up else one.due_at,
            "state": "delivered" if one.delivered_at else "given up" if one.given_up else "waiting",
            "last_error": one.last_error,
        }
        for one in found
    ]
    print_rows("message", rows, as_json=as_json, as_csv=as_csv)


@command.command("retry")
@click.argument("messages", nargs=-1, required=True, type=int)
@click.pass_context
def retry(context: click.Context, messages: tuple[int, ...]) -> None:
    """Try MESSAGES at once, also those that were given up. Exit status 1 when one was delivered or is unknown."""
    with opened_store() as store:
        again = webhooks.retry(store, messages, datetime.now(UTC))
    click.echo(f"{again} of {len(set(messages))} are tried again")
    context.exit(0 if again == len(set(messages)) else 1)


@command.command("test")
@click.argument("webhook", type=int)
@click.pass_context
def test(context: click.Context, webhook: int) -> None:
    """Send WEBHOOK a message that says nothing, now. Exit status 1 when it does not take it."""
    settings = settings_list.load()
    with opened_store() as store:
        hook = _hook(store, webhook)
        webhooks.add_test(store, hook)
        asyncio.run(Sender(store, settings).send_due(hook))
        sent = next(one for one in webhooks.messages(store, 1000, hook=webhook) if one.event == TEST)
    click.echo(f"webhook {webhook} {'took it' if sent.delivered_at else f'did not take it: {sent.last_error}'}")
    context.exit(0 if sent.delivered_at else 1)


@command.command("run")
def run() -> None:
    """Send what waits, until SIGTERM or Ctrl-C. `voicebot dial` does the same; more than one may run."""
    settings = settings_list.load()
    with opened_store() as store, stoppable():
        sender = Sender(store, settings)
        sender.start()
        click.echo("sending to webhooks", err=True)
        try:
            while sender.running:
                gevent.sleep(LOOK_S)
        except Stopped:
            sender.stop()


def _hook(store: Store, wanted: int) -> Hook:
    for one in webhooks.hooks(store):
        if one.id == wanted:
            return one
    raise UsageError(f"there is no webhook {wanted}; `voicebot webhooks list` shows them")
