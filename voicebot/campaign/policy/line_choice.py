"""In which order the lines are tried for a lead: gateway, switch and the number shown. Decisions only, pure.

How much of them is in use is asked when one is taken (store/capacity.py); whether a number may be shown is
caller_numbers.py's.
"""

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from voicebot.campaign.policy.caller_numbers import STRATEGIES, CallerNumber, choose, usable
from voicebot.campaign.policy.causes import Rule
from voicebot.campaign.policy.plan import Lines


@dataclass(frozen=True)
class Node:
    """One switch with its call server: calls at once and attempts started a second, at most."""

    name: str
    max_calls: int
    calls_per_second: float


@dataclass(frozen=True)
class Gateway:
    """A line to the network. `node`: the switch that has it, empty for every one; `rank`: smaller is used first, equal
    ones share by size; `causes`: its own reading of answers; `because`: why it is not up, `since` when;
    `price_minute`: of a billed minute, None: not known; `bill_s`: talk is billed in units of so many seconds."""

    name: str
    max_calls: int
    calls_per_second: float
    node: str = ""
    rank: int = 0
    causes: tuple[Rule, ...] = ()
    up: bool = True
    because: str = ""
    since: datetime | None = None
    price_minute: float | None = None
    bill_s: int = 60


@dataclass(frozen=True)
class Wish:
    """What is known of the lead. `area`: its home; `before`: our number that it saw last; `draw`: a number of its own,
    so that it always draws the same."""

    area: str = ""
    before: str = ""
    draw: int = 0


@dataclass(frozen=True)
class Way:
    """One way to call: through which gateway, with which number; `number` None: the gateway's own."""

    gateway: Gateway
    number: CallerNumber | None


@dataclass
class Lacking:
    """Why a thing was passed over, by its name; filled while ways are looked for, for people. `rest_s`: after how long
    asking again makes sense, where only a rate was in the way; 0: nobody knows."""

    why: dict[str, str] = field(default_factory=dict)
    rest_s: float = 0.0

    def __str__(self) -> str:
        return "; ".join(f"{name}: {why}" for name, why in self.why.items()) or "no gateway is set up"


def ways(
    node: Node,
    gateways: Sequence[Gateway],
    numbers: Sequence[CallerNumber] | None,
    lines: Lines,
    wish: Wish,
    now: datetime,
    lacking: Lacking,
) -> Iterator[Way]:
    """All ways from a switch, the best first; `numbers` None: the gateways show their own.

    The gateway that may show the number which the lead saw before comes first (if the campaign wants that), then by
    rank. Whoever finds a way full names what is full in `lacking` ("gateway x", "node x", "number x") before the next
    is asked for: what stands there is not proposed again, and when the number was not it, the next gateway follows.
    """
    here = [one for one in gateways if one.node in ("", node.name)]
    for gateway in _in_order(here, numbers, lines, wish, now, lacking):
        if numbers is None:
            if _may(gateway, node, lacking):
                yield Way(gateway, None)
            continue
        refused = None
        while _may(gateway, node, lacking):
            number = _number(gateway, numbers, lines, wish, now, lacking)
            if number is None or number == refused:
                break
            yield Way(gateway, number)
            refused = number


def _may(gateway: Gateway, node: Node, lacking: Lacking) -> bool:
    """Whether neither was found full."""
    return f"gateway {gateway.name}" not in lacking.why and f"node {node.name}" not in lacking.why


def _in_order(
    gateways: Sequence[Gateway],
    numbers: Sequence[CallerNumber] | None,
    lines: Lines,
    wish: Wish,
    now: datetime,
    lacking: Lacking,
) -> list[Gateway]:
    known = {one.name for one in gateways}
    for name in lines.gateways:
        if name not in known:
            lacking.why[f"gateway {name}"] = "there is none of that name"
    open_ones = []
    for one in gateways:
        if lines.gateways and one.name not in lines.gateways:
            continue
        if not one.up:
            lacking.why[f"gateway {one.name}"] = f"down, {one.because}"
        else:
            open_ones.append(one)
    again = [one for one in numbers or () if lines.same_number and one.number == wish.before and not usable(one, now)]

    def key(place: int, one: Gateway) -> tuple[bool, int, int]:
        shows_again = any(number.gateway in ("", one.name) for number in again)
        return not shows_again, one.rank, place

    drawn = _by_draw(open_ones, wish.draw)
    return [one for _, one in sorted(enumerate(drawn), key=lambda pair: key(*pair))]


def _number(
    gateway: Gateway,
    numbers: Sequence[CallerNumber],
    lines: Lines,
    wish: Wish,
    now: datetime,
    lacking: Lacking,
) -> CallerNumber | None:
    mine = [one for one in numbers if one.gateway in ("", gateway.name)]
    for one in mine:
        if why := usable(one, now):
            lacking.why.setdefault(f"number {one.number}", why)
    free = [one for one in mine if f"number {one.number}" not in lacking.why]
    found = choose(
        free, now, wish.area, wish.draw, wish.before if lines.same_number else "", STRATEGIES[lines.strategy]
    )
    if found is None:
        lacking.why.setdefault(f"gateway {gateway.name}", "none of the pool's numbers may be shown through it now")
    return found


def _by_draw(gateways: Sequence[Gateway], draw: int) -> list[Gateway]:
    """In an order of the draw's own, so that over many draws each is first in proportion to what it carries.

    Weighted rendezvous hashing: smallest of -ln(u) / weight, u uniform by hash.
    """

    def cost(one: Gateway) -> float:
        digest = hashlib.sha256(f"{draw}/{one.name}".encode()).digest()
        uniform = (int.from_bytes(digest[:8], "big") + 1) / (2**64 + 1)
        return -math.log(uniform) / max(one.max_calls, 1)

    return sorted(gateways, key=cost)
