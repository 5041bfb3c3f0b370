"""Agents as the rest of the program sets them up: what the store cannot know is checked first, the dial string.

Everything else about them is store/agents.py's.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from voicebot.errors import UsageError
from voicebot.esl import grammar
from voicebot.store import agents
from voicebot.store.store import Store


def add(store: Store, name: str, values: Mapping[str, Any], at: datetime, *, by: str = "") -> None:
    """As store.agents.add; a dial string that may not travel to the switch is a UsageError too."""
    _check_dial(name, values)
    agents.add(store, name, values, at, by=by)


def change(store: Store, name: str, values: Mapping[str, Any], *, by: str = "") -> None:
    """As store.agents.change; a dial string that may not travel to the switch is a UsageError too."""
    _check_dial(name, values)
    agents.change(store, name, values, by=by)


def _check_dial(name: str, values: Mapping[str, Any]) -> None:
    if "dial" in values:
        try:
            grammar.dial_string(values["dial"])
        except UsageError as fault:
            raise UsageError(f"agent {name!r}: {fault}") from None
