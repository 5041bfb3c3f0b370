"""Which version of a script a lead is talked to by, when a campaign compares several: decided once, by the lead alone.

Pure; that the decision is kept, and by which table, is the store's.
"""

import hashlib
from collections.abc import Mapping

_STEPS = 1 << 64


def arm_of(campaign: str, key: str, shares: Mapping[str, int]) -> str:
    """The arm of the lead `key` of a campaign: the same for the same names and shares, on any machine.

    Each arm gets its share of the sum of `shares`; an arm with share 0 gets nobody. The leads are spread by SHA-256, so
    that neighbours in a list, or leads of one town, do not end up in one arm. Raises ValueError without any share.
    """
    whole = sum(shares.values())
    if whole <= 0 or min(shares.values()) < 0:
        raise ValueError(f"shares {dict(shares)!r}: at least one must be above 0, none below")
    drawn = int.from_bytes(hashlib.sha256(f"{campaign}\0{key}".encode()).digest()[:8])
    point = drawn * whole // _STEPS
    for name in sorted(shares):
        point -= shares[name]
        if point < 0:
            return name
    raise AssertionError("a point lies below the sum of the shares")
