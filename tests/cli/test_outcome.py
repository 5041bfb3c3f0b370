"""`voicebot outcome` as it is typed: files of both kinds, faulty rows, repeats."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.cli.typed import Voicebot, voicebot
from tests.reports.hand_counted import count_by_hand, number_of
from tests.store.samples import attempt_id
from voicebot.store.store import open_store

ROWS = """订单号,手机号,类型,时间,金额
x1,{s2},added,2026-03-02 12:00+08:00,
x2,{k6},订单,2026-03-03,"1,200.50"
x3,{stranger},order,2026-03-03,5
x4,{s2},bought,2026-03-03,
"""


@pytest.fixture
def type_in(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, template: Callable[..., str]
) -> Voicebot:
    database = template("sqlite", tmp_path)
    store = open_store(database, tmp_path, migrate=False)
    count_by_hand(store)
    store.close()
    return lambda *arguments: voicebot(monkeypatch, capsys, *arguments, database_url=database, data_dir=tmp_path)


def rows(encoding: str, path: Path) -> Path:
    text = ROWS.format(s2=number_of("S2")[3:], k6=number_of("K6")[3:], stranger="13700000000")
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_and_its_repeat(type_in: Voicebot, tmp_path: Path, encoding: str) -> None:
    file = rows(encoding, tmp_path / "crm.csv")
    done = type_in("outcome", "import", str(file), "--by", "li")
    assert (done.status, done.out) == (1, "2 added (0 without a call before), 0 were known, 2 faulty rows\n")
    assert done.err.splitlines() == [
        f"{file}:4:1: no lead of any campaign has this number",
        f"{file}:5:1: 'bought' is no type of outcome; write added or order",
    ]
    again = json.loads(type_in("outcome", "import", str(file), "--json").out)
    assert (again["new"], again["known"], len(again["faults"])) == (0, 2, 2)
    listed = {row["key"]: row for row in json.loads(type_in("outcome", "list", "--json").out)["outcomes"]}
    assert (listed["x1"]["number"], listed["x1"]["code"], listed["x1"]["attempt"]) == (
        "138****0002",
        "ADDED",
        attempt_id(9),
    )
    assert (listed["x2"]["campaign"], listed["x2"]["amount"], listed["x2"]["code"]) == ("loan", 1200.5, "")


def test_a_worksheet(type_in: Voicebot, tmp_path: Path) -> None:
    """Numbers, moments and amounts as a spreadsheet keeps them; the second sheet is the one that is named."""
    book = Workbook()
    book.active.append(["nothing", "here"])  # type: ignore[union-attr]
    sheet = book.create_sheet("订单")
    sheet.append(["订单号", "手机号", "类型", "时间", "金额"])
    sheet.append([71, int(number_of("S2")[3:]), "added", datetime(2026, 3, 2, 12), None])
    sheet.append(["x2", number_of("K6"), "订单", datetime(2026, 3, 3), 1200.5])
    sheet.append([None] * 5)
    sheet.append(["x3", 13700000000, "order", datetime(2026, 3, 3), 5])
    file = tmp_path / "crm.xlsx"
    book.save(file)
    done = type_in("outcome", "import", str(file), "--sheet", "订单", "--by", "li")
    assert (done.status, done.out) == (1, "2 added (0 without a call before), 0 were known, 1 faulty row\n")
    assert done.err.splitlines() == [f"{file}:5:1: no lead of any campaign has this number"]
    assert type_in("outcome", "import", str(file), "--sheet", "订单").out.startswith(
        "0 added (0 without a call before), 2"
    )
    listed = {row["key"]: row for row in json.loads(type_in("outcome", "list", "--json").out)["outcomes"]}
    assert (listed["71"]["type"], listed["71"]["attempt"]) == ("added", attempt_id(9))
    assert (listed["x2"]["campaign"], listed["x2"]["amount"]) == ("loan", 1200.5)
    wrong = type_in("outcome", "import", str(file), "--sheet", "二月")
    assert (wrong.status, "订单" in wrong.complaint) == (2, True)


def test_one_by_hand(type_in: Voicebot) -> None:
    number = number_of("S2")
    arguments = ("outcome", "add", number, "order", "--key", "7", "--amount", "9.5", "--at", "2026-03-04")
    assert type_in(*arguments).out == "added\n"
    assert type_in(*arguments).out == "known before\n"
    assert type_in("outcome", "add", number_of("S4"), "added").out == "added, without a call before\n"
    wrong = type_in("outcome", "add", "13700000000", "added")
    assert (wrong.status, wrong.complaint) == (2, "voicebot: 137****0000: no lead of any campaign has this number")


def test_a_file_without_keys(type_in: Voicebot, tmp_path: Path) -> None:
    file = tmp_path / "crm.csv"
    file.write_text("phone,at\n13800000001,2026-03-02\n")
    wrong = type_in("outcome", "import", str(file), "--type", "added")
    assert wrong.status == 2
    assert "no column for key" in wrong.complaint
