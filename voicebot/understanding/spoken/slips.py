"""Numerals that a recogniser wrote with other characters of the same sound: 二是三好 for 二十三号.

Only for a text that has no value as it stands, and only where nothing else remains of it.
"""

import functools
import re

from voicebot.understanding.spoken.numbers import NO_NUMBER
from voicebot.understanding.spoken.text import NUMERALS

_SOUNDS = {
    "ling": "零", "yi": "一", "er": "二", "san": "三", "shan": "三", "si": "四", "wu": "五", "liu": "六", "qi": "七",
    "ba": "八", "jiu": "九", "shi": "十", "bai": "百", "qian": "千", "wan": "万", "liang": "两", "yao": "幺",
    "hao": "号", "dian": "点", "ban": "半", "fen": "分", "kuai": "块", "mao": "毛", "zhou": "周", "yue": "月",
}  # fmt: skip
_KEPT = re.compile(rf"[{NUMERALS}号点半分块毛周月日天今明后大下午上早晚中间刻钟小时差过年礼拜星期个\d]+")
_WHOLE = re.compile(rf"[{NUMERALS}]")
_PARTICLES = "吧啊呀呢嘛呗了"
_PART_OF_DAY = re.compile(r"([上下])[五无舞我物](?=.?[点店典电])")
MAX_CHARS = 14
"""Longer texts are sentences, in which any character may sound like a numeral."""
MOST_SLIPS = 0.5
"""Share of characters that may be taken for others."""


def repaired(text: str) -> str | None:
    """`text` with same-sounding characters read as numerals and their units; None when that leaves anything else."""
    if len(text) > MAX_CHARS or text.isascii() or NO_NUMBER.search(text):
        return None
    text = text.rstrip(_PARTICLES)
    plain = _PART_OF_DAY.sub(r"\1午", text)
    read = "".join(char if _KEPT.fullmatch(char) else _SOUNDS.get(_sound(char), char) for char in plain)
    slips = sum(before != after for before, after in zip(text, read, strict=True))
    if not slips or slips > MOST_SLIPS * len(text) or not _KEPT.fullmatch(read) or not _WHOLE.search(read):
        return None
    return read


@functools.lru_cache(maxsize=4096)
def _sound(char: str) -> str:
    from pypinyin import Style, pinyin  # its dictionaries take a tenth of a second to load

    sound = pinyin(char, style=Style.NORMAL, errors="ignore")
    return sound[0][0] if sound else ""
