"""Worksheets and pages of rounds: what was said stays data, in a spreadsheet and in a browser."""

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
from voicebot.qa.sheet import correction, names, rows, truth
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
