"""Asking services: a server that is well, slow, dead, huge, that redirects or talks nonsense; who may be asked, how."""

import dataclasses
import queue
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.call.crm import Crm
from voicebot.call.service_answers import ServiceAnswer, answer_of
from voicebot.call.services import FetchDone, Services, allowed
from voicebot.dialog.commands import Fetch
from voicebot.dialog.wording import MAX_VALUE_CHARS
from voicebot.errors import UsageError

FIELDS = ("level", "vip", "points", "shop.name", "shop.phones.1")
SHORT_MS = 200
LONG_MS = 30_000
FOUND = {
    "level": "金卡",
    "vip": "yes",
    "points": "12345678901234567890123",
    "shop.name": "东店",
    "shop.phones.1": "0513",
}


class Asking:
    """A CRM and services that may ask it; `ask` waits for the answer."""

    def __init__(self, crm: Crm) -> None:
        self.crm = crm
        self.services = Services(allowed(crm.host, "crm=s3cret"))
        self.answers: queue.Queue[FetchDone] = queue.Queue()

    def begin(self, path: str, deadline_ms: int = LONG_MS, request: int = 1, cache_s: int = 0, **params: str) -> None:
        url = path if "://" in path else self.crm.url(path)
        self.services.fetch(Fetch(request, "crm", url, params, FIELDS, deadline_ms, cache_s), self.answers.put)

    def answer(self) -> FetchDone:
        return self.answers.get(timeout=LONG_MS / 1000)

    def ask(self, path: str, deadline_ms: int = LONG_MS, cache_s: int = 0, **params: str) -> ServiceAnswer:
        self.begin(path, deadline_ms, cache_s=cache_s, **params)
        return self.answer().answer


@pytest.fixture
def asking() -> Iterator[Asking]:
    with Crm() as crm:
        made = Asking(crm)
        yield made
        made.services.close()


def test_the_wanted_fields_come_as_texts(asking: Asking) -> None:
    assert asking.ask("customer") == ServiceAnswer("found", FOUND)
    headers = asking.crm.asked[0][1]
    assert (headers["authorization"], headers["accept"]) == ("Bearer s3cret", "application/json")


def test_a_token_goes_to_its_own_service_only(asking: Asking) -> None:
    fetch = Fetch(1, "other", asking.crm.url("customer"), {}, FIELDS, LONG_MS, 0)
    asking.services.fetch(fetch, asking.answers.put)
    assert asking.answer().answer.outcome == "found"
    assert "authorization" not in asking.crm.asked[0][1]


def test_what_a_lead_says_is_a_parameter_and_nothing_else(asking: Asking) -> None:
    nasty = "a&b=c/../d?e#f\r\nX-Evil: 1%0d%0a 张{x}"
    assert asking.ask("customer", name=nasty).outcome == "found"
    assert asking.crm.params() == {"name": [nasty]}
    assert asking.crm.asked[0][0].startswith("/customer?name=")
    assert "x-evil" not in asking.crm.asked[0][1]


FAILURES = {
    "huge": "more than 65536 bytes",
    "redirects": "HTTP status 302",
    "page": "content type text/html",
    "zipped": "content encoding gzip",
    "broken": "no JSON",
    "list": "no JSON object",
    "deep": "no JSON",
    "fails": "HTTP status 500",
    "hangs_up": "RemoteProtocolError",
}


@pytest.mark.parametrize(("path", "why"), FAILURES.items(), ids=FAILURES)
def test_what_goes_wrong_is_an_answer(asking: Asking, path: str, why: str) -> None:
    answer = asking.ask(path)
    assert (answer.outcome, answer.values) == ("failed", {})
    assert why in answer.why
    assert len(asking.crm.asked) == 1


@pytest.mark.parametrize("path", ["slow", "dead", "drips"])
def test_nobody_waits_beyond_the_deadline(asking: Asking, path: str) -> None:
    assert asking.ask(path, SHORT_MS).why == f"no answer within {SHORT_MS} ms"
    assert asking.ask("customer").outcome == "found"


def test_nobody_listens(asking: Asking) -> None:
    closed = Services(allowed("127.0.0.1:9", ""))
    closed.fetch(Fetch(1, "crm", "http://127.0.0.1:9/x", {}, FIELDS, LONG_MS, 0), asking.answers.put)
    assert "ConnectError" in asking.answer().answer.why
    closed.close()


@pytest.mark.parametrize("path", ["unknown", "empty"])
def test_who_is_not_known_is_missing(asking: Asking, path: str) -> None:
    assert asking.ask(path) == ServiceAnswer("missing")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1.example.com", "[::1]", "example.com"])
def test_only_named_hosts_are_asked(asking: Asking, host: str) -> None:
    port = asking.crm.host.partition(":")[2]
    assert "VOICEBOT_LOOKUP_HOSTS" in asking.ask(f"http://{host}:{port}/customer").why
    assert asking.crm.asked == []


@pytest.mark.parametrize(
    ("hosts", "url", "may"),
    [
        ("crm.example.com", "https://crm.example.com/x", True),
        ("crm.example.com", "https://CRM.example.com:443/x", True),
        ("crm.example.com", "http://crm.example.com:8080/x", False),
        ("crm.example.com:8080", "http://crm.example.com:8080/x", True),
        ("crm.example.com:443", "https://crm.example.com/x", True),
        ("crm.example.com:443", "http://crm.example.com/x", False),
        ("a.example.com, [::1]:81", "http://[::1]:81/x", True),
        ("example.com", "https://crm.example.com/x", False),
        ("", "https://crm.example.com/x", False),
    ],
)
def test_hosts_and_ports(hosts: str, url: str, may: bool) -> None:
    assert allowed(hosts, "").may_ask(url) is may


@pytest.mark.parametrize(
    ("hosts", "tokens"),
    [("http://x", ""), ("x/y", ""), ("x:port", ""), ("me@x", ""), ("x:0", ""), ("", "crm"), ("", "=x"), ("", "c=a\nb")],
)
def test_settings_that_are_wrong(hosts: str, tokens: str) -> None:
    with pytest.raises(UsageError):
        allowed(hosts, tokens)


def test_equal_questions_are_asked_once(asking: Asking) -> None:
    for request in range(1, 6):
        asking.begin("slow", request=request, city="苏州")
    asking.begin("slow", request=6, city="上海")
    for _ in range(2):
        assert asking.crm.arrived.acquire(timeout=LONG_MS / 1000)
    asking.crm.release.set()
    done = [asking.answer() for _ in range(6)]
    assert sorted(one.request for one in done) == [1, 2, 3, 4, 5, 6]
    assert {one.answer.outcome for one in done} == {"found"}
    assert len(asking.crm.asked) == 2


def test_who_waits_less_long_does_not_end_it_for_another(asking: Asking) -> None:
    asking.begin("slow", request=1)
    assert asking.crm.arrived.acquire(timeout=LONG_MS / 1000)
    asking.begin("slow", SHORT_MS, request=2)
    first = asking.answer()
    assert (first.request, first.answer.outcome) == (2, "failed")
    asking.crm.release.set()
    second = asking.answer()
    assert (second.request, second.answer.outcome) == (1, "found")
    assert len(asking.crm.asked) == 1


def test_answers_are_kept_failures_are_not(asking: Asking) -> None:
    for _ in range(2):
        assert asking.ask("customer", cache_s=300, city="苏州").outcome == "found"
    assert asking.ask("customer", cache_s=300, city="上海").outcome == "found"
    assert len(asking.crm.asked) == 2
    for _ in range(2):
        assert asking.ask("unknown", cache_s=300).outcome == "missing"
    assert len(asking.crm.asked) == 3
    for _ in range(2):
        assert asking.ask("fails", cache_s=300).outcome == "failed"
    assert len(asking.crm.asked) == 5


def test_more_than_can_be_asked_at_once(asking: Asking) -> None:
    many = 40
    for request in range(1, many + 1):
        asking.begin("slow", request=request, id=str(request))
    asking.crm.release.set()
    assert {asking.answer().answer.outcome for _ in range(many)} == {"found"}


def test_closing_gives_up_what_is_in_the_air() -> None:
    with Crm() as crm:
        made = Asking(crm)
        made.begin("dead")
        assert crm.arrived.acquire(timeout=LONG_MS / 1000)
        made.services.close()
        assert made.services._thread is not None
        assert not made.services._thread.is_alive()


def test_closing_without_a_question_is_fine() -> None:
    Services(allowed("", "")).close()


def test_values_are_short_and_printable() -> None:
    long = "长" * 500
    body = f'{{"note": "a\\n\\u0000b", "long": "{long}", "no": false, "list": [1], "half": 1.50}}'.encode()
    answer = answer_of(body, ("note", "long", "no", "list", "half", "list.0", "list.7", "note.x", "none"))
    assert answer.values == {"note": "a  b", "long": long[:MAX_VALUE_CHARS], "no": "no", "half": "1.50", "list.0": "1"}


@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: f'{{"a": [{text!r}]}}'.encode()))
def test_no_answer_raises(body: bytes) -> None:
    assert dataclasses.is_dataclass(answer_of(body, ("a", "a.0.b", "0")))
