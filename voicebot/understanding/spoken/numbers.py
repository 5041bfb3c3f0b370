"""Numbers and amounts of money. Chinese numerals by cn2an; owned here: where they stand, and how people say them.

一百二 is 120 and 三块五 is 3.50; 五六个 is at most 6; digits said one by one are one number.
"""

import functools
import itertools
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from voicebot.understanding.spoken.text import NUMERALS, Found, apart, is_second_bound

DIGITS = {char: str(value) for value, chars in enumerate(("零〇", "一幺", "二两", *"三四五六七八九")) for char in chars}
_SPELLED = re.compile(rf"[{''.join(DIGITS)}\d]+")
_RUN = rf"(?:[{NUMERALS}]|\d)+(?:点[零一二三四五六七八九\d]+|\.\d+)?"
_GROUPS = r"\d+(?: \d+)+"
_ROUND = re.compile(r"[1-9](0{2,})(?:\.00)?")
_ONE = re.compile(r"\d+")
_NUMBER = re.compile(
    rf"(?<![a-z])(?:负|\bminus )?(?:(?P<digits>{_GROUPS})(?![.\da-z])"
    rf"|(?P<run>{_RUN})(?P<half>个半)?(?:st|nd|rd|th)?(?![a-z]))"
)
_PAIR = re.compile(r"([一二两三四五六七八])([二三四五六七八九])(?=$|[十百千万亿个位人名])")
"""Two neighbouring digits before a unit: 五六个, 七八十."""
_NEIGHBOURS = re.compile(r"([一二两三四五六七八])([二三四五六七八九])")
_PAIR_ENDS = re.compile(r"(?<=十)([一二三四五六七八])([二三四五六七八九])$")
NO_NUMBER = re.compile(
    r"一(?:下|点儿?(?!五)|些|样|起|般|定|共|直|会儿?|遍|声|边|切|律|致|旦|方面|个(?:问题|事|朋友|电话|意思)|句|时|带|眼|辈子|块儿|晚上?|宿|夜)|多少钱一.|初[一二三四五六七八九十]+|四川|三亚|"
    r"万一|统一|唯一|千万|第一次|十分(?!钟)|百分之|三心二意|乱七八糟|(?:周|星期|礼拜)[一二三四五六]|说一说|看一看|想一想|等一等|"
    rf"[{NUMERALS}]*好?几[{NUMERALS}]*|\b1 (?:moment|2nd|sec|question|thing|of)\b|\ba 2nd\b"
)
"""Numerals that count nothing."""


def number_of(numeral: str) -> Decimal | None:
    """What a Chinese or Arabic numeral stands for: 一百二, 两千三, 2万5, 幺三八. None: it is no numeral."""
    numeral = numeral.replace("俩", "两").replace("仨", "三").replace("〇", "零")
    if _SPELLED.fullmatch(numeral):
        return Decimal("".join(DIGITS.get(char, char) for char in numeral))
    if not re.search(f"[{NUMERALS}]", numeral):
        return _decimal(numeral)
    numeral = _PAIR_ENDS.sub(r"\2", _PAIR.sub(r"\2", numeral))
    return _by_library(numeral)


@functools.lru_cache(maxsize=4096)
def _by_library(numeral: str) -> Decimal | None:
    from cn2an import cn2an  # its rules take a tenth of a second to load

    try:
        return _decimal(str(cn2an(numeral, "smart")))
    except ValueError:
        return None


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def plain(value: Decimal) -> str:
    """The canonical spelling of a number: no exponent, no zeros behind."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def few(numeral: str) -> Decimal | None:
    """`number_of`, but of neighbouring digits the greater: 两三 (天), 二三 (号)."""
    pair = _NEIGHBOURS.fullmatch(numeral)
    greater = number_of(pair[2]) if pair else None
    return greater if pair and greater == (number_of(pair[1]) or 0) + 1 else number_of(numeral)


def find_numbers(text: str, taken: Iterable[Found] = ()) -> list[Found]:
    """Every number of prepared `text` outside of what was `taken` for something else (dates, times)."""
    blank = list(text)
    for begin, end in (*((hit.start(), hit.end()) for hit in NO_NUMBER.finditer(text)), *(t[:2] for t in taken)):
        blank[begin:end] = "。" * (end - begin)
    found = []
    for hit in _NUMBER.finditer("".join(blank)):
        if hit["digits"] and text[: hit.start()].endswith("not "):
            found += [
                Found(hit.start() + one.start(), hit.start() + one.end(), one[0]) for one in _ONE.finditer(hit[0])
            ]
        elif (value := _read(hit, text)) is not None:
            found.append(Found(hit.start(), hit.end(), plain(value)))
    return of_same_scale(text, found)


def of_same_scale(text: str, found: list[Found]) -> list[Found]:
    """三到五千 is 3000 to 5000, two to three hundred likewise: a lone digit before a round number has its zeros."""
    scaled = list(found)
    for at, (one, other) in enumerate(itertools.pairwise(found)):
        zeros = _ROUND.fullmatch(other.value)
        if zeros and is_second_bound(text, one, other) and re.fullmatch(r"[1-9](?:\.00)?", one.value):
            whole, point, rest = one.value.partition(".")
            scaled[at] = one._replace(value=whole + zeros[1] + point + rest)
    return scaled


def _read(hit: re.Match[str], text: str) -> Decimal | None:
    if hit["digits"]:
        value = _decimal(hit["digits"].replace(" ", ""))
    else:
        run = hit["run"]
        value = few(run) if re.match(r"[个位人名家天年岁]", text[hit.end() :]) else number_of(run)
    if value is None:
        return None
    if hit["half"]:
        value += Decimal("0.5")
    return -value if hit[0].startswith(("负", "minus")) else value


_MONEY_ZH = re.compile(
    rf"(?P<whole>{_RUN})(?:块钱?|元|圆)(?:零)?(?:(?P<tenth>[一二两三四五六七八九\d])(?:毛|角)?(?!百|千|万|十|\d|个|分)"
    rf"|(?P<hundredths>[一二三四五六七八九\d十]{{1,3}})分)?(?:(?:(?<=毛)|(?<=角)|零)(?P<cent>[一二两三四五六七八九])分?)?钱?"
    rf"|(?P<dime>[一二两三四五六七八九\d])(?:毛|角)(?:(?P<dime_cent>[一二两三四五六七八九])分?)?钱?"
    r"|(?P<only>[一二两三四五六七八九])分(?![钟之])钱?"
)
_MONEY_EN = re.compile(
    r"(?P<whole>\d+(?: \d+)*(?:\.\d+)?) (?:dollars?|yuan|pounds?|euros?|bucks?|rmb|quid)"
    r"(?: (?:and )?(?P<cents>\d{1,2})(?: (?:cents?|pence|p))?\b)?"
    r"|(?P<only>\d{1,2}) (?:cents?|pence)\b"
)


def find_amounts(text: str, taken: Iterable[Found] = ()) -> list[Found]:
    """Every amount of prepared `text`, with two places: 120.00, 3.50.

    Where no unit of money is said a number is one too; else only the lower end of a range: 三千到五千块.
    """
    money = [Found(hit.start(), hit.end(), f"{value:.2f}") for hit, value in _money(text) if value is not None]
    numbers = [
        Found(one.begin, one.end, f"{Decimal(one.value):.2f}")
        for one in find_numbers(text, taken)
        if not any(one.begin < other.end and other.begin < one.end for other in money)
        and (not money or any(is_second_bound(text, one, other) for other in money))
    ]
    return of_same_scale(text, apart([*money, *numbers]))


def _money(text: str) -> Iterable[tuple[re.Match[str], Decimal | None]]:
    for hit in _MONEY_ZH.finditer(text):
        if hit["only"]:
            yield hit, _part(hit["only"], "0.01")
        elif hit["dime"]:
            yield hit, _part(hit["dime"], "0.1") + _part(hit["dime_cent"], "0.01")
        elif (whole := number_of(hit["whole"])) is not None:
            rest = _part(hit["tenth"], "0.1") + _part(hit["hundredths"], "0.01") + _part(hit["cent"], "0.01")
            yield hit, whole + rest
    for hit in _MONEY_EN.finditer(text):
        if hit["only"]:
            yield hit, _part(hit["only"], "0.01")
        elif (whole := _decimal(hit["whole"].replace(" ", ""))) is not None:
            yield hit, whole + _part(hit["cents"], "0.01")


def _part(numeral: str | None, unit: str) -> Decimal:
    return (number_of(numeral) or Decimal(0)) * Decimal(unit) if numeral else Decimal(0)
