"""Characters by their sound: what a telephone blurs is near, everything else is far."""

import pytest

from voicebot.understanding.sounds import NEAR, distance, find_sound, sound_of, syllable


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("趣", "去", 0),
        ("是", "四", NEAR),
        ("知", "自", NEAR),
        ("吃", "次", NEAR),
        ("蓝", "南", NEAR),
        ("飞", "黑", NEAR),
        ("发", "哈", NEAR),
        ("人", "仍", NEAR),
        ("心", "星", NEAR),
        ("好", "坏", 1),
        ("a", "a", 0),
    ],
)
def test_distance(one: str, other: str, apart: float) -> None:
    assert distance(one, other) == distance(other, one) == apart


def test_words_that_may_be_written_for_each_other_have_one_sound() -> None:
    assert sound_of("感兴趣") == sound_of("赶心去")
    assert sound_of("感兴趣") != sound_of("没兴趣")


def test_the_nearest_place_is_found() -> None:
    assert find_sound("我赶兴趣的", "感兴趣", 1) == 1
    assert find_sound("四店还是是店", "是店", 1) == 4
    assert find_sound("我赶心去的", "感兴趣", 0) == -1
    assert find_sound("我", "感兴趣", 1) == -1


def test_features_merge_less_than_keywords() -> None:
    assert syllable("中") == syllable("宗")
    assert syllable("英") == syllable("因")
    assert syllable("蓝") != syllable("南")
