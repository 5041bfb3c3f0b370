"""CSV as people save it."""

from pathlib import Path

import pytest

from voicebot.errors import InputFault
from voicebot.understanding.csv_source import CsvRow, by_heading, csv_rows, decoded, rows_of


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_encodings_of_spreadsheets(encoding: str) -> None:
    assert decoded("城市,门店\n苏州,园区店".encode(encoding), "a.csv") == "城市,门店\n苏州,园区店"


def test_bytes_of_no_encoding_are_named_by_their_line() -> None:
    with pytest.raises(InputFault, match=r"a.csv:2:1: neither UTF-8 nor GB18030"):
        decoded(b"x\n\xff\xff\xff", "a.csv")


def test_rows_with_their_lines() -> None:
    text = 'a, b\r\n\r\n"one, two"," 3 "\n,,\n"two\nlines",x\n'
    rows = [CsvRow(1, ("a", "b")), CsvRow(3, ("one, two", "3")), CsvRow(6, ("two\nlines", "x"))]
    assert list(csv_rows(text, "a.csv", 10)) == rows


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_what_stands_between_columns_is_read_from_the_first_line(between: str) -> None:
    text = f'text{between}intent\n"好，好; 的,"{between}agree\n'
    assert [row.values for row in csv_rows(text, "a.csv", 9)] == [("text", "intent"), ("好，好; 的,", "agree")]


def test_one_column_is_one_column() -> None:
    assert [row.values for row in csv_rows("number\n13800000001\n", "a.csv", 9)] == [("number",), ("13800000001",)]


def test_too_many_rows() -> None:
    with pytest.raises(InputFault, match=r"a.csv:3:1: more than 2 rows"):
        list(csv_rows("a\nb\nc\n", "a.csv", 2))


def test_no_csv() -> None:
    with pytest.raises(InputFault, match=r"a.csv:2:1: not CSV"):
        list(csv_rows('a\n"b"c\n', "a.csv", 9))


def test_a_file_with_headings(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("text,intent,\n好,agree,x\n\n不\n".encode("gb18030"))
    found = list(by_heading(rows_of(file, 100, 10), "a.csv"))
    assert found == [(2, {"text": "好", "intent": "agree"}), (4, {"text": "不", "intent": ""})]


def test_a_file_that_is_too_large_or_empty(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("text\nwords\n")
    with pytest.raises(InputFault, match=r"a.csv:1:1: more than 10 bytes"):
        rows_of(file, 10, 10)
    file.write_text("\n")
    with pytest.raises(InputFault, match=r"a.csv:1:1: the file is empty"):
        list(by_heading(rows_of(file, 10, 10), str(file)))
