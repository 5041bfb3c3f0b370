"""The calculator of a campaign's results, both ways: from leads to adds, and from wanted adds back to leads or rates.

Pure and exact (fractions); whole numbers are made only where they are shown.
Accounts are accounts.py's, weeks are weeks.py's.
"""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from voicebot.campaign.policy.exact import as_count, as_percent
from voicebot.errors import UsageError


@dataclass(frozen=True)
class Quantity:
    """One figure of the calculator: a count of people, or a rate (0 to 1)."""

    kind: Literal["count", "rate"]
    label: str
    chinese: str
    option: str

    def shown(self, value: Fraction) -> str:
        """The value for people."""
        return as_percent(value) if self.kind == "rate" else as_count(value)


QUANTITIES: Mapping[str, Quantity] = {
    "leads": Quantity("count", "leads", "拨打线索", "--leads"),
    "connect_rate": Quantity("rate", "connect rate", "接通率", "--connect-rate"),
    "connected": Quantity("count", "connected", "接通", "--connected"),
    "intent_rate": Quantity("rate", "intent rate", "意向率", "--intent-rate"),
    "intents": Quantity("count", "intents (A, B)", "意向", "--intents"),
    "accept_rate": Quantity("rate", "accept rate", "好友通过率", "--accept-rate"),
    "add_rate": Quantity("rate", "add rate", "主动添加率", "--add-rate"),
    "adds": Quantity("count", "adds", "添加好友", "--target-adds"),
}
"""In the order of the funnel. Rates: connected of leads, intents of connected, adds of intents, adds of connected."""
PRODUCTS = (
    ("connected", "leads", "connect_rate"),
    ("add_rate", "intent_rate", "accept_rate"),
    ("intents", "connected", "intent_rate"),
    ("adds", "connected", "add_rate"),
    ("adds", "intents", "accept_rate"),
)
"""The first is the product of the other two. Every two of a row give the third."""
TARGET = "target"


@dataclass(frozen=True)
class Solved:
    """What follows. `how`: for each value that was not given, from which two. `needed`: when adds are forecast and a
    target is given too, the leads or the add rate that would just reach it."""

    values: Mapping[str, Fraction]
    how: Mapping[str, str]
    target: Fraction | None = None

    @property
    def gap(self) -> Fraction | None:
        """Adds forecast minus target; None without either."""
        adds = self.values.get("adds")
        return None if adds is None or self.target is None else adds - self.target

    @property
    def needed(self) -> Mapping[str, Fraction]:
        """Leads at these rates, or the add rate of these connected (above 1: out of reach), for the target."""
        known = self.values
        if self.target is None or not self.gap:
            return {}
        found = {}
        if "connect_rate" in known and "add_rate" in known:
            found["leads"] = self.target / (known["connect_rate"] * known["add_rate"])
        if "connected" in known:
            found["add_rate"] = self.target / known["connected"]
        return found


def solve(given: Mapping[str, Fraction], target: Fraction | None = None) -> Solved:
    """All that follows from `given` (keys of QUANTITIES) and the wanted adds.

    Where the adds follow from the others, they are a forecast and the target is what they are held against; else the
    adds are the target. Raises UsageError for a value out of its range, two that contradict each other, and a target
    that would need a rate above 1.
    """
    checked(given)
    if target is not None:
        checked({"adds": target})
    known = dict(given)
    how: dict[str, str] = {}
    _follow(known, how)
    if target is not None and "adds" not in known:
        known["adds"], how["adds"] = target, TARGET
        _follow(known, how)
    _narrows(known)
    return Solved({name: known[name] for name in QUANTITIES if name in known}, how, target)


def checked(values: Mapping[str, Fraction]) -> None:
    """Raises UsageError for a count that is not whole and above 0, and a rate that is not above 0 and at most 1."""
    for name, value in values.items():
        quantity = QUANTITIES[name]
        number = f"{quantity.option}: {quantity.label} {as_count(value)}"
        if value <= 0:
            raise UsageError(f"{number} leads to nothing; it must be above 0")
        if quantity.kind == "rate" and value > 1:
            raise UsageError(f"{number} is above 1; 65 of a hundred are written 0.65 or 65%")
        if quantity.kind == "count" and value.denominator != 1:
            raise UsageError(f"{number} is no whole number of people")


def _follow(known: dict[str, Fraction], how: dict[str, str]) -> None:
    """Fill in what follows until nothing more does."""
    while any(_one(known, how, *row) for row in PRODUCTS):
        pass
    for product, one, other in PRODUCTS:
        if {product, one, other} <= known.keys() and known[one] * known[other] != known[product]:
            _contradict(known, product, one, other)


def _one(known: dict[str, Fraction], how: dict[str, str], product: str, one: str, other: str) -> bool:
    """Fill in the third of a row of which two are known; whether it did."""
    missing = [name for name in (product, one, other) if name not in known]
    if len(missing) != 1:
        return False
    (name,) = missing
    if name == product:
        known[name] = known[one] * known[other]
        how[name] = f"{QUANTITIES[one].label} × {QUANTITIES[other].label}"
        return True
    by = other if name == one else one
    known[name] = known[product] / known[by]
    how[name] = f"{QUANTITIES[product].label} ÷ {QUANTITIES[by].label}"
    if QUANTITIES[name].kind == "rate" and known[name] > 1:
        shown = (f"{QUANTITIES[each].label} {QUANTITIES[each].shown(known[each])}" for each in (product, by))
        raise UsageError(
            f"the {QUANTITIES[name].label} would have to be {as_percent(known[name])} ({' ÷ '.join(shown)}), which"
            f" nothing reaches; raise the {QUANTITIES[by].label} or lower the {QUANTITIES[product].label}"
        )
    return True


def _narrows(known: Mapping[str, Fraction]) -> None:
    """Raises UsageError for more people at a step of the funnel than at one before."""
    steps = [name for name, quantity in QUANTITIES.items() if quantity.kind == "count" and name in known]
    for before, after in itertools.pairwise(steps):
        if known[after] > known[before]:
            labels = [f"{as_count(known[name])} {QUANTITIES[name].label}" for name in (after, before)]
            raise UsageError(f"{labels[0]} of {labels[1]} cannot be; lower the former or raise the latter")


def _contradict(known: Mapping[str, Fraction], product: str, one: str, other: str) -> None:
    names = [QUANTITIES[each] for each in (one, other, product)]
    values = [each.shown(known[name]) for each, name in zip(names, (one, other, product), strict=True)]
    follows = names[2].shown(known[one] * known[other])
    raise UsageError(
        f"{names[0].label} {values[0]} × {names[1].label} {values[1]} is {follows},"
        f" but {names[2].label} is {values[2]}; leave one of the three out"
    )


# --- what is missing -------------------------------------------------------------------------------
def following(names: Iterable[str]) -> frozenset[str]:
    """The quantities that are known when `names` are, whatever their values."""
    found = set(names)
    while True:
        more = {(set(row) - found).pop() for row in PRODUCTS if len(set(row) - found) == 1}
        if not more:
            return frozenset(found)
        found |= more


def one_more(names: Iterable[str]) -> tuple[str, ...]:
    """The quantities of which each, known besides `names`, would make something follow."""
    known = following(names)
    return tuple(name for name in QUANTITIES if name not in known and following({*known, name}) != {*known, name})


def smallest_completion(names: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """The smallest sets of further quantities with which everything from leads to adds follows; empty: it does."""
    known = following(names)
    wanted = {"leads", "connect_rate", "connected", "add_rate", "adds"}
    open_ = [name for name in QUANTITIES if name not in known]
    for size in range(len(open_) + 1):
        found = tuple(more for more in itertools.combinations(open_, size) if wanted <= following({*known, *more}))
        if found:
            return found if size else ()
    return ()
