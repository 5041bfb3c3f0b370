"""Rows for people, for programs and for spreadsheets."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from voicebot.cli.tables import print_rows


def printed(capsys: pytest.CaptureFixture[str], rows: list[dict[str, object]]) -> list[list[str]]:
    print_rows("row", rows, as_json=False, as_csv=True)
    return list(csv.reader(io.StringIO(capsys.readouterr().out)))


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "-", "+"])
def test_what_a_list_or_a_customer_brought_is_no_formula(capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert printed(capsys, [{"words": text}]) == [["words"], ["'" + text]]


@pytest.mark.parametrize("value", ["+8613800001234", "+86138****1234", "138****1234", -3, -1.5, 7, "三天后", "a=b", ""])
def test_numbers_and_harmless_texts_stay_as_they_are(capsys: pytest.CaptureFixture[str], value: object) -> None:
    assert printed(capsys, [{"value": value, "n": 1}])[1] == [str(value), "1"]


def test_moments_and_mappings(capsys: pytest.CaptureFixture[str]) -> None:
    at = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    row: dict[str, object] = {"at": at, "more": {"a": "一"}, "none": None}
    assert datetime.fromisoformat(printed(capsys, [row])[1][0]) == at
    print_rows("row", [row], as_json=True, as_csv=False)
    assert json.loads(capsys.readouterr().out)["rows"][0]["more"] == {"a": "一"}
