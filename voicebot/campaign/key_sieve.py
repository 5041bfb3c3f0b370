"""Which keys of a long list were there before, in little memory."""


class KeySieve:
    """Whether a key was there before: no for sure, or perhaps (one of seventy new ones at a million). Eight megabytes,
    where a set of a million keys takes a hundred."""

    BITS = 1 << 26

    def __init__(self) -> None:
        self._bits = bytearray(self.BITS >> 3)

    def maybe(self, key: str) -> bool:
        """False: certainly new."""
        place = hash(key) % self.BITS
        return bool(self._bits[place >> 3] & 1 << (place & 7))

    def add(self, key: str) -> None:
        """Remember the key."""
        place = hash(key) % self.BITS
        self._bits[place >> 3] |= 1 << (place & 7)
