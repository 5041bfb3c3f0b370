"""NAME=VALUE options of commands that speak for one lead."""

from voicebot.errors import UsageError


def pairs(texts: tuple[str, ...]) -> dict[str, str]:
    """`--var` options as a mapping. Raises UsageError."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"--var {text!r} is not NAME=VALUE, for example --var surname=张")
        found[name] = value
    return found
