"""Names that a spreadsheet would calculate or a page would run, in every place that a report shows: no form does."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from tests.store.samples import attempt_id
from voicebot.campaign.policy.codes import Code
from voicebot.qa.workbook import write_sheet
from voicebot.reports.catalogue import REPORTS
from voicebot.reports.forms.write import file_of
from voicebot.reports.only import Only
from voicebot.store.ingest import put
from voicebot.store.records import (
    AttemptResult,
    AttemptStarted,
    CallResult,
    HandoffRecord,
    PickUpHeard,
    Record,
    TurnRecord,
    VisitRecord,
)
from voicebot.store.store import NewLead, Store
from voicebot.store.tables import Lead

EVIL = ("=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "-2+3", "\t=1", "<script>alert(1)</script>")
NUMBER = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")
BEGINS = ("=", "+", "-", "@", "\t", "\r")


def call(n: int, name: str, lead: int, version: int) -> Iterator[Record]:
    """An attempt all of whose names are this one."""
    key, at = attempt_id(n), datetime(2026, 3, 2, 2, n % 60, tzinfo=UTC)
    yield AttemptStarted(key, "evil", lead, f"+861380000{n:04}", name, at, name)
    yield CallResult(
        *(key, version, Code.CUSTOMER_HANGUP, "customer", name, 5_000, "A", name),
        visits=(VisitRecord(0, name, "opening", 0, 4_000, "hangup", 3_000, 3_000, "playing", 2_000),),
        turns=(TurnRecord(0, name, 1_000, 2_000, name, intent=name, choice=name, latency_ms=600),),
        handoffs=(HandoffRecord(0, name, 1_000, "no_answer", 1_000, 0),),
    )
    yield PickUpHeard(key, "answer", Code.HUMAN, 0.9, 900, name)
    yield AttemptResult(key, Code.CUSTOMER_HANGUP, at + timedelta(seconds=9), at, at, "customer", cause=name)


@pytest.fixture
def hostile(store: Store) -> Store:
    store.add_campaign("evil", "=1+1", simulated=True)
    leads = store.add_leads("evil", [NewLead(str(n), f"+861380000{n:04}") for n in range(len(EVIL))])
    version = store.add_script_version(EVIL[0], EVIL[2], "=t", "script: x\n")
    with store.writing() as connection:
        for lead, name in zip(leads, EVIL, strict=True):
            connection.execute(update(Lead).where(Lead.id == lead).values(source=name, persona=name, score=0.5))
    records = [record for n, name in enumerate(EVIL) for record in call(n, name, leads[n], version)]
    assert put(store.engine, records) == ()
    return store


def formulas(content: bytes) -> list[str]:
    """Cells of a workbook that are one, or become one when somebody edits them."""
    cells = (cell for sheet in load_workbook(io.BytesIO(content)) for row in sheet.iter_rows() for cell in row)
    texts = (cell for cell in cells if cell.data_type != "n")
    return [
        f"{cell.coordinate} {cell.value!r}"
        for cell in texts
        if cell.data_type == "f" or (str(cell.value or "").startswith(BEGINS) and not cell.quotePrefix)
    ]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_no_report_holds_a_formula_or_a_script(hostile: Store, report) -> None:
    figures = report.read(hostile, Only())
    text = file_of(report, figures, "csv", "=label").decode()
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert not [cell for cell in cells if cell.startswith(BEGINS) and not NUMBER.fullmatch(cell)]
    assert formulas(file_of(report, figures, "xlsx", "=label")) == []
    assert "<script>" not in file_of(report, figures, "html", "<script>").decode()


def test_the_names_are_in_the_reports(hostile: Store) -> None:
    shown = {report.name: file_of(report, report.read(hostile, Only()), "csv", "").decode() for report in REPORTS}
    assert all(shown[name].count("cmd|") for name in ("nodes", "gateways", "numbers", "grades", "answers"))


def test_no_worksheet_of_a_round_holds_a_formula(tmp_path) -> None:
    path = tmp_path / "sheet.xlsx"
    write_sheet(path, [["round", *EVIL]])
    assert formulas(path.read_bytes()) == []
