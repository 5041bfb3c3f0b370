"""The held-out fifth: decided by the text alone, about a fifth of many."""

from voicebot.understanding.split import held_out


def test_about_a_fifth_is_held_out_and_always_the_same() -> None:
    texts = [f"第{number}句" for number in range(2000)]
    first = [held_out(text) for text in texts]
    assert 330 < sum(first) < 470
    assert [held_out(text) for text in reversed(texts)] == first[::-1]
