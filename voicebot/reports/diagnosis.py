"""Why a campaign misses its targets: each missed rate, the groups of calls that could be to blame, those that are.

Pure: counts in, causes out, in the order in which they are easily checked. The counts are splits.py's.
"""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from voicebot.reports.looks import ERROR, Group, Worse, worse_than_the_rest
from voicebot.reports.stats import Rate
from voicebot.reports.trial import Span


class Ease(IntEnum):
    """Where a cause lies, the most easily checked first: a line is looked at in minutes, a list is bought anew."""

    LINE = 1
    TIME = 2
    STRATEGY = 3
    NODE = 4
    VERSION = 5
    SEGMENT = 6
    LIST = 7


@dataclass(frozen=True)
class Kind:
    """A way to part calls. `option`: makes the options of `voicebot report calls` for the calls behind a group out of
    its name; `measure`: what the ratio is where it is not the missed rate itself."""

    name: str
    chinese: str
    ease: Ease
    option: Callable[[str], tuple[str, ...]]
    measure: str = ""


@dataclass(frozen=True)
class Split:
    """Calls parted by one kind: (hits, of) by name of the group. `notes`: what else is known of a group; `looked_at`:
    the groups that can be a cause, all of them if it is empty; `weight`: see looks.Group."""

    kind: Kind
    counts: Mapping[str, tuple[int, int]]
    notes: Mapping[str, str] = field(default_factory=dict)
    looked_at: frozenset[str] = frozenset()
    weight: float = 1.0


@dataclass(frozen=True)
class Cause:
    """A group that does worse than all others beyond chance. `group` and `rest`: of `kind.measure`, else of the missed
    rate; `effect`: their difference with its 95 % interval; `lost`: successes that it lacks against the rest; `points`:
    by how much the missed rate would rise if it did as the rest, None where another measure is told; `p`: one-sided,
    not corrected. `calls`: the command that lists the calls behind it."""

    kind: Kind
    name: str
    group: Rate
    rest: Rate
    effect: Span
    lost: int
    points: float | None
    p: float
    note: str
    calls: str


@dataclass(frozen=True)
class Missed:
    """A rate of a campaign that is below its target, and what is to blame: `looked` groups were held against the
    rest, each of `causes` is worse; together with all others of the campaign they are wrong with 5 % at most."""

    campaign: str
    metric: str
    target: float
    actual: float
    looked: int
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class Miss:
    """A rate that is missed, before anything was looked at."""

    metric: str
    target: float
    actual: float
    splits: Sequence[Split]


RATES = ("connect_rate", "intent_rate", "accept_rate", "add_rate")


def missed_rates(
    targets: Mapping[str, float], reached: Mapping[str, float], loaded: int
) -> dict[str, tuple[float, float]]:
    """Rates below their targets, as (target, actual). `loaded`: leads in the list.

    A count that is wanted asks after its rate when that has no target of its own: the rate must give the count with the
    people that were planned for, so that a campaign which is not over is not blamed for it.
    """
    wanted = {name: targets[name] for name in RATES if name in targets}
    leads = targets.get("leads", loaded)
    connected = targets.get("connected", leads * targets.get("connect_rate", reached.get("connect_rate", 0.0)))
    for count, rate, base in (
        ("connected", "connect_rate", leads),
        ("intents", "intent_rate", connected),
        ("adds", "add_rate", connected),
    ):
        if count in targets and base > 0:
            wanted.setdefault(rate, min(1.0, targets[count] / base))
    return {
        name: (wanted[name], reached[name])
        for name in RATES
        if name in wanted and name in reached and reached[name] < wanted[name]
    }


def diagnose(
    campaign: str, misses: Sequence[Miss], chosen: Sequence[str] = (), error: float = ERROR
) -> tuple[Missed, ...]:
    """The causes of each miss, in order of ease, within it the dearest first. All groups of all misses share the error,
    so that a campaign without any cause is told one with probability `error` at most. `chosen`: options that chose the
    calls, for the commands that list them."""
    looks = [
        (place, split, name, _against(split, name))
        for place, miss in enumerate(misses)
        for split in miss.splits
        for name in split.looked_at or split.counts
    ]
    named: dict[int, list[Cause]] = {}
    for worse in worse_than_the_rest([group for *_, group in looks], error):
        place, split, name, _ = looks[worse.position]
        named.setdefault(place, []).append(_cause(split, name, worse, ("--campaign", campaign, *chosen)))
    return tuple(
        Missed(
            campaign,
            miss.metric,
            miss.target,
            miss.actual,
            sum(look == place for look, *_ in looks),
            tuple(sorted(named.get(place, []), key=lambda cause: (cause.kind.ease, -cause.lost, cause.name))),
        )
        for place, miss in enumerate(misses)
    )


def _against(split: Split, name: str) -> Group:
    hits, of = split.counts[name]
    every_hit, every_one = (sum(each) for each in zip(*split.counts.values(), strict=True))
    return Group(hits, of, every_hit - hits, every_one - of, split.weight)


def _cause(split: Split, name: str, worse: Worse, chosen: Sequence[str]) -> Cause:
    return Cause(
        kind=split.kind,
        name=name,
        group=worse.group,
        rest=worse.rest,
        effect=worse.effect,
        lost=round(-worse.effect.value * worse.group.of),
        points=None if split.kind.measure else worse.cost,
        p=worse.p,
        note=split.notes.get(name, ""),
        calls=shlex.join(("voicebot", "report", "calls", *chosen, *split.kind.option(name))),
    )
