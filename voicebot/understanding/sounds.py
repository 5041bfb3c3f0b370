"""How Chinese characters sound, without tones, and how near two sounds are over a telephone.

Sounds only: what near-sounding words mean is keywords.py's and features.py's.
"""

import functools
import re

_INITIAL = re.compile(r"^(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])")
_MERGED = {"zh": "z", "ch": "c", "sh": "s"}
_ALIKE_INITIALS = {**_MERGED, "l": "n", "f": "h"}
"""Initials that recognisers and dialects do not keep apart, to one spelling: zh z, ch c, sh s, l n, f h."""
_NASAL = re.compile(r"(?<=[aeiou])ng$")
NEAR = 0.5
"""What two syllables cost that differ only by such an initial or by n and ng; the same cost 0, others 1."""


@functools.lru_cache(maxsize=20_000)
def pinyin_of(character: str) -> str:
    """The toneless pinyin of one character; the character itself when it has none."""
    from pypinyin import Style, pinyin  # its dictionaries take a tenth of a second to load

    sound = pinyin(character, style=Style.NORMAL, errors="ignore")
    return str(sound[0][0]) if sound else character


@functools.lru_cache(maxsize=20_000)
def syllable(character: str) -> str:
    """`pinyin_of` with the sounds merged that every telephone line blurs: zh z, ch c, sh s, ing in, eng en."""
    sound = pinyin_of(character)
    if sound.endswith(("ing", "eng")):
        sound = sound[:-1]
    return _MERGED.get(sound[:2], sound[:2]) + sound[2:]


@functools.lru_cache(maxsize=20_000)
def _blurred(sound: str) -> str:
    """A syllable with all that a recogniser confuses in one spelling."""
    initial = _INITIAL.match(sound)
    head = initial[0] if initial else ""
    return _ALIKE_INITIALS.get(head, head) + _NASAL.sub("n", sound[len(head) :])


def is_word(text: str) -> bool:
    """Whether the dictionary of pronunciations knows `text` as a word of its own."""
    from pypinyin.constants import PHRASES_DICT

    return text in PHRASES_DICT


def distance(one: str, other: str) -> float:
    """How far two characters sound apart: 0 the same toneless syllable, NEAR a usual confusion, 1 anything else."""
    first, second = pinyin_of(one), pinyin_of(other)
    if first == second:
        return 0.0
    return NEAR if _blurred(first) == _blurred(second) else 1.0


@functools.lru_cache(maxsize=10_000)
def sound_of(word: str) -> tuple[str, ...]:
    """The blurred syllables of a word: two words with the same may be written for each other by a recogniser."""
    return tuple(_blurred(pinyin_of(character)) for character in word)


def find_sound(text: str, word: str, most: float) -> int:
    """Where in `text` something stands that sounds like `word`: `most` is the largest sum of `distance` over the word.

    The place of the nearest, the first of equals; -1 when there is none. Compares character by character.
    """
    wanted, heard, size = sound_of(word), sound_of(text), len(word)
    best, place = most, -1
    for begin in range(len(heard) - size + 1):
        if heard[begin] != wanted[0] or heard[begin : begin + size] != wanted:
            continue
        cost = sum(distance(a, b) for a, b in zip(text[begin : begin + size], word, strict=True))
        if cost < best or (cost == best and place < 0):
            best, place = cost, begin
    return place
