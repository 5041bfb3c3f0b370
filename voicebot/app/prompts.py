"""Prompts of a process: the cache with its voices, rendering ahead for leads, and what a live call speaks."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from voicebot.dialog.commands import Say
from voicebot.dialog.script import Script
from voicebot.dialog.wording import prompts as all_prompts
from voicebot.errors import SpeechError
from voicebot.settings import Settings
from voicebot.speech.offline import OfflineVoice
from voicebot.speech.ports import Voice
from voicebot.speech.prompts import PromptCache, RenderReport, recording


@contextmanager
def prompt_cache(settings: Settings) -> Iterator[PromptCache]:
    """The cache in `settings.prompts_dir`; the offline voice's processes end with the block."""
    offline = OfflineVoice()
    try:
        yield PromptCache(settings.prompts_dir, offline, _online() if settings.online_voice else None)
    finally:
        offline.close()


def _online() -> Voice:
    from voicebot.speech.edge import EdgeVoice  # here: its network library takes half a second to load

    return EdgeVoice()


def render_ahead(
    prompts: PromptCache,
    settings: Settings,
    script: Script,
    leads: Iterable[Mapping[str, str]],
    progress: Callable[[int, int], None],
) -> RenderReport:
    """Everything that `script` can say to `leads` (their variables). Raises SpeechError, MissingVariable.

    A text that no voice could make is an error: a call would fall silent there.
    """
    wanted = dict.fromkeys(
        (prompt.text, prompt.voice_key)
        for variables in leads
        for prompt in all_prompts(script, variables)
        if prompt.file is None
    )
    report = prompts.render_ahead(wanted, settings.online_voice, progress)
    silent = [failure for failure in report.failed if not failure.covered]
    if silent:
        first = silent[0]
        raise SpeechError(
            f"{len(silent)} prompts of script {script.name} cannot be spoken, first {first.text!r}: {first.why};"
            " reword it, or give a recording"
        )
    return report


def speaker(prompts: PromptCache, settings: Settings) -> Callable[[Say], bytes]:
    """What a live call asks for audio: the cache, a recording, or at once the offline voice."""

    def speak(say: Say) -> bytes:
        if say.file is None:
            return prompts.ensure(say.text, say.voice)
        try:
            return recording(settings.dialogs_dir / say.file)
        except SpeechError:
            return prompts.ensure(say.text, say.voice)

    return speak
