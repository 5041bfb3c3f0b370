"""Regular expressions that designers write: RE2's, which search in linear time whatever the pattern and the text.

Python's own `re` can be made to search for years by (a+)+$; the product's own expressions may use it, a script's never.
"""

import functools
from typing import Any, Protocol

import re2

MAX_PATTERN_CHARS = 500
MAX_PATTERN_MEMORY = 1 << 20
"""Bytes that one compiled pattern may take."""


class Hit(Protocol):
    """What was found."""

    def __getitem__(self, group: int) -> str: ...


class Pattern(Protocol):
    """A compiled expression."""

    def search(self, text: str) -> Hit | None: ...


@functools.lru_cache(maxsize=2_000)
def compile_pattern(pattern: str) -> Pattern:
    """The expression, ready to search. Raises ValueError saying what RE2 does not take."""
    if len(pattern) > MAX_PATTERN_CHARS:
        raise ValueError(f"{len(pattern)} characters, the limit is {MAX_PATTERN_CHARS}")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_PATTERN_MEMORY
    try:
        compiled: Any = re2.compile(pattern, options)
    except re2.error as error:
        why = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error)
        hint = "; look-around and references to groups are not in RE2" if "perl" in why or "escape" in why else ""
        raise ValueError(why + hint) from None
    found: Pattern = compiled
    return found
