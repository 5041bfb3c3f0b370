"""The text that values are looked for in, where one was found, and what people say around values.

English number words are digits here (by text2num), Chinese numerals are left; the kinds of values are their own files'.
"""

import functools
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple, Protocol, TypeVar

from text_to_num import alpha2digit

from voicebot.understanding.normalise import CJK

NUMERALS = "零〇一二三四五六七八九十百千万亿两俩仨廿卅幺"
SMALL = r"(?:[零〇一二三四五六七八九十两廿卅]{1,3}+|\d{1,2}(?!\d))"
"""A number below a hundred as people say it in a date or a time."""


class Found(NamedTuple):
    """A value from `begin` to `end` of the prepared text, in the kind's canonical spelling."""

    begin: int
    end: int
    value: str


class Span(Protocol):
    """What has a place in the text."""

    @property
    def begin(self) -> int: ...

    @property
    def end(self) -> int: ...


S = TypeVar("S", bound=Span)


_SCRIPTS_MEET = re.compile(rf"(?<=[{CJK}])(?=[a-z])|(?<=[a-z])(?=[{CJK}])")
_SPACE_AT_DIGIT = re.compile(rf"(?<=[{CJK}]) (?=\d)|(?<=\d) (?=[{CJK}])")
_REPEATED = re.compile(r"\b(double|triple) (\w+)")
_SPELLED = re.compile(r"\b(?:\d+|oh|o)(?: (?:\d+|oh|o(?! ?'?clock)))+(?!')\b")
_OH = re.compile(r"\boh?\b")
_NO_ONE = re.compile(r"\b(\d+(?:st|nd|rd|th)|this|that|which|another|other|the|last|next|no) 1\b(?! \d)")
_DOZENS = re.compile(r"\b(\d+) dozen\b")
_SCALED = re.compile(r"\b(\d+\.\d+) (1000000|1000)\b")
_FIXED = (
    (re.compile(r"\bhalf a dozen\b"), "six"),
    (re.compile(r"\bhalf a million\b"), "five hundred thousand"),
    (re.compile(r"\b(?:a|one) dozen\b"), "twelve"),
    (re.compile(r"\ba couple(?: of)?\b"), "two"),
    (re.compile(r"\ba (?=(?:hundred|thousand|million)\b)"), "one "),
)
_HALF = re.compile(r"(\d+) and a half\b")


@functools.lru_cache(maxsize=256)
def prepared(text: str) -> str:
    """Normalised `text` with English number words as digits: `下周三at four` becomes `下周三 at 4`."""
    if not re.search("[a-z]", text):
        return text
    text = _SCRIPTS_MEET.sub(" ", text)
    for pattern, word in _FIXED:
        text = pattern.sub(word, text)
    text = _REPEATED.sub(lambda hit: " ".join([hit[2]] * (2 if hit[1] == "double" else 3)), text)
    text = alpha2digit(text, "en", 0)
    text = _SPELLED.sub(lambda hit: _OH.sub("0", hit[0]), _NO_ONE.sub(r"\1 one", text))
    text = _SCALED.sub(lambda hit: f"{Decimal(hit[1]) * int(hit[2]):f}".split(".")[0], _HALF.sub(r"\1.5", text))
    text = _DOZENS.sub(lambda hit: str(12 * int(hit[1])), text)
    return _SPACE_AT_DIGIT.sub("", text)


_FILLERS = re.compile(
    r"(?:[嗯啊呃哦额诶哎呀吧呢哈啦嘛那就在是我们咱的了吗行好对来去选定帮先给到约]|可以|大概|大约|差不多|左右|应该|可能|之后|以后|"
    r"要|个|位|块|钱|人|电话|号码|\b(?:i|we|i'm|i'd|i'll|at|on|the|it|it's|is|that's|say|like|please|maybe|about|around|"
    r"let's|make|how|for|would|will|be|ok|okay|yes|yeah|well|my|number|to|of|us|you|can|do|then|works|fine|good)\b| )*"
)


def is_whole(text: str, begin: int, end: int) -> bool:
    """Whether there is nothing but fillers before `begin` and after `end`."""
    return bool(_FILLERS.fullmatch(text[:begin]) and _FILLERS.fullmatch(text[end:]))


_DENIED_BEFORE = re.compile(
    r"(?:(?<!是)不是|(?<!要)不要|(?<!用)不用|(?<!在)不在|不选|不约|不想|别|没有|而不是)"
    r"(?:在|约|选|要|去|来|说|改|按|定|那个|这个|我说的|什么|第)*$"
    r"|\b(?:not|isn't|never|instead of|rather than|don't want|can't do)"
    r"(?: (?:on|at|the|in|a|for|really|this|next|be))* $"
)
"""不是三号, not on the fifth. A plain 不 or no corrects what was said before it, it denies nothing after."""
_DENIED_AFTER = re.compile(
    r"(?:的话|的|都|也|我|可能|那天|那时候|时候)*"
    r"(?:不行|不可以|不方便|不太方便|不太行|没空|没时间|不在|来不了|去不了|没有?(?:$|(?=空|时间))|不对|不成|不合适|不要|太早|太晚|太多|太少|太贵)"
    r"| (?:is not|isn't|is no good|won't|will not|does not|doesn't|is too|i can't|i cannot)\b"
)


def without_denied(text: str, denied: Iterable[Found]) -> str:
    """`text` with blanks for the values that are denied and for the words that deny them."""
    for one in denied:
        negation = _DENIED_BEFORE.search(text[: one.begin])
        begin = negation.start() if negation else one.begin
        text = text[:begin] + " " * (one.end - begin) + text[one.end :]
    return text


_EITHER = re.compile(r"(?:到|至|或者?|或者是|还是|要么| (?:to|or|until|till) )$")


def is_denied(text: str, begin: int, end: int) -> bool:
    """Whether the value between `begin` and `end` is one that the customer does not mean."""
    return bool(_DENIED_BEFORE.search(text[:begin]) or _DENIED_AFTER.match(text, end))


def is_second_bound(text: str, before: Span, found: Span) -> bool:
    """Whether `found` is only the other end, or the other half, of `before`: 三点到四点, 五号六号都行, 5th or 6th."""
    between = text[before.end : found.begin]
    if between in ("", "和", "跟") and text[found.end :].startswith("都"):
        return True
    if between == " and ":
        return text[: before.begin].endswith("between ")
    return bool(_EITHER.search(between)) and len(between) <= len(" until ")


def apart(found: Iterable[S]) -> list[S]:
    """In the order of the text, and of those that overlap the longest; the first of the same length."""
    kept: list[S] = []
    for one in sorted(found, key=lambda each: (each.begin - each.end, each.begin)):
        if all(one.end <= other.begin or other.end <= one.begin for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda each: each.begin)
