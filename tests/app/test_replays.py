"""Recorded calls from the store through another version: read whole, counted, told; on SQLite and PostgreSQL."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from tests.dialog.test_replay import TEXT
from tools.bench_replay import record
from voicebot.app.replays import replayed_calls
from voicebot.app.scripts import register
from voicebot.call.brief import StoredScript
from voicebot.cli import script as script_command
from voicebot.dialog.loader import load_text
from voicebot.dialog.replay_report import ReplayedCall, ReplayReport, replay_report
from voicebot.errors import UsageError
from voicebot.store.recorded import Wanted
from voicebot.store.store import Store
from voicebot.store.tables import Call, CallEvent

CALLS = 40
ALL = Wanted("shop")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "shop.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def kept(store: Store, path: Path) -> StoredScript:
    stored = register(store, path)
    record(store, stored, {"surname": "李"}, None, CALLS)
    return stored


def replayed(store: Store, text: str, wanted: Wanted = ALL, jobs: int = 1) -> list[ReplayedCall]:
    return list(replayed_calls(store, load_text(text, "shop.yaml"), wanted, None, 0.5, jobs))


def balanced(report: ReplayReport) -> bool:
    """Every call is in exactly one of the sums."""
    levels = report.same + report.supposed + report.parted + sum(report.not_replayed.values())
    graded = [*report.grades, *report.supposed_grades, *report.unknown_grades]
    not_graded = sum(report.not_replayed.values())
    return levels == report.calls and sum(each.calls for each in graded) == report.calls - not_graded


def test_the_same_text_changes_no_call(store, kept):
    report = replay_report(replayed(store, TEXT))
    assert (report.calls, report.same, report.changed, report.drifted) == (CALLS, CALLS, 0, 0)
    assert all(each.old == each.new for each in (*report.grades, *report.endings))
    assert all((each.recorded, each.supposed, each.unknown) == (each.sure, 0, 0) for each in report.nodes)
    assert balanced(report)


def test_differences_are_grouped_and_nothing_is_guessed(store, kept):
    calls = replayed(store, TEXT.replace("no_input_ms: 5000", "no_input_ms: 3000").replace("送您一张", "送您两张"))
    report = replay_report(calls)
    assert balanced(report)
    assert report.parted == report.ends_known + report.unknown > 0
    assert report.supposed > 0
    assert sum(group.calls for group in report.partings) == report.parted
    assert {group.what for group in report.doubts} == {"wording"}
    unknown = [call.result for call in calls if call.result and call.result.new is None]
    assert sum(each.calls for each in report.unknown_grades) == len(unknown) == report.unknown
    assert all(each.new is None for each in report.unknown_grades)


def test_several_processes_find_the_same(store, kept):
    text = TEXT.replace("no_input_ms: 5000", "no_input_ms: 3000")
    assert replayed(store, text, jobs=2) == replayed(store, text)


def test_what_cannot_be_replayed_is_counted_with_its_reason(store, kept):
    with store.writing() as connection:
        one, *_ = connection.scalars(select(CallEvent.attempt_id)).all()
        connection.execute(update(CallEvent).where(CallEvent.attempt_id == one).values(body={"event": "Sneezed"}))
    report = replay_report(replayed(store, TEXT))
    assert report.not_replayed == {"its events cannot be read": 1}
    needy = replay_report(replayed(store, TEXT.replace("needs: {", "needs: {city: {about: 城市}, ")))
    assert needy.not_replayed == {"its events cannot be read": 1, "lacks a variable": CALLS - 1}
    assert balanced(needy)


def test_a_version_that_cannot_be_read_is_a_reason(store, kept):
    broken = store.add_script_version("shop", "9", "x", "script: shop\nnodes: 1\n")
    with store.writing() as connection:
        connection.execute(update(Call).values(script_version_id=broken))
    assert replay_report(replayed(store, TEXT)).not_replayed == {"its version cannot be read": CALLS}


def test_a_call_of_which_its_own_version_makes_something_else_today_is_told(store, kept):
    with store.writing() as connection:
        connection.execute(update(Call).values(grade="X"))
    assert replay_report(replayed(store, TEXT)).drifted == CALLS


def test_only_the_calls_that_are_wanted(store, kept):
    assert len(replayed(store, TEXT, Wanted("shop", limit=7))) == 7
    assert replayed(store, TEXT, Wanted("shop", campaign="other")) == []
    assert replayed(store, TEXT, Wanted("other")) == []
    assert len(replayed(store, TEXT, Wanted("shop", campaign="bench", version_id=kept.version_id))) == CALLS


def run(*arguments: str) -> str:
    return CliRunner().invoke(script_command.command, ["replay", *arguments], catch_exceptions=False).stdout


@pytest.fixture
def typed(database, tmp_path, monkeypatch):
    monkeypatch.setenv("VOICEBOT_DATABASE_URL", database)
    monkeypatch.setenv("VOICEBOT_DATA_DIR", str(tmp_path / "data"))


def test_the_command_in_three_forms(typed, store, kept, path):
    path.write_text(TEXT.replace("送您一张", "送您两张"), encoding="utf-8")
    told = json.loads(run(str(path), "--json"))
    assert (told["calls"], told["same"] + told["supposed"] + told["parted"]) == (CALLS, CALLS)
    rows = list(csv.DictReader(io.StringIO(run(str(path), "--csv", "--since", "1d"))))
    assert len(rows) == CALLS
    assert {row["level"] for row in rows} == {"same", "supposed"}
    shown = run(str(path))
    assert "送您两张" in shown
    assert f"{CALLS} calls through shop in" in shown
    by_version = json.loads(run(f"shop@{kept.script.digest[:10]}", "--version", kept.script.digest[:10], "--json"))
    assert (by_version["calls"], by_version["same"]) == (CALLS, CALLS)
    assert "no recorded call" in run(str(path), "--since", "2999-01-01")


def test_wrong_use_is_named(typed, store, kept, path):
    with pytest.raises(UsageError, match="no campaign 'x'"):
        run(str(path), "--campaign", "x")
    with pytest.raises(UsageError, match="no version 'feed'"):
        run("shop@feed")
    with pytest.raises(UsageError, match="give one"):
        run(str(path), "--json", "--csv")
    spoilt = CliRunner().invoke(script_command.command, ["replay", str(path), "--since", "yesterday"])
    assert spoilt.exit_code == 2
    assert "is no moment; for example" in spoilt.output
