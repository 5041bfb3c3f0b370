"""Text with variables: which variant is said, what it reads with the lead's values in, and all that can be said.

Rendering to sound is speech's business.
"""

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from voicebot.dialog.expression_values import Facts, holds
from voicebot.dialog.script import Prompt, Script
from voicebot.dialog.speaking import spoken
from voicebot.dialog.walk import every_prompt, exits
from voicebot.errors import MissingVariable
from voicebot.understanding.yaml_source import Place

_NAME = re.compile(r"\{([^{}]*)\}")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
MAX_VALUE_CHARS = 100
"""Longer values of variables are cut: nobody listens to them, and a prompt is rendered for each."""
BUILT_IN = ("home_city", "home_province", "carrier")
"""Variables that every lead has, from its number; empty texts where it does not tell."""
MAX_ROWS_AHEAD = 500
"""What a longer table can put into prompts is left to the call."""


class PromptText(NamedTuple):
    """One thing that can be said. `voice_key`: the script's voice. `file`: a recording instead of synthesis."""

    text: str
    voice_key: str
    file: str | None


@functools.lru_cache(maxsize=10_000)
def variables_of(text: str) -> tuple[str, ...]:
    """The names in braces, in order, each once."""
    return tuple(dict.fromkeys(_NAME.findall(text)))


def names_in(text: str, place: Place) -> tuple[str, ...]:
    """`variables_of`; raises InputFault at `place` for braces that are not a name in braces."""
    if "{" in _NAME.sub("", text) or "}" in _NAME.sub("", text):
        place.fault(f"a brace without its pair in {text!r}")
    for name in variables_of(text):
        if not _IDENTIFIER.fullmatch(name):
            place.fault(f"{{{name}}} is not a variable; a name has Latin letters, digits and _")
    return variables_of(text)


def render(text: str, values: Mapping[str, str]) -> str:
    """`text` with its variables in; one that has no value reads as nothing."""
    return _NAME.sub(lambda found: values.get(found[1], ""), text) if "{" in text else text


def speak(script: Script, text: str, values: Mapping[str, str]) -> str:
    """`text` as the robot says it: like `render`, but values of typed slots in words of the script's language."""
    if "{" not in text:
        return text

    def said(found: re.Match[str]) -> str:
        name, value = found[1], values.get(found[1], "")
        plan = script.slots.get(name)
        return spoken(plan.slot, value, script.language, text[found.end() : found.end() + 1]) if plan else value

    return _NAME.sub(said, text)


def lead_values(script: Script, variables: Mapping[str, str]) -> dict[str, str]:
    """The lead's variables as the script needs them: defaults in, control characters out, long values cut.

    Raises MissingVariable for one that has neither value nor default.
    """
    values = {name: clean(value) for name, value in variables.items()}
    for need in script.needs.values():
        if values.get(need.name):
            continue
        if need.default is None:
            raise MissingVariable(
                f"{need.place}: the lead has no {need.name!r} ({need.about or 'a variable of the script'}); "
                f"add the column to the lead file or a default here"
            )
        values[need.name] = need.default
    return dict.fromkeys(BUILT_IN, "") | values


def clean(value: str) -> str:
    """A value from outside as it may be spoken: nothing unprintable, not too long."""
    return "".join(char if char.isprintable() else " " for char in value[:MAX_VALUE_CHARS]).strip()


def choose(variants: tuple[Prompt, ...], values: Mapping[str, str], facts: Facts, turn: int) -> Prompt | None:
    """The variant for now on its `turn`-th use (from 0): those with a condition that holds first, then in rotation."""
    fitting = [p for p in variants if _is_for(p, values) and (p.condition is None or holds(p.condition, facts))]
    special = [p for p in fitting if not p.always] or fitting
    return special[min(turn, len(special) - 1)] if special else None


def _is_for(prompt: Prompt, values: Mapping[str, str]) -> bool:
    return all(values.get(name) == value for name, value in prompt.when.items())


def prompts(script: Script, variables: Mapping[str, str]) -> tuple[PromptText, ...]:
    """Every text that can be said to this lead, each once, for rendering ahead of the call.

    Texts with slots are given for every value that tables and `set` can put there; what only the customer's own
    words could fill, or is worked out from them, is left to the call. A variant with `if` may always be said.
    Raises MissingVariable.
    """
    base = lead_values(script, variables)
    worlds = list(_worlds(script, base))
    found: dict[PromptText, None] = {}
    for prompt in every_prompt(script):
        names = variables_of(prompt.text)
        for values in [base] if base.keys() >= set(names) else worlds:
            if values.keys() >= set(names) and _is_for(prompt, values):
                found[PromptText(speak(script, prompt.text, values), script.voice, prompt.file)] = None
    return tuple(found)


def _worlds(script: Script, base: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """The lead's values with every row of every small table, and with every slot that an exit sets from those."""
    rows = [row for table in script.tables.values() if len(table.rows) <= MAX_ROWS_AHEAD for row in table.rows]
    for row in ({}, *rows):
        values = {**base, **row}
        yield values
        yield from ({**values, name: text} for name, text in _settable(script, values))


def _settable(script: Script, values: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    given = (pair for leave in exits(script) for pair in leave.effects.set.items())
    pairs = {(name, text) for name, text in given if isinstance(text, str)}
    return sorted((n, render(t, values)) for n, t in pairs if values.keys() >= set(variables_of(t)) and n not in values)
