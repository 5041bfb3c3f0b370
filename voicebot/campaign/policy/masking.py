"""Telephone numbers as people may see them. The store keeps them whole; whatever shows one calls this."""

HOME_PREFIX = "+86"
_HEAD, _TAIL = 3, 4


def masked(number: str) -> str:
    """`number` (E.164 with +) with its middle hidden: 138****1234 at home, +49****5678 abroad, all of a short one."""
    shown = number.removeprefix(HOME_PREFIX)
    if len(shown) <= _HEAD + _TAIL:
        return "*" * len(shown)
    return f"{shown[:_HEAD]}****{shown[-_TAIL:]}"


def masked_key(key: str, number: str) -> str:
    """A lead's key as people may see it: a list without keys of its own has the numbers for keys."""
    return key.replace(number, masked(number))
