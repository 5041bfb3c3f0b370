"""Files of records that the database has not taken yet. A file is written whole, never changed, removed when ingested.

So a reader needs no lock: what has its final name is complete. What is done with the records is not decided here.
"""

import itertools
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from voicebot.store.journal import from_line, to_line
from voicebot.store.records import Record

_counter = itertools.count()


def save(directory: Path, records: Sequence[Record], refusal: str = "") -> Path:
    """Write `records` to a new file and force it to the disk. `refusal`: why the database will never take them so.

    Raises OSError when the disk does not take it; then no file with its final name is left.
    """
    directory.mkdir(parents=True, exist_ok=True)
    stem = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}-{next(_counter)}"
    path = directory / f"{stem}{'.refused' if refusal else ''}.jsonl"
    part = path.with_suffix(".part")
    lines = [f"# {' '.join(refusal.split())}"] if refusal else []
    try:
        with part.open("w", encoding="utf-8") as file:
            file.write("\n".join([*lines, *map(_line, records), ""]))
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return path


def _line(record: Record) -> str:
    try:
        return to_line(record)
    except (TypeError, ValueError) as fault:  # no database takes it either: kept for people to read
        return " ".join(f"# {fault}: {record!r}".split())


def waiting(directory: Path) -> tuple[Path, ...]:
    """Files whose records the database will take as they are, the oldest first."""
    return tuple(path for path in sorted(directory.glob("*.jsonl")) if not is_refused(path))


def refused(directory: Path) -> tuple[Path, ...]:
    """Files of records that the database refused, the oldest first."""
    return tuple(path for path in sorted(directory.glob("*.jsonl")) if is_refused(path))


def is_refused(path: Path) -> bool:
    """Whether `path` is a file of refused records."""
    return path.name.endswith(".refused.jsonl")


def load(path: Path) -> list[Record]:
    """The records of a file. Raises ValueError naming file and line, OSError when it cannot be read."""
    records = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.startswith("#"):
            try:
                records.append(from_line(line))
            except ValueError as fault:
                raise ValueError(f"{path}:{number}: {fault}") from fault
    return records


def drop(directory: Path, naming: Sequence[str]) -> int:
    """Take the lines out that name one of these texts, refusals and unreadable ones too; how many. Raises OSError.

    Each file is replaced as a whole, or removed when no record is left; one that is ingested meanwhile is left alone.
    """
    dropped = 0
    for path in sorted([*directory.glob("*.jsonl"), *directory.glob("*.part")]):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            continue
        kept = [line for line in lines if not any(text in line for text in naming)]
        dropped += len(lines) - len(kept)
        if len(kept) == len(lines):
            continue
        part = path.with_name(f"{path.name}.new")
        part.write_text("\n".join([*kept, ""]), encoding="utf-8")
        part.replace(path)
        if all(line.startswith("#") for line in kept):
            path.unlink()
    return dropped
