"""Check of the recognition models: one for each language that scripts are served in, or could be.

Served: published versions, and arms of campaigns that have not ended. Other scripts in the dialogs directory could
be.
"""

import time
from contextlib import suppress

from voicebot.dialog.loader import load_script, load_text
from voicebot.doctor.findings import Finding, from_error, warning, well
from voicebot.doctor.services import is_made
from voicebot.errors import InputFault, VoicebotError
from voicebot.settings import Settings
from voicebot.speech.languages import DEFAULT, NAMES, SETTINGS, Models, model_name
from voicebot.store.arms import versions_in_arms
from voicebot.store.store import open_store
from voicebot.store.versions import published_ids, source_of


def look(settings: Settings) -> tuple[Finding, ...]:
    """A finding for each language that is needed: a fault where it is served, else a warning."""
    served = served_languages(settings)
    models = Models(settings)
    return tuple(
        _judge(settings, models, language, language in served) for language in sorted(served | _written(settings))
    )


def served_languages(settings: Settings) -> frozenset[str]:
    """The languages of what calls talk by as far as the store tells; Mandarin where it does not."""
    if not is_made(settings):
        return frozenset({DEFAULT})
    try:
        store = open_store(settings.database, settings.data_dir, migrate=False)
    except VoicebotError:  # the database's own check tells why
        return frozenset({DEFAULT})
    found = set()
    try:
        for version_id in {*published_ids(store), *versions_in_arms(store)}:
            source = source_of(store, version_id)
            with suppress(InputFault):  # of an older program: calls do not use it either
                found.add(load_text(source.text, f"version {version_id}", source.parts).language)
    except VoicebotError:
        return frozenset({DEFAULT})
    finally:
        store.close()
    return frozenset(found or {DEFAULT})


def _written(settings: Settings) -> frozenset[str]:
    """The languages of the scripts in the dialogs directory; a broken one is the script check's."""
    found = set()
    for path in settings.dialogs_dir.glob("*.yaml"):
        with suppress(InputFault):
            found.add(load_script(path).language)
    return frozenset(found)


def _judge(settings: Settings, models: Models, language: str, served: bool) -> Finding:
    what = f"recognition of {NAMES[language]}"
    name = model_name(settings, language)
    remedy = f"run: voicebot models list; then pull one, or correct {SETTINGS[language]}"
    began = time.monotonic()
    try:
        models.of(language).open()
    except VoicebotError as error:
        if served:
            return from_error(what, error, remedy)
        return warning(what, f"no script in {NAMES[language]} can be served: {error}", remedy)
    return well(what, f"{name} loads in {time.monotonic() - began:.1f} s")
