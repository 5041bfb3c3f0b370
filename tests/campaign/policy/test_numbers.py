"""Numbers as people write them."""

import pytest

from voicebot.campaign.policy.numbers import e164
from voicebot.errors import UsageError


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


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("13800138000x3", "13800138000"),
        ("0512-62345678转8001", "0512-62345678"),
        ("0512-62345678 分机：8001", "0512-62345678"),
        ("0512-62345678 ext. 12", "0512-62345678"),
        ("0512-62345678＃12", "0512-62345678"),
        ("+86 512 62345678;ext=12", "+86 512 62345678"),
        ("0512-62345678,8001", "0512-62345678"),
    ],
)
def test_an_extension_is_not_left_out_in_silence(text: str, line: str) -> None:
    with pytest.raises(ValueError, match=r"has an extension, which is not dialled; .* or the line's") as fault:
        e164(text, "CN")
    assert str(fault.value).startswith(repr(text))
    assert str(fault.value).endswith(repr(line))


@pytest.mark.parametrize("text", ["1380013800x", "13800138000a", "13800001234/13900001234", "call 13800001234"])
def test_more_than_digits_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="there is more in it than digits"):
        e164(text, "CN")


@pytest.mark.parametrize("text", ["1380013800", "62345678", "12345678901"])
def test_digits_that_are_given_out_to_nobody_are_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="too few or too many digits, or not given out"):
        e164(text, "CN")


@pytest.mark.parametrize("text", ["'13800001234", "13800001234.0"])
def test_what_spreadsheets_make_of_a_number_is_read(text: str) -> None:
    assert e164(text, "CN") == "+8613800001234"


@pytest.mark.parametrize("region", ["XX", "cn", ""])
def test_an_unknown_home_region_is_a_fault_of_the_setting(region: str) -> None:
    with pytest.raises(UsageError, match=f"VOICEBOT_HOME_REGION='{region}' is no country; give two capital letters"):
        e164("13800001234", region)
