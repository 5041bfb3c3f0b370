"""What a call knows of its lead: the variables of the list, and what the number itself tells."""

from collections.abc import Mapping

from voicebot.campaign.policy.home import home_of
from voicebot.dialog.load_names import names_used
from voicebot.dialog.script import Script
from voicebot.dialog.wording import BUILT_IN

_SPEAKS_OF_HOME: dict[str, bool] = {}
"""By the script's digest: the same texts speak of the same. The walk over a script takes longer than a call has."""


def lead_variables(script: Script, number: str, variables: Mapping[str, str]) -> Mapping[str, str]:
    """The lead's `variables`, with home and carrier of its number (E.164) where the script speaks of them.

    What the list says of them wins. The first number may take a second: not on the hub.
    """
    if not _speaks_of_home(script):
        return variables
    home = home_of(number, script.language)
    told = {"home_city": home.city, "home_province": home.province, "carrier": home.carrier}
    return told | {name: value for name, value in variables.items() if value or name not in told}


def _speaks_of_home(script: Script) -> bool:
    if script.digest not in _SPEAKS_OF_HOME:
        _SPEAKS_OF_HOME[script.digest] = bool(names_used(script) & set(BUILT_IN))
    return _SPEAKS_OF_HOME[script.digest]
