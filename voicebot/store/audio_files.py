"""Audio on disk that rows name: found for a person or by age, removed before its rows. Only below one directory."""

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from voicebot.errors import StoreError
from voicebot.store.store import Store
from voicebot.store.tables import Recording
from voicebot.store.tables_quality import PickUp

AUDIO = ".wav"


def audio_of(connection: Connection, attempts: Iterable[str]) -> set[str]:
    """Files of these attempts, relative to the recordings directory, those that no row names as well."""
    keys = list(attempts)
    named = [select(each.path).where(each.attempt_id.in_(keys), each.path.is_not(None)) for each in (Recording, PickUp)]
    paths = {str(path) for query in named for path in connection.scalars(query)}
    return paths | {f"{key}{AUDIO}" for key in keys}


def remove(directory: Path, paths: Iterable[str]) -> int:
    """Remove the files that are there; how many were. A path that leads out of `directory` is never touched.

    Raises StoreError naming the file that cannot be removed.
    """
    base = directory.resolve()
    removed = 0
    for path in paths:
        file = (base / path).resolve()
        if not path or not file.is_relative_to(base):
            continue
        try:
            file.unlink()
            removed += 1
        except FileNotFoundError:
            continue
        except OSError as fault:
            raise StoreError(
                f"{file}: {fault.strerror}; see that this user may delete there, then run it again"
            ) from fault
    return removed


def without_rows(store: Store, directory: Path, before: datetime, at_once: int) -> Iterator[list[str]]:
    """Recordings older than `before` whose call the store does not know, in lots; names as in `directory`."""
    if not directory.is_dir():
        return
    lot: list[str] = []
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.name.endswith(AUDIO) and entry.is_file() and entry.stat().st_mtime < before.timestamp():
                lot.append(entry.name)
            if len(lot) == at_once:
                yield _unknown(store, lot)
                lot = []
    if lot:
        yield _unknown(store, lot)


def _unknown(store: Store, names: list[str]) -> list[str]:
    with store.reading() as connection:
        known = set(connection.scalars(select(Recording.path).where(Recording.path.in_(names))))
        known |= set(connection.scalars(select(PickUp.path).where(PickUp.path.in_(names))))
    return [name for name in names if name not in known]
