"""Counts in words."""

import pytest

from voicebot.number_of import number_of


@pytest.mark.parametrize(
    ("count", "thing", "words"),
    [
        (0, "call", "0 calls"),
        (1, "call", "1 call"),
        (2, "faulty row", "2 faulty rows"),
        (1, "faulty row", "1 faulty row"),
        (3, "entry", "3 entries"),
        (2, "day", "2 days"),
        (2, "waiting person", "2 waiting people"),
        (1_200, "lead", "1,200 leads"),
    ],
)
def test_a_count_has_its_noun(count: int, thing: str, words: str) -> None:
    assert number_of(count, thing) == words
