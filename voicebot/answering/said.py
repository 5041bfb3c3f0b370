"""What the words after the answer speak for: phrases of greetings.yml, each with its weight for one kind of answerer.

Rhythm and sounds are features.py's; the sum is greeting.py's.
"""

from voicebot.answering.evidence import Evidence
from voicebot.answering.tables import HUMAN, MACHINES, Greeting, Tables
from voicebot.answering.thresholds import AnswerWeights
from voicebot.answering.words import Standing, Words


class Said:
    """The phrases that stand in the words. `hear` what changed, then ask at any time."""

    def __init__(self, tables: Tables, weights: AnswerWeights) -> None:
        self._weights = weights
        self._greetings = {one.code: one for one in tables.greetings}
        self._standing = Standing(phrase.text for one in tables.greetings for phrase in (*one.strong, *one.weak))

    def hear(self, words: Words, at_ms: int) -> None:
        """The words have changed."""
        self._standing.look(words, at_ms)

    def of_machines(self, at_ms: int) -> dict[str, tuple[Evidence, ...]]:
        """What speaks for each machine of which anything was said: at most two strong phrases and a weak one."""
        return {code: found for code in MACHINES if (found := self._of_machine(code, at_ms))}

    def of_a_person(self, at_ms: int) -> tuple[Evidence, ...]:
        """What only a person says, else what people say first; it weighs against every machine."""
        weights, person = self._weights, self._greetings.get(HUMAN)
        if person is None:
            return ()
        strong, weak = self._stood(person, at_ms)
        if strong:
            return (self._evidence("human", strong[0], weights.human),)
        return tuple(self._evidence("human_weak", phrase, weights.human_weak) for phrase in weak[:1])

    def _of_machine(self, code: str, at_ms: int) -> tuple[Evidence, ...]:
        weights, machine = self._weights, self._greetings.get(code)
        if machine is None:
            return ()
        strong, weak = self._stood(machine, at_ms)
        each = zip(strong, (weights.strong, weights.strong_more), strict=False)
        found = [self._evidence("strong", phrase, weight) for phrase, weight in each]
        return (*found, *(self._evidence("weak", phrase, weights.weak) for phrase in weak[:1]))

    def _stood(self, one: Greeting, at_ms: int) -> tuple[list[str], list[str]]:
        standing, stable_ms = self._standing, self._weights.stable_ms
        strong, weak = (
            [
                phrase.text
                for phrase in phrases
                if phrase.text in standing.hits and standing.has_stood(phrase.text, stable_ms, at_ms)
            ]
            for phrases in (one.strong, one.weak)
        )
        return strong, weak

    def _evidence(self, what: str, phrase: str, weight: float) -> Evidence:
        return Evidence(f"{what}:{phrase}", self._standing.since_ms(phrase), 1, weight)
