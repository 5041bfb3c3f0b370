"""A customer's recorded words, matched anew for another version of the script.

What the engine has learnt since is told apart from what the script has changed. Pure but for its caches: the same
words at the same place are matched once.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from voicebot.dialog import engine
from voicebot.dialog.events import Heard
from voicebot.dialog.script import Answer, Script
from voicebot.dialog.state import State
from voicebot.understanding.match import match
from voicebot.understanding.types import NO_MATCH, Classifier, Expectation, Match, Parse

KEPT = 20_000
"""Texts, and texts at a place, whose matches are kept."""


class Rematcher:
    """What the version `new` makes of words that were matched by `old` when they were said.

    Where both expect the same, the recorded match is the fact. Where they do not, the words are matched under both
    expectations with today's engine: only if that tells them apart has the script changed something.
    """

    def __init__(self, old: Script, new: Script, classifier: Classifier | None, min_confidence: float) -> None:
        """`min_confidence`: words recognised with less, 0 to 1, were and are taken for not understood."""
        self._old = old
        self._new = new
        self._min_confidence = min_confidence
        self._classifier = None if classifier is None else _Remembered(classifier)
        self._fixed = {script.digest: _fixed_nodes(script) for script in (old, new)}
        self._places: dict[tuple[str, str], tuple[Expectation, Expectation]] = {}
        self._found: Callable[[str, str, str, datetime | None], tuple[Match, Match]] = lru_cache(KEPT)(
            self._match_place
        )

    def __call__(self, event: Heard, old: State, new: State) -> tuple[Match, bool]:
        """The match for the new version, and whether only today's engine tells: it took these words otherwise then."""
        place = (old.node, new.node)
        if old.node in self._fixed[self._old.digest] and new.node in self._fixed[self._new.digest]:
            if place not in self._places:
                self._places[place] = self._expectations(old, new)
            before, after = self._places[place]
            if before.choices == after.choices:
                return event.match, False
            if self._unheard(event):
                return NO_MATCH, False
            then, anew = self._found(event.text, *place, old.now)
        else:
            before, after = self._expectations(old, new)
            if before == after:
                return event.match, False
            if self._unheard(event):
                return NO_MATCH, False
            then, anew = (match(event.text, each, self._classifier) for each in (before, after))
        if (then.choice, then.slots) == (anew.choice, anew.slots):
            return event.match, False
        return anew, then.choice != event.match.choice

    def _expectations(self, old: State, new: State) -> tuple[Expectation, Expectation]:
        return engine.expectation(self._old, old), engine.expectation(self._new, new)

    def _unheard(self, event: Heard) -> bool:
        return not event.text or event.confidence < self._min_confidence

    def _match_place(self, text: str, old_node: str, new_node: str, now: datetime | None) -> tuple[Match, Match]:
        before, after = self._places[old_node, new_node]
        then, anew = (match(text, Expectation(each.choices, now), self._classifier) for each in (before, after))
        return then, anew


class _Remembered:
    """An engine that is asked once for each text."""

    def __init__(self, classifier: Classifier) -> None:
        self.parse: Callable[[str], Parse] = lru_cache(KEPT)(classifier.parse)


def _fixed_nodes(script: Script) -> set[str]:
    """Nodes where what can be said does not depend on the talk: no conditions, no variables in keywords."""
    if not all(map(_is_fixed, script.anywhere)):
        return set()
    return {node.id for node in script.nodes.values() if all(map(_is_fixed, node.answers))}


def _is_fixed(answer: Answer) -> bool:
    return answer.condition is None and not any("{" in keyword for keyword in answer.keywords)
