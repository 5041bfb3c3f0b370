"""CSV as people save it."""

import pytest

from voicebot.errors import InputFault
from voicebot.understanding.csv_source import CsvRow, csv_rows, decoded


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_encodings_of_spreadsheets(encoding: str) -> None:
    assert decoded("城市,门店\n苏州,园区店".encode(encoding), "a.csv") == "城市,门店\n苏州,园区店"


def test_bytes_of_no_encoding_are_named_by_their_line() -> None:
    with pytest.raises(InputFault, match=r"a.csv:2:1: neither UTF-8 nor GB18030"):
        decoded(b"x\n\xff\xff\xff", "a.csv")


def test_rows_with_their_lines() -> None:
    text = 'a, b\r\n\r\n"one, two"," 3 "\n,,\n"two\nlines",x\n'
    rows = [CsvRow(1, ("a", "b")), CsvRow(3, ("one, two", "3")), CsvRow(6, ("two\nlines", "x"))]
    assert list(csv_rows(text, "a.csv", 10)) == rows


def test_too_many_rows() -> None:
    with pytest.raises(InputFault, match=r"a.csv:3:1: more than 2 rows"):
        list(csv_rows("a\nb\nc\n", "a.csv", 2))


def test_no_csv() -> None:
    with pytest.raises(InputFault, match=r"a.csv:2:1: not CSV"):
        list(csv_rows('a\n"b"c\n', "a.csv", 9))
