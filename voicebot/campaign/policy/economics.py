"""What a campaign or a batch of text messages costs for each lead, add and order, and where it breaks even.

Pure and exact, in the currency of the installation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from voicebot.campaign.policy.exact import as_count
from voicebot.errors import UsageError


@dataclass(frozen=True)
class Economics:
    """`each`: cost of one, by name, for all counts above 0. `break_even`: value of an order at which the orders pay the
    cost, which is the cost of an order. `result`: value of all orders minus cost."""

    cost: Fraction
    each: Mapping[str, Fraction]
    orders: Fraction | None = None
    break_even: Fraction | None = None
    result: Fraction | None = None


def economics(
    cost: Fraction,
    counts: Mapping[str, Fraction],
    orders: Fraction | None = None,
    order_value: Fraction | None = None,
) -> Economics:
    """The costs by `counts` (leads, connected, adds, ...) and by orders. Raises UsageError for a negative cost."""
    if cost < 0:
        raise UsageError(f"cost {as_count(cost)}: it cannot be below 0")
    each = {name: cost / count for name, count in counts.items() if count > 0}
    break_even = cost / orders if orders else None
    if break_even is not None:
        each["orders"] = break_even
    result = orders * order_value - cost if orders is not None and order_value is not None else None
    return Economics(cost, each, orders, break_even, result)


def total_cost(number: Fraction, cost: Fraction | None, price: Fraction | None, what: str) -> Fraction | None:
    """The whole cost of `number` of `what`, given it or the price of one; None without both.

    Raises UsageError when the two contradict each other.
    """
    if price is None:
        return cost
    if cost is not None and cost != number * price:
        raise UsageError(
            f"{as_count(number)} {what} at {float(price):g} each cost {as_count(number * price)}, not"
            f" {as_count(cost)}; leave the price or the cost out"
        )
    return number * price
