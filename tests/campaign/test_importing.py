"""Lists into campaigns, on both databases: encodings, faults with their row, refusals, duplicates, undo."""

import csv
from array import array
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from voicebot.campaign import importing
from voicebot.campaign.importing import ImportReport, ImportRequest, import_list, needed_by
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.number_runs import RUN, runs
from voicebot.errors import InputFault, UsageError
from voicebot.store import campaigns, stop_list
from voicebot.store.lead_import import batches, undo
from voicebot.store.records import AttemptResult, AttemptStarted
from voicebot.store.rows import write
from voicebot.store.stop_list import Entry
from voicebot.store.store import Store
from voicebot.store.tables import Lead
from voicebot.store.tables_dialling import Complaint, Consent, Exclusion

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
PLAN = """\
campaign: spring
script: wecom_invite
purpose: 回访
list: {sources: [官网, 门店], excludes: [车险], fresh_days: 30, regions_refused: [西藏]}
"""
HEADINGS = "手机号,姓,来源,日期"
GOOD = "13800001234,王,官网,2026-11-20"


@pytest.fixture
def plan(store):
    return campaigns.create(store, PLAN, "spring.yaml")[0]


def written(tmp_path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes("\n".join((HEADINGS, *lines)).encode(encoding))
    return path


def load(store: Store, plan, path: Path, at: datetime = NOW, **more) -> ImportReport:
    return import_list(store, plan, ImportRequest(path, needed={"surname": True}, **more), at)


def leads(store: Store) -> list[Lead]:
    with store.reading() as connection:
        return list(connection.execute(select(Lead.__table__).order_by(Lead.id)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_row_becomes_a_lead(store, plan, tmp_path, encoding):
    report = load(store, plan, written(tmp_path, GOOD, encoding=encoding))
    assert (report.rows, report.loaded, report.ready, dict(report.faults)) == (1, 1, 1, {})
    (lead,) = leads(store)
    assert (lead.number, lead.variables, lead.source) == ("+8613800001234", {"surname": "王"}, "官网")
    assert (lead.area, lead.carrier, lead.zone) == ("北京市", "中国移动", "Asia/Shanghai")
    assert (lead.state, lead.key) == ("waiting", "+8613800001234@2026-11-23")


def test_a_workbook_is_read_too(store, plan, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADINGS.split(","))
    sheet.append([13800001234, "王", "官网", datetime(2026, 11, 20)])
    sheet.append([None, None, None, None])
    sheet.append([123, "李", "官网", None])
    book.save(tmp_path / "list.xlsx")
    report = load(store, plan, tmp_path / "list.xlsx")
    assert (report.loaded, report.first_faults[0][0]) == (1, 4)
    with pytest.raises(UsageError, match="has no sheet '二月'; it has Sheet"):
        load(store, plan, tmp_path / "list.xlsx", sheet="二月")


FAULTY = [
    ("1380000123,王,官网,", "手机号", Code.BAD_NUMBER),
    ("12800001234,王,官网,", "手机号", Code.BAD_NUMBER),
    ("1.38E+10,王,官网,", "手机号", Code.BAD_NUMBER),
    (",王,官网,", "手机号", Code.BAD_NUMBER),
    ("4008001234,王,官网,", "手机号", Code.BAD_NUMBER),
    ("+12125550123,王,官网,", "手机号", Code.BAD_NUMBER),
    ("13800001235,,官网,", "姓", "MISSING_VARIABLE"),
    ("13800001235,王,抖音,", "来源", "BAD_SOURCE"),
    ("13800001235,王,官网,2026-09-01", "日期", Code.STALE),
    ("13800001235,王,官网,昨天", "日期", "BAD_DATE"),
    ("13908910001,王,官网,", "手机号", Code.REGION),
]


@pytest.mark.parametrize(("line", "heading", "code"), FAULTY)
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_fault_is_told_with_row_column_and_reason(store, plan, tmp_path, line, heading, code):
    errors = tmp_path / "errors.csv"
    report = load(store, plan, written(tmp_path, GOOD, line), errors=errors)
    assert (report.loaded, dict(report.faults)) == (1, {str(code): 1})
    (row,) = csv.DictReader(errors.open(encoding="utf-8-sig"))
    assert (row["row"], row["column"], row["code"]) == ("3", heading, str(code))
    assert row["reason"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_cell_that_a_spreadsheet_would_run_is_a_text_in_the_error_file(store, plan, tmp_path):
    errors = tmp_path / "errors.csv"
    load(store, plan, written(tmp_path, "\"=cmd|'/c calc'!A1\",王,官网,"), errors=errors)
    (row,) = csv.DictReader(errors.open(encoding="utf-8-sig"))
    assert row["value"].startswith("'=")


def test_who_must_not_be_called_is_kept_with_the_reason(store, plan, tmp_path):
    numbers = [f"1380000100{n}" for n in range(6)]
    stopped, complained, refused, holder, called, fine = (f"+86{number}" for number in numbers)
    stop_list.add(store, [Entry(stopped, "*", "stop_request: 别打了", "call", NOW)])
    attempt = "3c5f1d6e-0000-4000-8000-000000000001"
    with store.writing() as connection:
        connection.execute(
            Complaint.__table__.insert().values(
                number=complained, made_at=NOW - timedelta(days=80), words="骚扰", source="person"
            )
        )
        for at, given in ((NOW - timedelta(days=9), True), (NOW - timedelta(days=2), False)):
            row = {"number": refused, "purpose": "回访", "given": given, "at": at, "proof": "", "source": "api"}
            connection.execute(Consent.__table__.insert().values(row))
        connection.execute(Exclusion.__table__.insert().values(number=holder, product="车险", added_at=NOW))
        write(
            connection,
            [
                AttemptStarted(attempt, None, None, called, "demo", NOW - timedelta(hours=3)),
                AttemptResult(attempt, Code.BUSY, NOW - timedelta(hours=3)),
            ],
        )
    report = load(store, plan, written(tmp_path, *(f"{number},王,官网," for number in numbers)))
    states = {lead.number: (lead.state, lead.code) for lead in leads(store)}
    assert states == {
        stopped: ("refused", "STOP_LIST"),
        complained: ("refused", "COMPLAINT"),
        refused: ("refused", "NO_CONSENT"),
        holder: ("refused", "DUPLICATE"),
        called: ("waiting", None),
        fine: ("waiting", None),
    }
    assert (report.ready, report.postponed) == (1, 1)
    due = {lead.number: lead.due_at for lead in leads(store)}
    assert due[called] == NOW + timedelta(hours=21)
    assert report.refused == {"STOP_LIST": 1, "COMPLAINT": 1, "NO_CONSENT": 1, "DUPLICATE": 1}


@pytest.mark.parametrize("number", ["13800001234x3", "0512-62345678转8001"])
def test_an_extension_is_a_fault_with_its_row_column_and_reason(store, plan, tmp_path, number):
    errors = tmp_path / "errors.csv"
    report = load(store, plan, written(tmp_path, GOOD, f"{number},王,官网,"), errors=errors)
    assert (report.loaded, dict(report.faults)) == (1, {"BAD_NUMBER": 1})
    with errors.open(encoding="utf-8-sig") as file:
        (fault,) = csv.DictReader(file)
    assert (fault["row"], fault["column"]) == ("3", "手机号")
    assert fault["reason"].startswith(f"{number!r} has an extension, which is not dialled")


def test_the_same_day_is_a_duplicate_the_next_day_a_new_lead(store, plan, tmp_path):
    path = written(tmp_path, GOOD, "138 0000 1234,王,门店,")
    first = load(store, plan, path)
    assert (first.loaded, dict(first.faults)) == (1, {"DUPLICATE": 1})
    assert load(store, plan, path).loaded == 0
    assert load(store, plan, path, NOW + timedelta(days=1)).loaded == 1


def test_a_dry_run_says_the_same_and_writes_nothing(store, plan, tmp_path):
    path = written(tmp_path, GOOD, GOOD, "1,王,官网,")
    dry = load(store, plan, path, dry_run=True)
    assert leads(store) == []
    assert batches(store, "spring") == []
    wet = load(store, plan, path)
    assert (dry.rows, dry.loaded, dry.faults, dry.refused) == (wet.rows, wet.loaded, wet.faults, wet.refused)


def test_an_import_is_taken_back_but_not_who_was_called(store, plan, tmp_path):
    report = load(store, plan, written(tmp_path, GOOD, "13900001234,李,官网,"))
    called = leads(store)[0]
    with store.writing() as connection:
        start = AttemptStarted("3c5f1d6e-0000-4000-8000-000000000002", "spring", called.id, called.number, "demo", NOW)
        write(connection, [start, AttemptResult(start.attempt_id, Code.BUSY, NOW)])
    assert report.batch_id is not None
    done = undo(store, report.batch_id)
    assert (done.removed, done.kept) == (1, 1)
    assert [lead.id for lead in leads(store)] == [called.id]
    with pytest.raises(UsageError, match="was undone already"):
        undo(store, report.batch_id)
    with pytest.raises(UsageError, match="there is no import 99"):
        undo(store, 99)


def test_numbers_in_a_row_are_flagged(store, plan, tmp_path):
    made_up = [f"1371234567{n},王,官网," for n in range(RUN)]
    report = load(store, plan, written(tmp_path, GOOD, *made_up))
    assert report.flagged == RUN
    assert [lead.flags for lead in leads(store)] == [[], *([["one of a run of numbers"]] * RUN)]


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("content", "error", "match"),
    [
        (b"\xff\xfe\x00\x01\xff", InputFault, "neither UTF-8 nor GB18030"),
        (b"", InputFault, "no headings"),
        ("手机号\n".encode(), UsageError, "needs surname"),
        ("姓,年龄\n王,3\n".encode(), UsageError, "no column looks like a telephone number"),
    ],
)
def test_a_list_that_is_none_is_refused_whole(store, plan, tmp_path, content, error, match):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(error, match=match):
        load(store, plan, path)
    assert leads(store) == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_files_that_cannot_be_lists(store, plan, tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        load(store, plan, tmp_path / "missing.csv")
    (tmp_path / "list.pdf").write_bytes(b"%PDF")
    with pytest.raises(UsageError, match="save it as CSV or XLSX"):
        load(store, plan, tmp_path / "list.pdf")
    (tmp_path / "list.xlsx").write_bytes(b"not a workbook")
    with pytest.raises(InputFault, match="not a workbook"):
        load(store, plan, tmp_path / "list.xlsx")


def test_a_variable_is_needed_when_one_script_needs_it():
    assert needed_by([{"a": False, "b": True}, {"a": True}]) == {"a": True, "b": True}


@given(st.lists(st.integers(0, 60), max_size=60))
def test_runs_are_what_a_slow_search_finds(numbers):
    present = set(numbers)

    def size(number: int) -> int:
        low = high = number
        while low - 1 in present:
            low -= 1
        while high + 1 in present:
            high += 1
        return high - low + 1

    assert runs(array("q", numbers)) == sorted(number for number in present if size(number) >= RUN)


class Broken(Exception):
    """The import's process dies."""


def test_an_import_that_broke_off_keeps_whole_chunks_and_can_be_taken_back(store, plan, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 2)
    lines = [f"1380000123{n},王,官网,2026-11-20" for n in range(7)]
    shares: list[float] = []

    def die(rows: int, share: float) -> None:
        shares.append(share)
        if len(shares) == 3:
            raise Broken

    with pytest.raises(Broken):
        import_list(store, plan, ImportRequest(written(tmp_path, *lines)), NOW, die)
    (batch,) = batches(store, "spring")
    kept = len(leads(store))
    assert kept % 2 == 0
    assert batch["loaded"] == kept > 0
    assert undo(store, batch["id"]).removed == kept
    assert leads(store) == []
    again = import_list(store, plan, ImportRequest(written(tmp_path, *lines)), NOW)
    assert again.loaded == 7


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_progress_is_the_share_of_the_file(store, plan, tmp_path, monkeypatch, kind):
    monkeypatch.setattr(importing, "CHUNK", 100)
    lines = [f"138{n * 37:08},王,官网,2026-11-20" for n in range(2_000)]
    path = written(tmp_path, *lines)
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for line in (HEADINGS, *lines):
            book.active.append(line.split(","))
        path = tmp_path / "list.xlsx"
        book.save(path)
    seen: list[tuple[int, float]] = []
    import_list(store, plan, ImportRequest(path), NOW, lambda rows, share: seen.append((rows, share)))
    shares = [share for _, share in seen]
    assert shares == sorted(shares)
    assert 0 < shares[0] < 0.5 < shares[-1] == 1.0
    assert seen[-1][0] == 2_000
