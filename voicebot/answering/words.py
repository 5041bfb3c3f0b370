"""The recogniser's words of one phase put together, and since when each phrase in them has stood.

Text only; what a phrase means is announcements.py's and greeting.py's.
"""

from collections.abc import Collection, Iterable, Mapping

from voicebot.answering.phrases import Hit, find_phrases, longest_first
from voicebot.understanding.normalise import normalise


class Words:
    """Utterance after utterance. The newest may still change; finished ones do not."""

    def __init__(self) -> None:
        self._finished: list[str] = []
        self._open = ""
        self.text = ""
        """All utterances in one, normalised: no space beside Chinese."""
        self.settled = ""
        """The same of those that are over."""

    def hear(self, text: str, final: bool) -> bool:
        """What the recogniser makes of the newest utterance; `final`: it is over. Whether anything changed."""
        text, before = normalise(text), (self.text, self.settled)
        if final:
            kept = text or self._open
            self._finished += [kept] if kept else []
            self._open = ""
            self.settled = normalise(" ".join(self._finished))
        else:
            self._open = text
        self.text = normalise(" ".join([*self._finished, self._open]))
        return (self.text, self.settled) != before

    @property
    def utterances(self) -> tuple[str, ...]:
        """Each utterance, the open one last."""
        return tuple(filter(None, [*self._finished, self._open]))


class Standing:
    """Which of some phrases stand in the words, and since when without having been taken back."""

    def __init__(self, phrases: Iterable[str], exact_sound: Collection[str] = ()) -> None:
        """`exact_sound`: those of which no syllable may be blurred."""
        self._phrases = longest_first(phrases)
        self._exact_sound = exact_sound
        self._since: dict[str, int] = {}
        self._settled: frozenset[str] = frozenset()
        self._settled_in = ""
        """The text of utterances that are over in which they were looked for: it changes seldom."""
        self.hits: Mapping[str, Hit] = {}

    def look(self, words: Words, at_ms: int) -> None:
        """The words have changed."""
        self.hits = find_phrases(words.text, self._phrases, self._exact_sound)
        self._since = {phrase: self._since.get(phrase, at_ms) for phrase in self.hits}
        if words.settled != self._settled_in:
            self._settled_in = words.settled
            self._settled = frozenset(find_phrases(words.settled, self._phrases, self._exact_sound))

    def since_ms(self, phrase: str) -> int:
        """When it was first heard."""
        return self._since[phrase]

    def has_stood(self, phrase: str, ms: float, at_ms: int) -> bool:
        """Whether it has been in the text for `ms`, or its utterance is over."""
        return self.is_over(phrase) or at_ms - self._since[phrase] >= ms

    def is_over(self, phrase: str) -> bool:
        """Whether its utterance is over."""
        return phrase in self._settled
