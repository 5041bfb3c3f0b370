"""Scripts from files into the store and into a call server: loaded, checked, registered under their exact text."""

from collections.abc import Iterable
from pathlib import Path

from voicebot.call.parts import PublishedScript
from voicebot.dialog.loader import load_script
from voicebot.errors import UsageError
from voicebot.settings import Settings
from voicebot.store.store import Store


def script_path(settings: Settings, name_or_path: str) -> Path:
    """The file of a script given by path or by name in the dialogs directory. Raises UsageError listing the names."""
    for candidate in (Path(name_or_path), settings.dialogs_dir / f"{name_or_path}.yaml"):
        if candidate.is_file():
            return candidate
    known = ", ".join(sorted(path.stem for path in settings.dialogs_dir.glob("*.yaml"))) or "none"
    raise UsageError(
        f"no script {name_or_path!r}: neither a file nor a name in {settings.dialogs_dir} (there: {known})"
    )


def publish(store: Store, paths: Iterable[Path]) -> dict[str, PublishedScript]:
    """Load every script and register this text of it. Raises InputFault for a broken file, StoreError."""
    published = {}
    for path in paths:
        script = load_script(path)
        version_id = store.add_script_version(
            script.name, script.version, script.title, path.read_text(encoding="utf-8")
        )
        published[script.name] = PublishedScript(script, version_id)
    return published
