"""Telephone numbers said digit by digit: 幺三八零零…, one three eight double oh ...; checked by phonenumbers."""

import re

from voicebot.understanding.spoken.numbers import DIGITS
from voicebot.understanding.spoken.text import Found

_SPOKEN = {**DIGITS, "洞": "0", "拐": "7", "勾": "9"}
"""幺, 洞, 拐 and 勾 are telephone speech for 1, 0, 7 and 9."""
_ALIKE = re.compile(rf"([两二三四])个([{''.join(DIGITS)}\d])")
_DIGIT = rf"[{''.join(_SPOKEN)}\d]"
_BETWEEN = r"(?: |嗯|啊|呃|然后|接着|再|后面|后面是|杠|转|and|then|dash|um|uh|er)*"
_DIGITS_IN_A_ROW = re.compile(rf"{_DIGIT}(?:{_BETWEEN}{_DIGIT})*")
LEAST_DIGITS = 5
"""Fewer digits in a row are no telephone number."""


def find_phones(text: str, region: str) -> list[Found]:
    """Every possible number of prepared `text`, in E.164. `region`: the country whose national numbers are said."""
    text = _ALIKE.sub(lambda hit: hit[2] * int(_SPOKEN[hit[1]]), text)
    found = []
    for hit in _DIGITS_IN_A_ROW.finditer(text):
        digits = "".join(_SPOKEN.get(char, char) for char in hit[0] if char in _SPOKEN or char.isdigit())
        if len(digits) >= LEAST_DIGITS and (number := e164(digits, region)):
            found.append(Found(hit.start(), hit.end(), number))
    return found


def e164(digits: str, region: str) -> str | None:
    """A national or international number in E.164; None: the numbering plan has no such number."""
    import phonenumbers  # the numbering plans take some time to load

    for spelling in (digits, "+" + digits.removeprefix("00")):
        try:
            number = phonenumbers.parse(spelling, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return None
