"""A number of a lead list: whether it can be dialled, its E.164 form, home area, carrier and time zone. Pure.

Chinese numbers take a short way through the library: lists hold a million of them.
"""

import functools
import re
import unicodedata
from typing import Literal, NamedTuple

import phonenumbers
from phonenumbers import PhoneNumberType, timezone

from voicebot.campaign.policy.chinese_homes import ChineseHomes
from voicebot.campaign.policy.numbers import check_written
from voicebot.campaign.policy.plan import ListRules

CHINESE_MOBILE = re.compile(r"(?:\+?86|0086)?(1\d{10})")
SEPARATORS = str.maketrans("", "", " -()\u00a0\u2010\u2013\t'")
SHORTENED = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
UNKNOWN_ZONE = "Etc/Unknown"


class LeadNumber(NamedTuple):
    """`e164` with +. `area`: as Chinese people name it; `carrier`: at the time the block was handed out, since numbers
    may be taken along. Empty texts where not known."""

    e164: str
    kind: Literal["mobile", "landline"]
    area: str
    carrier: str
    zone: str


def read_number(text: str, rules: ListRules) -> LeadNumber:
    """The number as a list gives it. Raises ValueError with what is wrong and what would be right."""
    plain = text if text.isascii() and text.isdigit() else _plain(text)
    if not plain:
        raise ValueError("the number is empty")
    mobile = CHINESE_MOBILE.fullmatch(plain)
    if mobile and "CN" in rules.countries:
        return _chinese_mobile(mobile[1])
    if SHORTENED.fullmatch(plain):
        raise ValueError(f"{text!r} was shortened by a spreadsheet; format the column as text and export again")
    check_written(text, plain)
    return _other(text, plain, rules)


def _plain(text: str) -> str:
    """Without what people and spreadsheets put between and behind the digits."""
    plain = (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip().translate(SEPARATORS)
    return plain.removesuffix(".0")


def _chinese_mobile(digits: str) -> LeadNumber:
    if not _chinese_mobile_plan().fullmatch(digits):
        raise ValueError(f"{digits!r} begins like no Chinese mobile number")
    area, operator = _homes().mobile(digits)
    return LeadNumber("+86" + digits, "mobile", area, operator, _zone_of_all_chinese_mobiles())


@functools.cache
def _homes() -> ChineseHomes:
    return ChineseHomes()


@functools.cache
def _chinese_mobile_plan() -> re.Pattern[str]:
    """The numbering plan as the library keeps it; asked straight, a list of a million would take minutes otherwise."""
    plan = phonenumbers.PhoneMetadata.metadata_for_region("CN")
    assert plan is not None and plan.mobile is not None
    return re.compile(str(plan.mobile.national_number_pattern))


@functools.cache
def _zone_of_all_chinese_mobiles() -> str:
    return _zone(phonenumbers.PhoneNumber(country_code=86, national_number=13800000000))


def _other(text: str, plain: str, rules: ListRules) -> LeadNumber:
    try:
        number = phonenumbers.parse(plain, rules.countries[0])
    except phonenumbers.NumberParseException:
        raise ValueError(f"{text!r} is no telephone number; a mobile number has 11 digits and begins with 1") from None
    country = phonenumbers.region_code_for_number(number)
    if not phonenumbers.is_valid_number(number):
        raise ValueError(
            f"{text!r} is no telephone number of {rules.countries[0]}: too few or too many digits, or not given out"
        )
    if country not in rules.countries:
        raise ValueError(f"{text!r} is a number of {country}; the plan calls {', '.join(rules.countries)}")
    kind = phonenumbers.number_type(number)
    mobile = kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
    if not mobile and kind != PhoneNumberType.FIXED_LINE:
        raise ValueError(f"{text!r} is a service number, not a person's")
    if not mobile and not rules.landlines:
        raise ValueError(f"{text!r} is a landline, which the plan does not call")
    if mobile and country == "CN":  # written in another way than most
        return _chinese_mobile(str(number.national_number))
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    area, operator = _home(number, country)
    return LeadNumber(e164, "mobile" if mobile else "landline", area, operator, _zone(number))


def _home(number: phonenumbers.PhoneNumber, country: str) -> tuple[str, str]:
    """Area and carrier of a number that is no Chinese mobile one."""
    if country == "CN":
        return _homes().landline(str(number.national_number)), ""
    from phonenumbers import carrier, geocoder  # here: they load the names of all countries, 100 MB

    return geocoder.description_for_number(number, "zh"), carrier.name_for_number(number, "zh")


def _zone(number: phonenumbers.PhoneNumber) -> str:
    """The one time zone of the number; empty when it may be in several."""
    zones = timezone.time_zones_for_number(number)
    return zones[0] if len(zones) == 1 and zones[0] != UNKNOWN_ZONE else ""
