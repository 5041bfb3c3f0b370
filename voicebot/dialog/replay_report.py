"""Many replayed calls as one report: what is known of the new version, what is supposed, what cannot be known. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from voicebot.dialog.replayed import Move, Outcome, Replayed


@dataclass(frozen=True)
class ReplayedCall:
    """One call of the record. `result` None: it could not be replayed, `why` says why and `why_kind` sorts that.

    `drifted`: its own version makes another grade or ending of it today than was recorded, so this program has changed.
    """

    attempt_id: str
    result: Replayed | None
    why: str = ""
    why_kind: str = ""
    drifted: bool = False


@dataclass(frozen=True)
class Change:
    """Calls in which something went from `old` to `new`; `new` is None where it cannot be known."""

    old: str
    new: str | None
    calls: int


@dataclass(frozen=True)
class NodeReach:
    """In how many calls a node was reached: recorded; in the new version for sure; only if suppositions hold.

    `unknown`: calls that reached it and parted before, so that nobody knows.
    """

    node: str
    recorded: int
    sure: int
    supposed: int
    unknown: int


@dataclass(frozen=True)
class PartingGroup:
    """Calls that parted in the same way. `first`: the attempt of one, with its turn, moment and words."""

    node: str
    trigger: str
    old: str
    new: str
    calls: int
    ends_known: int
    supposed: int
    first: str
    turn: int
    at: int
    text: str


@dataclass(frozen=True)
class DoubtGroup:
    """Suppositions of one kind at one node, with the wordings of the first."""

    what: str
    node: str
    calls: int
    old: str
    new: str


@dataclass(frozen=True)
class ReplayReport:
    """`calls` = `same` + `supposed` + `parted` + `not_replayed`; of `parted`, `ends_known` end with the new version's
    own good-bye, and of the rest everything from there on is unknown. `changed`: known calls with any difference.

    `grades`, `endings`: of the calls known to the end; `supposed_grades`: of those that rest on a supposition;
    `unknown_grades`: recorded grades of calls whose new one cannot be known.
    """

    calls: int
    same: int
    supposed: int
    parted: int
    ends_known: int
    unknown: int
    unknown_turns: int
    changed: int
    drifted: int
    not_replayed: Mapping[str, int]
    grades: tuple[Change, ...]
    supposed_grades: tuple[Change, ...]
    unknown_grades: tuple[Change, ...]
    endings: tuple[Change, ...]
    nodes: tuple[NodeReach, ...]
    partings: tuple[PartingGroup, ...]
    doubts: tuple[DoubtGroup, ...]


@dataclass
class _Counted:
    """What grows while calls come in."""

    levels: Counter[str] = field(default_factory=Counter)
    grades: dict[str, Counter[tuple[str, str | None]]] = field(default_factory=lambda: defaultdict(Counter))
    endings: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    reach: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    partings: dict[tuple[str, str, str, str], list[ReplayedCall]] = field(default_factory=lambda: defaultdict(list))
    doubts: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))


def replay_report(calls: Iterable[ReplayedCall]) -> ReplayReport:
    """The sums over all calls; groups with the most calls first."""
    counted = _Counted()
    for call in calls:
        counted.levels["calls"] += 1
        counted.levels["drifted"] += call.drifted
        if call.result is None:
            counted.levels[f"why {call.why_kind}"] += 1
        else:
            _count(counted, call, call.result)
    levels = counted.levels
    return ReplayReport(
        **{name: levels[name] for name in ("calls", "same", "supposed", "parted", "ends_known", "unknown")},
        **{name: levels[name] for name in ("unknown_turns", "changed", "drifted")},
        not_replayed={name.removeprefix("why "): n for name, n in levels.items() if name.startswith("why ")},
        grades=_changes(counted.grades["known"]),
        supposed_grades=_changes(counted.grades["supposed"]),
        unknown_grades=_changes(counted.grades["unknown"]),
        endings=_changes(counted.endings),
        nodes=tuple(_reach(node, counts) for node, counts in counted.reach.items()),
        partings=_partings(counted),
        doubts=_doubts(counted),
    )


def _count(counted: _Counted, call: ReplayedCall, result: Replayed) -> None:
    levels = counted.levels
    levels[result.level] += 1
    levels["changed"] += result.known and result.differs
    levels["unknown_turns"] += result.unknown_turns
    kind = "known" if result.known else "unknown" if result.new is None else "supposed"
    counted.grades[kind][result.old.grade, result.new.grade if result.new else None] += 1
    if result.known and result.new is not None:
        counted.endings[result.old.ending, result.new.ending] += 1
    _count_nodes(counted, result)
    for doubt in result.suppositions:
        counted.doubts[doubt.what, doubt.node].append((doubt.old, doubt.new))
    if result.parting is not None:
        levels["ends_known" if result.new is not None else "unknown"] += 1
        parting = result.parting
        key = (parting.node, parting.trigger, told(parting.old), told(parting.new))
        counted.partings[key].append(call)


def _count_nodes(counted: _Counted, result: Replayed) -> None:
    seen: Outcome | None = result.new or result.so_far
    reached = set(seen.path) if seen else set()
    for node in reached:
        counted.reach[node]["supposed" if result.suppositions else "sure"] += 1
    for node in set(result.old.path):
        counted.reach[node]["recorded"] += 1
        counted.reach[node]["unknown"] += result.new is None and node not in reached


def told(move: Move) -> str:
    """What a version did, in a few words: the answer it took, and where that led."""
    if move.target:
        did = f"rings {move.target}"
    elif move.service:
        did = f"asks {move.service}"
    elif move.ends:
        did = f"{move.node}, ends {move.ends}"
    else:
        did = move.node if move.says or move.choice else "goes on listening"
    return f"{move.choice} → {did}" if move.choice else did


def _changes(counts: Counter[tuple[str, str | None]]) -> tuple[Change, ...]:
    return tuple(Change(old, new, calls) for (old, new), calls in counts.most_common())


def _reach(node: str, counts: Mapping[str, int]) -> NodeReach:
    return NodeReach(node, *(counts.get(name, 0) for name in ("recorded", "sure", "supposed", "unknown")))


def _partings(counted: _Counted) -> tuple[PartingGroup, ...]:
    groups = []
    for (node, trigger, old, new), calls in counted.partings.items():
        results = [call.result for call in calls if call.result is not None]
        parting = results[0].parting
        assert parting is not None
        groups.append(
            PartingGroup(
                *(node, trigger, old, new, len(calls)),
                ends_known=sum(result.new is not None for result in results),
                supposed=sum(bool(result.suppositions) for result in results),
                first=calls[0].attempt_id,
                turn=parting.turn,
                at=parting.at,
                text=parting.text,
            )
        )
    return tuple(sorted(groups, key=lambda group: -group.calls))


def _doubts(counted: _Counted) -> tuple[DoubtGroup, ...]:
    groups = [DoubtGroup(what, node, len(pairs), *pairs[0]) for (what, node), pairs in counted.doubts.items()]
    return tuple(sorted(groups, key=lambda group: -group.calls))
