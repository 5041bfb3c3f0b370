"""The versions that recorded talks were held with, each loaded once."""

from voicebot.app.scripts import load_version
from voicebot.dialog.script import Script
from voicebot.errors import StoreError
from voicebot.store.store import Store
from voicebot.store.versions import version_with_id


class Library:
    """The versions of one store by their row."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._loaded: dict[int, Script] = {}

    def script(self, version_id: int) -> Script:
        """The version in this row. Raises InputFault when it cannot be read any more, StoreError."""
        if version_id not in self._loaded:
            version = version_with_id(self._store, version_id)
            if version is None:
                raise StoreError(f"database {self._store.name}: no script version {version_id}; restore a backup")
            self._loaded[version_id] = load_version(self._store, version)
        return self._loaded[version_id]
