"""Scripts from files and from the store into a call server: which version a call talks by.

The rows of versions, releases and arms are the store's; what a version says is the dialog's.
"""

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

from voicebot.call.brief import StoredScript
from voicebot.dialog.events import Answered, Event
from voicebot.dialog.loader import load_script, load_text
from voicebot.dialog.script import Script
from voicebot.errors import InputFault, UsageError
from voicebot.settings import Settings
from voicebot.store.arms import assigned_version, versions_in_arms
from voicebot.store.store import Store
from voicebot.store.versions import SHORT, Version, published_id, source_of, version_with_digest, version_with_id
from voicebot.understanding.yaml_source import read_source

log = logging.getLogger(__name__)


def script_path(settings: Settings, name_or_path: str) -> Path:
    """The file of a script given by path or by name in the dialogs directory. Raises UsageError listing the names."""
    for candidate in (Path(name_or_path), settings.dialogs_dir / f"{name_or_path}.yaml"):
        if candidate.is_file():
            return candidate
    known = ", ".join(sorted(path.stem for path in settings.dialogs_dir.glob("*.yaml"))) or "none"
    raise UsageError(
        f"no script {name_or_path!r}: neither a file nor a name in {settings.dialogs_dir} (there: {known})"
    )


def register(store: Store, path: Path) -> StoredScript:
    """Load a script's files and keep this text of them. Raises InputFault for a broken file, StoreError."""
    script = load_script(path)
    text, _ = read_source(path)
    version_id = store.add_script_version(script.name, script.version, script.title, text, script.parts)
    return StoredScript(script, version_id)


def load_version(store: Store, version: Version) -> Script:
    """A kept version as it was. Raises InputFault when this program cannot read it any more, StoreError."""
    source = source_of(store, version.id)
    return load_text(source.text, version.label, source.parts)


class Scripts:
    """What calls talk by. For native threads, many at once; each version is loaded once.

    A call that goes on has the version that it began with. A new one has that of its campaign's arm; without arms the
    published version of the `fallback`'s script, asked for at every call; without a publication the `fallback`.
    """

    def __init__(self, store: Store, name: str, fallback: StoredScript | None, *, follow: bool = True) -> None:
        """`name`: the script; `fallback`: its file, None if it has none; not `follow`: take no published version.

        Raises UsageError when nothing is published and there is no file either, StoreError.
        """
        self._store = store
        self._name = name
        self._fallback = fallback
        self._follow = follow
        self._lock = threading.Lock()
        self._loaded: dict[int, StoredScript | None] = {}
        self._in_use: int | None = None
        self.current()

    def of_call(self, lead_id: int | None, happened: Sequence[Event]) -> StoredScript:
        """What the robot talks by in a call to this lead, of which this has `happened`. Raises StoreError."""
        return self._begun(happened) or self._of_lead(lead_id) or self.current()

    def current(self) -> StoredScript:
        """What a new call without arms uses now. Raises UsageError when there is nothing, StoreError."""
        released = published_id(self._store, self._name) if self._follow else None
        stored = self._load(released) if released is not None else None
        stored = stored or self._fallback
        if stored is None:
            raise UsageError(
                f"script {self._name!r} has no file, and no version of it is published that this program can read; "
                f"run: voicebot script publish FILE"
            )
        if stored.version_id != self._in_use:
            self._in_use = stored.version_id
            log.info("new calls use %s", self.told(stored))
        return stored

    def languages(self) -> frozenset[str]:
        """Those that calls of now talk in: of what is in use, and of the arms of campaigns that have not ended.

        Raises UsageError, StoreError.
        """
        arms = (self._load(version_id) for version_id in versions_in_arms(self._store))
        return frozenset(stored.script.language for stored in (self.current(), *arms) if stored is not None)

    def told(self, stored: StoredScript) -> str:
        """A version for people, and whether it is the published one."""
        script = stored.script
        published = self._follow and published_id(self._store, self._name) == stored.version_id
        where = "published" if published else "the file; none is published" if self._follow else "the file"
        return f"script {script.name}, version {script.version}, digest {script.digest[:SHORT]}: {where}"

    def _begun(self, happened: Sequence[Event]) -> StoredScript | None:
        digest = next((event.digest for event in happened if isinstance(event, Answered)), "")
        version = version_with_digest(self._store, digest) if digest else None
        if digest and version is None:
            log.error("the version %s that a call began with is not kept; it goes on by another", digest[:SHORT])
        return self._load(version.id) if version else None

    def _of_lead(self, lead_id: int | None) -> StoredScript | None:
        version_id = None if lead_id is None else assigned_version(self._store, lead_id)
        return None if version_id is None else self._load(version_id)

    def _load(self, version_id: int) -> StoredScript | None:
        """A kept version, None when this program cannot read it, which is logged once."""
        with self._lock:
            if version_id not in self._loaded:
                self._loaded[version_id] = self._read(version_id)
            return self._loaded[version_id]

    def _read(self, version_id: int) -> StoredScript | None:
        if self._fallback is not None and version_id == self._fallback.version_id:
            return self._fallback
        version = version_with_id(self._store, version_id)
        if version is None:
            return None
        try:
            return StoredScript(load_version(self._store, version), version_id)
        except InputFault as fault:
            log.error("version %s cannot be read, calls use another: %s", version.label, fault)
            return None


def scripts_of(settings: Settings, store: Store, name_or_path: str) -> Scripts:
    """The scripts of a call server: by file, or by the name of a script that is published and has none.

    Raises InputFault for a broken file, UsageError, StoreError.
    """
    try:
        fallback = register(store, script_path(settings, name_or_path))
    except UsageError:
        if published_id(store, name_or_path) is None:
            raise
        return Scripts(store, name_or_path, None)
    return Scripts(store, fallback.script.name, fallback)
