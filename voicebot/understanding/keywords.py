"""Keywords and patterns in a text, and whether a negation before or after turns them round.

What a hit means is match.py's; the list of negations is closed and lives here.
"""

import functools
import re
from collections.abc import Iterator

from voicebot.understanding.normalise import CJK, length, normalise
from voicebot.understanding.patterns import compile_pattern
from voicebot.understanding.sounds import NEAR, find_sound, is_word, pinyin_of

_NEGATED_BEFORE = re.compile(
    r"(?:不是|并不|并没|没有|不|没|别|甭|勿|未|无)"
    r"(?:太|怎么|是|很|大|那么|特别|真的|想|会|能|要|需要|用|敢|再|愿意|打算|给|给我|对这个|对你们|对|什么|啥)*$"
)
"""A negation and its adverbs, right before the keyword: 不感兴趣, 不太感兴趣, 没什么兴趣, 不想再加."""
_NEGATED_AFTER = re.compile(r"^(?:都|也)?(?:不了|不到|不上|不起|不好|不用|不行|没有|就不必|就算了)")
"""可以不用, 加不了, 兴趣没有."""
_QUESTION = re.compile(r"(.)(?:不|没)\1|有没有|是不是")
"""A-not-A asks, it does not deny: 是不是机器人, 可不可以."""
_IDIOMS = re.compile(
    r"不好意思|对不起|不错|没问题|没事|没关系|不客气|差不多|不得了|不得不|要不然|要不|不如|不过|不光|不管|不但"
)
"""Their 不 and 没 deny nothing that follows."""
_ENGLISH_NEGATION = re.compile(
    r"(?:\bnot|\bno|\bnever|n't|\bdont|\bwithout)(?: (?:really|very|so|at|all|any|a|an|the|to|want|be))* $"
)
LEAST_SOUNDING = 2
"""Shorter keywords than this have too many characters of their sound."""
SHORT_FOR_SOUND = 2
"""A text may be so many times as long as a keyword of two characters that is only heard by its sound."""
CHARACTERS_A_BLUR = 3
"""In so many characters of a keyword one syllable may be blurred."""
_NEGATIVE_SOUNDS = {"bu": "不", "mei": "没", "bie": "别"}
_CHINESE = re.compile(rf"[{CJK}]+")
_LONE = re.compile(rf"[{CJK}]")


def find_keyword(text: str, keyword: str) -> bool:
    """Whether normalised `text` says `keyword` and does not deny it.

    A single Chinese character counts only as the whole text: 要 is not said in 不要 or 重要.
    """
    keyword = _spelling(keyword)
    if not keyword:
        return False
    if length(keyword) == 1 and _LONE.fullmatch(keyword):
        return text == keyword
    return any(not is_denied(text, begin, begin + len(keyword)) for begin in _places(text, keyword))


def has_words(text: str, words: str) -> bool:
    """Whether normalised `text` has these words, denied or not; English ones whole: `no` is not in `know`."""
    return any(True for _ in _places(text, words))


def _places(text: str, words: str) -> Iterator[int]:
    """Where the words begin."""
    begin = text.find(words)
    while begin >= 0:
        if _at_word_bounds(text, begin, begin + len(words)):
            yield begin
        begin = text.find(words, begin + 1)


@functools.lru_cache(maxsize=10_000)
def _spelling(keyword: str) -> str:
    return normalise(keyword)


def _at_word_bounds(text: str, begin: int, end: int) -> bool:
    """English words count whole: `ok` is not in `book`."""
    return not (
        (begin > 0 and text[begin].isascii() and text[begin - 1].isascii() and text[begin - 1].isalnum())
        or (end < len(text) and text[end - 1].isascii() and text[end].isascii() and text[end].isalnum())
    )


def sounding_like(text: str, keyword: str) -> str:
    """The characters of normalised `text` that sound like `keyword` without being it; empty when there are none.

    Two characters must have its very syllables, longer words may have one blurred syllable in three. A negation may
    itself be written by its sound. What a dictionary knows as another word is that word. A keyword of two characters
    must be half of what was said: 你在说什么 is not 再说.
    """
    keyword = _spelling(keyword)
    if len(keyword) < LEAST_SOUNDING or not _CHINESE.fullmatch(keyword) or keyword in text:
        return ""
    begin = find_sound(text, keyword, NEAR * (len(keyword) // CHARACTERS_A_BLUR))
    heard = text[begin : begin + len(keyword)] if begin >= 0 else ""
    if not heard or is_word(heard) or (len(keyword) == LEAST_SOUNDING and len(text) > SHORT_FOR_SOUND * len(keyword)):
        return ""
    return "" if is_denied(_with_negations(text, begin), begin, begin + len(keyword)) else heard


def _with_negations(text: str, end: int) -> str:
    """`text` with what sounds like a negation before `end` written as one: 部感兴趣 is 不感兴趣."""
    return "".join(_NEGATIVE_SOUNDS.get(pinyin_of(one), one) for one in text[:end]) + text[end:]


def is_denied(text: str, begin: int, end: int) -> bool:
    """Whether the part of `text` from `begin` to `end` stands under a negation."""
    before = _IDIOMS.sub(_blank, _QUESTION.sub(_blank, text))[:begin]
    return bool(_NEGATED_BEFORE.search(before) or _ENGLISH_NEGATION.search(before) or _NEGATED_AFTER.search(text[end:]))


def _blank(found: re.Match[str]) -> str:
    return "。" * len(found[0])


def find_pattern(text: str, pattern: str) -> str:
    """The first hit of a regular expression in normalised text; empty when there is none. In linear time."""
    found = compile_pattern(pattern).search(text)
    return found[0] if found else ""
