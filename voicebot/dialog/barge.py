"""Barge-in decisions: whether words over a prompt interrupt it, and where it goes on after a false interruption.

Pure functions of policy, text and position; stopping and speaking is talk.py's.
"""

import functools
import re

from voicebot.dialog.script import BargeIn
from voicebot.dialog.state import Cut, Line, changed
from voicebot.understanding.keywords import has_words
from voicebot.understanding.normalise import length, normalise

RESUME_BACK_MS = 600
"""A resumed prompt begins this much earlier, so that the cut word is whole."""
REPLY_PROTECT_MS = 400
"""Longest protection of anything but the node's own prompt."""
ECHO_CHARS = 5
"""From this length on, words that stand in the running prompt are taken for its echo."""
CHAR_MS = 210
"""Time that one written character takes at the usual rate of a prompt; only estimates rest on it."""


@functools.lru_cache(maxsize=500)
def _only(words: tuple[str, ...]) -> re.Pattern[str]:
    """A text that is nothing but these words."""
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?:(?:{either}) ?)*" if either else "")


def is_content(policy: BargeIn, text: str) -> bool:
    """Whether `text` says enough to interrupt: more than ignored words, and a stop word or long enough."""
    if _only(policy.ignore).fullmatch(text):
        return False
    return length(text) >= policy.min_chars or any(has_words(text, word) for word in policy.stop)


def is_echo(text: str, prompt: str) -> bool:
    """Whether `text` is the robot's own prompt, come back through a loudspeaker. Short words may be anybody's."""
    return length(text) >= ECHO_CHARS and text in normalise(prompt)


def protected_ms(policy: BargeIn, line: Line) -> int:
    """How long from its beginning this line cannot be interrupted. What was heard before is not protected again."""
    if line.from_ms:
        return 0
    return policy.protect_ms if line.kind == "say" else min(policy.protect_ms, REPLY_PROTECT_MS)


def rest_of(policy: BargeIn, cut: Cut) -> tuple[Line, ...]:
    """What is still to be said of an interrupted prompt."""
    if policy.after == "skip":
        return cut.rest
    from_ms = max(0, cut.played_ms - RESUME_BACK_MS) if policy.after == "resume" else 0
    return (changed(cut.line, from_ms=from_ms), *cut.rest)


def heard_part(line: Line, played_ms: int, total_ms: int | None) -> str:
    """The part of a line's text between its `from_ms` and `played_ms`; in proportion, so an estimate."""
    whole = total_ms or max(len(line.text) * CHAR_MS, played_ms)
    begin, end = (round(len(line.text) * min(ms, whole) / max(whole, 1)) for ms in (line.from_ms, played_ms))
    return line.text[begin:end]
