"""Workbooks read row by row: the same texts as another reader finds, and clear words about files that are none."""

import zipfile
from datetime import datetime, time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from voicebot.campaign import workbook_parts
from voicebot.campaign.list_file import open_list
from voicebot.campaign.workbook import iso, open_sheet
from voicebot.errors import InputFault

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
STYLES = f"""<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="165" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>
<numFmt numFmtId="166" formatCode="[Red]0.00&quot;day&quot;"/></numFmts>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="57"/></cellXfs>
</styleSheet>"""


def rows_of(path: Path, sheet: str | None = None) -> list[tuple[int, list[str]]]:
    with open_sheet(path, sheet) as opened:
        return list(opened.rows)


def packed(path: Path, sheet: str, texts: str = "", properties: str = "") -> Path:
    """A workbook of hand-written parts."""
    kinds = {"worksheet": "sheet.xml", "sharedStrings": "texts.xml", "styles": "styles.xml"}
    related = "".join(
        f'<Relationship Id="{kind}" Type="{RELATED}/{kind}" Target="{name}"/>' for kind, name in kinds.items()
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATED}">{properties}'
            '<sheets><sheet name="名单" sheetId="1" r:id="worksheet"/></sheets></workbook>',
        )
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}">{related}</Relationships>')
        archive.writestr("xl/styles.xml", STYLES)
        archive.writestr("xl/texts.xml", f'<sst xmlns="{MAIN}">{texts}</sst>')
        archive.writestr("xl/sheet.xml", sheet)
    return path


def sheet_of(rows: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


CELLS = {
    "a number of eleven digits": ("<c><v>13800138000</v></c>", "13800138000"),
    "scientific notation": ("<c><v>1.3800138E10</v></c>", "13800138000"),
    "a whole number with a point": ("<c><v>138.0</v></c>", "138"),
    "a share": ("<c><v>0.255</v></c>", "0.255"),
    "no number": ("<c><v/></c>", ""),
    "a shared text": ('<c t="s"><v>0</v></c>', "王 小明"),
    "a shared text in pieces": ('<c t="s"><v>1</v></c>', "官网"),
    "an own text": ('<c t="inlineStr"><is><r><t>门</t></r><r><t>店</t></r><rPh><t>mén</t></rPh></is></c>', "门店"),
    "what a formula gave": ('<c t="str"><f>A1&amp;"x"</f><v>13800138000x</v></c>', "13800138000x"),
    "true": ('<c t="b"><v>1</v></c>', "True"),
    "a day": ('<c s="1"><v>46346</v></c>', "2026-11-20"),
    "a day and a time": ('<c s="1"><v>46346.4375</v></c>', "2026-11-20 10:30:00"),
    "a time": ('<c s="1"><v>0.4375</v></c>', "10:30:00"),
    "a day in a format of one's own": ('<c s="2"><v>46346</v></c>', "2026-11-20"),
    "a day in a format of Chinese Excel": ('<c s="4"><v>46346</v></c>', "2026-11-20"),
    "a number whose format has letters in quotes": ('<c s="3"><v>46346</v></c>', "46346"),
    "a day as ISO 8601": ('<c t="d"><v>2026-11-20</v></c>', "2026-11-20"),
}
TEXTS = "<si><t>王 小明</t></si><si><r><t>官</t></r><r><t>网</t></r><rPh><t>guān</t></rPh></si>"


@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_says_what_people_read(tmp_path, kind):
    written, text = CELLS[kind]
    path = packed(tmp_path / "list.xlsx", sheet_of(f"<row><c><v>7</v></c>{written}</row>"), TEXTS)
    assert rows_of(path) == [(1, ["7", text])]


def test_days_count_from_1904_where_the_workbook_says_so(tmp_path):
    properties = '<workbookPr date1904="1"/>'
    path = packed(tmp_path / "list.xlsx", sheet_of('<row><c s="1"><v>44884</v></c></row>'), properties=properties)
    assert rows_of(path) == [(1, ["2026-11-20"])]


def test_cells_and_rows_that_are_left_out_keep_their_places(tmp_path):
    rows = '<row r="2"><c r="C2"><v>3</v></c><c r="A2"><v>1</v></c></row><row r="5"><c r="B5" s="1"/></row>'
    path = packed(tmp_path / "list.xlsx", sheet_of(rows + '<row r="9"><c r="AB9"><v>1</v></c></row>'))
    assert rows_of(path) == [(2, ["1", "", "3"]), (9, [""] * 27 + ["1"])]


def test_elements_may_have_a_prefix(tmp_path):
    sheet = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert rows_of(packed(tmp_path / "list.xlsx", sheet)) == [(1, ["1"])]


BROKEN = {
    "a trap of definitions": ('<!DOCTYPE a [<!ENTITY b "c">]>' + sheet_of(""), "DOCTYPE"),
    "damaged XML": (f'<worksheet xmlns="{MAIN}"><sheetData><row>', "damaged XML"),
    "a text that is not there": (sheet_of('<row r="4"><c t="s"><v>9</v></c></row>'), "row 4.*'9'"),
    "a number that is none": (sheet_of('<row r="4"><c><v>x</v></c></row>'), "row 4.*'x'"),
    "a column behind the last": (sheet_of('<row><c r="ZZZ1"><v>1</v></c></row>'), "column ZZZ"),
    "a place that is none": (sheet_of('<row><c r="1A"><v>1</v></c></row>'), "'1A'"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_workbook_is_refused_with_what_is_wrong(tmp_path, kind):
    sheet, why = BROKEN[kind]
    path = packed(tmp_path / "list.xlsx", sheet, TEXTS)
    with pytest.raises(InputFault, match=f"list.xlsx: .*{why}"):
        rows_of(path)


def test_a_part_that_unpacks_to_harm_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook_parts, "BOMB_SIZE", 1 << 20)
    path = packed(tmp_path / "list.xlsx", sheet_of("<row/>" * 500_000))
    with pytest.raises(InputFault, match="unpacks to 2 MB, 200 times what it takes in the file"):
        rows_of(path)


def test_too_much_text_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook_parts, "MAX_TEXTS", 100)
    with pytest.raises(InputFault, match="texts come to more than"):
        rows_of(packed(tmp_path / "list.xlsx", sheet_of(""), TEXTS))


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_a_workbook_that_was_cut_off_is_refused(tmp_path, share):
    whole = packed(tmp_path / "whole.xlsx", sheet_of("<row><c><v>1</v></c></row>"), TEXTS).read_bytes()
    (tmp_path / "list.xlsx").write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InputFault, match="not a workbook that can be read"):
        rows_of(tmp_path / "list.xlsx")


def test_a_damaged_byte_is_an_error_or_changes_nothing_else(tmp_path):
    whole = bytearray(packed(tmp_path / "list.xlsx", sheet_of("<row><c><v>1</v></c></row>" * 50), TEXTS).read_bytes())
    sound = rows_of(tmp_path / "list.xlsx")
    for place in range(0, len(whole), 7):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        (tmp_path / "list.xlsx").write_bytes(damaged)
        try:
            assert rows_of(tmp_path / "list.xlsx") == sound
        except InputFault as fault:
            assert "list.xlsx" in str(fault)


def test_progress_is_the_share_of_the_sheet(tmp_path):
    path = packed(tmp_path / "list.xlsx", sheet_of("<row><c><v>1</v></c></row>" * 20_000))
    with open_list(path) as opened:
        shares = [opened.share() for _ in opened.rows]
    assert shares == sorted(shares) and 0 < shares[0] < 0.5 and shares[-1] == 1


VALUES = st.one_of(
    st.none(),
    st.integers(-(10**14), 10**14),
    st.floats(-1e6, 1e6).map(lambda value: round(value, 6)),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=12).filter(lambda text: text[:1] != "="),
    st.booleans(),
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(lambda at: at.replace(microsecond=0)),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.lists(st.lists(VALUES, min_size=1, max_size=5), min_size=1, max_size=8))
def test_another_reader_finds_the_same(tmp_path, table):
    book = openpyxl.Workbook()
    for row in table:
        book.active.append(["x", *row])  # so that both readers begin with the same column
    book.save(tmp_path / "list.xlsx")
    other = CalamineWorkbook.from_path(str(tmp_path / "list.xlsx")).get_sheet_by_index(0).iter_rows()
    mine = trimmed(cells for _, cells in rows_of(tmp_path / "list.xlsx"))
    assert mine == trimmed(map(typed, cells) for cells in other)


def trimmed(rows) -> list[list[str]]:
    """Without empty cells at the end: readers differ in these."""
    kept = []
    for cells in rows:
        texts = list(cells)
        while texts and not texts[-1]:
            texts.pop()
        kept.append(texts)
    return kept


def typed(cell: object) -> str:
    """As a person would type it; the other reader gives values."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return iso(cell.replace(microsecond=0))
    assert not isinstance(cell, time)
    return str(cell)
