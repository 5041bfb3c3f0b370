"""Who wants no more calls, and who complained: by day, script, node, and number shown, with the rate of each."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from voicebot.campaign.policy.codes import Code, Layer
from voicebot.reports.only import Only, attempts
from voicebot.reports.stats import Rate, rate
from voicebot.reports.sums.reading import NO_TALK
from voicebot.reports.sums.refresh import opened
from voicebot.reports.sums.totals import Total, Where, totals
from voicebot.reports.version_names import label
from voicebot.store.among import among
from voicebot.store.store import Store
from voicebot.store.tables import USUAL_ZONE, Attempt, Call, ScriptVersion, StopEntry, Turn
from voicebot.store.tables_dialling import Complaint
from voicebot.store.tables_sums import DayLine, DayNode, DayResult
from voicebot.store.zones import campaign_zones

ALL, DAY, SCRIPT, NODE, NUMBER = "all", "day", "script", "node", "number"
ORDER = (ALL, DAY, SCRIPT, NODE, NUMBER)
NEVER_LEFT = ("", *(str(code) for code in Code if code.layer == Layer.REFUSED))
"""Codes of attempts that have not ended, and of those that were refused before dialling."""
LEFT = Total("attempts", Where("code", NEVER_LEFT, out=True))
TALKS = Total("attempts", Where("version_id", (NO_TALK,), out=True))
"""Attempts that left the house, and those of them that had a talk."""
FROM_CALL = "call"
"""Source of stop entries that a customer asked for in a call."""


@dataclass(frozen=True)
class StopRow:
    """One day, script@version, node (in which the customer said his last words) or number shown; `all` first.

    `stops`: calls in which the customer asked not to be called again, of all calls; of a node: of its visits.
    `complaints`: attempts that were complained of, of all attempts; of a script: of its calls; of a node: of its
    visits. A complaint that names no call is about the last attempt to its number before it.
    """

    by: str
    name: str
    stops: Rate
    complaints: Rate


class _About(NamedTuple):
    """An attempt that was asked to stop or complained of, as it is counted."""

    attempt_id: str
    campaign: str
    started: Any
    script: str
    node: str
    number: str


def stop_report(store: Store, only: Only) -> tuple[StopRow, ...]:
    """`all`, then each day, script, node and number that has any. Raises StoreError."""
    with store.reading() as connection:
        zones = {name: ZoneInfo(zone) for name, zone in campaign_zones(connection).items()}
        stops = _counted(_about(connection, only, _stopped()), zones)
        complaints = _counted(_about(connection, only, _complained()), zones)
    if not stops and not complaints:
        return ()
    totals = _totals(store, only)
    found: list[StopRow] = []
    for by in ORDER:
        for name in sorted({*stops[by], *complaints[by]}):
            talks, tries = totals[by].get(name, (0, 0))
            asked, complained = stops[by][name], complaints[by][name]
            # What was imported from elsewhere may have a call in none of the sums.
            found.append(StopRow(by, name, rate(asked, max(talks, asked)), rate(complained, max(tries, complained))))
    return tuple(found)


def _stopped() -> Any:
    return select(StopEntry.attempt_id.label("id")).where(
        StopEntry.source == FROM_CALL, StopEntry.attempt_id.is_not(None)
    )


def _complained() -> Any:
    before = (
        select(Attempt.id)
        .where(Attempt.number == Complaint.number, Attempt.started_at <= Complaint.made_at)
        .order_by(Attempt.started_at.desc())
        .limit(1)
        .correlate(Complaint)
        .scalar_subquery()
    )
    return select(func.coalesce(Complaint.attempt_id, before).label("id"))


def _about(connection: Connection, only: Only, which: Any) -> list[_About]:
    """The attempts of `which` within the selection, each once."""
    # Found first: they are few, and a database that begins with the selection looks at all of its attempts.
    ids = list(connection.scalars(which.distinct()))
    last_words = (
        select(Turn.node)
        .where(Turn.attempt_id == Attempt.id)
        .order_by(Turn.seq.desc())
        .limit(1)
        .correlate(Attempt)
        .scalar_subquery()
    )
    node = func.coalesce(last_words, Call.ended_node, "")
    script = ScriptVersion.script + "@" + ScriptVersion.version
    columns = (Attempt.id, Attempt.campaign_id, Attempt.started_at, script, node, Attempt.caller_number)
    query = attempts(select(*columns), only, with_calls=True).where(among(connection, Attempt.id, ids))
    return [
        _About(key, campaign or "", started, made_by or "", at or "", number or "")
        for key, campaign, started, made_by, at, number in connection.execute(query)
    ]


def _counted(abouts: Iterable[_About], zones: Mapping[str, ZoneInfo]) -> Mapping[str, Counter[str]]:
    """How many, by kind of group and its name."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    usual = ZoneInfo(USUAL_ZONE)
    for one in abouts:
        day = one.started.astimezone(zones.get(one.campaign, usual)).date()
        found[ALL][""] += 1
        for by, name in ((DAY, str(day)), (SCRIPT, one.script), (NODE, one.node), (NUMBER, one.number)):
            if name:
                found[by][name] += 1
    return found


Totals = dict[str, dict[str, tuple[int, int]]]
"""Calls and attempts by kind of group and its name."""


def _totals(store: Store, only: Only) -> Totals:
    with opened(store, only, DayResult, DayNode, DayLine) as reader:
        days = reader.sums(DayResult, ("day",), (TALKS, LEFT))
        versions = reader.sums(DayResult, ("version_id",), (TALKS,))
        nodes = reader.sums(DayNode, ("node",), totals("visits"))
        numbers = reader.sums(DayLine, ("caller_number",), (*totals("talks"), LEFT))
        names = reader.version_names
    scripts = Counter[str]()
    for version, talks in versions:
        if version in names:
            scripts[label(names[version])] += talks
    return {
        ALL: {"": (sum(talks for _, talks, _ in days), sum(left for _, _, left in days))},
        DAY: {str(day): (talks, left) for day, talks, left in days},
        SCRIPT: {name: (talks, talks) for name, talks in scripts.items()},
        NODE: {node: (visits, visits) for node, visits in nodes},
        NUMBER: {number: (talks, left) for number, talks, left in numbers},
    }
