"""A file of outcomes, CSV or XLSX, into the store. What rows mean is policy/outcomes.py's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from voicebot.campaign.list_file import open_list
from voicebot.campaign.policy.numbers import e164
from voicebot.campaign.policy.outcomes import OutcomeTold, columns_of, read_row
from voicebot.store.outcomes import add_outcomes
from voicebot.store.store import Store


@dataclass(frozen=True)
class Imported:
    """What came of a file: `new` outcomes, those `known` before, `unreached`: of the new, those without a call before;
    `faults`: FILE:LINE:1: reason, in the order of the lines."""

    new: int
    known: int
    unreached: int
    faults: tuple[str, ...]


def import_outcomes(
    store: Store, path: Path, region: str, usual: Mapping[str, str], zone: tzinfo, *, sheet: str | None = None, by: str
) -> Imported:
    """Keep what fits, tell what does not. `region`: country of numbers without a code; `usual`: fields for rows that
    have none; `zone`: of times without one. Raises InputFault, UsageError for a file that is none, StoreError."""
    told: list[OutcomeTold] = []
    lines: list[int] = []
    faults: list[tuple[int, str]] = []
    with open_list(path, sheet) as file:
        columns = columns_of(file.headings)
        for line, cells in file.rows:
            try:
                told.append(read_row(cells, columns, lambda text: e164(text, region), usual, zone))
            except ValueError as fault:
                faults.append((line, str(fault)))
                continue
            lines.append(line)
    kept = add_outcomes(store, told, "import", by)
    faults += [(lines[place], why) for place, why in kept.faults]
    return Imported(
        kept.new, kept.known, kept.unreached, tuple(f"{path}:{line}:1: {why}" for line, why in sorted(faults))
    )
