"""`voicebot plan` as it is typed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.typed import Typed, Voicebot, voicebot
from tests.reports.counted import count_by_hand
from voicebot.store.campaigns import create
from voicebot.store.store import Store, open_store
from voicebot.store.targets import save_targets, targets_of

ASKED = ("--leads", "600000", "--connect-rate", "0.65", "--target-adds", "70000", "--days", "90")
ASKED += ("--friends-per-account", "30")


@pytest.fixture
def url(tmp_path: Path, template: Callable[[str, Path], str]) -> str:
    return template("sqlite", tmp_path)


@pytest.fixture
def opened(url: str, tmp_path: Path) -> Store:
    return open_store(url, tmp_path, migrate=False)


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, url: str) -> Voicebot:
    monkeypatch.setenv("COLUMNS", "80")
    return lambda *arguments: voicebot(monkeypatch, capsys, *arguments, database_url=url, data_dir=tmp_path)


@pytest.fixture
def plan(type_in: Voicebot) -> Voicebot:
    return lambda *arguments: type_in("plan", *arguments)


def as_json(typed: Typed) -> dict[str, Any]:
    assert typed.status == 0, typed.err
    found: dict[str, Any] = json.loads(typed.out)
    return found


def test_the_numbers_of_the_documents(plan: Voicebot) -> None:
    found = as_json(plan(*ASKED, "--json"))
    assert (found["connected"], found["add_rate_percent"], found["accounts"]) == (390_000, 18, 26)
    assert found["add_rate"] == 7 / 39
    assert found["exact"]["add_rate"] == "7/39"
    assert sum(week["calls"] for week in found["weeks"]) == 600_000
    assert sum(week["adds"] for week in found["weeks"]) == 70_000
    assert as_json(plan("--intent-rate", "40%", "--accept-rate", "45%", "--json"))["add_rate"] == 0.18
    sms = ("--sms", "100,000", "--sms-response-rate", "0.028%", "--sms-order-rate", "3%")
    for cost in (("--sms-cost", "3000"), ("--sms-price", "0.03")):
        messages = as_json(plan(*sms, *cost, "--json"))["sms"]
        assert (messages["orders"], messages["cost"], messages["break_even_rounded"]) == (0.84, 3_000, 3_571)


def test_the_table_fits_into_80_columns(plan: Voicebot) -> None:
    shown = plan(*ASKED, "--start", "2026-09-21", "--accounts", "20", "--cost", "9000", "--order-rate", "3%").out
    assert "accounts needed: 26 (25.93 rounded up)" in shown
    assert "take 117 days, to 2027-01-15: 27 days later than 2026-12-19" in shown
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("", "no numbers are given; for example: voicebot plan"),
        ("--leads 600000", "nothing follows; give also one of --connect-rate, --connected"),
        ("--leads 600000 --connect-rate 65", "--connect-rate: connect rate 65 is above 1"),
        ("--leads 0 --connect-rate 65%", "--leads: leads 0 leads to nothing"),
        ("--leads 10 --connect-rate 50% --connected 6", "is 5, but connected is 6; leave one of the three out"),
        ("--target-adds 9 --friends-per-account 0 --days 3", "friends an account a day: 0 adds nobody"),
        ("--done-leads 5 --leads 10 --connect-rate 50%", "from --done-leads alone; give also --done-connected"),
        ("--leads 9 --connected 3 --done-leads 5 --done-connected 6", "6 connected of 5 leads dialled"),
        ("--leads 9 --connected 3 --days 5 --ramp 20%,2", "--ramp: 2 is no rate"),
        ("--leads 9 --connected 3 --days 5 --ramp a", "--ramp: 'a' is no number"),
        ("--leads 9 --connected 3 --calls-per-lead 0", "--calls-per-lead: 0 must be above 0"),
        ("--leads 9 --connected 3 --days 5 --call-days sunday", "'sunday' is no day; known: mon"),
        ("--leads 9 --connected 3 --holidays XX", "country 'XX' has no calendar"),
        ("--leads 9 --connected 3 --bad 2", "--bad must be above 0 and below --good"),
        ("--leads 9 --connected 3 --cost 1 --order-rate 3", "--order-rate: 3 is no rate"),
        ("--leads 9 --connected 3 --cost 1 --lead-price 3", "9 leads at 3 each cost 27, not 1"),
        ("--sms 1000", "cannot be reckoned without --sms-response-rate, --sms-order-rate"),
        ("--sms-cost 1000", "cannot be reckoned without --sms, --sms-response-rate, --sms-order-rate"),
        ("--leads 9 --connected 3 --save", "--save needs --campaign NAME"),
        ("--campaign autumn", "there is no campaign 'autumn'"),
    ],
)
def test_bad_input_says_what_would_be_right(plan: Voicebot, arguments: str, words: str) -> None:
    ended = plan(*arguments.split())
    assert ended.status == 2
    assert words in ended.complaint


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--leads many", "'many' is no number; write for example 600000"),
        ("--days 2.5", "'2.5' is no whole number"),
        ("--start 1.12.2026", "'1.12.2026' is no date; write for example 2026-12-01"),
    ],
)
def test_an_option_that_cannot_be_read_is_named(plan: Voicebot, arguments: str, words: str) -> None:
    ended = plan(*arguments.split())
    assert ended.status == 2
    assert words in ended.err and f"'{arguments.split()[0]}'" in ended.err


def test_targets_are_saved_and_plan_the_same_again(plan: Voicebot, opened: Store) -> None:
    create(opened, "campaign: autumn\nscript: a\nwindow: {days: [workday]}\n", "autumn.yaml")
    first = as_json(plan(*ASKED, "--campaign", "autumn", "--save", "--json"))
    assert targets_of(opened, "autumn") == {
        "leads": 600_000,
        "connect_rate": 0.65,
        "connected": 390_000,
        "add_rate": 7 / 39,
        "adds": 70_000,
        "days": 90,
        "friends_per_account": 30,
        "accounts": 26,
    }
    again = as_json(plan("--campaign", "autumn", "--json"))
    kept = ("leads", "connected", "add_rate", "adds", "gap", "accounts", "days", "weeks")
    assert {name: again[name] for name in kept} == {name: first[name] for name in kept}
    dated = as_json(plan("--campaign", "autumn", "--start", "2026-11-02", "--json"))
    assert dated["weeks"][0]["calling_days"] == 5
    other = as_json(plan("--campaign", "autumn", "--connect-rate", "50%", "--json"))
    assert other["leads"] == 600_000 and other["connected"] == 300_000
    opened.close()


def test_the_rest_of_a_campaign_follows_from_its_calls(plan: Voicebot, opened: Store) -> None:
    count_by_hand(opened)  # 8 leads dialled from 2026-03-02 on, 5 connected, 2 of them A or B; 9 in the list
    save_targets(opened, "spring", {"connect_rate": 0.5, "intent_rate": 0.5, "accept_rate": 0.5, "days": 10, "adds": 1})
    found = as_json(plan("--campaign", "spring", "--today", "2026-03-05", "--least", "5", "--json"))
    left = found["rest"]
    assert (found["leads"], left["leads_left"], left["days"]) == (9, 1, 7)
    assert left["rates"] == {"connect_rate": 5 / 8, "add_rate": 2 / 5 * 0.5}
    assert (left["adds_done"], left["adds_estimated"]) == (1, True)
    counted = as_json(plan("--campaign", "spring", "--today", "2026-03-05", "--done-adds", "0", "--json"))["rest"]
    assert (counted["adds_done"], counted["adds_estimated"]) == (0, False)
    assert "too few: 8 leads dialled" in plan("--campaign", "spring", "--today", "2026-03-05").out
    opened.close()


def test_targets_and_what_was_reached(type_in: Voicebot, opened: Store) -> None:
    assert type_in("report", "targets").out.startswith("no targets yet; a campaign gets them")
    count_by_hand(opened)
    save_targets(opened, "spring", {"connect_rate": 0.6, "leads": 10, "adds": 7000})
    rows = json.loads(type_in("report", "targets", "--campaign", "spring", "--json").out)
    assert [(row["name"], row["target"], row["actual"]) for row in rows] == [
        ("leads", 10, 8),
        ("connect_rate", 0.6, 0.625),
        ("adds", 7000, None),
    ]
    lines = [line.split() for line in type_in("report", "targets").out.splitlines() if "spring" in line]
    assert lines == [
        ["spring", "leads", "10", "8", "-2"],
        ["spring", "connect", "rate", "60.0%", "62.5%", "+2.5", "pt"],
        ["spring", "adds", "7,000", "–", "–"],
    ]
    assert type_in("report", "targets", "--campaign", "x").status == 2
    opened.close()
