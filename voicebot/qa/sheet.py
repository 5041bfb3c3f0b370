"""A round as a worksheet for one reviewer, CSV or XLSX, and read back. Verdicts are checked where they are given.

The columns to fill in are grade, passed, reasons, corrections, note; a row without a grade is not reviewed yet.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from voicebot.errors import InputFault, UsageError
from voicebot.qa.dossier import Dossier
from voicebot.qa.transcript import transcript
from voicebot.qa.verdicts import Correction, Verdict

GIVEN = ("round", "reviewer", "call", "id", "recording", "path", "transcript")
FILLED = ("grade", "passed", "reasons", "corrections", "note")
COLUMNS = (*GIVEN, *FILLED)
YES = {"yes", "y", "1", "true", "pass", "passed", "是", "通过", "合格"}
NO = {"no", "n", "0", "false", "fail", "failed", "否", "不通过", "不合格"}
_BETWEEN = re.compile(r"[;；\n]+")
_CORRECTION = re.compile(r"\s*(\d+)\s*=\s*([^=\s]+)\s*(?:=\s*(.*?)\s*)?$", re.DOTALL)


@dataclass(frozen=True)
class SheetRow:
    """One filled row. `call` is the number in the round; `line`: of the file."""

    round: str
    call: str
    verdict: Verdict
    line: int


@dataclass(frozen=True)
class RowFault:
    """What is wrong with the row of a `call`; `line`: of the file, which a spreadsheet does not show."""

    line: int
    call: str
    text: str

    def shown(self, file: str) -> str:
        """With the file's name, for people."""
        named = self.text if f"call {self.call} " in self.text else f"call {self.call}: {self.text}"
        return f"{file}:{self.line}:1: {named}"


def rows(within: str, reviewer: str, calls: Sequence[Dossier]) -> list[tuple[str, ...]]:
    """The sheet with its heading: one row a call, the columns to fill in empty."""
    return [COLUMNS, *(_row(within, reviewer, one) for one in calls)]


def _row(within: str, reviewer: str, one: Dossier) -> tuple[str, ...]:
    recording = str(one.recording) if one.recording else ""
    told = (within, reviewer, str(one.sample.number), one.sample.attempt_id, recording, one.path, transcript(one.lines))
    return (*told, *("" for _ in FILLED))


def read(
    lines: Iterator[tuple[int, Sequence[str]]], shown: str, now: datetime
) -> tuple[list[SheetRow], list[RowFault]]:
    """The filled rows, and what is wrong with the others; `lines` are (line, cells), the heading first.

    Raises InputFault for a file that is no such sheet.
    """
    first = next(lines, None)
    headings = [cell.strip().lower() for cell in first[1]] if first else []
    missing = [
        name for name in COLUMNS if name not in headings and name not in ("id", "recording", "path", "transcript")
    ]
    if missing:
        raise InputFault(f"{shown}:1:1: no column {missing[0]!r}; make the sheet with voicebot qa sheet")
    found: list[SheetRow] = []
    faults: list[RowFault] = []
    for line, cells in lines:
        row = {name: cells[at].strip() if at < len(cells) else "" for at, name in enumerate(headings)}
        if not row["grade"]:
            if row["passed"] or row["reasons"] or row["corrections"]:
                told = f"call {row['call']} has no grade; write A to E, or empty the row"
                faults.append(RowFault(line, row["call"], told))
            continue
        try:
            found.append(SheetRow(row["round"], row["call"], _verdict(row, now), line))
        except UsageError as fault:
            faults.append(RowFault(line, row["call"], str(fault)))
    return found, faults


def _verdict(row: Mapping[str, str], now: datetime) -> Verdict:
    return Verdict(
        reviewer=row["reviewer"],
        at=now,
        grade=row["grade"].upper(),
        passed=truth(row["passed"]),
        reasons=names(row["reasons"]),
        corrections=tuple(correction(part) for part in _BETWEEN.split(row["corrections"]) if part.strip()),
        note=row["note"],
    )


def truth(text: str) -> bool:
    """A yes or no as people write it. Raises UsageError."""
    plain = text.strip().lower()
    if plain not in YES | NO:
        raise UsageError(f"passed is {text!r}; write yes or no (是, 否)")
    return plain in YES


def names(text: str) -> tuple[str, ...]:
    """Names between commas, semicolons or blanks, each once."""
    return tuple(dict.fromkeys(re.split(r"[\s,，;；、]+", text.strip()))) if text.strip() else ()


def correction(text: str) -> Correction:
    """`TURN=INTENT` or `TURN=INTENT=what was really said`. Raises UsageError."""
    found = _CORRECTION.match(text)
    if found is None:
        raise UsageError(f"correction {text.strip()!r} is not TURN=INTENT or TURN=INTENT=WORDS, for example 2=deny")
    return Correction(int(found[1]), found[2], found[3] or "")


def is_workbook(path: Path) -> bool:
    """Whether the file's name says XLSX; else it is CSV. Raises UsageError for another ending."""
    ending = path.suffix.lower()
    if ending not in (".xlsx", ".csv"):
        raise UsageError(f"{path} is neither .csv nor .xlsx; name one of these")
    return ending == ".xlsx"
