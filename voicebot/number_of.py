"""Counts in words for people: "1 call", "2 calls". What programs read is JSON and has none of it."""

IRREGULAR = {"person": "people"}


def number_of(count: int, thing: str) -> str:
    """`count` with the plural of `thing` where it is one; `thing` in the singular, its noun last ("faulty row")."""
    return f"{count:,} {thing if count == 1 else plural(thing)}"


def plural(thing: str) -> str:
    """The plural of an English noun as this product uses them."""
    *before, noun = thing.split(" ")
    ending = noun[:-1] + "ies" if noun.endswith("y") and noun[-2:-1] not in tuple("aeiou") else noun + "s"
    return " ".join([*before, IRREGULAR.get(noun, ending)])
