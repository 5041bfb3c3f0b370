"""The database of the settings, opened for one command."""

from collections.abc import Iterator
from contextlib import contextmanager

from voicebot import settings
from voicebot.store.store import Store, open_store


@contextmanager
def opened_store() -> Iterator[Store]:
    """The database of the settings, closed at the end."""
    chosen = settings.load()
    store = open_store(chosen.database, chosen.data_dir)
    try:
        yield store
    finally:
        store.close()
