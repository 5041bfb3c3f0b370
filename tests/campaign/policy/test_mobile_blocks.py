"""A block's home is what libphonenumber says of each of its numbers."""

import phonenumbers
import pytest
from phonenumbers import carrier, geocoder
from phonenumbers.carrierdata import CARRIER_LONGEST_PREFIX
from phonenumbers.geodata import GEOCODE_LONGEST_PREFIX

from voicebot.campaign.policy.mobile_blocks import BLOCK_DIGITS, MobileBlocks


@pytest.mark.parametrize("block", ["1380000", "1391234", "1591962", "1700000", "1999999", "1300001"])
def test_every_number_of_a_block_has_its_home(block: str) -> None:
    blocks = MobileBlocks()
    for last in ("0000", "4321", "9999", "0000"):
        number = phonenumbers.parse(block + last, "CN")
        expected = (geocoder.description_for_valid_number(number, "zh"), carrier.name_for_valid_number(number, "zh"))
        assert blocks.home(block + last) == expected


def test_the_library_looks_at_no_more_digits_than_a_block_has() -> None:
    assert max(GEOCODE_LONGEST_PREFIX, CARRIER_LONGEST_PREFIX) <= len("86") + BLOCK_DIGITS
