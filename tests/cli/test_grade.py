"""`voicebot grade` as it is typed: explain and again, for people and for programs."""

import json
from pathlib import Path

import pytest

from tests.app.recorded import record
from tests.app.test_grades import SCRIPT, STRICTER
from tests.cli.typed import Typed, voicebot
from tests.store.samples import attempt_id
from voicebot.store.store import open_store


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path):
    (tmp_path / "dialogs").mkdir()
    (tmp_path / "dialogs/tiny.yaml").write_text(SCRIPT, "utf-8")
    (tmp_path / "stricter.yaml").write_text(STRICTER, "utf-8")
    store = open_store(f"sqlite:///{tmp_path / 'voicebot.db'}", tmp_path)
    store.add_campaign("spring", "春季", simulated=True)
    record(
        store,
        tmp_path / "dialogs/tiny.yaml",
        {1: lambda call: (call.say("可以"), call.finish()), 2: lambda call: (call.say("不行"), call.finish())},
    )
    store.close()

    def typed(*arguments: str) -> Typed:
        monkeypatch.setenv("VOICEBOT_DIALOGS_DIR", str(tmp_path / "dialogs"))
        return voicebot(monkeypatch, capsys, "grade", *arguments, data_dir=tmp_path)

    return typed


def test_explain_tells_every_rule_the_words_and_the_moment(run) -> None:
    done = run("explain", attempt_id(2))
    assert done.status == 0
    assert "138****1234" in done.out
    assert "13800001234" not in done.out
    assert "nodes: ask → bye" in done.out
    assert "✗ A yes\n  ✗ score at least 2; found: score 0\n" in done.out
    assert "✓ D refused  ← decides\n  ✓ tag REFUSED\n      0:01.3 tag REFUSED: 不行\n" in done.out
    assert done.out.endswith("grade D: refused\n")


def test_explain_by_other_rules_and_as_json(run, tmp_path: Path) -> None:
    stricter = str(tmp_path / "stricter.yaml")
    assert "grade B: yes\nthe call's own grade is A: yes\n" in run("explain", attempt_id(1), "--version", stricter).out
    found = json.loads(run("explain", attempt_id(1), "--json").out)
    assert (found["grade"], found["stored"]["grade"], found["nodes"]) == ("A", "A", ["ask", "bye"])
    assert found["rules"][1] == {
        "grade": "D",
        "rule": "refused",
        "held": False,
        "decides": False,
        "parts": [{"asks": "tag REFUSED", "held": False, "found": "no tag", "evidence": [], "inner": []}],
    }


def test_again_prints_old_by_new_and_the_calls_that_changed(run, tmp_path: Path) -> None:
    stricter = str(tmp_path / "stricter.yaml")
    dry = run("again", "--version", stricter, "--dry-run")
    assert "138****1234 A yes → B yes" in dry.out
    assert "nothing written" in dry.out
    found = json.loads(run("again", "--campaign", "spring", "--version", stricter, "--json").out)
    (script,) = found["scripts"]
    assert script["table"] == [{"old": "A", "new": "B", "calls": 1}, {"old": "D", "new": "D", "calls": 1}]
    assert [(one["call"], one["number"]) for one in script["changed"]] == [(attempt_id(1), "138****1234")]
    assert json.loads(run("again", "--version", stricter, "--json").out)["scripts"][0]["fresh"] == 0


def test_the_report_of_grades_by_other_rules(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stricter = str(tmp_path / "stricter.yaml")
    run("again", "--version", stricter)

    def report(*arguments: str) -> Typed:
        return voicebot(monkeypatch, capsys, "report", "grades", *arguments, data_dir=tmp_path)

    (row,) = json.loads(report("--graded-by", stricter, "--json").out)
    assert row["grades"] == {"A": 0, "B": 1, "C": 0, "D": 1, "E": 0}
    assert json.loads(report("--json").out)[0]["grades"]["A"] == 1
    assert "not graded" not in report("--graded-by", stricter).out


def test_a_call_that_is_not_there_is_wrong_use(run) -> None:
    done = run("explain", "nobody")
    assert (done.status, "no call 'nobody'" in done.complaint) == (2, True)
