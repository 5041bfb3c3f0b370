"""Telephone numbers as people write them, to the one spelling in which they are kept and compared. Pure."""

import unicodedata


def e164(text: str, region: str) -> str:
    """`text` as E.164 with +. `region`: ISO 3166 code of the country of numbers without a country code.

    Raises ValueError, naming the text, for what can be no number of its country.
    """
    import phonenumbers  # here: its numbering plans need not be loaded to start a program

    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        number = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException:
        raise ValueError(f"{text!r} is no telephone number; for example 13800001234 or +8613800001234") from None
    if not phonenumbers.is_possible_number(number):
        raise ValueError(f"{text!r} is no telephone number: it has too few or too many digits")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
