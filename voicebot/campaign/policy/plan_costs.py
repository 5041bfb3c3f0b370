"""Reads the part `costs` of a campaign's plan. What the prices mean is plan.py's, what they make costs.py's."""

import re

from voicebot.campaign.policy.plan import Costs
from voicebot.campaign.policy.plan_values import number
from voicebot.understanding.yaml_reader import Reader

CURRENCY = re.compile(r"[A-Z]{3}")


def read_costs(reader: Reader | None) -> Costs:
    """The part `costs`. Raises InputFault with its place."""
    if reader is None:
        return Costs()
    prices = {}
    for name in ("lead", "call", "minute", "agent_minute", "fixed"):
        tree = reader.take(name)
        if tree is not None:
            prices[name] = number(tree, f"cost {name!r}")
            if prices[name] < 0:
                tree.place.fault(f"cost {name!r} is {prices[name]:g}; it cannot be below 0")
    currency = reader.text("currency", Costs().currency)
    if not CURRENCY.fullmatch(currency):
        reader.at("currency").fault(f"currency {currency!r}: write its three letters (ISO 4217), for example CNY")
    reader.done()
    return Costs(**prices, currency=currency)
