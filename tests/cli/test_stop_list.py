"""`voicebot stop-list` and `voicebot follow-up` as they are typed."""

import csv
import json
from pathlib import Path

import pytest

from tests.cli.typed import Voicebot
from tests.store.samples import everything, prepare
from voicebot.store.ingest import put
from voicebot.store.store import open_store

NUMBER = "13800001234"


def test_a_number_is_put_on_the_list_and_taken_off(type_in: Voicebot) -> None:
    assert type_in("stop-list", "add", NUMBER, "+86 138 0000 1234", "--reason", "by letter").out.startswith(
        "1 added, 0"
    )
    assert type_in("stop-list", "add", NUMBER, "--reason", "again").out.startswith("0 added, 1 were")
    checked = type_in("stop-list", "check", NUMBER, "13800001235")
    assert checked.status == 1
    assert checked.out.splitlines() == ["138****1234 must not be called: by letter", "138****1235 may be called"]
    assert type_in("stop-list", "remove", NUMBER, "--reason", "asked us to call").status == 0
    assert type_in("stop-list", "remove", NUMBER, "--reason", "asked us to call").status == 1
    assert type_in("stop-list", "check", NUMBER).status == 0
    assert json.loads(type_in("stop-list", "list", "--json").out) == {"entries": []}
    (gone,) = json.loads(type_in("stop-list", "list", "--all", "--json").out)["entries"]
    assert (gone["number"], gone["removed_why"]) == ("138****1234", "asked us to call")


def test_for_one_campaign_only(type_in: Voicebot) -> None:
    type_in("stop-list", "add", NUMBER, "--reason", "x", "--scope", "spring")
    assert type_in("stop-list", "check", NUMBER).status == 0
    assert type_in("stop-list", "check", NUMBER, "--campaign", "spring", "--json").status == 1


def test_what_is_no_number_is_wrong_use(type_in: Voicebot) -> None:
    ended = type_in("stop-list", "add", "abc", "--reason", "x")
    assert (ended.status, "'abc' is no telephone number" in ended.complaint) == (2, True)


def test_an_unknown_home_region_is_one_fault_not_one_of_each_row(
    type_in: Voicebot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VOICEBOT_HOME_REGION", "XX")
    file = tmp_path / "stop.csv"
    file.write_text("手机号\n13800001234\n13800001235\n")
    ended = type_in("stop-list", "import", str(file))
    assert (ended.status, ended.complaint.count("VOICEBOT_HOME_REGION='XX' is no country")) == (2, 1)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_is_imported_as_often_as_one_likes(type_in: Voicebot, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "stop.csv"
    file.write_bytes("姓名,手机号\n张三,138 0000 1234\n李四,13800001235\n王五,没有\n".encode(encoding))
    first = type_in("stop-list", "import", str(file))
    assert (first.status, first.out) == (1, "2 added, 0 were on the list, 1 faulty row\n")
    assert f"{file}:4:2: '没有' is no telephone number" in first.err
    assert type_in("stop-list", "import", str(file)).out.startswith("0 added, 2 were on the list")
    assert type_in("stop-list", "check", "13800001235").status == 1


def test_a_file_without_headings_has_its_numbers_in_the_first_column(type_in: Voicebot, tmp_path: Path) -> None:
    file = tmp_path / "stop.csv"
    file.write_text("13800001234\n13800001235\n")
    assert type_in("stop-list", "import", str(file)).out.startswith("2 added")
    ended = type_in("stop-list", "import", str(file), "--column", "tel")
    assert (ended.status, "no column 'tel'" in ended.complaint) == (1, True)


@pytest.fixture
def with_task(type_in: Voicebot, tmp_path: Path) -> Voicebot:
    store = open_store(f"sqlite:///{tmp_path / 'voicebot.db'}", tmp_path, migrate=False)
    lead, script = prepare(store)
    put(store.engine, everything(1, lead, script))
    store.close()
    return type_in


def test_tasks_are_listed_taken_and_done(with_task: Voicebot) -> None:
    (listed,) = json.loads(with_task("follow-up", "list", "--status", "open", "--type", "sms", "--json").out)["tasks"]
    assert (listed["number"], listed["text"], listed["details"]) == ("138****1234", "点开就能加", {"template": "1"})
    (taken,) = json.loads(with_task("follow-up", "take", "--by", "sms-gateway", "--json").out)["tasks"]
    assert (taken["id"], taken["number"], taken["status"]) == (listed["id"], "+8613800001234", "taken")
    assert with_task("follow-up", "take", "--by", "another").out == "0 tasks\n"
    other = with_task("follow-up", "done", taken["id"], "--by", "another")
    assert (other.status, other.err) == (1, f"{taken['id']} sms-gateway has taken it\n")
    assert with_task("follow-up", "done", taken["id"], "--by", "sms-gateway", "--outcome", "sent").status == 0
    rows = list(csv.DictReader(with_task("follow-up", "list", "--csv").out.splitlines()))
    assert [(row["status"], row["outcome"], row["taken_by"]) for row in rows] == [("done", "sent", "sms-gateway")]


def test_a_task_that_failed_says_why(with_task: Voicebot) -> None:
    (taken,) = json.loads(with_task("follow-up", "take", "--by", "x", "--json").out)["tasks"]
    assert with_task("follow-up", "fail", taken["id"], "--outcome", "no such number").out == f"{taken['id']} failed\n"
    assert with_task("follow-up", "list", "--status", "failed").status == 0


def test_what_is_no_task_is_wrong_use(with_task: Voicebot) -> None:
    ended = with_task("follow-up", "done", "7")
    assert (ended.status, "'7' is no task" in ended.complaint) == (2, True)
