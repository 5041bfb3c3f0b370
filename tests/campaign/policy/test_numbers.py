"""Numbers as people write them."""

import pytest

from voicebot.campaign.policy.numbers import e164


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("13800001234", "+8613800001234"),
        (" 138 0000-1234 ", "+8613800001234"),
        ("１３８００００１２３４", "+8613800001234"),
        ("+8613800001234", "+8613800001234"),
        ("0086 13800001234", "+8613800001234"),
        ("0512-62345678", "+8651262345678"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_one_spelling(text: str, wanted: str) -> None:
    assert e164(text, "CN") == wanted


def test_the_region_is_that_of_numbers_without_a_country_code() -> None:
    assert e164("2125550100", "US") == "+12125550100"


@pytest.mark.parametrize("text", ["", "abc", "12", "138000012345678901", "手机号"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="is no telephone number"):
        e164(text, "CN")
