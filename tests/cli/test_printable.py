"""What others say neither forges a line of the log nor commands the terminal."""

import logging
import sys

import pytest

from voicebot.cli.printable import OneLine, printable
from voicebot.cli.tables import print_rows

EVIL = "王\n2026-01-01 ERROR voicebot: forged\x1b[2J\r\x07\u2028\u202e"


def test_printed_characters_stay_and_others_are_shown() -> None:
    assert printable("王先生, 您好 (3/4)") == "王先生, 您好 (3/4)"
    assert printable("a\nb\x1b[2J\tc") == r"a\nb\x1b[2J\tc"
    assert printable(EVIL).isprintable()


def test_a_log_line_is_one_line_and_a_traceback_stays() -> None:
    formatter = OneLine("%(levelname)s %(message)s")
    record = logging.LogRecord("x", logging.WARNING, "x.py", 1, "lead %s", (EVIL,), None)
    assert formatter.format(record).isprintable()
    try:
        raise ValueError("ours")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "lead %s", (EVIL,), sys.exc_info())
    first, *traceback = formatter.format(record).splitlines()
    assert first.startswith("ERROR lead 王")
    assert traceback[-1] == "ValueError: ours"


def test_a_table_sends_no_escape(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows("lead", [{"key": EVIL}], as_json=False, as_csv=False)
    assert "\x1b[2J" not in capsys.readouterr().out
