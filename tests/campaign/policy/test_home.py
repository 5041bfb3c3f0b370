"""Where a number is at home."""

import pytest

from voicebot.campaign.policy.home import Home, home_of

MOBILE = "+8613800001234"


@pytest.mark.parametrize(
    ("number", "language", "wanted"),
    [
        (MOBILE, "zh", Home("北京", "北京", "中国移动")),
        (MOBILE, "en", Home("Beijing", "Beijing", "China Mobile")),
        ("+8651262345678", "zh", Home("苏州", "江苏", "")),
        ("+8651262345678", "en", Home("Suzhou", "Jiangsu", "")),
        ("+862161234567", "zh", Home("上海", "上海", "")),
        ("+867732345678", "zh", Home("桂林", "广西", "")),
        ("+8685112345678", "zh", Home("", "贵州", "")),  # three cities have this area code
        ("+8685112345678", "en", Home("", "Guizhou", "")),
        ("+8619900000000", "zh", Home("", "", "中国电信")),
        ("+4930123456", "zh", Home("", "", "")),
        ("+12125550100", "en", Home("New York", "NY", "")),
        ("+85291234567", "zh", Home("", "", "3")),
    ],
)
def test_mobile_and_landline_at_home_and_abroad(number: str, language: str, wanted: Home) -> None:
    assert home_of(number, language) == wanted


@pytest.mark.parametrize("number", ["", "+86", "+861391234", "13800001234", "abc", "+8600000000000"])
def test_of_what_is_no_valid_number_nothing_is_known(number: str) -> None:
    assert home_of(number, "zh") == Home()
