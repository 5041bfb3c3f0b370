"""The predictive rule beside the progressive one on simulated loads: agents' use, lost customers, waiting.

`python -m tools.bench_pacing`. Hours of calls in steps of one second; every figure is the mean of some seeds with its
spread. The talk with the robot comes first, so a call becomes an agent's only tens of seconds after it is placed. The
rules are the product's own: policy/pacing.py, and policy/soon.py for the agents who will be free in time. Exit status
1 when the abandon cap does not hold in one of the runs.
"""

import random
import statistics
import sys
from collections import deque
from dataclasses import dataclass, field

from voicebot.campaign.policy.pacing import Limits, Load, Measured, Mode, to_start
from voicebot.campaign.policy.soon import Busy, free_within

HOURS, WARM_UP_S = 4, 1200
RING_S, ROBOT_S, AGENT_S, WRAP_S, PATIENCE_S = 18.0, 45.0, 150.0, 20.0, 25.0
LONGEST_WAIT_S = 20.0
"""Then the robot offers a call-back: nobody came, so this customer counts as abandoned."""
ANSWER_RATE, WANTS_AGENT = 0.45, 0.12
TALKS_KEPT, TALKS_EVERY_S = 500, 10
"""So many past talks are known, asked for so often, as the dialer does."""
CAP = 0.03
SEEDS = range(5)
SIZES = (5, 20, 100)
MODES: tuple[Mode, ...] = ("progressive", "predictive")


@dataclass
class Floor:
    """What happens on the floor: every list holds the seconds at which something ends."""

    agents: int
    rng: random.Random
    ringing: list[float] = field(default_factory=list)
    talking: list[float] = field(default_factory=list)
    busy: list[tuple[float, float]] = field(default_factory=list)
    """When the talk began, and when it ends; the wrap-up follows."""
    talks: deque[float] = field(default_factory=lambda: deque(maxlen=TALKS_KEPT))
    known_talks: list[float] = field(default_factory=list)
    waiting: deque[tuple[float, float]] = field(default_factory=deque)
    asked: int = 0
    lost: int = 0
    worked: float = 0.0
    waited: list[float] = field(default_factory=list)

    def second(self, now: float, mode: Mode, limits: Limits) -> None:
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
                self.waiting.append((now, now + min(LONGEST_WAIT_S, rng.expovariate(1 / PATIENCE_S))))
        self.busy = [one for one in self.busy if one[1] + WRAP_S > now]
        while self.waiting and (len(self.busy) < self.agents or self.waiting[0][1] <= now):
            came, leaves = self.waiting.popleft()
            if leaves <= now:
                self.lost += 1
            else:
                talk = rng.gammavariate(2, AGENT_S / 2)
                self.busy.append((now, now + talk))
                self.talks.append(talk)
                self.waited.append(now - came)
        self.worked += len(self.busy)
        load = Load(
            ringing=len(self.ringing),
            talking=len(self.talking),
            waiting=len(self.waiting),
            idle=self.agents - len(self.busy),
            busy=len(self.busy),
            soon=self._soon(now),
            passed_on=len(self.waiting) + len(self.busy),
        )
        measured = Measured(ANSWER_RATE, WANTS_AGENT, self.lost / self.asked if self.asked else 0.0, self.asked)
        for _ in range(to_start(mode, load, measured, limits)):
            self.ringing.append(now + rng.uniform(0.6, 1.4) * RING_S)

    def _soon(self, now: float) -> float:
        """Agents who will be free when calls that are placed now ask for one, by the lengths of past talks."""
        if now % TALKS_EVERY_S == 0:
            self.known_talks = sorted(self.talks)
        busy = [
            Busy(talked_s=now - began, wrap_up_s=WRAP_S) if end > now else Busy(free_in_s=end + WRAP_S - now)
            for began, end in self.busy
        ]
        return free_within(busy, self.known_talks, RING_S + ROBOT_S)


@dataclass(frozen=True)
class Outcome:
    """`use`: share of the agents' time in talks and wrap-up; `lost`: abandoned by asked; `waited`: the 95th of a
    hundred customers who got an agent waited so many seconds."""

    use: float
    lost: float
    waited: float


def run(agents: int, mode: Mode, seed: int) -> Outcome:
    """One simulated shift. The cap counts from the first call on; the agents' use from when there are enough calls."""
    floor = Floor(agents, random.Random(seed))
    limits = Limits(lines=agents * 40, abandon_cap=CAP)
    for second in range(WARM_UP_S + HOURS * 3600):
        if second == WARM_UP_S:
            floor.worked = 0.0
        floor.second(float(second), mode, limits)
    return Outcome(
        floor.worked / (HOURS * 3600 * agents),
        floor.lost / max(1, floor.asked),
        statistics.quantiles(floor.waited, n=20)[-1] if len(floor.waited) > 1 else 0.0,
    )


def main() -> int:
    """Print the table; 1 when the cap was passed."""
    print(f"{HOURS} h, answered {ANSWER_RATE:.0%}, wants an agent {WANTS_AGENT:.0%}, {len(SEEDS)} seeds; mean (spread)")
    print("agents  rule         agents' use            abandoned              waited s, p95")
    held = True
    for agents in SIZES:
        for mode in MODES:
            found = [run(agents, mode, seed) for seed in SEEDS]
            use, lost, waited = ([getattr(one, name) for one in found] for name in ("use", "lost", "waited"))
            held = held and max(lost) <= CAP
            print(
                f"{agents:6}  {mode:11}  {statistics.fmean(use):6.1%} ({min(use):.1%}-{max(use):.1%})"
                f"  {statistics.fmean(lost):6.2%} ({min(lost):.2%}-{max(lost):.2%})  {statistics.fmean(waited):5.1f}"
            )
    print(f"the cap of {CAP:.0%} {'holds in every run' if held else 'was passed'}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
