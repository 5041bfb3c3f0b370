"""`voicebot webhooks` as it is typed."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.campaign.receiver import SECRET, Receiver
from tests.cli.typed import Typed, Voicebot, voicebot


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made


@pytest.fixture
def type_in(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    template: Callable[..., str],
    receiver: Receiver,
) -> Voicebot:
    database = template("sqlite", tmp_path)

    def run(*arguments: str) -> Typed:
        named = {"webhook_hosts": receiver.host, "webhook_secrets": f"crm={SECRET}"}
        return voicebot(monkeypatch, capsys, *arguments, database_url=database, data_dir=tmp_path, **named)

    return run


def test_from_add_to_remove(type_in: Voicebot, receiver: Receiver) -> None:
    made = type_in("webhooks", "add", receiver.url, "--secret", "crm", "--event", "stop.added", "--by", "li")
    assert made.out == "webhook 1 is told stop.added; try it: voicebot webhooks test 1\n"
    assert type_in("webhooks", "test", "1").out == "webhook 1 took it\n"
    assert receiver.got[0].json["type"] == "webhook.test"
    receiver.answers = [503]
    failed = type_in("webhooks", "test", "1")
    assert (failed.status, failed.out) == (1, "webhook 1 did not take it: answered 503\n")
    type_in("stop-list", "add", "13800001234", "--reason", "by letter")
    (row,) = json.loads(type_in("webhooks", "list", "--json").out)["webhooks"]
    assert (row["waiting"], row["given_up"], row["events"]) == (2, 0, "stop.added")
    rows = json.loads(type_in("webhooks", "deliveries", "--undelivered", "--json").out)["messages"]
    assert [(one["event"], one["state"], one["subject"]) for one in rows] == [
        ("stop.added", "waiting", "number"),
        ("webhook.test", "waiting", "webhook:1"),
    ]
    assert type_in("webhooks", "retry", str(rows[1]["id"])).status == 0
    assert type_in("webhooks", "retry", "99").status == 1
    assert type_in("webhooks", "test", "1").status == 0
    assert [got.json["type"] for got in receiver.got].count("stop.added") == 1
    assert type_in("webhooks", "remove", "1").status == 0
    assert "there is no webhook 1" in type_in("webhooks", "test", "1").complaint


def test_wrong_addresses_and_secrets_are_refused_at_once(type_in: Voicebot, receiver: Receiver) -> None:
    assert "is not https" in type_in("webhooks", "add", "http://10.0.0.1/x", "--secret", "crm").complaint
    assert "not on the open internet" in type_in("webhooks", "add", "https://127.0.0.1/x", "--secret", "crm").complaint
    assert "there is no secret 'erp'" in type_in("webhooks", "add", receiver.url, "--secret", "erp").complaint
