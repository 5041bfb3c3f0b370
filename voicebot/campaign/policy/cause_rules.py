"""A gateway's own reading of causes: checked, and made into rules for causes.result_code. Pure.

What the rules mean, and those that hold for every gateway, is in causes.py.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from voicebot.campaign.policy.causes import Rule
from voicebot.campaign.policy.codes import Code, Layer
from voicebot.errors import UsageError
from voicebot.understanding.yaml_reader import suggestion

CAUSE = re.compile(r"[A-Z][A-Z0-9_]{1,47}")
CONDITIONS = ("cause", "sip_status", "q850", "rang")
MAX_RULES = 100
NUMBERS = {"sip_status": range(300, 700), "q850": range(1, 128)}
"""What a final SIP status and a Q.850 cause can be."""


def rules_of(items: Sequence[Any], gateway: str) -> tuple[Rule, ...]:
    """The rules of `gateway` from a list of mappings {code, cause, sip_status, q850, rang}, the first that fits holds.

    A rule never speaks of an answered call, and one that tells something of the callee never of an attempt that left
    no channel: over-rate answers stay our own. Raises UsageError naming the rule by its position from 1.
    """
    if not isinstance(items, list | tuple):
        raise UsageError(f"gateway {gateway!r}: its causes are a list of rules, not {type(items).__name__}")
    if len(items) > MAX_RULES:
        raise UsageError(f"gateway {gateway!r} has {len(items)} rules for causes; at most {MAX_RULES}")
    return tuple(_rule(item, f"gateway {gateway!r}, rule {place}") for place, item in enumerate(items, 1))


def _rule(item: Any, where: str) -> Rule:
    if not isinstance(item, Mapping):
        raise UsageError(f'{where}: {item!r} is no rule; for example {{"code": "BUSY", "sip_status": 480}}')
    for key in item:
        if key not in (*CONDITIONS, "code"):
            raise UsageError(f"{where}: nothing is called {key!r}{suggestion(str(key), (*CONDITIONS, 'code'))}")
    code = _code(item.get("code"), where)
    given = {key: item[key] for key in CONDITIONS if item.get(key) is not None}
    if not given:
        raise UsageError(f"{where}: it would hold for every answer; give it one of {', '.join(CONDITIONS)}")
    _check(given, where)
    return Rule(code, channel_seen=True if code.layer is Layer.NETWORK else None, answered=False, **given)


def _code(name: Any, where: str) -> Code:
    """Only what can be the end of an attempt without a talk."""
    known = {str(code): code for code in Code if code.layer in (Layer.NETWORK, Layer.OURS)}
    if name not in known:
        raise UsageError(
            f"{where}: {name!r} is no result code of an attempt without a talk{suggestion(str(name), known)}"
        )
    return known[name]


def _check(given: Mapping[str, Any], where: str) -> None:
    cause = given.get("cause")
    if cause is not None and not (isinstance(cause, str) and CAUSE.fullmatch(cause)):
        raise UsageError(f"{where}: cause {cause!r} is none of the switch's, such as NO_USER_RESPONSE")
    for key, allowed in NUMBERS.items():
        value = given.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value not in allowed):
            raise UsageError(f"{where}: {key} {value!r} is not a whole number from {allowed[0]} to {allowed[-1]}")
    if not isinstance(given.get("rang", True), bool):
        raise UsageError(f"{where}: rang {given['rang']!r} is neither true nor false")
