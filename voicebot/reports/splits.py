"""The groups of calls that a diagnosis looks at, counted: lines, times, tries, nodes, versions, people, lists.

Which of them are causes is diagnosis.py's.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Text, and_, case, cast, func, select

from voicebot.campaign.policy.windows import DAY_NAMES
from voicebot.reports.behind import DEAD, NO_FLAGS
from voicebot.reports.diagnosis import Kind, Split
from voicebot.reports.leads import INTENT, leads_dialled, of_intent
from voicebot.reports.only import Only, attempts
from voicebot.reports.split_kinds import (
    AGENT,
    BATCH,
    DEAD_BATCH,
    DEAD_SOURCE,
    GATEWAY,
    HOUR,
    NODE,
    NUMBER,
    PROPERTIES,
    RUN,
    SEGMENTS,
    TRY,
    VERSION,
    WEEKDAY,
)
from voicebot.reports.split_notes import of_gateways, of_numbers
from voicebot.reports.stops import NEVER_LEFT
from voicebot.reports.sums.counting import LEAD
from voicebot.reports.sums.functions import int_sum
from voicebot.reports.sums.refresh import chosen, fresh
from voicebot.store.asked import customers_who_asked
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Lead, ScriptVersion
from voicebot.store.tables_quality import Outcome
from voicebot.store.tables_sums import DayLine, DayNode, DayResult

CLOSING = "closing"
"""Whoever hangs up in a node of this role has heard all there was."""
MOST = 40
"""Values of one property of leads that are looked at, the most frequent; each look makes the others' proof harder."""
OF_ADDS = ("accept_rate", "add_rate")
NODES = "node"
ELSEWHERE = "elsewhere"
UNASKED, ASKED = "no agent came", "an agent came"


class Counts(NamedTuple):
    """Leads or attempts that were dialled: how many, of these those connected, graded A or B (`intents`), added,
    both."""

    dialled: int = 0
    connected: int = 0
    intents: int = 0
    added: int = 0
    intents_added: int = 0

    def of(self, metric: str) -> tuple[int, int]:
        """(hits, of) of a rate; a friend added by two calls is one."""
        hits, of = {
            "connect_rate": (self.connected, self.dialled),
            "intent_rate": (self.intents, self.connected),
            "accept_rate": (self.intents_added, self.intents),
            "add_rate": (self.added, self.connected),
        }[metric]
        return min(hits, of), of

    def plus(self, more: "Counts") -> "Counts":
        """Both together."""
        return Counts(*(one + two for one, two in zip(self, more, strict=True)))


ByName = Mapping[str, Counts]


@dataclass(frozen=True)
class Group:
    """Leads dialled that have all properties in common; `dead`: of these, the dead numbers."""

    values: Mapping[str, str]
    batch: str
    flagged: bool
    dead: int
    counts: Counts


@dataclass(frozen=True)
class Counted:
    """The calls of a selection, read once for all rates: attempts by kind and name of the group, the leads, the visits
    by node, the customers who asked for an agent."""

    attempts: Mapping[Kind, ByName]
    notes: Mapping[Kind, Mapping[str, str]]
    leads: Sequence[Group]
    nodes: Sequence[Split]
    agents: Split | None


def counted(store: Store, only: Only, leads: Sequence[Group], agents: Split | None) -> Counted:
    """All that diagnoses of `only` look at; `leads`: of it, from groups_of_leads; `agents`: of its campaign, from
    customers_without_agent. Raises StoreError."""
    numbers, gateways = _lines(store, only)
    hours, days, tries, versions = _results(store, only)
    by_kind = {NUMBER: numbers, GATEWAY: gateways, HOUR: hours, WEEKDAY: days, TRY: tries, VERSION: versions}
    with store.reading() as connection:
        notes = {NUMBER: of_numbers(connection), GATEWAY: of_gateways(connection)}
    return Counted(by_kind, notes, leads, _nodes(store, only), agents)


def splits(found: Counted, metric: str) -> list[Split]:
    """All that is looked at for one of diagnosis.RATES."""
    weight = _weight(found, metric)
    once = (HOUR, WEEKDAY)  # of first attempts: one a lead
    calls_by = [
        Split(kind, _rates(by_name, metric), found.notes.get(kind, {}), weight=1.0 if kind in once else weight)
        for kind, by_name in found.attempts.items()
        if metric != "connect_rate" or kind is not VERSION  # who was not reached heard no version
    ]
    looks = [*calls_by, *_people(found.leads, metric)]
    if metric != "connect_rate":
        looks += found.nodes
    if found.agents is not None and metric in OF_ADDS:
        looks.append(found.agents)
    return [split for split in looks if len(split.counts) > 1]


def _weight(found: Counted, metric: str) -> float:
    """Leads for each attempt that the rate is of: attempts of one lead are one proof, not several."""
    whole = Counts()
    for group in found.leads:
        whole = whole.plus(group.counts)
    tried = sum(counts.of(metric)[1] for counts in found.attempts[TRY].values())
    return min(1.0, whole.of(metric)[1] / tried) if tried else 1.0


def _rates(by_name: ByName, metric: str) -> dict[str, tuple[int, int]]:
    """(hits, of) by name; nameless ones are nobody's."""
    rates = {name: counts.of(metric) for name, counts in by_name.items() if name}
    return {name: rate for name, rate in rates.items() if rate[1]}


# --- attempts ---------------------------------------------------------------------------------------
def _lines(store: Store, only: Only) -> tuple[ByName, ByName]:
    """By number shown and by gateway."""
    tried = case((DayLine.code.not_in(NEVER_LEFT), DayLine.attempts), else_=0)
    sums = (tried, DayLine.connected, DayLine.intents, DayLine.added, DayLine.intents_added)
    keys = (DayLine.caller_number, DayLine.gateway)
    with fresh(store, "line", only) as connection:
        query = select(*keys, *map(int_sum, sums)).where(*chosen(DayLine, only)).group_by(*keys)
        rows = [(number, gateway, Counts(*map(int, each))) for number, gateway, *each in connection.execute(query)]
    return _by_name((number, each) for number, _, each in rows), _by_name((name, each) for _, name, each in rows)


def _results(store: Store, only: Only) -> tuple[ByName, ByName, ByName, ByName]:
    """By hour and weekday of the first attempts, since later ones fall on other hours and connect less; by try; by
    version of the script."""
    intent = DayResult.grade.in_(INTENT)
    tried = case((DayResult.code.not_in(NEVER_LEFT), DayResult.attempts), else_=0)
    sums = (
        *(tried, DayResult.connected, case((intent, DayResult.connected), else_=0), DayResult.added),
        case((intent, DayResult.added), else_=0),
    )
    keys = (DayResult.hour, DayResult.day, DayResult.try_number, DayResult.version_id)
    with fresh(store, "result", only) as connection:
        query = select(*keys, *map(int_sum, sums)).where(*chosen(DayResult, only)).group_by(*keys)
        rows = [(row[:4], Counts(*map(int, row[4:]))) for row in connection.execute(query)]
        versions = _versions(connection)
    first = [row for row in rows if row[0][2] == 1]
    return (
        _by_name((str(hour), each) for (hour, _, _, _), each in first),
        _by_name((DAY_NAMES[day.weekday()], each) for (_, day, _, _), each in first),
        _by_name((str(tries), each) for (_, _, tries, _), each in rows),
        _by_name((versions.get(version, ""), each) for (_, _, _, version), each in rows),
    )


def _versions(connection: Connection) -> dict[int, str]:
    rows = connection.execute(select(ScriptVersion.id, ScriptVersion.script + "@" + ScriptVersion.version))
    return {key: name for key, name in rows}  # noqa: C416 - a row is no pair to mypy


def _by_name(rows: Iterable[tuple[str, Counts]]) -> ByName:
    found: dict[str, Counts] = {}
    for name, counts in rows:
        found[name] = found.get(name, Counts()).plus(counts)
    return found


# --- talks ------------------------------------------------------------------------------------------
def _nodes(store: Store, only: Only) -> list[Split]:
    """Visits that the customer did not end, one split a role: each node of the selection against all other visits ever
    of nodes of its role, in other versions, campaigns, periods. First nodes lose most everywhere: only one that loses
    more than first nodes do is to blame. Raises StoreError."""
    stayed = DayNode.visits - DayNode.playing - DayNode.listening
    keys = (DayNode.role, DayNode.node, DayNode.version_id)
    query = select(*keys, int_sum(stayed), int_sum(DayNode.visits)).where(DayNode.role != CLOSING).group_by(*keys)
    with fresh(store, NODES, only) as connection:
        mine = connection.execute(query.where(*chosen(DayNode, only))).all()
        versions = _versions(connection)
    with fresh(store, NODES, Only()) as connection:
        ever = connection.execute(query.where(*chosen(DayNode, Only()))).all()
    by_role: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for role, node, version, hits, of in mine:
        if of:
            by_role[role][f"{versions.get(version, '')} {node}"] = int(hits), int(of)
    return [_of_role(role, counts, ever) for role, counts in sorted(by_role.items())]


def _of_role(role: str, counts: Mapping[str, tuple[int, int]], ever: Iterable[Any]) -> Split:
    visits = [(int(hits), int(of)) for its, _, _, hits, of in ever if its == role]
    hits = sum(each for each, _ in visits) - sum(each for each, _ in counts.values())
    of = sum(each for _, each in visits) - sum(each for _, each in counts.values())
    notes = dict.fromkeys(counts, f"against all other visits of role {role}")
    elsewhere = {ELSEWHERE: (hits, of)} if of > 0 else {}
    return Split(NODE, {**counts, **elsewhere}, notes, looked_at=frozenset(counts))


def customers_without_agent(store: Store, only: Only) -> Mapping[str, Split]:
    """Friends added of customers who asked for an agent, by whether one came; by campaign. Raises StoreError."""
    asked = customers_who_asked()
    added = select(Outcome.id).where(Outcome.attempt_id == asked.c.attempt_id, Outcome.type == "added").exists()
    keys = (asked.c.campaign_id, asked.c.abandoned)
    sums = (int_sum(case((added, 1), else_=0)), func.count())
    query = select(*keys, *sums).group_by(*keys)
    if only != Only():
        query = query.where(asked.c.attempt_id.in_(attempts(select(Attempt.id), only)))
    counts: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    with store.reading() as connection:
        for campaign, lost, hits, of in connection.execute(query):
            counts[campaign or ""][UNASKED if lost else ASKED] = int(hits), int(of)
    return {name: Split(AGENT, each, looked_at=frozenset({UNASKED} & each.keys())) for name, each in counts.items()}


# --- leads ------------------------------------------------------------------------------------------
def _people(groups: Sequence[Group], metric: str) -> list[Split]:
    def parted(key: Any) -> dict[str, tuple[int, int]]:
        return _parted(groups, key, lambda each: each.counts.of(metric))

    found = [Split(SEGMENTS[name], _most(parted(lambda each, name=name: each.values[name]))) for name in PROPERTIES]
    odd = parted(lambda each: "flagged" if each.flagged else "others")
    found.append(Split(RUN, odd, looked_at=frozenset({"flagged"} & odd.keys())))
    if metric != "connect_rate":
        return found
    found.append(Split(BATCH, _most(parted(lambda each: each.batch))))
    for kind, key in ((DEAD_BATCH, lambda each: each.batch), (DEAD_SOURCE, lambda each: each.values["source"])):
        found.append(
            Split(
                kind, _most(_parted(groups, key, lambda each: (each.counts.dialled - each.dead, each.counts.dialled)))
            )
        )
    return found


def _parted(groups: Iterable[Group], key: Any, value: Any) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for each in groups:
        (hits, of), (more, count) = found.get(key(each), (0, 0)), value(each)
        found[key(each)] = hits + more, of + count
    return {name: counts for name, counts in found.items() if name and counts[1]}


def _most(counts: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """The most frequent; all others together are what they are held against."""
    names = sorted(counts, key=lambda name: -counts[name][1])
    found = {name: counts[name] for name in names[:MOST]}
    if rest := [counts[name] for name in names[MOST:]]:
        found["others"] = sum(hits for hits, _ in rest), sum(of for _, of in rest)
    return found


def groups_of_leads(store: Store, only: Only) -> list[Group]:
    """The leads dialled, by all that is known of them. Raises StoreError."""
    lead = leads_dialled(only, ("connected", "added"))
    connected, added = lead.c.connected == 1, lead.c.added == 1
    intent = and_(connected, of_intent(lead.c.grade))
    keys = (*PROPERTIES.values(), Lead.batch_id, cast(Lead.flags, Text) != NO_FLAGS)
    wanted = (connected, intent, and_(connected, added), and_(intent, added))
    dead = int_sum(case((Lead.code.in_(DEAD), 1), else_=0))
    sums = (dead, func.count(), *(int_sum(case((each, 1), else_=0)) for each in wanted))
    query = select(*keys, *sums).join(Lead, Lead.id == lead.c.lead_id).group_by(*keys)
    if only.campaign is not None:
        query = query.where(Lead.campaign_id == only.campaign)  # no other campaign's leads are joined
    with fresh(store, LEAD, only) as connection:
        return [_group(row) for row in connection.execute(query)]


def _group(row: Any) -> Group:
    values = dict(zip(PROPERTIES, (value or "" for value in row[:5]), strict=True))
    return Group(values, "" if row[5] is None else str(row[5]), bool(row[6]), int(row[7]), Counts(*map(int, row[8:])))
