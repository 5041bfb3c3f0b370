"""`voicebot script test` as it is typed, over the shipped scripts and over broken ones."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from voicebot.cli.script import command
from voicebot.errors import UsageError

SCRIPT = """script: tiny
start: ask
nodes:
  ask:
    say: 可以吗？
    answers:
      - {id: yes, keywords: [可以], go: bye}
      - {id: no, keywords: [不行], go: bye}
  bye:
    say: 再见！
    then: {hang_up: ROBOT_END}
"""
GOOD = """script: tiny
conversations:
  - {name: agrees, steps: [{says: 可以, expect: {node: bye}}]}
"""
BAD = """script: tiny
conversations:
  - {name: refuses, steps: [{says: 不行, expect: {node: ask}}]}
"""


@pytest.fixture(autouse=True)
def dialogs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    monkeypatch.setenv("VOICEBOT_DATA_DIR", str(tmp_path_factory.getbasetemp() / "data"))
    directory = tmp_path / "dialogs"
    (directory / "tests" / "tiny").mkdir(parents=True)
    (directory / "tiny.yaml").write_text(SCRIPT, "utf-8")
    (directory / "tests" / "tiny" / "good.yaml").write_text(GOOD, "utf-8")
    return directory


def run(*args: str) -> Result:
    return CliRunner().invoke(command, ["test", *args], catch_exceptions=False)


@pytest.fixture
def mine(monkeypatch: pytest.MonkeyPatch, dialogs: Path) -> Path:
    monkeypatch.setenv("VOICEBOT_DIALOGS_DIR", str(dialogs))
    return dialogs


def test_the_shipped_scripts_pass_with_full_coverage_of_nodes_and_ladders() -> None:
    done = run("--json")
    found = json.loads(done.stdout)
    assert (done.exit_code, found["failed"], found["failures"], found["broken"]) == (0, 0, [], [])
    assert list(found)[-3:] == ["passed", "failed", "coverage"]
    assert found["coverage"] == {"nodes": 1.0, "edges": 1.0, "ladders": 1.0}
    assert {one["script"] for one in found["scripts"]} == {"appointment", "lead_cleaning", "wecom_invite"}


def test_without_a_path_all_of_dialogs_and_what_was_never_reached(mine: Path) -> None:
    done = run()
    assert done.exit_code == 0
    assert "tiny.yaml:8:9: answer 'no' of 'ask'" in done.stdout
    assert "tiny: 1 conversations, nodes 2 of 2, edges 2 of 4, ladders 0 of 6" in done.stdout
    assert done.stdout.endswith("1 passed, 0 failed, 1 turns\n")


def test_a_failure_has_its_place_and_status_1(mine: Path, tmp_path: Path) -> None:
    (mine / "tests/tiny/bad.yaml").write_text(BAD, "utf-8")
    done = run("tiny")
    assert done.exit_code == 1
    assert "bad.yaml:3:49: node: expected ask, found bye; last turn: '不行' in 'ask' → no by keyword" in done.stdout
    found = json.loads(run("--json").stdout)
    assert (found["passed"], found["failed"]) == (1, 1)
    assert (found["failures"][0]["conversation"], found["failures"][0]["line"]) == ("refuses", 3)


@pytest.mark.parametrize("name", ["tiny", "dialogs/tiny.yaml", "dialogs/tests/tiny", "dialogs/tests/tiny/good.yaml"])
def test_scripts_files_and_directories(mine: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(mine.parent)
    assert run(name).stdout.endswith("1 passed, 0 failed, 1 turns\n")


def test_a_test_file_finds_the_script_beside_it(dialogs: Path) -> None:
    assert json.loads(run(str(dialogs / "tests"), "--json").stdout)["passed"] == 1


def test_a_broken_test_and_a_broken_script_are_failures(mine: Path) -> None:
    (mine / "tests/tiny/broken.yaml").write_text(GOOD.replace("says", "sais"), "utf-8")
    (mine / "other.yaml").write_text(SCRIPT.replace("go: bye", "go: by"), "utf-8")
    done = run()
    assert done.exit_code == 1
    assert "broken.yaml:3:29: a step has no 'sais'; did you mean 'says'?" in done.stdout
    assert "'go' names the node 'by'" in done.stdout
    assert "1 passed, 2 failed" in done.stdout


def test_a_test_of_no_script_is_broken(mine: Path) -> None:
    (mine / "tests/tiny/good.yaml").write_text(GOOD.replace("tiny", "tinny"), "utf-8")
    assert "good.yaml:1:1: no script 'tinny'" in run().stdout


def test_an_unknown_name_is_wrong_use(mine: Path) -> None:
    with pytest.raises(UsageError, match="no script 'nobody'"):
        run("nobody")
    empty = mine / "empty"
    empty.mkdir()
    with pytest.raises(UsageError, match="no scripts in"):
        run(str(empty))


def test_junit(mine: Path, tmp_path: Path) -> None:
    (mine / "tests/tiny/bad.yaml").write_text(BAD, "utf-8")
    (mine / "tests/tiny/broken.yaml").write_text("script: tiny\n", "utf-8")
    file = tmp_path / "junit.xml"
    assert run("--junit", str(file)).exit_code == 1
    suites = {suite.get("name"): suite for suite in ElementTree.parse(file).getroot()}
    assert (suites["tiny"].get("tests"), suites["tiny"].get("failures")) == ("2", "1")
    assert suites["files"].get("errors") == "1"
    (failure,) = suites["tiny"].findall("testcase/failure")
    assert "expected ask, found bye" in (failure.get("message") or "")


def test_with_audio_the_same_expectations_hold_by_any_number_of_processes(mine: Path) -> None:
    second = "  - {name: agrees again, steps: [{says: 可以, expect: {node: bye}}]}\n"
    (mine / "tests/tiny/good.yaml").write_text(GOOD + second, "utf-8")
    found = [json.loads(run("--audio", "--json", "--voice", "f2", "--jobs", jobs).stdout) for jobs in ("1", "2")]
    for each in found:
        assert list(each)[-3:] == ["passed", "failed", "coverage"]
        assert (each["passed"], each["failed"], each["audio"]["steps"], each["audio"]["share_same_way"]) == (
            2,
            0,
            2,
            1.0,
        )
        assert each["audio"].pop("times_real_time") > 0
        assert each["audio"].pop("seconds") > 0
        (step,) = each["audio"]["conversations"][0]["steps"]
        assert (step["words"], step["heard"], step["line"]) == ("可以", ["可以"], 3)
    assert found[0] == found[1]


def test_with_audio_it_is_told_what_was_heard_and_at_what_speed(mine: Path, tmp_path: Path) -> None:
    (mine / "tests/tiny/bad.yaml").write_text(BAD.replace("不行", "可以"), "utf-8")
    done = run("--audio", "--voice", "m3", "--jobs", "1", "--junit", str(tmp_path / "junit.xml"))
    assert done.exit_code == 1
    assert "failed: refuses (m3 170 50): 1 of 1 spoken steps went as when typed" in done.stdout
    assert "the script is at fault: typed, the step fails as well" in done.stdout
    assert "audio: 2 steps spoken, 2 recognised as written, 2 (100.0%) went as when typed" in done.stdout
    names = [case.get("name") for case in ElementTree.parse(tmp_path / "junit.xml").iter("testcase")]
    assert names == ["refuses (m3 170 50)", "agrees (m3 170 50)"]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [(["--noise", "20"], "add --audio"), (["--audio", "--voice", "f1", "--voices", "2"], "give one of them")],
)
def test_options_that_do_not_go_together(mine: Path, options: list[str], complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        run(*options)
