"""The predictive rule beside the progressive one on simulated loads: agents' use, lost customers, waiting.

`python -m tools.bench_pacing`. A day of calls in steps of one second; every figure is the mean of some seeds with its
spread. The talk with the robot comes first, so a call becomes an agent's only tens of seconds after it is placed.
"""

import math
import random
import statistics
from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from voicebot.campaign.policy.pacing import Limits, Load, Measured, to_start

HOURS, WARM_UP_S = 4, 1200
RING_S, ROBOT_S, AGENT_S, WRAP_S, PATIENCE_S = 18.0, 45.0, 150.0, 20.0, 25.0
ANSWER_RATE, WANTS_AGENT = 0.45, 0.12
SEEDS = range(5)


@dataclass
class Floor:
    """What happens on the floor: every list holds the seconds at which something ends."""

    agents: int
    rng: random.Random
    ringing: list[float] = field(default_factory=list)
    talking: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    waiting: deque[tuple[float, float]] = field(default_factory=deque)
    asked: int = 0
    lost: int = 0
    worked: float = 0.0
    waited: list[float] = field(default_factory=list)

    def second(self, now: float, mode: Literal["progressive", "predictive"], limits: Limits) -> None:
        """One second: ends of everything, hand-offs, new calls."""
        rng = self.rng
        for end in [end for end in self.ringing if end <= now]:
            self.ringing.remove(end)
            if rng.random() < ANSWER_RATE:
                self.talking.append(now + rng.gammavariate(4, ROBOT_S / 4))
        for end in [end for end in self.talking if end <= now]:
            self.talking.remove(end)
            if rng.random() < WANTS_AGENT:
                self.asked += 1
                self.waiting.append((now, now + rng.expovariate(1 / PATIENCE_S)))
        self.busy = [end for end in self.busy if end > now]
        while self.waiting and (len(self.busy) < self.agents or self.waiting[0][1] <= now):
            came, leaves = self.waiting.popleft()
            if leaves <= now:
                self.lost += 1
            else:
                self.busy.append(now + rng.gammavariate(2, AGENT_S / 2) + WRAP_S)
                self.waited.append(now - came)
        self.worked += len(self.busy)
        free_soon = len(self.busy) * (1 - math.exp(-ROBOT_S / (AGENT_S + WRAP_S)))
        load = Load(
            len(self.ringing),
            len(self.talking),
            len(self.waiting),
            self.agents - len(self.busy),
            len(self.busy),
            free_soon,
        )
        measured = Measured(ANSWER_RATE, WANTS_AGENT, self.lost / self.asked if self.asked else 0.0, self.asked)
        for _ in range(to_start(mode, load, measured, limits)):
            self.ringing.append(now + rng.uniform(0.6, 1.4) * RING_S)


@dataclass(frozen=True)
class Outcome:
    """`use`: share of the agents' time in talks and wrap-up; `lost`: abandoned by asked; `waited`: mean seconds."""

    use: float
    lost: float
    waited: float


def run(agents: int, mode: Literal["progressive", "predictive"], seed: int) -> Outcome:
    """One simulated shift; the warm-up is left out of the figures."""
    floor = Floor(agents, random.Random(seed))
    limits = Limits(lines=agents * 40)
    for second in range(WARM_UP_S + HOURS * 3600):
        if second == WARM_UP_S:
            floor.asked = floor.lost = 0
            floor.worked = 0.0
            floor.waited.clear()
        floor.second(float(second), mode, limits)
    return Outcome(
        floor.worked / (HOURS * 3600 * agents),
        floor.lost / max(1, floor.asked),
        statistics.fmean(floor.waited or [0.0]),
    )


def main() -> None:
    """Print the table."""
    print(f"{HOURS} h, answered {ANSWER_RATE:.0%}, wants an agent {WANTS_AGENT:.0%}, {len(SEEDS)} seeds; mean (spread)")
    print("agents  rule         agents' use        abandoned          waited s")
    for agents in (5, 20, 100):
        for mode in ("progressive", "predictive"):
            found = [run(agents, mode, seed) for seed in SEEDS]
            use, lost, waited = ([getattr(one, name) for one in found] for name in ("use", "lost", "waited"))
            print(
                f"{agents:6}  {mode:11}  {statistics.fmean(use):6.1%} ({min(use):.1%}-{max(use):.1%})"
                f"  {statistics.fmean(lost):6.2%} ({min(lost):.2%}-{max(lost):.2%})  {statistics.fmean(waited):5.1f}"
            )


if __name__ == "__main__":
    main()
