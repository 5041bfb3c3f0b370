"""Short answers: what 好, 行, 不, 对 or 嗯 mean where a yes or a no is expected.

A classifier has too little to go on with one syllable; the node's expectation decides.
"""

import re

from voicebot.understanding.normalise import length

_PARTICLES = r"啊呀吧呢嘛哈哦噢喔嘞咯啦哟唉哎诶额呃"
_YES = (
    r"嗯|恩|唔|好|好的|行|行的|可以|可以的|成|中|对|对的|是|是的|要|要的|有|有的|能|会|想|没错|没问题|同意|方便|愿意|需要|"
    r"是我|我是|好滴|得|妥|当然|当然可以|那好|那行|那可以"
)
_NO = (
    r"不|不是|不是的|不要|不用|不用了|不行|不可以|不对|不好|不能|不会|不想|不了|没|没有|没有的|没空|别|不方便|"
    r"不需要|不必|不必了|算了|免了|不同意|不愿意|不要了|不是我"
)
_ENGLISH_YES = r"yes|yeah|yep|yup|ok|okay|sure|right|fine|of course|correct"
_ENGLISH_NO = r"no|nope|nah|not"
_TAIL = rf"[{_PARTICLES}了的]*"
_THANKS = r"(?:谢谢|多谢|谢了|thanks|thank you)?"
YES = re.compile(rf"(?:(?:{_YES}){_TAIL})+{_THANKS}|(?:(?:{_ENGLISH_YES}) ?)+(?:please|{_THANKS})")
NO = re.compile(rf"(?!不是不)(?:[嗯哦]{_TAIL})?(?:(?:{_NO}){_TAIL})+{_THANKS}|(?:(?:{_ENGLISH_NO}) ?)+{_THANKS}")
MAX_CHARS = 12
"""Longest short answer: Chinese characters, or words of other scripts."""
_OPENING = re.compile(r"[嗯哦啊]*(?:可以|好的|行|没问题|愿意|同意|要的|当然|是的|对的)")
_TAKEN_BACK = re.compile(r"[不没别吗么]|但|可是|就怕|考虑|再说|以后|怎么|什么|多少|谁|哪|先|等")


def short_answer(text: str) -> str | None:
    """`affirm` or `deny` when normalised `text` is nothing but a short yes or no, else None."""
    if not text or length(text) > MAX_CHARS:
        return None
    if NO.fullmatch(text):
        return "deny"
    return "affirm" if YES.fullmatch(text) else None


def opening_yes(text: str) -> str:
    """The plain yes that normalised `text` begins with, if nothing behind it takes it back, asks about it or puts it
    off; else empty.

    For what nobody understands otherwise, as the recogniser often has wrong characters behind a right 可以.
    """
    found = _OPENING.match(text)
    if found is None or len(text) > MAX_CHARS or _TAKEN_BACK.search(text, found.end()):
        return ""
    return found[0]
