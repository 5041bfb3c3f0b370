"""What calls cost and what that makes for each minute, call, person, order. Pure and exact; prices are the plan's.

Which calls are counted is reports/cost.py's. The money of a plan that is still to be called is economics.py's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from voicebot.campaign.policy.exact import from_store
from voicebot.campaign.policy.plan import Costs

MINUTE_S = 60
MS = 1_000


@dataclass(frozen=True)
class LineUse:
    """Answered attempts through one gateway, as (length from answer to end in ms, how many). `price_minute` of the
    gateway: None where it has none. `bill_s`: its unit of billing, seconds."""

    gateway: str
    price_minute: float | None
    bill_s: int
    lengths: Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Use:
    """What is paid for. `leads` and `fixed` only where the whole campaign is counted."""

    leads: int
    calls: int
    lines: Sequence[LineUse]
    agent_ms: int
    fixed: bool


@dataclass(frozen=True)
class Cost:
    """Parts and `total` in the currency of the plan. `billed_s`: seconds that gateways bill; `unpriced`: of these, the
    seconds through each gateway without any price, which are not in the total."""

    lead: Fraction
    call: Fraction
    minute: Fraction
    agent_minute: Fraction
    fixed: Fraction
    billed_s: int
    unpriced: Mapping[str, int]

    @property
    def total(self) -> Fraction:
        """The sum of the parts."""
        return self.lead + self.call + self.minute + self.agent_minute + self.fixed


def billed_seconds(length_ms: int, unit_s: int) -> int:
    """Seconds that a talk of `length_ms` (>= 0) is billed as: whole units of `unit_s`, a begun one counts whole; 0 for
    a talk of no length. As tariffs state it (60/60: begun minutes, 6/6: begun six seconds, 1/1: by the second)."""
    return -(-length_ms // (unit_s * MS)) * unit_s


def cost_of(use: Use, prices: Costs) -> Cost:
    """All parts. A gateway's own price goes before the plan's; agents' talk is paid to the millisecond."""
    minute, billed = Fraction(), 0
    unpriced: dict[str, int] = {}
    for line in use.lines:
        seconds = sum(billed_seconds(length, line.bill_s) * count for length, count in line.lengths)
        billed += seconds
        price = prices.minute if line.price_minute is None else line.price_minute
        if price is not None:
            minute += from_store(price) * seconds / MINUTE_S
        elif seconds:
            unpriced[line.gateway] = seconds
    return Cost(
        lead=from_store(prices.lead) * use.leads,
        call=from_store(prices.call) * use.calls,
        minute=minute,
        agent_minute=from_store(prices.agent_minute) * use.agent_ms / (MINUTE_S * MS),
        fixed=from_store(prices.fixed) if use.fixed else Fraction(),
        billed_s=billed,
        unpriced=unpriced,
    )


def each(total: Fraction, count: Fraction | int) -> Fraction | None:
    """The cost of one of `count`; None when there is none. Of orders it is the CPO: cost ÷ orders."""
    return total / count if count else None
