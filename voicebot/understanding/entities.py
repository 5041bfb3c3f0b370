"""Values in a text: names from lookup lists with their synonyms, and what regexes find. Longest name wins.

Numbers, dates and times in words are not here.
"""

import re
from collections.abc import Mapping

from voicebot.understanding.keywords import is_denied
from voicebot.understanding.nlu_yaml import Training
from voicebot.understanding.normalise import normalise
from voicebot.understanding.patterns import compile_pattern


class Entities:
    """Finds entity values in normalised text."""

    def __init__(self, training: Training) -> None:
        self._meant: dict[str, dict[str, str]] = {}
        self._names: dict[str, re.Pattern[str]] = {}
        for entity, values in training.lookups.items():
            meant = {normalise(value): value for value in values}
            meant |= {said: value for said, value in training.synonyms.items() if value in values}
            longest_first = sorted(meant, key=lambda said: (-len(said), said))
            self._meant[entity] = meant
            self._names[entity] = re.compile("|".join(map(re.escape, longest_first)))
        self._patterns = {
            entity: tuple(compile_pattern(pattern) for pattern in patterns)
            for entity, patterns in training.regexes.items()
        }

    def find(self, text: str) -> Mapping[str, str]:
        """One value by entity: of names the last not denied (不是上海是苏州 is 苏州), of patterns the first hit."""
        found = {
            entity: value
            for entity, names in self._names.items()
            if (value := self._name(text, names, self._meant[entity])) is not None
        }
        for entity, patterns in self._patterns.items():
            hits = (hit[0] for pattern in patterns if (hit := pattern.search(text)))
            if (first := next(hits, None)) is not None:
                found[entity] = first
        return found

    @staticmethod
    def _name(text: str, names: re.Pattern[str], meant: Mapping[str, str]) -> str | None:
        value = None
        for hit in names.finditer(text):
            if not text[: hit.start()].endswith(("不在", "没在")) and not is_denied(text, hit.start(), hit.end()):
                value = meant[hit[0]]
        return value
