"""NAME=VALUE options of commands that speak for one lead."""

from voicebot.errors import UsageError


def pairs(texts: tuple[str, ...], option: str = "--var", example: str = "surname=张") -> dict[str, str]:
    """NAME=VALUE options as a mapping. Raises UsageError."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"{option} {text!r} is not NAME=VALUE, for example {option} {example}")
        found[name] = value
    return found
