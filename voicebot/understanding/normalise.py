"""One spelling for all text that is heard or compared: width, case, punctuation, spaces, hesitation.

Everything that a recogniser, a keyword or a training example says passes here once; no meaning belongs here.
"""

import re
import unicodedata

CJK = r"\u3400-\u4dbf\u4e00-\u9fff"
MAX_CHARS = 400
"""Longer texts are cut: a turn is capped at some seconds of speech."""

_UNKNOWN_WORD = re.compile(r"\[unk\]|<unk>", re.IGNORECASE)
_NOT_TEXT = re.compile(rf"[^\w{CJK}']+|_")
_SPACE_AT_CJK = re.compile(rf"(?<=[{CJK}]) +| +(?=[{CJK}])")
_HESITATION = re.compile(r"^(?:[呃额唔欸]+|(?:uh|um|er|erm)\b ?)+(?=.)")
_STUTTER = re.compile(rf"(?![零〇一二三四五六七八九幺])([{CJK}])\1{{3,}}")
_UNIT = re.compile(rf"[{CJK}]|[^\W{CJK}]+")


def normalise(text: str) -> str:
    """`text` in the one spelling: NFKC, lower case, no punctuation, no spaces beside Chinese, words of other scripts
    parted by one space, hesitation before other words dropped, a character repeated over three times kept thrice,
    unless it is a numeral: telephone numbers repeat them.
    """
    text = unicodedata.normalize("NFKC", text[:MAX_CHARS]).lower()
    text = _NOT_TEXT.sub(" ", _UNKNOWN_WORD.sub(" ", text))
    text = _SPACE_AT_CJK.sub("", " ".join(text.split()))
    return _STUTTER.sub(r"\1\1\1", _HESITATION.sub("", text))


def length(text: str) -> int:
    """How much was said: each Chinese character counts one, each word of another script one."""
    return len(_UNIT.findall(text))
