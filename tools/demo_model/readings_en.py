"""Numbers and English text: digits read out, and random numbers, times, dates in spoken form. Pure."""

from __future__ import annotations

import calendar
import random
import re
from collections.abc import Callable

_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
MONTHS = tuple(name.lower() for name in calendar.month_name[1:])
WEEKDAYS = tuple(name.lower() for name in calendar.day_name)
_LONGEST_NUMBER = 5  # longer runs of digits are read one by one
_BREAK = re.compile(r"""[，。？！；：、,.?!;:\s…—|/()"“”]*[，。？！；：、,.?!;:\n…—|/()"“”]\s*""")
_INITIALS = re.compile(r"\b[A-Z]{2,4}\b")
_SPOKEN_SO = {
    "mr": "mister",
    "mrs": "missus",
    "dr": "doctor",
    "ok": "okay",
    "dialled": "dialed",
    "alright": "all right",
    "can not": "cannot",
    "good bye": "goodbye",
    "voice mail": "voicemail",
    "anytime": "any time",
    "cancelled": "canceled",
}
"""One spelling of what sounds the same."""
_WRITTEN = re.compile(r"\b(" + "|".join(_SPOKEN_SO) + r")\b")
_NOT_ENGLISH = re.compile(r"[^\x00-\x7f’]")
_WORD = re.compile(r"[a-z']+")


def number(value: int, joint: bool = False) -> str:
    """0 <= value < 1 000 000 as it is read: 203 -> two hundred three, or with `joint` two hundred and three."""
    if value < 20:
        return _SMALL[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return _TENS[tens] + (f" {_SMALL[ones]}" if ones else "")
    size, word = (1000, "thousand") if value >= 1000 else (100, "hundred")
    high, low = divmod(value, size)
    link = " and " if joint and 0 < low < 100 else " "
    return f"{number(high, joint)} {word}" + (link + number(low, joint) if low else "")


def ordinal(value: int) -> str:
    """1 -> first, 20 -> twentieth, 21 -> twenty first; of values below 100."""
    *head, last = number(value).split()
    last = _ORDINALS.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th")
    return " ".join([*head, last])


def one_by_one(digits: str, oh: bool = False) -> str:
    """A digit string as telephone numbers are read; 0 is oh or zero."""
    words = [_SMALL[int(digit)] for digit in digits]
    return " ".join("oh" if oh and word == "zero" else word for word in words)


def clauses(text: str) -> list[str]:
    """The purely English clauses of a text in small letters; initials are spelt. A clause with other letters or
    without words cannot be spoken and is left out."""
    found = []
    for part in _BREAK.split(text):
        if _NOT_ENGLISH.search(part) or not re.search("[A-Za-z]", part):
            continue
        spelt = _INITIALS.sub(lambda run: run[0] if run[0] == "OK" else " ".join(run[0]), part)
        spelt = re.sub(r"\d+", lambda run: f" {_digits(run[0])} ", spelt)
        words = " ".join(_WORD.findall(spelt.lower().replace("’", "'")))
        found.append(_WRITTEN.sub(lambda word: _SPOKEN_SO[word[0]], words))
    return [clause for clause in found if clause]


def _digits(run: str) -> str:
    return number(int(run)) if len(run) < _LONGEST_NUMBER else one_by_one(run)


def _random_number(rng: random.Random) -> str:
    top = rng.choice((10, 20, 100, 100, 100, 1000, 10_000))
    value = rng.randrange(top)
    if value >= 100 and rng.random() < 0.5:
        value -= value % 100
    return number(value, joint=rng.random() < 0.5)


def _random_digits(rng: random.Random) -> str:
    digits = "".join(rng.choice("0123456789") for _ in range(rng.choice((2, 3, 4, 4, 5, 6, 8))))
    return one_by_one(digits, rng.random() < 0.4)


def _random_phone(rng: random.Random) -> str:
    digits = [rng.choice("0123456789") for _ in range(rng.choice((7, 10, 10, 11)))]
    words = [one_by_one(digit) for digit in digits]
    at = rng.randrange(len(words) - 1)
    if rng.random() < 0.3:
        words[at : at + 2] = ["double", words[at]]
    return " ".join("oh" if word == "zero" and rng.random() < 0.4 else word for word in words)


def _random_time(rng: random.Random) -> str:
    hour = number(rng.randrange(1, 13))
    minutes = rng.choice(("five", "ten", "twenty", "twenty five", "a quarter", "quarter"))
    return rng.choice(
        (
            f"{hour} o'clock",
            f"{hour} o'clock",
            hour,
            f"half past {hour}",
            f"{minutes} past {hour}",
            f"{minutes} to {hour}",
            f"{hour} thirty",
            f"{hour} {rng.choice(('fifteen', 'forty five', 'ten', 'twenty', 'forty', 'fifty', 'oh five'))}",
            f"{hour} {rng.choice(('a m', 'p m'))}",
            f"{hour} in the {rng.choice(('morning', 'afternoon', 'evening'))}",
            "noon",
        )
    )


def _random_ordinal(rng: random.Random) -> str:
    return ordinal(rng.randrange(1, 32))


def _random_date(rng: random.Random) -> str:
    day, month = _random_ordinal(rng), rng.choice(MONTHS)
    return rng.choice((f"the {day}", f"the {day} of {month}", f"{month} {day}", f"{month} the {day}"))


def _random_weekday(rng: random.Random) -> str:
    return rng.choice(("", "", "", "next ", "this ", "on ")) + rng.choice(WEEKDAYS)


def _random_amount(rng: random.Random) -> str:
    value = rng.choice((rng.randrange(1, 100), rng.randrange(1, 100) * 10, rng.randrange(1, 20) * 100))
    cents = f" {number(rng.choice((50, 99, 20, 95)))}" if rng.random() < 0.2 else ""
    return f"{number(value, joint=rng.random() < 0.5)} {rng.choice(('dollars', 'dollars', 'pounds', 'euros'))}{cents}"


def _random_age(rng: random.Random) -> str:
    return f"{number(rng.randrange(2, 90))}{rng.choice((' years old', ' years old', ''))}"


def _random_small(rng: random.Random) -> str:
    return number(rng.randrange(1, 13))


def _random_year(rng: random.Random) -> str:
    after = rng.randrange(10, 30)
    return f"twenty {number(after)}" if rng.random() < 0.5 else f"nineteen {number(rng.randrange(50, 100))}"


def _random_month(rng: random.Random) -> str:
    return rng.choice(MONTHS)


def _random_halfday(rng: random.Random) -> str:
    return rng.choice(("in the morning", "in the afternoon", "in the evening", "morning", "afternoon", "evening"))


SPOKEN_CLASSES: dict[str, Callable[[random.Random], str]] = {
    "number": _random_number,
    "digits": _random_digits,
    "phone": _random_phone,
    "time": _random_time,
    "date": _random_date,
    "weekday": _random_weekday,
    "amount": _random_amount,
    "age": _random_age,
    "small": _random_small,
    "ordinal": _random_ordinal,
    "month": _random_month,
    "year": _random_year,
    "halfday": _random_halfday,
}
