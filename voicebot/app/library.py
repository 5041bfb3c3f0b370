"""The versions that recorded talks were held with, each loaded once."""

from collections.abc import Mapping

from voicebot.app.leads import speaks_of_home, with_home
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
        self._at_home: dict[int, bool] = {}

    def script(self, version_id: int) -> Script:
        """The version in this row. Raises InputFault when it cannot be read any more, StoreError."""
        if version_id not in self._loaded:
            version = version_with_id(self._store, version_id)
            if version is None:
                raise StoreError(f"database {self._store.name}: no script version {version_id}; restore a backup")
            self._loaded[version_id] = load_version(self._store, version)
        return self._loaded[version_id]

    def variables(self, version_id: int, number: str, given: Mapping[str, str]) -> Mapping[str, str]:
        """What a talk by this version knew of its lead. Raises as `script`."""
        script = self.script(version_id)
        if version_id not in self._at_home:
            self._at_home[version_id] = speaks_of_home(script)
        return with_home(script, number, given) if self._at_home[version_id] else given
