"""One spelling of text, and how much was said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.understanding.normalise import MAX_CHARS, length, normalise


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("好 的 没 问题", "好的没问题"),
        ("ＯＫ，可以！", "ok可以"),
        ("I'm  fine, thanks.", "i'm fine thanks"),
        ("加 WeChat 吧", "加wechat吧"),
        ("[unk] 好 [UNK]", "好"),
        ("呃，那个好的", "那个好的"),
        ("um yes", "yes"),
        ("呃", "呃"),
        ("嗯嗯嗯嗯嗯", "嗯嗯嗯"),
        ("a_b", "a b"),
        ("", ""),
    ],
)
def test_spelling(text: str, spelling: str) -> None:
    assert normalise(text) == spelling


@given(st.text())
def test_normalising_again_changes_nothing_and_length_is_bounded(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert length(once) <= 2 * MAX_CHARS


@pytest.mark.parametrize(("text", "count"), [("可以的", 3), ("yes please", 2), ("加wechat吧", 3), ("", 0)])
def test_length_counts_characters_and_words(text: str, count: int) -> None:
    assert length(text) == count
