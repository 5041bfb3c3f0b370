import pytest

from voicebot.campaign.policy.masking import masked


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+8613800001234", "138****1234"),
        ("+8651288880000", "512****0000"),
        ("+4915112345678", "+49****5678"),
        ("13800001234", "138****1234"),
        ("+8610086", "*****"),
        ("", ""),
    ],
)
def test_the_middle_is_hidden(number, shown):
    assert masked(number) == shown
