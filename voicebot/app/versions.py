"""A version of a script as people name it on the command line: a file, a name, or NAME@VERSION of the store."""

from dataclasses import dataclass
from pathlib import Path

from voicebot.app.scripts import load_version, register, script_path
from voicebot.call.brief import StoredScript
from voicebot.dialog.loader import load_script
from voicebot.dialog.script import Script
from voicebot.settings import Settings
from voicebot.store.store import Store
from voicebot.store.versions import SHORT, find_version


@dataclass(frozen=True)
class Named:
    """A version that was named. `label`: what people call it; `path`: its file, None for one of the store."""

    script: Script
    label: str
    path: Path | None = None


def named(settings: Settings, store: Store, text: str) -> Named:
    """The version that `text` names: FILE, NAME of dialogs/, NAME@DIGEST, NAME@STATED or NAME@published.

    A file keeps its meaning even with an @ in its name. Raises UsageError, InputFault, StoreError.
    """
    name, at, wanted = text.rpartition("@")
    if not at or Path(text).is_file():
        path = script_path(settings, text)
        script = load_script(path)
        return Named(script, f"{script.name} in {path} ({script.digest[:SHORT]})", path)
    version = find_version(store, name, wanted)
    return Named(load_version(store, version), f"{version.label} (version {version.version})")


def kept(settings: Settings, store: Store, text: str) -> StoredScript:
    """The same with its row in the store; a file is kept there by this. Raises UsageError, InputFault, StoreError."""
    name, at, wanted = text.rpartition("@")
    if not at or Path(text).is_file():
        return register(store, script_path(settings, text))
    version = find_version(store, name, wanted)
    return StoredScript(load_version(store, version), version.id)
