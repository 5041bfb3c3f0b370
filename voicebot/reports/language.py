"""In which language reports are read: both, English or Chinese. Every form asks here which of two names it shows.

What programs read is the same in all of them: JSON, the heads and values of CSV, names of options. Which column has
which names is in declared/.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import NamedTuple


class Language(StrEnum):
    """What the reader reads."""

    BOTH = "both"
    ENGLISH = "en"
    CHINESE = "zh"


class Bilingual(NamedTuple):
    """The same in both languages."""

    english: str
    chinese: str


_READ: ContextVar[Language] = ContextVar("language", default=Language.BOTH)


@contextmanager
def read_in(language: Language) -> Iterator[None]:
    """Reports that are shown meanwhile are in this language."""
    token = _READ.set(language)
    try:
        yield
    finally:
        _READ.reset(token)


def chosen() -> Language:
    """The reader's; both, unless `read_in` said otherwise."""
    return _READ.get()


def plain(name: str) -> str:
    """A name that a narrow head breaks, in one line again; Chinese has no blank between words."""
    return name.replace("-\n", "").replace("\n", " " if name.isascii() else "")


def names(english: str, chinese: str) -> tuple[str, ...]:
    """Those that the reader wants, each in one line, the English first; it is left out where the Chinese holds it."""
    english, chinese = plain(english), plain(chinese)
    wanted = {Language.ENGLISH: (english or chinese,), Language.CHINESE: (chinese or english,)}
    return wanted.get(chosen(), (chinese,) if english in chinese else (english, chinese) if chinese else (english,))


def label(english: str, chinese: str) -> str:
    """The names beside each other: of a heading, of what a picture shows."""
    return " ".join(names(english, chinese))


def one(english: str, chinese: str) -> str:
    """Where there is room for one name, as on a terminal: Chinese for those who read that, English for all others."""
    return (chinese or english) if chosen() is Language.CHINESE else (english or chinese)
