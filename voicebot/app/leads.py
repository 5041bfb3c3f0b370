"""What a call knows of its lead: the variables of the list, and what the number itself tells."""

from collections.abc import Mapping

from voicebot.campaign.policy.home import home_of
from voicebot.dialog.load_names import names_used
from voicebot.dialog.script import Script
from voicebot.dialog.wording import BUILT_IN


def speaks_of_home(script: Script) -> bool:
    """Whether the script needs to know what the number tells."""
    return bool(names_used(script) & set(BUILT_IN))


def lead_variables(script: Script, number: str, variables: Mapping[str, str]) -> Mapping[str, str]:
    """The lead's `variables`, with home and carrier of its number (E.164) where the script speaks of them.

    What the list says of them wins. The first number may take a second: not on the hub.
    """
    return with_home(script, number, variables) if speaks_of_home(script) else variables


def with_home(script: Script, number: str, variables: Mapping[str, str]) -> Mapping[str, str]:
    """`lead_variables` of a script that speaks of them."""
    home = home_of(number, script.language)
    told = {"home_city": home.city, "home_province": home.province, "carrier": home.carrier}
    return told | {name: value for name, value in variables.items() if value or name not in told}
