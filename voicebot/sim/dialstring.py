"""The grammar of `originate`: quoting, the `{...}` block, destination, application, with the switch's own traps.
Pure. What becomes of the call is decided in legs.py."""

from dataclasses import dataclass
from typing import Final

USAGE: Final = (
    "-USAGE: <call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] "
    "[<cid_name>] [<cid_num>] [<timeout_sec>]\n"
)
OUT_OF_ORDER: Final = "-ERR DESTINATION_OUT_OF_ORDER\n"
NOT_IMPLEMENTED: Final = "-ERR CHAN_NOT_IMPLEMENTED\n"
_ESCAPES: Final = {"n": "\n", "r": "\r"}  # two characters that become a real line end: SIP header injection
UNDEFINED: Final = "_undef_"  # what the switch puts for ${...} inside the block


class DialRefused(Exception):
    """The command never became a call; the argument is the whole text of the answer."""

    def __init__(self, answer: str) -> None:
        super().__init__(answer)
        self.answer = answer


@dataclass(frozen=True)
class Action:
    """One dialplan application with its argument."""

    app: str
    arg: str = ""


@dataclass(frozen=True)
class DialRequest:
    """What `originate` asks for: whom to dial, with which variables, and what to run on the channel."""

    variables: tuple[tuple[str, str], ...]
    endpoint: str
    extension: str  # "" when `actions` are given
    context: str
    actions: tuple[Action, ...]


def parse_originate(text: str) -> DialRequest:
    """The argument of `originate`. Raises DialRefused with the answer that the switch gives to the same text."""
    words = split_words(text)
    if len(words) < 2:
        raise DialRefused(USAGE)
    variables, endpoint = _split_block(words[0])
    if not endpoint or "{" in endpoint or "}" in endpoint:
        raise DialRefused(NOT_IMPLEMENTED)
    what, dialplan, context = words[1], _word(words, 2, "XML"), _word(words, 3, "default")
    if what.startswith("&"):
        app, _, rest = what[1:].partition("(")
        return DialRequest(variables, endpoint, "", context, (Action(app, rest.removesuffix(")")),))
    if dialplan == "inline":
        return DialRequest(variables, endpoint, "", context, parse_inline(what))
    return DialRequest(variables, endpoint, what, context, ())


def parse_inline(text: str) -> tuple[Action, ...]:
    """An inline dialplan, `app:arg,app:arg`, or with another separator `m:^:app:arg^app:arg`."""
    separator = ","
    if text.startswith("m:") and text[3:4] == ":":
        separator, text = text[2], text[4:]
    return tuple(Action(app, arg) for app, _, arg in (part.partition(":") for part in text.split(separator) if part))


def split_words(text: str) -> list[str]:
    """Words of a command line: blanks separate, single quotes hold together and, around a whole word, go.

    Raises DialRefused(USAGE) for a quote that is never closed: the switch loses the whole command.
    """
    words: list[str] = []
    word, quoted, escaped = "", False, False
    for character in text.strip():
        if escaped:
            word, escaped = word + character, False
        elif character == "\\":
            word, escaped = word + character, True
        elif character == "'":
            word, quoted = word + character, not quoted
        elif character == " " and not quoted:
            words, word = ([*words, word] if word else words), ""
        else:
            word += character
    if quoted:
        raise DialRefused(USAGE)
    return [_unquote(item) for item in ([*words, word] if word else words)]


def _unquote(word: str) -> str:
    return word[1:-1] if len(word) > 1 and word[0] == word[-1] == "'" else word


def _word(words: list[str], index: int, default: str) -> str:
    return words[index] if index < len(words) else default


def _split_block(word: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """`{a=b,c=d}rest` into its variables and the rest."""
    if not word.startswith("{"):
        return (), word
    depth = 0
    for index, character in enumerate(word):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0:
            return _variables(word[1:index]), word[index + 1 :]
    raise DialRefused(OUT_OF_ORDER)


def _variables(block: str) -> tuple[tuple[str, str], ...]:
    separator = ","
    if block.startswith("^^"):
        separator, block = block[2:3], block[3:]
    pairs = (item.partition("=") for item in _split_items(block, separator))
    return tuple((name, _value(value)) for name, _, value in pairs if name)


def _split_items(block: str, separator: str) -> list[str]:
    r"""Items between separators; `\,` keeps a separator, so a trailing backslash swallows the next variable."""
    items: list[str] = []
    item, escaped = "", False
    for character in block:
        if escaped:
            item += _ESCAPES.get(character, character if character in (separator, "'") else "\\" + character)
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == separator:
            items, item = [*items, item], ""
        else:
            item += character
    return [*items, item]


def _value(value: str) -> str:
    return UNDEFINED if "${" in value else _unquote(value)
