"""The groups of calls that a diagnosis looks at, counted: lines, times, tries, nodes, versions, people, lists.

Which of them are causes is diagnosis.py's.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from voicebot.campaign.policy.windows import DAY_NAMES
from voicebot.reports.diagnosis import Kind, Split
from voicebot.reports.leads import INTENT
from voicebot.reports.split_kinds import AGENT, GATEWAY, HOUR, NODE, NUMBER, TRY, VERSION, WEEKDAY
from voicebot.reports.split_notes import of_gateways, of_numbers
from voicebot.reports.split_people import ByName, Counts, People, people_dialled, splits_of_people
from voicebot.reports.stops import LEFT
from voicebot.reports.sums.reader import Reader
from voicebot.reports.sums.reading import ATTEMPT, NONE, came_to
from voicebot.reports.sums.totals import Total, Where, totals
from voicebot.reports.version_names import label
from voicebot.store.tables_sums import DayLine, DayNode, DayResult

CLOSING = "closing"
"""Whoever hangs up in a node of this role has heard all there was."""
OF_ADDS = ("accept_rate", "add_rate")
OF_TALKS = ("intent_rate", "add_rate")
"""Whoever leaves in a node is missed in these; who then accepts of those with an intent, no node decides."""
ELSEWHERE = "elsewhere"
UNASKED, ASKED = "no agent came", "an agent came"


class Visited(NamedTuple):
    """Visits of a node: `hits`, those that the customer did not end, of all."""

    role: str
    name: str
    hits: int
    of: int


Visits = Sequence[Visited]


@dataclass(frozen=True)
class Counted:
    """The calls of a selection, read once for all rates: attempts by kind and name of the group, the people, the
    visits by node, the customers who asked for an agent."""

    attempts: Mapping[Kind, ByName]
    notes: Mapping[Kind, Mapping[str, str]]
    people: People
    nodes: Sequence[Split]
    agents: Split


def counted(reader: Reader, ever: Visits) -> Counted:
    """All that diagnoses of what the reader reads look at; `ever`: all visits of whatever campaign and time."""
    people = people_dialled(reader)
    numbers, gateways = _lines(reader)
    hours, days, tries, versions = _results(reader)
    by_kind = {NUMBER: numbers, GATEWAY: gateways, HOUR: hours, WEEKDAY: days, TRY: tries, VERSION: versions}
    notes = {NUMBER: of_numbers(reader.connection), GATEWAY: of_gateways(reader.connection)}
    return Counted(by_kind, notes, people, _nodes(reader, ever), _without_agent(reader))


def splits(found: Counted, metric: str) -> list[Split]:
    """All that is looked at for one of diagnosis.RATES."""
    weight = _weight(found, metric)
    once = (HOUR, WEEKDAY)  # of first attempts: one a lead
    calls_by = [
        Split(kind, _rates(by_name, metric), found.notes.get(kind, {}), weight=1.0 if kind in once else weight)
        for kind, by_name in found.attempts.items()
        if metric != "connect_rate" or kind is not VERSION  # who was not reached heard no version
    ]
    looks = [*calls_by, *splits_of_people(found.people, metric)]
    if metric in OF_TALKS:
        looks += found.nodes
    if metric in OF_ADDS:
        looks.append(found.agents)
    return [split for split in looks if len(split.counts) > 1]


def _weight(found: Counted, metric: str) -> float:
    """Leads for each attempt that the rate is of: attempts of one lead are one proof, not several."""
    tried = sum(counts.of(metric)[1] for counts in found.attempts[TRY].values())
    return min(1.0, found.people.whole.of(metric)[1] / tried) if tried else 1.0


def _rates(by_name: ByName, metric: str) -> dict[str, tuple[int, int]]:
    """(hits, of) by name; nameless ones are nobody's."""
    rates = {name: counts.of(metric) for name, counts in by_name.items() if name}
    return {name: rate for name, rate in rates.items() if rate[1]}


# --- attempts ---------------------------------------------------------------------------------------
def _lines(reader: Reader) -> tuple[ByName, ByName]:
    """By number shown and by gateway."""
    asked = (LEFT, *totals("connected", "intents", "added", "intents_added"))
    found = reader.sums(DayLine, ("caller_number", "gateway"), asked)
    rows = [(number, gateway, Counts(*each)) for number, gateway, *each in found]
    return _by_name((number, each) for number, _, each in rows), _by_name((name, each) for _, name, each in rows)


def _results(reader: Reader) -> tuple[ByName, ByName, ByName, ByName]:
    """By hour and weekday of the first attempts, since later ones fall on other hours and connect less; by try; by
    version of the script."""
    intents, intents_added = (Total(name, Where("grade", INTENT)) for name in ("connected", "added"))
    asked = (LEFT, *totals("connected"), intents, *totals("added"), intents_added)

    def by(keys: tuple[str, str], *which: Where) -> list[tuple[Any, Any, Counts]]:
        return [(one, other, Counts(*counts)) for one, other, *counts in reader.sums(DayResult, keys, asked, *which)]

    firsts = by(("hour", "day"), Where("try_number", (1,)))
    tries = by(("try_number", "version_id"))
    return (
        _by_name((str(hour), each) for hour, _, each in firsts),
        _by_name((DAY_NAMES[day.weekday()], each) for _, day, each in firsts),
        _by_name((str(number), each) for number, _, each in tries),
        _by_name((_version(reader, version), each) for _, version, each in tries),
    )


def _version(reader: Reader, number: int) -> str:
    """Its name; empty for calls without a talk."""
    name = reader.version_names.get(number)
    return label(name) if name else ""


def _by_name(rows: Iterable[tuple[str, Counts]]) -> ByName:
    found: dict[str, Counts] = {}
    for name, counts in rows:
        found[name] = found.get(name, Counts()).plus(counts)
    return found


# --- talks ------------------------------------------------------------------------------------------
def visits(reader: Reader) -> Visits:
    """All visits that it reads, closing apart."""
    asked = (Total("role", greatest=True), *totals("visits", "playing", "listening"))
    rows = reader.sums(DayNode, ("node", "version_id"), asked)
    return [
        Visited(role, f"{_version(reader, version)} {node}", visits - playing - listening, visits)
        for node, version, role, visits, playing, listening in rows
        if role != CLOSING and visits
    ]


def _nodes(reader: Reader, ever: Visits) -> list[Split]:
    """Visits that the customer did not end, one split a role: each node of the selection against all other visits ever
    of nodes of its role, in other versions, campaigns, periods. First nodes lose most everywhere: only one that loses
    more than first nodes do is to blame."""
    by_role: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for role, name, hits, of in visits(reader):
        before = by_role[role].get(name, (0, 0))
        by_role[role][name] = before[0] + hits, before[1] + of
    return [_of_role(role, counts, ever) for role, counts in sorted(by_role.items())]


def _of_role(role: str, counts: Mapping[str, tuple[int, int]], ever: Visits) -> Split:
    same = [each for each in ever if each.role == role]
    hits = sum(each.hits for each in same) - sum(hits for hits, _ in counts.values())
    of = sum(each.of for each in same) - sum(of for _, of in counts.values())
    notes = dict.fromkeys(counts, f"against all other visits of role {role}")
    elsewhere = {ELSEWHERE: (hits, of)} if of > 0 else {}
    return Split(NODE, {**counts, **elsewhere}, notes, looked_at=frozenset(counts))


def _without_agent(reader: Reader) -> Split:
    """Friends added of customers who asked for an agent, by whether one came."""
    rows = reader.facts(ATTEMPT, ("came", "waited_ms"))
    asked, served, added = rows["waited_ms"].values != NONE, came_to(rows, "handed_off"), came_to(rows, "added")
    groups = {UNASKED: asked & ~served, ASKED: asked & served}
    counts = {name: (int((which & added).sum()), int(which.sum())) for name, which in groups.items()}
    counts = {name: count for name, count in counts.items() if count[1]}
    return Split(AGENT, counts, looked_at=frozenset({UNASKED} & counts.keys()))
