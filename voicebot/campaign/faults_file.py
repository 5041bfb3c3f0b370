"""The file in which an import lists its faults: row, column, value, code and reason, safe to open in a spreadsheet."""

import csv
from pathlib import Path
from typing import Any

from voicebot.campaign.policy.list_columns import Columns, RowFault
from voicebot.understanding.csv_cells import harmless

ERROR_HEADINGS = ("row", "column", "value", "code", "reason")


class FaultsFile:
    """Row, column, value, code and reason of each fault; cells that a spreadsheet would run are made texts."""

    def __init__(self, path: Path | None, headings: tuple[str, ...], columns: Columns) -> None:
        self._path = path
        self._headings = headings
        self._positions = {**columns.variables, **columns.fields}
        self._writer: Any = None

    def __enter__(self) -> "FaultsFile":
        if self._path is not None:
            self._file = self._path.open("w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow(ERROR_HEADINGS)
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer is not None:
            self._file.close()

    def write(self, line: int, fault: RowFault, cells: list[str]) -> None:
        """One fault."""
        if self._writer is None:
            return
        position = self._positions.get(fault.column)
        heading = self._headings[position] if position is not None else fault.column
        value = cells[position] if position is not None and position < len(cells) else ""
        self._writer.writerow([line, *map(harmless, (heading, value, fault.code, fault.reason))])
