"""Conversation tests held with audio: each customer's words are spoken by a synthetic voice, sent through a telephone
band and recognised as in a call. What came otherwise than typed is blamed on the words or on the script."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from voicebot.app.voiced_talk import CustomerLine, VoicedTalk
from voicebot.dialog.conversation import Conversation, Says
from voicebot.dialog.conversation_run import NO_ANSWER, Outcome, hold, play, typed
from voicebot.dialog.rehearsal import Rehearsal
from voicebot.dialog.script import Script
from voicebot.dialog.state import State
from voicebot.media.frames import ms_of
from voicebot.sim.personas import PITCHES, RATES, VARIANTS
from voicebot.sim.plan import SimVoice
from voicebot.sim.sounds import SPEECH_DBFS, background
from voicebot.speech.hearing import Hearing
from voicebot.understanding.normalise import normalise
from voicebot.understanding.types import Classifier
from voicebot.understanding.yaml_source import Place

LANGUAGES: Final = {"zh": "cmn", "en": "en-us"}
"""espeak-ng's name of a script's language."""
PLAIN_RATE, PLAIN_PITCH = 170, 50
"""A voice that was chosen by name speaks like this."""

Sound = Callable[[str, SimVoice], bytes]
"""A text in a voice through a telephone, L16 8 kHz. Raises SpeechError, OSError."""
Fault = Literal["", "words", "moment", "script"]
FAULTS: Final[Mapping[Fault, str]] = {
    "words": "the words are at fault: they were recognised otherwise",
    "moment": "the moment is at fault: the words were right, but came over or after a prompt otherwise than typed",
    "script": "the script is at fault: typed, the step fails as well",
}


@dataclass(frozen=True)
class Voicing:
    """How the customers sound. `voices`: espeak-ng variants, each holding every conversation; empty: `each` voices for
    a conversation, drawn by `seed`. `noise_db`: white noise so much under the voice, None: none; `loss`: share of lost
    frames, 0 to 1."""

    voices: tuple[str, ...] = ()
    each: int = 1
    seed: int = 7
    noise_db: int | None = None
    loss: float = 0.0

    def of(self, script: Script, conversation: Conversation) -> tuple[SimVoice, ...]:
        """The voices of one conversation; the same for the same seed."""
        noise = None if self.noise_db is None else round(SPEECH_DBFS) - self.noise_db
        language = LANGUAGES[script.language]
        if self.voices:
            return tuple(SimVoice(variant, PLAIN_RATE, PLAIN_PITCH, noise, language) for variant in self.voices)
        own = random.Random(f"{self.seed} {script.name} {conversation.name}")
        variants = own.sample(VARIANTS, min(self.each, len(VARIANTS)))
        return tuple(SimVoice(v, own.choice(RATES), own.choice(PITCHES), noise, language) for v in variants)


@dataclass(frozen=True)
class SpokenStep:
    """One step that was spoken. `words`: as written; `heard`: what was recognised, utterance by utterance.

    `right`: as written, or as the step says that it is heard; `same`: the talk went the way that it goes when typed.
    `went` and `goes`: both ways, for people, where they differ. `fault` of what went otherwise, or failed.
    """

    place: Place
    words: str
    heard: tuple[str, ...]
    right: bool
    same: bool
    fault: Fault = ""
    went: str = ""
    goes: str = ""


@dataclass(frozen=True)
class Spoken:
    """One conversation held by one voice. `audio_ms`: the customer's channel, all repetitions."""

    outcome: Outcome
    steps: tuple[SpokenStep, ...]
    audio_ms: int


class Studio:
    """What it takes to hold conversations with audio; for one thread."""

    def __init__(
        self, new_ears: Callable[[str], Hearing], sound: Sound, classifier: Classifier | None, min_confidence: float
    ) -> None:
        """`new_ears`: for a language."""
        self._new_ears = new_ears
        self._classifier = classifier
        self._min_confidence = min_confidence
        self.sound = sound

    def hold(self, script: Script, conversation: Conversation, voice: SimVoice, voicing: Voicing) -> Spoken:
        """The outcome is that of the conversation with all that may be spoken spoken. A step that goes otherwise is
        told; then the talk is held again with that step typed, so that those behind it are heard as well.

        Raises SpeechError, OSError.
        """
        plain = play(script, conversation, self._classifier)
        line = CustomerLine(background(voice), voicing.loss, f"{voicing.seed} {conversation.name} {voice.variant}")
        first: Outcome | None = None
        told: dict[int, SpokenStep] = {}
        audio_ms = 0
        while True:
            session = _Session(self, script, voice, line, frozenset(told))
            outcome = hold(script, conversation, session.begin, session.say)
            first = first or outcome
            audio_ms += session.audio_ms
            odd = _first_difference(plain, outcome)
            at_fault = max((number for number in session.heard if odd is not None and number <= odd), default=None)
            if at_fault is None:
                break
            told[at_fault] = _step(at_fault, session.heard[at_fault], plain, outcome, same=False)
        for number, heard in session.heard.items():
            told[number] = _step(number, heard, plain, outcome, same=True)
        return Spoken(replace(first, voice=_label(voice)), tuple(told[number] for number in sorted(told)), audio_ms)

    def talk(self, script: Script, variables: Mapping[str, str], line: CustomerLine, local: str) -> VoicedTalk:
        """A new talk with ears of its own. Raises MissingVariable, SpeechError."""
        ears = self._new_ears(script.language)
        return VoicedTalk(script, variables, self._classifier, ears, self._min_confidence, line, local=local)


class _Session:
    """One holding of a conversation: which steps were spoken, and what was heard of them."""

    def __init__(
        self, studio: Studio, script: Script, voice: SimVoice, line: CustomerLine, typed_steps: frozenset[int]
    ) -> None:
        self.heard: dict[int, tuple[str, ...]] = {}
        self._studio = studio
        self._script = script
        self._voice = voice
        self._line = line
        self._typed = typed_steps
        self._talk: VoicedTalk | None = None

    @property
    def audio_ms(self) -> int:
        """How much of the customer's channel there was."""
        return ms_of(len(self._talk.customer)) if self._talk else 0

    def begin(self, variables: Mapping[str, str], local: str) -> Rehearsal:
        self._talk = self._studio.talk(self._script, variables, self._line, local)
        return self._talk

    def say(self, talk: Rehearsal, number: int, words: Says, at_ms: int | None) -> None:
        """Spoken, unless the step is not to be, or was heard otherwise before."""
        if not words.audio or number in self._typed or not isinstance(talk, VoicedTalk):
            typed(talk, number, words, at_ms)
            return
        found = talk.speak(self._studio.sound(words.text, self._voice), at_ms)
        self.heard[number] = tuple(one.text for one in found)


# --- comparing -------------------------------------------------------------------------------------------
def _first_difference(plain: Outcome, spoken: Outcome) -> int | None:
    """The first step that went otherwise than typed; None when none did, as far as the typed conversation goes."""
    steps = range(len(plain.states) - 1)
    return next((number for number in steps if _way(spoken, number) != _way(plain, number)), None)


def _way(outcome: Outcome, number: int) -> tuple[object, ...] | None:
    """What step `number` (from 0) made of the talk; None when the conversation did not come so far."""
    if number + 1 >= len(outcome.states):
        return None
    before, after = outcome.states[number], outcome.states[number + 1]
    ending = after.ending.code if after.ending else ""
    return after.node, _choices(before, after), dict(after.slots), after.tags, after.score, ending


def _choices(before: State, after: State) -> tuple[str, ...]:
    """What the customer's words of a step were taken for."""
    new = after.turns[len(before.turns) :]
    return tuple(turn.choice or NO_ANSWER for turn in new if not turn.aside)


def _step(number: int, heard: tuple[str, ...], plain: Outcome, spoken: Outcome, *, same: bool) -> SpokenStep:
    step = plain.conversation.steps[number]
    words = step.action
    assert isinstance(words, Says)
    written = {normalise(text).replace(" ", "") for text in (words.text, words.heard_as) if text}
    right = "".join(heard).replace(" ", "") in written
    if same:
        fails_typed = any(failure.place.line == step.place.line for failure in plain.failures)
        return SpokenStep(step.place, words.text, heard, right, same, "script" if fails_typed else "")
    fault: Fault = "moment" if right and len(heard) == 1 else "words"
    went, goes = _told(spoken, number), _told(plain, number)
    return SpokenStep(step.place, words.text, heard, right, same, fault, went, goes)


def _told(outcome: Outcome, number: int) -> str:
    """A step's way in words."""
    if number + 1 >= len(outcome.states):
        return "the step could not be done"
    before, after = outcome.states[number], outcome.states[number + 1]
    taken = [turn for turn in after.turns[len(before.turns) :] if not turn.aside]
    why = ", ".join(f"{t.choice or 'no match'} by {t.by}" + (f" ({t.evidence})" if t.evidence else "") for t in taken)
    return f"{why or 'no turn'} → {after.node}"


def _label(voice: SimVoice) -> str:
    noise = "" if voice.noise_dbfs is None else f" {voice.noise_dbfs} dBFS"
    return f"{voice.variant} {voice.rate} {voice.pitch}{noise}"
