"""What a Rasa server's answer means: intents above its threshold, entity values beside those of our own lists.

Pure: bytes in, a Parse out. How the bytes come is in voicebot/rasa/.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from voicebot.understanding.classifier import OUT_OF_SCOPE, RANKS
from voicebot.understanding.entities import Entities
from voicebot.understanding.keywords import is_denied
from voicebot.understanding.nlu_yaml import Training
from voicebot.understanding.normalise import CJK, normalise
from voicebot.understanding.rasa_files import spoken_forms
from voicebot.understanding.thresholds import RASA, THRESHOLDS
from voicebot.understanding.types import Parse, Ranked

NOT_UNDERSTOOD = "nlu_fallback"
"""What Rasa's FallbackClassifier calls a text that it is not sure about; the next of the ranking is the guess."""
MIN_KNOWN = 0.6
"""Share of a text's characters (words of other scripts) that the training must hold for Rasa to be asked at all.

DIET is sure of what it has never seen: an unknown word alone is `affirm` with 0.99.
"""
SURE_OF_NAME = 0.8
"""Least confidence of an entity value that is in none of our lists."""
_UNITS = re.compile(rf"[{CJK}]|[^\W{CJK}]+")


@dataclass(frozen=True)
class _Intent:
    name: str | None = None
    confidence: float = 0.0


@dataclass(frozen=True)
class _Entity:
    entity: str
    start: int
    end: int
    value: object = None
    confidence_entity: float = 1.0


@dataclass(frozen=True)
class _Answer:
    """`POST /model/parse`; the fields that count. `intent_ranking` has the best first."""

    intent: _Intent
    entities: tuple[_Entity, ...] = ()
    intent_ranking: tuple[_Intent, ...] = field(default=())


class Translation:
    """Between normalised texts and a Rasa server that was trained on `training`."""

    def __init__(self, training: Training) -> None:
        self._own = Entities(training)
        self._listed = {entity: frozenset(forms) for entity, forms in spoken_forms(training).items()}
        said = [example.text for example in training.examples] + [f for forms in self._listed.values() for f in forms]
        self._known = frozenset(unit for text in said for unit in _UNITS.findall(text))

    def worth_asking(self, text: str) -> bool:
        """Whether enough of `text` is in the training for Rasa's word to mean anything.

        A text that begins with a slash is a command to Rasa, which would be obeyed without understanding.
        """
        units = _UNITS.findall(text)
        known = sum(unit in self._known for unit in units)
        return not text.startswith("/") and bool(units) and known >= MIN_KNOWN * len(units)

    def parse(self, text: str, body: bytes) -> Parse:
        """What the answer `body` to `text` means. Raises ValueError when it is not an answer of Rasa's.

        Our lists and patterns have the last word on what they know, found or denied (不在上海); Rasa adds values of
        entities that they did not find.
        """
        try:
            answer = msgspec.json.decode(body, type=_Answer)
        except (msgspec.DecodeError, RecursionError) as error:  # nested without end
            raise ValueError(f"not an answer of Rasa: {error}") from None
        own = self._own.find(text)
        entities = {**self._added(text, answer.entities), **own}
        return Parse(_ranking(answer), entities, RASA)

    def _added(self, text: str, found: Iterable[_Entity]) -> Mapping[str, str]:
        return {
            each.entity: normalise(str(each.value))
            for each in found
            if each.value
            and each.confidence_entity >= SURE_OF_NAME
            and text[each.start : each.end] not in self._listed.get(each.entity, ())
            and not is_denied(text, each.start, each.end)
        }


def _ranking(answer: _Answer) -> tuple[Ranked, ...]:
    """The best intents; none when the best is no intent of ours or not probable enough."""
    ranking = answer.intent_ranking or (answer.intent,)
    best = answer.intent
    if best.name in (None, NOT_UNDERSTOOD, OUT_OF_SCOPE) or best.confidence < THRESHOLDS[RASA].reject:
        return ()
    told = (each for each in ranking[:RANKS] if each.name not in (None, NOT_UNDERSTOOD, OUT_OF_SCOPE))
    return tuple(Ranked(str(each.name), min(1.0, max(0.0, each.confidence))) for each in told)
