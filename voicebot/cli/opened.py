"""The database of the settings, opened for one command."""

from collections.abc import Iterator
from contextlib import contextmanager

from voicebot import settings
from voicebot.store.store import Store, open_store


@contextmanager
def opened_store(*, migrate: bool = True) -> Iterator[Store]:
    """The database of the settings, its tables brought up to date first unless not to `migrate`; closed at the end.

    Raises UsageError for a URL that is none, StoreError.
    """
    chosen = settings.load()
    store = open_store(chosen.database, chosen.data_dir, migrate=migrate)
    try:
        yield store
    finally:
        store.close()
