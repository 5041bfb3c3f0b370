"""Home area and carrier of Chinese numbers, by the names of libphonenumber: lists hold a million numbers.

What the names mean is said in home.py, where they are from in home_tables.py.
"""

from array import array
from collections.abc import Mapping

import numpy as np

from voicebot.campaign.policy.home_tables import country_name, names

BLOCK_DIGITS = 7
"""Mobile numbers are handed out in blocks of ten thousand: the first digits tell all that a number tells."""
FIRST_BLOCK, BLOCKS = 10 ** (BLOCK_DIGITS - 1), 10 ** (BLOCK_DIGITS - 1)
"""They begin with 1."""
Places = np.ndarray[tuple[int], np.dtype[np.int64]]
BEIJING = "10"
"""The only area code that begins with 1 too."""


class ChineseHomes:
    """Where Chinese numbers are at home, in Chinese. Made in half a second; takes three megabytes."""

    def __init__(self) -> None:
        areas = names("geodata", "86", "zh")
        self._country = country_name("CN", "zh")
        area_of, area_names = _by_block(areas, self._country)
        carrier_of, carrier_names = _by_block(names("carrierdata", "86", "zh"), "")
        pairs, place_of = np.unique(area_of * len(carrier_names) + carrier_of, return_inverse=True)
        self._of_block = array("H", place_of.astype(np.uint16).tobytes())
        self._homes = [
            (area_names[one // len(carrier_names)], carrier_names[one % len(carrier_names)]) for one in pairs
        ]
        self._landlines = {prefix: area for prefix, area in areas.items() if prefix[0] != "1" or prefix == BEIJING}
        self._longest = max(map(len, self._landlines))

    def mobile(self, digits: str) -> tuple[str, str]:
        """Area and carrier of a valid mobile number of 11 digits; no text where the carrier is not known."""
        place: int = self._of_block[int(digits[:BLOCK_DIGITS]) - FIRST_BLOCK]
        return self._homes[place]

    def landline(self, digits: str) -> str:
        """Area of a valid national number without its 0."""
        prefixes = (digits[:length] for length in range(self._longest, 0, -1))
        return next((self._landlines[prefix] for prefix in prefixes if prefix in self._landlines), self._country)


def _by_block(by_prefix: Mapping[str, str], other: str) -> tuple[Places, list[str]]:
    """The place of each mobile block's name, and the names; `other`: where the prefixes tell nothing."""
    found = [other]
    places: dict[str, int] = {}
    of_block = np.zeros(BLOCKS, np.int64)
    for prefix, name in sorted(by_prefix.items(), key=lambda item: len(item[0])):  # a longer one tells it better
        if not prefix.startswith("1"):
            continue
        place = places.setdefault(name, len(found))
        if place == len(found):
            found.append(name)
        blocks = 10 ** (BLOCK_DIGITS - len(prefix))
        begin = int(prefix) * blocks - FIRST_BLOCK
        of_block[begin : begin + blocks] = place
    return of_block, found
