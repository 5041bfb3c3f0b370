"""The groups of calls that a diagnosis looks at, counted: lines, times, tries, nodes, versions, people, lists.

Which of them are causes is diagnosis.py's.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Text, and_, case, cast, func, select

from voicebot.campaign.policy.windows import DAY_NAMES
from voicebot.reports.behind import DEAD, NO_FLAGS
from voicebot.reports.diagnosis import Ease, Kind, Split
from voicebot.reports.leads import INTENT, leads_dialled, of_intent
from voicebot.reports.only import Only, calls
from voicebot.reports.stops import NEVER_LEFT
from voicebot.reports.sums.counting import LEAD
from voicebot.reports.sums.functions import int_sum
from voicebot.reports.sums.refresh import chosen, fresh
from voicebot.store.asked import customers_who_asked
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Call, Lead, ScriptVersion
from voicebot.store.tables_dialling import Complaint, Gateway, OwnNumber
from voicebot.store.tables_quality import Outcome
from voicebot.store.tables_sums import DayLine, DayNode, DayResult

NUMBER = Kind("caller number", "外显号码", Ease.LINE, lambda name: ("--caller-number", name))
GATEWAY = Kind("gateway", "线路", Ease.LINE, lambda name: ("--gateway", name))
HOUR = Kind("hour", "时段", Ease.TIME, lambda name: ("--hour", name))
WEEKDAY = Kind("weekday", "星期", Ease.TIME, lambda name: ("--weekday", name))
TRY = Kind("try", "第几次呼叫", Ease.STRATEGY, lambda name: ("--try", name))
AGENT = Kind("customers without an agent", "未接到坐席", Ease.STRATEGY, lambda name: ("--no-agent",))
NODE = Kind("node", "节点", Ease.NODE, lambda name: ("--hung-up-at", name), "visits that the customer did not end")
VERSION = Kind("version", "话术版本", Ease.VERSION, lambda name: ("--script", *_script_version(name)))
RUN = Kind("odd numbers", "异常号码", Ease.LIST, lambda name: ("--flagged",))
BATCH = Kind("import", "导入批次", Ease.LIST, lambda name: ("--batch", name))
DEAD_BATCH = Kind(
    "dead numbers of import", "批次空号", Ease.LIST, lambda name: ("--dead", "--batch", name), "live numbers"
)
DEAD_SOURCE = Kind(
    "dead numbers of source",
    "来源空号",
    Ease.LIST,
    lambda name: ("--dead", "--segment", f"source={name}"),
    "live numbers",
)
CLOSING = "closing"
"""Whoever hangs up in a node of this role has heard all there was."""
MOST = 40
"""Values of one property of leads that are looked at, the most frequent; each look makes the others' proof harder."""
UNASKED, ASKED = "no agent came", "an agent came"


def _segment(name: str) -> Kind:
    return Kind(name, name, Ease.SEGMENT, lambda value: ("--segment", f"{name}={value}"))


PROPERTIES: Mapping[str, Any] = {
    "source": Lead.source,
    "persona": Lead.persona,
    "area": Lead.area,
    "carrier": Lead.carrier,
    "arm": Lead.arm,
}
SEGMENTS = {name: _segment(name) for name in PROPERTIES}


def _script_version(name: str) -> tuple[str, str, str]:
    script, _, version = name.rpartition("@")
    return script, "--version", version


@dataclass(frozen=True)
class Group:
    """Leads dialled that have all properties in common: how many, and of these the dead numbers, those connected, those
    graded A or B (`intents`), added, both."""

    values: Mapping[str, str]
    batch: str
    flagged: bool
    leads: int
    dead: int
    connected: int
    intents: int
    added: int
    intents_added: int

    def counted(self, metric: str) -> tuple[int, int]:
        """(hits, of) of a rate."""
        return {
            "connect_rate": (self.connected, self.leads),
            "intent_rate": (self.intents, self.connected),
            "accept_rate": (self.intents_added, self.intents),
            "add_rate": (self.added, self.connected),
        }[metric]


def splits(store: Store, only: Only, metric: str, leads: Sequence[Group]) -> list[Split]:
    """All that is looked at for one of diagnosis.RATES; `leads`: those of groups_of_leads. Raises StoreError."""
    found = [*_lines(store, only, metric), *_results(store, only, metric), *_people(leads, metric)]
    if metric != "connect_rate":
        found.append(_nodes(store, only))
    if metric in ("accept_rate", "add_rate"):
        found.append(_agents(store, only))
    return [split for split in found if len(split.counts) > 1]


# --- attempts ---------------------------------------------------------------------------------------
def _lines(store: Store, only: Only, metric: str) -> list[Split]:
    tried = case((DayLine.code.not_in(NEVER_LEFT), DayLine.attempts), else_=0)
    hits, of = {
        "connect_rate": (DayLine.connected, tried),
        "intent_rate": (DayLine.intents, DayLine.connected),
        "accept_rate": (DayLine.intents_added, DayLine.intents),
        "add_rate": (DayLine.added, DayLine.connected),
    }[metric]
    with fresh(store, "line", only) as connection:
        numbers = _counts(connection, DayLine.caller_number, hits, of, chosen(DayLine, only))
        gateways = _counts(connection, DayLine.gateway, hits, of, chosen(DayLine, only))
        return [Split(NUMBER, numbers, _of_numbers(connection)), Split(GATEWAY, gateways, _of_gateways(connection))]


def _results(store: Store, only: Only, metric: str) -> list[Split]:
    intent = DayResult.grade.in_(INTENT)
    tried = case((DayResult.code.not_in(NEVER_LEFT), DayResult.attempts), else_=0)
    hits, of = {
        "connect_rate": (DayResult.connected, tried),
        "intent_rate": (case((intent, DayResult.connected), else_=0), DayResult.connected),
        "accept_rate": (case((intent, DayResult.added), else_=0), case((intent, DayResult.connected), else_=0)),
        "add_rate": (DayResult.added, DayResult.connected),
    }[metric]
    where = chosen(DayResult, only)
    with fresh(store, "result", only) as connection:
        hours = _counts(connection, DayResult.hour, hits, of, where)
        days = _counts(connection, DayResult.day, hits, of, where, _weekday)
        tries = _counts(connection, DayResult.try_number, hits, of, where)
        found = [Split(HOUR, hours), Split(WEEKDAY, days), Split(TRY, tries)]
        if metric != "connect_rate":
            label = ScriptVersion.script + "@" + ScriptVersion.version
            rows = connection.execute(select(ScriptVersion.id, label))
            versions = {key: name for key, name in rows}  # noqa: C416 - a row is no pair to mypy
            by_id = _counts(connection, DayResult.version_id, hits, of, where, lambda key: versions.get(key, ""))
            found.append(Split(VERSION, by_id))
    return found


def _weekday(day: Any) -> str:
    return DAY_NAMES[day.weekday()]


def _counts(
    connection: Connection, key: Any, hits: Any, of: Any, where: list[Any], name: Any = str
) -> dict[str, tuple[int, int]]:
    """(hits, of) by the name of the key; nameless ones are nobody's."""
    found: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    query = select(key, int_sum(hits), int_sum(of)).where(*where).group_by(key)
    for value, hit, count in connection.execute(query):
        found[name(value)] += min(hit, count)
        whole[name(value)] += count
    return {each: (found[each], whole[each]) for each in whole if each and whole[each]}


def _of_numbers(connection: Connection) -> Mapping[str, str]:
    """What is known against each of our numbers: its state, complaints."""
    notes: dict[str, list[str]] = defaultdict(list)
    for number, state, because in connection.execute(select(OwnNumber.number, OwnNumber.state, OwnNumber.because)):
        if state != "active":
            notes[number].append(f"{state}: {because}" if because else state)
    shown = func.coalesce(Attempt.caller_number, Complaint.caller_number)
    complained = select(shown, func.count()).select_from(Complaint)
    complained = complained.outerjoin(Attempt, Attempt.id == Complaint.attempt_id).group_by(shown)
    for number, count in connection.execute(complained):
        if number:
            notes[number].append(f"{count} complaint{'s' if count > 1 else ''}")
    return {number: "; ".join(parts) for number, parts in notes.items()}


def _of_gateways(connection: Connection) -> Mapping[str, str]:
    rows = connection.execute(select(Gateway.name, Gateway.because).where(Gateway.up.is_(False)))
    return {name: f"down: {because}" for name, because in rows}


# --- talks ------------------------------------------------------------------------------------------
def _nodes(store: Store, only: Only) -> Split:
    stayed = DayNode.visits - DayNode.playing - DayNode.listening
    with fresh(store, "node", only) as connection:
        where = [*chosen(DayNode, only), DayNode.role != CLOSING]
        return Split(NODE, _counts(connection, DayNode.node, stayed, DayNode.visits, where))


def _agents(store: Store, only: Only) -> Split:
    """Friends added of customers who asked for an agent, by whether one came."""
    asked = customers_who_asked()
    added = select(Outcome.id).where(Outcome.attempt_id == Call.attempt_id, Outcome.type == "added").exists()
    query = calls(select(asked.c.abandoned, int_sum(case((added, 1), else_=0)), func.count()), only)
    query = query.join(asked, asked.c.attempt_id == Call.attempt_id).group_by(asked.c.abandoned)
    with store.reading() as connection:
        rows = connection.execute(query).all()
    counts = {UNASKED if lost else ASKED: (hits, of) for lost, hits, of in rows}
    return Split(AGENT, counts, looked_at=frozenset({UNASKED}))


# --- leads ------------------------------------------------------------------------------------------
def _people(groups: Sequence[Group], metric: str) -> list[Split]:
    def parted(key: Any) -> dict[str, tuple[int, int]]:
        return _parted(groups, key, lambda each: each.counted(metric))

    found = [Split(SEGMENTS[name], _most(parted(lambda each, name=name: each.values[name]))) for name in PROPERTIES]
    odd = parted(lambda each: "flagged" if each.flagged else "others")
    found.append(Split(RUN, odd, looked_at=frozenset({"flagged"} & odd.keys())))
    if metric != "connect_rate":
        return found
    found.append(Split(BATCH, _most(parted(lambda each: each.batch))))
    for kind, key in ((DEAD_BATCH, lambda each: each.batch), (DEAD_SOURCE, lambda each: each.values["source"])):
        found.append(Split(kind, _most(_parted(groups, key, lambda each: (each.leads - each.dead, each.leads)))))
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
    """The leads dialled of the selection, once for all rates. Raises StoreError."""
    lead = leads_dialled(only, ("connected", "added"))
    connected, added = lead.c.connected == 1, lead.c.added == 1
    intent = and_(connected, of_intent(lead.c.grade))
    keys = (*PROPERTIES.values(), Lead.batch_id, cast(Lead.flags, Text) != NO_FLAGS)
    wanted = (Lead.code.in_(DEAD), connected, intent, and_(connected, added), and_(intent, added))
    sums = (func.count(), *(int_sum(case((each, 1), else_=0)) for each in wanted))
    query = select(*keys, *sums).join(Lead, Lead.id == lead.c.lead_id).group_by(*keys)
    with fresh(store, LEAD, only) as connection:
        return [_group(row) for row in connection.execute(query)]


def _group(row: Any) -> Group:
    values = dict(zip(PROPERTIES, (value or "" for value in row[:5]), strict=True))
    return Group(values, "" if row[5] is None else str(row[5]), bool(row[6]), *map(int, row[7:]))
