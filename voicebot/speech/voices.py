"""The voices that a script may name, and what each is in the offline and the online engine. A table and its look-up."""

import difflib
from dataclasses import dataclass
from typing import Final

from voicebot.errors import UsageError


@dataclass(frozen=True)
class VoiceSpec:
    """One voice: `offline` is espeak-ng's name, with its rate in words a minute and its pitch 0-99; `online` is
    edge-tts's."""

    key: str
    language: str
    offline: str
    offline_rate: int
    offline_pitch: int
    online: str


VOICES: Final = {
    spec.key: spec
    for spec in (
        VoiceSpec("female", "zh", "cmn+f2", 190, 55, "zh-CN-XiaoxiaoNeural"),
        VoiceSpec("male", "zh", "cmn+m3", 190, 40, "zh-CN-YunxiNeural"),
        VoiceSpec("female-en", "en", "en-us+f2", 165, 55, "en-US-JennyNeural"),
        VoiceSpec("male-en", "en", "en-us+m3", 165, 45, "en-US-GuyNeural"),
    )
}


def find(key: str) -> VoiceSpec:
    """Raises UsageError with the nearest name and the list."""
    if key in VOICES:
        return VOICES[key]
    near = difflib.get_close_matches(key, VOICES, 1)
    meant = f"did you mean {near[0]!r}? " if near else ""
    raise UsageError(f"voice {key!r} is not known; {meant}there are {', '.join(VOICES)}")
