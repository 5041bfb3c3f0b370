"""Webhooks: told with the change or not at all, signed, in order, until they are taken. On both databases."""

import asyncio
import base64
import hashlib
import hmac
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from tests.campaign.receiver import SECRET, Receiver
from tests.store.test_claims import NOW, add, end, row, running
from voicebot import settings
from voicebot.campaign import orders
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.webhook_address import address, resolved, secrets_of, signature
from voicebot.campaign.webhooks import MOST_TRIES, Sender, pause
from voicebot.errors import UsageError
from voicebot.store import stop_list
from voicebot.store import webhooks as outbox
from voicebot.store.claims import claim
from voicebot.store.outbox import Told, campaign_state, tell
from voicebot.store.settle import settle
from voicebot.store.stop_list import Entry
from voicebot.store.store import Store
from voicebot.store.tables_dialling import WebhookDelivery

LEASE = timedelta(minutes=1)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
SETTINGS = replace(settings.load({}), webhook_secrets=f"crm={SECRET}")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made


def hook_at(store: Store, url: str, *events: str) -> outbox.Hook:
    key = outbox.add(store, url, events, "crm")
    return next(one for one in outbox.hooks(store) if one.id == key)


def send(store: Store, receiver: Receiver, hook: outbox.Hook, deadline_s: float = 30.0) -> int:
    """One round of a sender that may tell this receiver."""
    sender = Sender(store, replace(SETTINGS, webhook_hosts=receiver.host), deadline_s)
    return asyncio.run(sender.send_due(hook))


def make_due(store: Store) -> None:
    """Everything that waits for a later time, or lies with a sender that died."""
    with store.writing() as connection:
        connection.execute(update(WebhookDelivery).values(due_at=LONG_AGO))


def put(store: Store, hook: outbox.Hook, *subjects: str) -> None:
    """Messages of these subjects in this order."""
    with store.writing() as connection:
        tell(connection, [Told("stop.added", subject, {"n": n}) for n, subject in enumerate(subjects)], [hook.id])


def test_a_lead_s_way_is_told_in_order(store, receiver):
    hook = hook_at(store, receiver.url)
    plan = running(store)
    add(store, row(1))
    (one,) = claim(store, plan, "d1", 1, NOW).leads
    end(store, one.attempt_id, Code.REJECTED, NOW)
    end(store, one.attempt_id, Code.BUSY, NOW)  # a late second result changes nothing
    settle(store, plan, one.attempt_id)
    settle(store, plan, one.attempt_id)
    assert send(store, receiver, hook) == 5
    told = [got.json for got in receiver.got if got.json["subject"].startswith("lead:")]
    assert [(one["seq"], one["type"]) for one in told] == [(1, "attempt.ended"), (2, "lead.finished")]
    assert (told[0]["data"]["code"], told[0]["data"]["lead"], told[0]["data"]["attempt"]) == (
        "REJECTED",
        "1",
        one.attempt_id,
    )
    assert (told[1]["data"]["state"], told[1]["data"]["attempts"]) == ("done", 1)
    states = [got.json["data"]["state"] for got in receiver.got if got.json["type"] == "campaign.state"]
    assert states == ["checking", "ready", "running"]
    assert send(store, receiver, hook) == 0


def test_nothing_is_told_of_a_change_that_did_not_happen(store, receiver):
    hook = hook_at(store, receiver.url, "campaign.state")
    running(store)
    before = len(outbox.messages(store, 100))
    with pytest.raises(UsageError):
        orders.resume(store, "spring", "", "")
    with pytest.raises(ZeroDivisionError), store.writing() as connection:
        campaign_state(connection, "spring", "running", "paused", "", "")
        raise ZeroDivisionError
    assert len(outbox.messages(store, 100)) == before == 3
    assert hook.events == ("campaign.state",)


def test_a_stop_is_told_once_and_an_import_of_many_is_not(store, receiver):
    hook = hook_at(store, receiver.url, "stop.added")
    entry = Entry("+8613800000001", "*", "asked", "person", NOW)
    stop_list.add(store, [entry])
    stop_list.add(store, [entry, replace(entry, number="+8613800000002", source="import")])
    stop_list.remove(store, entry.number, "*", "asked again", NOW + LEASE)
    stop_list.add(store, [replace(entry, added_at=NOW + 2 * LEASE, reason="and again")])
    assert send(store, receiver, hook) == 2
    assert [got.json["data"]["reason"] for got in receiver.got] == ["asked", "and again"]
    assert [got.json["seq"] for got in receiver.got] == [1, 2]


def test_a_claim_that_refuses_a_lead_tells_that_it_is_finished(store, receiver):
    plan = running(store)
    hook = hook_at(store, receiver.url, "lead.finished")
    add(store, row(1))
    stop_list.add(store, [Entry("+8613800000001", "*", "asked", "person", NOW)])
    assert claim(store, plan, "d1", 1, NOW).leads == ()
    assert send(store, receiver, hook) == 1
    assert (receiver.got[0].json["data"]["state"], receiver.got[0].json["data"]["code"]) == ("refused", "STOP_LIST")


def test_messages_are_signed_as_the_standard_says(store, receiver):
    hook = hook_at(store, receiver.url)
    put(store, hook, "lead:1")
    send(store, receiver, hook)
    (got,) = receiver.got
    key, stamp = got.headers["webhook-id"], got.headers["webhook-timestamp"]
    assert got.json["id"] == key
    signed = hmac.new(SECRET.encode(), f"{key}.{stamp}.".encode() + got.body, hashlib.sha256).digest()
    assert got.headers["webhook-signature"] == "v1," + base64.b64encode(signed).decode()
    assert got.headers["host"] == receiver.host
    assert abs(int(stamp) - datetime.now(UTC).timestamp()) < 300


def test_the_signature_of_the_standard_s_example():
    # Example of the Standard Webhooks libraries' own tests.
    secret = secrets_of("a=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")["a"]
    made = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_failure_holds_its_subject_back_and_no_other(store, receiver):
    hook = hook_at(store, receiver.url)
    put(store, hook, "lead:1", "lead:1", "lead:2", "lead:1")
    receiver.answers = [500]
    send(store, receiver, hook)
    first = [(got.json["subject"], got.json["seq"]) for got in receiver.got]
    failed = next(one for one in outbox.messages(store, 10) if one.last_error)
    assert failed.last_error == "answered 500"
    assert (failed.tries, failed.seq) == (1, 1)
    assert failed.due_at > datetime.now(UTC)
    if failed.subject == "lead:2":  # both heads went out at once; the other subject was the one that failed
        assert sorted(first) == [("lead:1", 1), ("lead:1", 2), ("lead:1", 3), ("lead:2", 1)]
    else:
        assert sorted(first) == [("lead:1", 1), ("lead:2", 1)]
    make_due(store)
    send(store, receiver, hook)
    taken = [one for one in outbox.messages(store, 10) if one.delivered_at]
    assert len(taken) == 4
    ones = [got for got in receiver.got if got.json["subject"] == "lead:1"]
    assert [got.json["seq"] for got in ones] in ([1, 1, 2, 3], [1, 2, 3])
    again = [got.headers["webhook-id"] for got in receiver.got].count(f"voicebot-{failed.id}")
    assert again == 2, "a repeated message has the id of the first"


def test_slow_dead_redirecting_and_unsigned_are_failures_with_words(store, receiver):
    hook = hook_at(store, receiver.url)
    put(store, hook, "lead:1")
    receiver.slow = True
    assert send(store, receiver, hook, deadline_s=0.2) == 1
    assert outbox.messages(store, 1)[0].last_error == "no answer within 0.2 s"
    receiver.slow = False
    receiver.release.set()
    receiver.answers = [302]
    make_due(store)
    send(store, receiver, hook)
    assert "a redirect, which is not followed" in outbox.messages(store, 1)[0].last_error
    assert {got.path for got in receiver.got} == {"/hook"}
    make_due(store)
    unsigned = Sender(store, replace(SETTINGS, webhook_hosts=receiver.host, webhook_secrets=""))
    asyncio.run(unsigned.send_due(hook))
    assert "the secret 'crm' is not in" in outbox.messages(store, 1)[0].last_error
    make_due(store)
    asyncio.run(Sender(store, SETTINGS).send_due(hook))
    assert "needs its host in VOICEBOT_WEBHOOK_HOSTS" in outbox.messages(store, 1)[0].last_error
    make_due(store)
    dead = hook_at(store, "http://127.0.0.1:9/hook")
    put(store, dead, "lead:9")
    asyncio.run(Sender(store, replace(SETTINGS, webhook_hosts="127.0.0.1:9")).send_due(dead))
    assert "ConnectError" in outbox.messages(store, 1)[0].last_error


def test_it_is_given_up_after_so_many_tries_and_the_next_goes_out(store, receiver):
    hook = hook_at(store, receiver.url)
    put(store, hook, "lead:1", "lead:1")
    receiver.answers = [500] * MOST_TRIES
    for _ in range(MOST_TRIES):
        make_due(store)
        send(store, receiver, hook)
    second, first = outbox.messages(store, 2)
    assert (first.given_up, first.tries) == (True, MOST_TRIES)
    assert second.delivered_at is not None
    assert outbox.retry(store, [first.id, second.id], LONG_AGO) == 1
    send(store, receiver, hook)
    assert outbox.messages(store, 2)[1].delivered_at is not None


def test_pauses_grow_up_to_the_longest():
    assert [pause(n).total_seconds() for n in (1, 2, 3, 11, 50)] == [5, 10, 20, 3600, 3600]


def test_two_senders_never_have_the_same_message(store, receiver):
    hook = hook_at(store, receiver.url)
    put(store, hook, "lead:1", "lead:1", "lead:2")
    now = datetime.now(UTC)
    mine = outbox.take(store, hook.id, 10, now, LEASE)
    assert sorted((one.subject, one.seq) for one in mine) == [("lead:1", 1), ("lead:2", 1)]
    assert outbox.take(store, hook.id, 10, now, LEASE) == []
    again = outbox.take(store, hook.id, 10, now + LEASE, LEASE)
    assert {one.id for one in again} == {one.id for one in mine}, "who died lets go of them"


KILLED = """
import asyncio, sys
from dataclasses import replace
from pathlib import Path
from voicebot import settings
from voicebot.campaign.webhooks import Sender
from voicebot.store.store import open_store
from voicebot.store import webhooks
url, spill, host = sys.argv[1:]
store = open_store(url, Path(spill), migrate=False)
mine = replace(settings.load({}), webhook_hosts=host, webhook_secrets="crm=s3cret")
asyncio.run(Sender(store, mine).send_due(webhooks.hooks(store)[0]))
"""


def test_a_killed_sender_s_message_is_sent_by_the_next(store, receiver, tmp_path):
    hook = hook_at(store, receiver.url)
    put(store, hook, "lead:1", "lead:1")
    receiver.slow = True
    url = store.engine.url.render_as_string(hide_password=False)
    with subprocess.Popen([sys.executable, "-c", KILLED, url, str(tmp_path), receiver.host]) as child:
        assert receiver.arrived.acquire(timeout=60)
        child.kill()
    receiver.slow = False
    receiver.release.set()
    assert send(store, receiver, hook) == 0, "its lease is not over"
    make_due(store)
    assert send(store, receiver, hook) == 2
    assert [got.json["seq"] for got in receiver.got] == [1, 1, 2]
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 2


def test_the_sender_s_thread_tells_what_comes(store, receiver):
    hook = hook_at(store, receiver.url)
    sender = Sender(store, replace(SETTINGS, webhook_hosts=receiver.host))
    sender.start()
    try:
        put(store, hook, "lead:1", "lead:2")
        assert receiver.arrived.acquire(timeout=60)
        assert receiver.arrived.acquire(timeout=60)
    finally:
        sender.stop()
    assert not sender.running
    assert all(one.delivered_at for one in outbox.messages(store, 10))


def test_what_is_over_is_forgotten_but_the_numbers_go_on(store, receiver):
    hook = hook_at(store, receiver.url)
    put(store, hook, "lead:1", "lead:1")
    assert outbox.forget(store, datetime.now(UTC) + LEASE) == 0, "they wait"
    send(store, receiver, hook)
    assert outbox.forget(store, datetime.now(UTC) + LEASE) == 1
    put(store, hook, "lead:1")
    assert outbox.messages(store, 1)[0].seq == 3


def test_a_removed_webhook_is_told_nothing_more(store, receiver):
    hook = hook_at(store, receiver.url)
    put(store, hook, "lead:1")
    with pytest.raises(UsageError, match="is a webhook already"):
        outbox.add(store, receiver.url, (), "crm")
    outbox.remove(store, hook.id)
    assert outbox.hooks(store) == []
    assert send(store, receiver, hook) == 0
    assert outbox.add(store, receiver.url, (), "crm") == hook.id
    with pytest.raises(UsageError, match="there is no webhook 99"):
        outbox.remove(store, 99)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://crm.example.com/x", "is not https"),
        ("ftp://crm.example.com/x", "is no address"),
        ("https://user:pw@crm.example.com/x", "neither a user"),
        ("https:///x", "is no address"),
        ("https://crm.example.com:99999/", "is no address"),
        ("https://crm.example.com/\n", "is no address"),
        ("crm", "is no address"),
    ],
)
def test_addresses_that_are_refused(url: str, why: str):
    with pytest.raises(UsageError, match=why):
        address(url, "")


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.5", "169.254.169.254", "[::1]", "192.168.1.1", "localhost"])
def test_private_addresses_need_their_names(host: str):
    with pytest.raises(UsageError, match="not on the open internet"):
        asyncio.run(resolved(address(f"https://{host}/x", "")))
    bare = host.strip("[]")
    assert asyncio.run(resolved(address(f"https://{host}/x", bare)))


def test_secrets_are_named_and_never_told():
    assert secrets_of("a=b, c=whsec_aGk=") == {"a": b"b", "c": b"hi"}
    with pytest.raises(UsageError) as wrong:
        secrets_of("hunter2")
    assert "hunter2" not in str(wrong.value)
    with pytest.raises(UsageError):
        secrets_of("a=whsec_!!")
