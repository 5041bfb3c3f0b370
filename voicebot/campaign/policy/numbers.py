"""Telephone numbers as people write them, to the one spelling in which they are kept and compared. Pure."""

import re
import unicodedata

from voicebot.errors import UsageError

WRITTEN = re.compile(r"[\d\s+().\-\u2010-\u2015]*")
"""Digits and what people put between them."""
EXTENSION = re.compile(r"(?P<line>.*\d)\W*(?:ext\w*\.?|x|分机|[转轉#,;~])\W*(?:ext=)?\d+\s*", re.IGNORECASE)
"""A line and the telephone behind it: 0512-62345678转8001, 13800001234x3, 0512-62345678,8001."""


def check_written(text: str, plain: str) -> None:
    """Raises ValueError, naming the `text` as it was given, when there is more in `plain` than one number.

    An extension is not left out in silence: who is called, stopped or excluded would be whoever answers the line.
    """
    if WRITTEN.fullmatch(plain):
        return
    extension = EXTENSION.fullmatch(plain)
    if extension is not None:
        line = extension["line"]
        raise ValueError(
            f"{text!r} has an extension, which is not dialled; give a number of its own, or the line's {line!r}"
        )
    raise ValueError(f"{text!r} is no telephone number: there is more in it than digits; for example 13800001234")


def e164(text: str, region: str) -> str:
    """`text` as E.164 with +. `region`: ISO 3166 code of the country of numbers without a country code.

    Raises ValueError, naming the text, for what can be no number of its country, and UsageError for an unknown region.
    """
    import phonenumbers  # here: its numbering plans need not be loaded to start a program

    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise UsageError(
            f"VOICEBOT_HOME_REGION={region!r} is no country; give two capital letters of ISO 3166, for example CN"
        )
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("'").removesuffix(".0")  # as spreadsheets write
    check_written(text, plain)
    try:
        number = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException:
        raise ValueError(f"{text!r} is no telephone number; for example 13800001234 or +8613800001234") from None
    if not phonenumbers.is_valid_number(number):
        raise ValueError(f"{text!r} is no telephone number: too few or too many digits, or not given out to anybody")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
