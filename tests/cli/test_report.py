"""`voicebot report` and `voicebot db` as they are typed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from tests.reports.counted import NOON, count_by_hand
from tests.store.samples import attempt_id, prepare, started
from voicebot.campaign.policy.codes import Code
from voicebot.cli import db, report
from voicebot.errors import StoreError, UsageError
from voicebot.store import spill
from voicebot.store.ingest import put
from voicebot.store.records import AttemptResult, AttemptStarted
from voicebot.store.store import NewLead, open_store
from voicebot.store.tables import Lead


@pytest.fixture
def settings(database, tmp_path, monkeypatch):
    monkeypatch.setenv("VOICEBOT_DATABASE_URL", database)
    monkeypatch.setenv("VOICEBOT_DATA_DIR", str(tmp_path / "data"))
    return database


@pytest.fixture
def counted(settings, tmp_path):
    store = open_store(settings, tmp_path / "data")
    count_by_hand(store)
    store.close()
    return settings


def run(command, *arguments: str):
    return CliRunner().invoke(command, arguments, catch_exceptions=False, standalone_mode=True)


@pytest.mark.parametrize("name", ["nodes", "grades", "results", "funnel", "latency", "engines"])
def test_every_report_prints_a_table_and_json(counted, name):
    assert run(report.command, name, "--campaign", "spring").exit_code == 0
    found = json.loads(run(report.command, name, "--script", "invite", "--json").stdout)
    assert found


@pytest.mark.parametrize("name", ["nodes", "grades", "results", "funnel", "latency"])
def test_a_version_narrows_every_report(counted, name):
    of_one = run(report.command, name, "--script", "clean", "--version", "1", "--json").stdout
    assert json.loads(of_one) == json.loads(run(report.command, name, "--script", "clean", "--json").stdout)
    assert json.loads(of_one) != json.loads(run(report.command, name, "--json").stdout)


def test_a_version_needs_its_script_and_must_be_there(counted):
    with pytest.raises(UsageError, match="version '1' of which script"):
        run(report.command, "nodes", "--version", "1")
    with pytest.raises(UsageError, match="no version '9' of script 'clean'"):
        run(report.command, "nodes", "--script", "clean", "--version", "9")


def test_grades_by_rules_that_graded_nothing_is_wrong_use(counted):
    with pytest.raises(UsageError, match=r"no such call was graded by invite@.*voicebot grade again --script invite"):
        run(report.command, "grades", "--graded-by", "2", "--script", "invite")


def test_the_node_report_as_json(counted):
    opening = json.loads(run(report.command, "nodes", "--campaign", "spring", "--json").stdout)[0]
    assert (opening["node"], opening["visits"], opening["hangups"]["hits"]) == ("opening", 5, 2)
    assert opening["offsets_playing"] == [[0, 0], [1000, 0], [2000, 1]]


def test_a_period_is_counted_in_days_of_the_campaign(counted):
    def visits(*filters: str) -> int:
        return sum(row["visits"] for row in json.loads(run(report.command, "nodes", *filters, "--json").stdout))

    everything = visits()
    assert visits("--since", "2026-03-02", "--until", "2026-03-02") == everything > 0
    assert visits("--since", "2026-03-03") == visits("--until", "2026-03-01") == 0
    with pytest.raises(UsageError, match="ends on 2026-03-01, before it begins on 2026-03-02"):
        run(report.command, "nodes", "--since", "2026-03-02", "--until", "2026-03-01")
    assert "'yesterday' is no day" in run(report.command, "nodes", "--since", "yesterday").output


def test_a_segment_narrows_and_an_unknown_one_is_wrong_use(counted):
    store = open_store(counted, Path("unused"))
    with store.writing() as connection:
        connection.execute(update(Lead).where(Lead.key == "1").values(source="web", variables={"city": "苏州"}))
    store.close()
    for segment in ("source=web", "city=苏州"):
        (row,) = json.loads(run(report.command, "grades", "--segment", segment, "--json").stdout)
        assert (row["calls"], row["grades"]["B"]) == (1, 1)
    with pytest.raises(UsageError, match=r"no lead of .* has source=shop; values: web"):
        run(report.command, "grades", "--segment", "source=shop")
    with pytest.raises(UsageError, match=r"campaign 'spring' has a variable 'town'; segments: source, .*city"):
        run(report.command, "grades", "--campaign", "spring", "--segment", "town=x")
    with pytest.raises(UsageError, match="segment 'web' is not NAME=VALUE"):
        run(report.command, "grades", "--segment", "web")


def test_forms_and_files(counted, tmp_path):
    path = tmp_path / "results.csv"
    assert run(report.command, "results", "--format", "csv", "--output", str(path)).stdout.strip() == str(path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfcode,label")
    assert run(report.command, "results", "--format", "csv").stdout.startswith("code,label")
    assert run(report.command, "results", "--format", "xlsx").stdout_bytes.startswith(b"PK")
    with pytest.raises(UsageError, match="--output takes csv"):
        run(report.command, "results", "--output", str(path))


def test_the_page_is_written(counted, tmp_path):
    path = tmp_path / "report.html"
    assert run(report.command, "page", str(path), "--campaign", "spring").exit_code == 0
    assert "<title>spring</title>" in path.read_text(encoding="utf-8")


def test_a_run_compared_with_itself_differs_nowhere_and_numbers_are_masked(counted):
    printed = run(report.command, "compare", "spring", "spring").stdout
    assert "8 numbers in both: 8 with the same result code, 8 with the same grade, 0 differ" in printed
    differing = run(report.command, "compare", "spring", "other", "--json").stdout
    assert "+86138000" not in differing


def test_of_many_numbers_that_differ_some_are_shown_and_all_counted(counted, tmp_path):
    store = open_store(counted, tmp_path / "data")
    leads = store.add_leads("other", [NewLead(str(n), f"+861380000000{n}") for n in (1, 2, 3)])
    called = [(attempt_id(20 + n), lead, f"+861380000000{n}") for n, lead in enumerate(leads, 1)]
    began = [AttemptStarted(key, "other", lead, number, "demo", NOON) for key, lead, number in called]
    assert put(store.engine, [*began, *(AttemptResult(key, Code.REJECTED, NOON) for key, *_ in called)]) == ()
    store.close()
    printed = run(report.command, "compare", "spring", "other", "--most", "1").stdout
    assert "3 numbers in both: 0 with the same result code, 2 with the same grade, 3 differ" in printed
    assert "talks were read of 1 of those that differ; of more: --most N, of all: --most 0" in printed
    assert "BUSY" in printed, "ways of ending differently are of all numbers"
    whole = json.loads(run(report.command, "compare", "spring", "other", "--most", "0", "--json").stdout)
    assert (len(whole["differences"]), whole["differing"]) == (3, 3)


def test_an_unknown_campaign_is_wrong_use(counted):
    with pytest.raises(UsageError, match="no campaign 'x'") as raised:
        run(report.command, "nodes", "--campaign", "x")
    assert raised.value.exit_status == 2


def test_nothing_recorded_yet(settings):
    assert "no calls recorded yet" in run(report.command, "nodes").stdout


def test_a_database_that_is_down_ends_with_status_3(monkeypatch, tmp_path):
    monkeypatch.setenv("VOICEBOT_DATABASE_URL", "postgresql://robot@127.0.0.1:1/voicebot")
    with pytest.raises(StoreError, match="VOICEBOT_DATABASE_URL") as raised:
        run(report.command, "grades")
    assert raised.value.exit_status == 3


def test_status_before_and_after_an_upgrade(empty_database, monkeypatch, tmp_path):
    monkeypatch.setenv("VOICEBOT_DATABASE_URL", empty_database)
    monkeypatch.setenv("VOICEBOT_DATA_DIR", str(tmp_path / "data"))
    before = run(db.command, "status")
    assert before.exit_code == 1
    assert "voicebot db upgrade" in before.stdout
    assert run(db.command, "upgrade").exit_code == 0
    after = run(db.command, "status", "--json")
    assert after.exit_code == 0
    found = json.loads(after.stdout)
    assert found["revision"] == found["newest"]


def test_recover_writes_what_waits(settings, tmp_path):
    store = open_store(settings, tmp_path / "data")
    lead, _ = prepare(store)
    spill.save(store.spill_dir, [started(1, lead), started(2, 999_999)])
    waiting = run(db.command, "status")
    assert waiting.exit_code == 1
    assert "waiting  1 file: voicebot db recover" in waiting.stdout

    recovered = run(db.command, "recover")
    assert recovered.exit_code == 1
    assert "1 record written, 1 refused" in recovered.stdout
    assert attempt_id(2) in spill.refused(store.spill_dir)[0].read_text()
    assert json.loads(run(db.command, "recover", "--json").stdout)["written"] == 0
    store.close()


@pytest.mark.parametrize("name", ["targets", "weeks"])
def test_a_report_of_whole_campaigns_says_that_a_period_does_not_narrow_it(counted, name, tmp_path):
    told = "whole campaigns: of the filters only --campaign narrows this report"
    assert told in run(report.command, name, "--since", "2026-03-01").stderr
    assert told not in run(report.command, name, "--campaign", "spring").stderr
    page = tmp_path / "page.html"
    run(report.command, name, "--since", "2026-03-01", "--format", "html", "--output", str(page))
    assert told in page.read_text(encoding="utf-8")
    assert "2026-03-01" not in page.read_text(encoding="utf-8")


def test_a_report_is_read_in_the_language_of_the_option_or_else_of_the_setting(counted, monkeypatch):
    assert "layer" in run(report.command, "results").stdout
    assert "结果码" in run(report.command, "results", "--language", "zh").stdout
    monkeypatch.setenv("VOICEBOT_REPORT_LANGUAGE", "zh")
    assert "结果码" in run(report.command, "results").stdout
    assert "结果码" not in run(report.command, "results", "--language", "en").stdout
    monkeypatch.setenv("VOICEBOT_REPORT_LANGUAGE", "fr")
    with pytest.raises(UsageError, match="VOICEBOT_REPORT_LANGUAGE is 'fr'; it takes one of both, en, zh"):
        run(report.command, "results")
