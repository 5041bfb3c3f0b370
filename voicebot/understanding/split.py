"""Which of a user's labelled sentences are held out to measure on: the same for every engine, every time.

Nothing is shuffled: the text itself decides, so that a repeated sentence never stands on both sides.
"""

import hashlib

HELD_OUT = 5
"""One in so many."""


def held_out(text: str) -> bool:
    """Whether normalised `text` belongs to the fifth that is measured on and not trained on."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) % HELD_OUT == 0
