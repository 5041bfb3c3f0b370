import pytest

from voicebot.esl.park import Park, after, refusal


@pytest.mark.parametrize(
    ("steps", "end"),
    [
        ([], Park.FRESH),
        (["unicast"], Park.SPENT),
        (["unicast", "CHANNEL_PARK"], Park.SPENT),
        (["CHANNEL_PARK", "unicast", "CHANNEL_UNPARK"], Park.LEFT),
        (["unicast", "CHANNEL_UNPARK", "CHANNEL_PARK"], Park.FRESH),
        (["unicast", "CHANNEL_UNPARK", "CHANNEL_PARK", "unicast"], Park.SPENT),
        (["CHANNEL_UNPARK", "CHANNEL_EXECUTE", "CHANNEL_BRIDGE"], Park.LEFT),
    ],
)
def test_what_follows_what(steps: list[str], end: Park) -> None:
    park = Park.FRESH
    for step in steps:
        park = after(park, step)
    assert park is end


@pytest.mark.parametrize("state", ["early", "answered"])
def test_unicast_once_a_park_with_media(state: str) -> None:
    assert refusal(Park.FRESH, state) is None
    assert "renew_audio" in str(refusal(Park.SPENT, state))
    assert "not parked" in str(refusal(Park.LEFT, state))


@pytest.mark.parametrize("state", ["", "ringing", "hangup"])
def test_no_unicast_without_media(state: str) -> None:
    assert "no media" in str(refusal(Park.FRESH, state))
