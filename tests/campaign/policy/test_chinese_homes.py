"""A Chinese number's home is what libphonenumber says of it, name for name."""

import random

import phonenumbers
import pytest
from phonenumbers import PhoneNumber, PhoneNumberType, carrier, geocoder
from phonenumbers.carrierdata import CARRIER_LONGEST_PREFIX
from phonenumbers.geodata import GEOCODE_LONGEST_PREFIX

from voicebot.campaign.policy.chinese_homes import BLOCK_DIGITS, ChineseHomes
from voicebot.campaign.policy.home_tables import country_name


@pytest.fixture(scope="module")
def homes() -> ChineseHomes:
    return ChineseHomes()


def expected(digits: str) -> tuple[str, str]:
    number = PhoneNumber(country_code=86, national_number=int(digits))
    return geocoder.description_for_valid_number(number, "zh"), carrier.name_for_valid_number(number, "zh")


@pytest.mark.parametrize("block", ["1380000", "1391234", "1591962", "1700000", "1999999", "1300001"])
def test_every_number_of_a_block_has_its_home(block: str, homes: ChineseHomes) -> None:
    for last in ("0000", "4321", "9999"):
        assert homes.mobile(block + last) == expected(block + last)


def test_blocks_drawn_from_all_have_their_homes(homes: ChineseHomes) -> None:
    dice = random.Random(1)
    drawn = [f"1{dice.randrange(3 * 10**8, 10**9)}0" for _ in range(5000)]
    assert [homes.mobile(digits) for digits in drawn] == [expected(digits) for digits in drawn]


def test_landlines_have_the_area_of_their_code(homes: ChineseHomes) -> None:
    dice = random.Random(2)
    drawn = [PhoneNumber(country_code=86, national_number=dice.randrange(10**9, 10**11)) for _ in range(20_000)]
    fixed = [one for one in drawn if phonenumbers.number_type(one) == PhoneNumberType.FIXED_LINE]
    assert len(fixed) > 1000
    for number in fixed:
        assert homes.landline(str(number.national_number)) == geocoder.description_for_number(number, "zh")


@pytest.mark.parametrize(("region", "language"), [("CN", "zh"), ("CN", "en"), ("DE", "zh")])
def test_a_country_has_the_librarys_name(region: str, language: str) -> None:
    number = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    assert country_name(region, language) == geocoder.country_name_for_number(number, language)


def test_the_library_looks_at_no_more_digits_than_a_block_has() -> None:
    assert max(GEOCODE_LONGEST_PREFIX, CARRIER_LONGEST_PREFIX) <= len("86") + BLOCK_DIGITS
