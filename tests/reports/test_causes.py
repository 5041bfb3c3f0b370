"""A campaign with planted causes through the store: they are found, and the command beside each lists their calls."""

import json
import random
import shlex
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, update

from tests.reports.hand_counted import at, count_by_hand
from tests.store.samples import attempt_id
from voicebot.campaign.policy.codes import Code
from voicebot.cli import report
from voicebot.reports.causes import NOTHING, cause_report
from voicebot.reports.only import Only
from voicebot.store.campaigns import create
from voicebot.store.ingest import put
from voicebot.store.records import AttemptResult, AttemptStarted, CallResult, Record, VisitRecord
from voicebot.store.store import NewLead, Store
from voicebot.store.tables import Lead
from voicebot.store.tables_dialling import OwnNumber

PLAN = "campaign: autumn\nscript: invite\ntargets: {connect_rate: 60%, intent_rate: 30%}\n"
CALLS = 1_200
NUMBERS = ("0512000001", "0512000002", "0512000003", "0512000004")
FLAGGED, BAD_HOUR, BAD_VERSION, BAD_SOURCE = NUMBERS[2], 12, "2", "抖音"


def plant(store: Store, seed: int = 1) -> None:
    """Calls of one day by four numbers, two versions and three sources, of each of which one is bad."""
    create(store, PLAN, "plan")
    dice = random.Random(seed)
    leads = store.add_leads("autumn", [NewLead(str(n), f"+8613800{n:06}") for n in range(CALLS)])
    versions = {name: store.add_script_version("invite", name, "", f"script: invite {name}\n") for name in ("1", "2")}
    records: list[Record] = []
    sources = {}
    for n, lead in enumerate(leads):
        number, hour, version = dice.choice(NUMBERS), dice.choice((10, 11, 12, 13)), dice.choice(("1", "2"))
        sources[lead] = dice.choice(("天猫", "京东", BAD_SOURCE))
        start = at("Mon", f"{hour:02}:00") + timedelta(seconds=n)
        bad = 0.35 * (number == FLAGGED) + 0.3 * (hour == BAD_HOUR) + 0.25 * (sources[lead] == BAD_SOURCE)
        key = attempt_id(10_000 + n)
        records.append(AttemptStarted(key, "autumn", lead, f"+8613800{n:06}", "g1", start, number))
        if dice.random() < 0.85 - bad:
            good = dice.random() < (0.45 if version == "1" else 0.15)
            stays = good or (version != BAD_VERSION and dice.random() < 0.5)
            records += [_talk(key, versions[version], good, stays), _answered(key, start)]
        else:
            records.append(AttemptResult(key, Code.NO_ANSWER, start + timedelta(seconds=30)))
    assert put(store.engine, records) == ()
    with store.writing() as connection:
        for lead, source in sources.items():
            connection.execute(update(Lead).where(Lead.id == lead).values(source=source))
        row = {"number": FLAGGED, "gateway": "", "weight": 1, "area": "", "state": "quarantined"}
        connection.execute(insert(OwnNumber).values(row | {"because": "3 complaints", "since": at("Mon", "09:00")}))


def _talk(key: str, version: int, good: bool, stays: bool) -> CallResult:
    opening = VisitRecord(0, "opening", "opening", 0, 4_000, "answer:yes", 3_000, 3_000)
    left = VisitRecord(1, "benefit", "benefit", 4_000, 6_000, "hangup", 0, 2_000, "playing", 2_000)
    stayed = VisitRecord(1, "benefit", "benefit", 4_000, 6_000, "finished", 0, 2_000)
    ended = Code.ROBOT_END if stays else Code.CUSTOMER_HANGUP
    by = "robot" if stays else "customer"
    visits = (opening,) if good else (opening, stayed if stays else left)
    return CallResult(key, version, ended, by, visits[-1].node, 6_000, "B" if good else "C", "rule", visits=visits)


def _answered(key: str, start: object) -> AttemptResult:
    moment = start + timedelta(seconds=8)  # type: ignore[operator]
    return AttemptResult(key, Code.ROBOT_END, moment + timedelta(seconds=6), moment, moment, "robot")


@pytest.fixture
def typed(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    monkeypatch.setenv("VOICEBOT_DATABASE_URL", database)
    monkeypatch.setenv("VOICEBOT_DATA_DIR", str(tmp_path / "data"))
    return lambda *arguments: CliRunner().invoke(report.command, arguments, catch_exceptions=False).stdout


def test_planted_causes_are_found_the_easiest_first(store: Store, typed: Callable[..., str]) -> None:
    plant(store)
    rows = cause_report(store, Only("autumn"))
    assert [(row.metric, row.cause, row.name) for row in rows] == [
        ("connect_rate", "caller number", FLAGGED),
        ("connect_rate", "hour", str(BAD_HOUR)),
        ("connect_rate", "source", BAD_SOURCE),
        ("intent_rate", "node", "invite@2 benefit"),
        ("intent_rate", "version", "invite@2"),
    ]
    number = rows[0]
    assert (number.ease, number.note) == (1, "quarantined: 3 complaints")
    assert number.group is not None and number.effect is not None and number.points is not None
    assert -0.5 < number.effect < -0.2
    assert 0.04 < number.points < 0.12
    for row in rows:
        assert row.group is not None
        words = shlex.split(row.calls)
        assert words[:3] == ["voicebot", "report", "calls"]
        listed = json.loads(typed(*words[2:], "--limit", "5000", "--json"))
        wanted = row.group.of - row.group.hits if row.cause == "node" else row.group.of
        connected = [one for one in listed if row.metric == "connect_rate" or one["answered_by"] == "HUMAN"]
        assert len(connected) == wanted
        assert "****" in listed[0]["number"]


def test_nothing_found_is_an_answer(store: Store) -> None:
    count_by_hand(store)
    (row,) = cause_report(store, Only())
    # 4 adds of 10.4 people (80 % of 13) are 38 %; 3 of 9 came
    assert (row.campaign, row.metric, row.target, row.actual) == ("spring", "add_rate", 4 / 10.4, 3 / 9)
    assert (row.cause, row.calls, row.group) == (NOTHING, "", None)
    assert row.looked > 20


def test_a_first_node_that_loses_most_is_no_cause(store: Store) -> None:
    """Three in ten hang up in the opening of either version, one in ten in what follows."""
    create(store, PLAN.replace("connect_rate: 60%, ", ""), "plan")
    leads = store.add_leads("autumn", [NewLead(str(n), f"+8613800{n:06}") for n in range(600)])
    versions = [store.add_script_version("invite", name, "", f"script: invite {name}\n") for name in ("1", "2")]
    records: list[Record] = []
    for n, lead in enumerate(leads):
        key, start = attempt_id(10_000 + n), at("Mon", "10:00") + timedelta(seconds=n)
        opening = VisitRecord(0, "opening", "opening", 0, 4_000, "answer:yes", 3_000, 3_000)
        left = VisitRecord(0, "opening", "opening", 0, 2_000, "hangup", 3_000, 2_000, "playing", 2_000)
        ended, by = (Code.CUSTOMER_HANGUP, "customer") if n // 2 % 10 < 3 else (Code.ROBOT_END, "robot")
        benefit = VisitRecord(1, "benefit", "benefit", 4_000, 6_000, "finished", 2_000, 2_000)
        visits = (left,) if by == "customer" else (opening, benefit)
        talk = CallResult(key, versions[n % 2], ended, by, visits[-1].node, 6_000, "C", "rule", visits=visits)
        started = AttemptStarted(key, "autumn", lead, f"+8613800{n:06}", "g1", start, NUMBERS[0])
        records += [started, talk, _answered(key, start)]
    assert put(store.engine, records) == ()
    assert [(row.metric, row.cause) for row in cause_report(store, Only("autumn"))] == [("intent_rate", NOTHING)]


def test_as_it_is_typed(store: Store, typed: Callable[..., str]) -> None:
    plant(store)
    shown = typed("diagnose", "--campaign", "autumn")
    assert f"1 line: caller number {FLAGGED} (quarantined: 3 complaints)" in shown
    assert json.loads(typed("diagnose", "--json"))[0]["cause"] == "caller number"
    chinese = typed("diagnose", "--campaign", "autumn", "--language", "zh")
    assert f"1 线路: 外显号码 {FLAGGED} (quarantined: 3 complaints)" in chinese
    assert not [line for line in chinese.splitlines() if " points " in line or "the rest" in line]
    assert [line.rpartition(": ")[2] for line in chinese.splitlines() if "voicebot" in line] == [
        line.rpartition(": ")[2] for line in shown.splitlines() if "voicebot" in line
    ]
    page = typed("diagnose", "--format", "html")
    assert "voicebot report calls --campaign autumn" in page
