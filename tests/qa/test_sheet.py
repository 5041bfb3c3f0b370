"""Worksheets and pages of rounds: what was said stays data, in a spreadsheet and in a browser."""

import csv
from datetime import UTC, datetime

import openpyxl
import pytest
from sqlalchemy import update

from tests.qa.judged import call, round_of
from tests.reports.counted import count_by_hand
from tests.store.samples import attempt_id
from voicebot.errors import UsageError
from voicebot.qa.dossier import dossiers
from voicebot.qa.page import Shown, render
from voicebot.qa.sheet import COLUMNS, correction, names, read, rows, truth
from voicebot.qa.verdicts import Correction
from voicebot.qa.workbook import sheet_lines, write_sheet
from voicebot.store.tables import Turn

EVIL = "=HYPERLINK(1)"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_nothing_in_a_sheet_becomes_a_formula(tmp_path, ending):
    path = tmp_path / f"sheet.{ending}"
    table = [("round", "reviewer"), (EVIL, "+49"), ("@x", "-1")]
    write_sheet(path, table)
    assert [tuple(cells) for _, cells in sheet_lines(path)] == table
    if ending == "xlsx":
        kinds = {c.data_type for row in openpyxl.load_workbook(path).worksheets[0].rows for c in row if c.value}
        assert kinds == {"s"}
    else:
        assert f"'{EVIL},'+49" in path.read_text(encoding="utf-8-sig")


def test_what_customers_say_is_no_code_on_the_page(store, tmp_path):
    count_by_hand(store)
    within = round_of(store)
    with store.writing() as connection:
        connection.execute(update(Turn).where(Turn.seq == 1).values(text="<script>alert(1)</script>"))
    calls = dossiers(store, [call(store, within, attempt_id(7))], tmp_path)
    page = render(within, [Shown(calls[0], "", ())], datetime.now(UTC), revealed=True)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert page.count("<script") == 1
    assert "default-src 'none'" in page


def test_a_row_of_a_sheet_has_all_that_a_reviewer_needs(store, tmp_path):
    count_by_hand(store)
    within = round_of(store)
    calls = dossiers(store, [call(store, within, attempt_id(7))], tmp_path)
    heading, row = rows("march", "li", calls)
    found = dict(zip(heading, row, strict=True))
    assert (found["round"], found["reviewer"], found["path"]) == ("march", "li", "opening → benefit")
    assert "0:09.5–0:10.0 C [2] 可以啊" in found["transcript"]
    assert {found[name] for name in ("grade", "passed", "reasons", "corrections", "note")} == {""}


def test_what_people_write_into_cells():
    assert (truth("是"), truth("Yes"), truth("不通过")) == (True, True, False)
    assert names("misheard， slow、misheard") == ("misheard", "slow")
    assert correction(" 2 = deny ") == Correction(2, "deny")
    assert correction("2=deny=不 要 了") == Correction(2, "deny", "不 要 了")
    for wrong in ("deny", "x=deny", "2=", "2"):
        with pytest.raises(UsageError, match="is not TURN=INTENT"):
            correction(wrong)
    with pytest.raises(UsageError, match="write yes or no"):
        truth("perhaps")


def filled(*rows: tuple[str, str, str, str]) -> list[tuple[str, ...]]:
    """A sheet with (call, grade, passed, reasons)."""
    return [COLUMNS, *(("march", "li", call, "", "", "", "two\nlines", *of, "", "") for call, *of in rows)]


@pytest.mark.parametrize(
    ("between", "encoding"), [(",", "utf-8-sig"), (";", "utf-8-sig"), (";", "gbk"), ("\t", "utf-16")]
)
def test_a_sheet_is_read_as_spreadsheets_of_any_country_save_it(tmp_path, between, encoding):
    path = tmp_path / "sheet.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=between, lineterminator="\r\n").writerows(filled(("1", "a", "是", "misheard、slow")))
    found, faults = read(sheet_lines(path), str(path), datetime.now(UTC))
    assert not faults
    verdict = found[0].verdict
    assert (found[0].call, verdict.grade, verdict.passed, verdict.reasons) == ("1", "A", True, ("misheard", "slow"))


def test_a_fault_names_the_call_that_a_spreadsheet_shows(tmp_path):
    path = tmp_path / "sheet.csv"
    write_sheet(path, filled(("1", "A", "perhaps", ""), ("2", "", "yes", ""), ("3", "B", "yes", "")))
    found, faults = read(sheet_lines(path), "s.csv", datetime.now(UTC))
    assert [row.call for row in found] == ["3"]
    assert [fault.shown("s.csv") for fault in faults] == [
        "s.csv:3:1: call 1: passed is 'perhaps'; write yes or no (是, 否)",
        "s.csv:5:1: call 2 has no grade; write A to E, or empty the row",
    ]
