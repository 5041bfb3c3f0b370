"""Putting a version of a script in force: checked, rendered, then released; and taking that back."""

from collections.abc import Callable

from voicebot.app.prompts import prompt_cache, render_ahead
from voicebot.app.script_check import policy_of
from voicebot.app.scripts import load_version
from voicebot.app.versions import kept
from voicebot.dialog.check import check
from voicebot.dialog.findings import Finding
from voicebot.dialog.script import Script
from voicebot.settings import Settings
from voicebot.speech.prompts import RenderReport
from voicebot.store.store import Store
from voicebot.store.versions import Version, before_the_present, find_version, release, version_with_id
from voicebot.understanding.nlu_yaml import load_training, training_files

Progress = Callable[[int, int], None]


def publish(
    settings: Settings, store: Store, wanted: str, by: str, note: str, progress: Progress | None
) -> tuple[Version, tuple[Finding, ...], RenderReport | None]:
    """Put `wanted` (a file, a name, NAME@VERSION) in force for new calls, unless the linter finds an error.

    With `progress` everything that it can say to its example lead is rendered before. Returns the version, all that
    the linter found (with an error among it nothing was released) and what was rendered. Raises InputFault, UsageError,
    SpeechError, StoreError.
    """
    stored = kept(settings, store, wanted)
    version = version_with_id(store, stored.version_id)
    assert version is not None  # it was just kept
    training = load_training(training_files(settings.intents_dir))
    findings = check(stored.script, training, None, policy_of(settings))
    if any(finding.severity == "error" for finding in findings):
        return version, findings, None
    report = None if progress is None else rendered(settings, stored.script, progress)
    release(store, version, "publish", by, note)
    return version, findings, report


def roll_back(settings: Settings, store: Store, name: str, to: str | None, by: str, note: str) -> Version:
    """Put the version before the present one in force, or the one that `to` names. Raises UsageError, StoreError.

    Raises InputFault for a version that this program cannot read any more.
    """
    version = before_the_present(store, name) if to is None else find_version(store, name, to)
    load_version(store, version)
    release(store, version, "rollback", by, note)
    return version


def rendered(settings: Settings, script: Script, progress: Progress) -> RenderReport:
    """What the script says to a lead made of its examples, rendered. Raises SpeechError, MissingVariable."""
    example = {need.name: need.example for need in script.needs.values() if need.example}
    with prompt_cache(settings) as prompts:
        return render_ahead(prompts, settings, script, [example], progress)
