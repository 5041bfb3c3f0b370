"""Forgetting a person everywhere: the store with its waiting records, recordings, and prompts that say his values."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from voicebot.app.library import Library
from voicebot.dialog.wording import prompts as prompts_of
from voicebot.errors import InputFault, StoreError
from voicebot.settings import Settings
from voicebot.speech.edge import EdgeVoice
from voicebot.speech.offline import OfflineVoice
from voicebot.speech.prompts import PromptCache
from voicebot.store import spill
from voicebot.store.ingest import recover
from voicebot.store.person import Forgotten, Rows, forget
from voicebot.store.store import Store
from voicebot.store.wipe import wipe


@dataclass(frozen=True)
class ForgottenPerson:
    """What went. `prompts`: rendered ones that said the person's values; `waiting`: lines of records on disk.

    `wiped` False: others were reading the SQLite file, so its log still holds deleted bytes.
    """

    store: Forgotten
    prompts: int
    waiting: int
    wiped: bool


def forget_person(
    store: Store, settings: Settings, number: str, kept: Rows, *, by: str, why: str, stop: bool
) -> ForgottenPerson:
    """Forget the person of whom `kept` is kept. Records that wait on disk are taken in first.

    Raises UsageError while the person is being called, StoreError.
    """
    recover(store)
    gone = forget(store, number, settings.recordings_dir, by=by, why=why, now=datetime.now(UTC), stop=stop)
    try:
        prompts = _forget_prompts(store, settings, kept)
        waiting = spill.drop(store.spill_dir, [number, *gone.attempts])
    except OSError as fault:
        raise StoreError(
            f"{fault.filename}: {fault.strerror}; see that this user may write there, then run it again"
        ) from fault
    return ForgottenPerson(gone, prompts, waiting, wipe(store, gone.rows))


def _forget_prompts(store: Store, settings: Settings, kept: Rows) -> int:
    offline = OfflineVoice()
    try:
        cache = PromptCache(settings.prompts_dir, offline, EdgeVoice())
        return cache.forget(dict.fromkeys(_own_prompts(store, kept)))
    finally:
        offline.close()


def _own_prompts(store: Store, kept: Rows) -> Iterator[tuple[str, str]]:
    """Text and voice of what was said to the person with a value of his list in it."""
    library = Library(store)
    said = {row["text"] for row in kept.get("said", ())}
    values = {str(value) for row in kept.get("lead", ()) for value in row["variables"].values() if str(value)}
    own = {text for text in said if any(value in text for value in values)}
    versions = {row["script_version_id"] for row in kept.get("call", ())} if own else set()
    for version in versions:
        for row in kept.get("lead", ()):
            variables = {name: str(value) for name, value in row["variables"].items()}
            try:
                told = prompts_of(library.script(version), variables)
            except InputFault:
                continue  # this list has not the values of this script: it was not called by it
            yield from ((each.text, each.voice_key) for each in told if each.text in own and each.file is None)
