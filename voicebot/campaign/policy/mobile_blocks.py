"""Home area and carrier of Chinese mobile numbers, asked of libphonenumber once a block: lists hold a million numbers.

What the tables mean is said in home.py.
"""

import itertools
from array import array

import phonenumbers
from phonenumbers import carrier, geocoder

BLOCK_DIGITS = 7
"""Numbers are handed out in blocks of ten thousand: the first digits tell all that a number tells."""
BLOCKS_END = 2 * 10 ** (BLOCK_DIGITS - 1)
"""Mobile numbers begin with 1."""


class MobileBlocks:
    """Area and carrier by block. Four megabytes, where a cache of texts takes forty at a hundred thousand blocks."""

    def __init__(self) -> None:
        self._of_block = array("H", [0]) * BLOCKS_END  # a place of `_homes`; 0: not asked yet
        self._homes: dict[int, tuple[str, str]] = {}
        self._places: dict[tuple[str, str], int] = {}
        self._next = itertools.count(1)

    def home(self, digits: str) -> tuple[str, str]:
        """Area in Chinese and carrier of a valid number of 11 digits; empty texts where it does not tell."""
        block = int(digits[:BLOCK_DIGITS])
        if not self._of_block[block]:
            self._ask(block, digits)
        place: int = self._of_block[block]
        return self._homes[place]

    def _ask(self, block: int, digits: str) -> None:
        number = phonenumbers.PhoneNumber(country_code=86, national_number=int(digits))
        home = (geocoder.description_for_valid_number(number, "zh"), carrier.name_for_valid_number(number, "zh"))
        # Two threads that ask at once give one home two places, which both hold.
        place = self._places.get(home) or next(self._next)
        self._homes[place] = home
        self._places[home] = place
        self._of_block[block] = place
