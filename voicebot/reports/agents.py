"""Agents: what they did with customers, how busy they were, whether they were there, how long customers waited.

Talks are those of the selection; an agent's time belongs to all campaigns, so only the period narrows it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, or_, select

from voicebot.campaign.policy.agent_states import AgentState
from voicebot.reports.only import Only, attempts
from voicebot.reports.sums.functions import epoch_ms, local_day
from voicebot.store.asked import SERVED, customers_who_asked
from voicebot.store.store import Store
from voicebot.store.tables import USUAL_ZONE, Attempt, Handoff
from voicebot.store.tables_quality import Agent, AgentSpell
from voicebot.store.zones import day_begins, day_ends

BUSY = (AgentState.RINGING, AgentState.TALKING, AgentState.WRAP_UP)
UTILISATION_TARGET = 0.8
ATTENDANCE_TARGET = 0.9
"""What call centres aim at: agents 80 % busy of the time they are free for calls, there on 90 % of the days."""
ALL = "all"


@dataclass(frozen=True)
class AgentRow:
    """One agent, or `all` of them. Seconds throughout.

    `rung`: tries of hand-offs that rang it, `calls`: those it took; `ring_s`: mean of those rung, `hold_s`: all time
    that it had customers on hold, `hold_mean_s`: of a call. `signed_in_s`: not offline; `utilisation`: ringing, talking
    and wrap-up ÷ (signed in - pause); `attendance`: days on which it was signed in ÷ days on which any agent was.
    `wait_s`, `wait_longest_s`: of the customers it took, from their wish to the bridge, other agents' tries within.
    """

    agent: str
    title: str
    rung: int
    calls: int
    longest_s: float
    talk_s: float
    ring_s: float | None
    hold_s: float
    hold_mean_s: float | None
    wait_s: float | None
    wait_longest_s: float | None
    signed_in_s: float
    utilisation: float | None
    attendance: float | None
    below_target: bool


@dataclass(frozen=True)
class _Talks:
    rung: int = 0
    ring_ms: int = 0
    calls: int = 0
    talk_ms: int = 0
    longest_ms: int = 0
    hold_ms: int = 0
    wait_ms: int = 0
    wait_longest_ms: int = 0


@dataclass(frozen=True)
class _Time:
    signed_in_s: float = 0.0
    pause_s: float = 0.0
    busy_s: float = 0.0
    days: frozenset[date] = frozenset()


def agent_report(store: Store, only: Only, now: datetime | None = None) -> tuple[AgentRow, ...]:
    """Every agent who was signed in or rung, by name, then all of them. `now`: end of spells that last; the moment it
    is, without it. Raises StoreError."""
    with store.reading() as connection:
        titles = {name: title for name, title in connection.execute(select(Agent.name, Agent.title))}  # noqa: C416
        talks = _talks(connection, only)
        times = _times(connection, only, now or datetime.now(UTC))
    names = sorted({*talks, *times})
    if not names:
        return ()
    days = frozenset[date]().union(*(time.days for time in times.values()))
    rows = [
        _row(name, titles.get(name, name), talks.get(name, _Talks()), times.get(name, _Time()), days) for name in names
    ]
    return (*rows, _row(ALL, "", _all(talks.values()), _together(times.values()), days, len(names)))


def _row(name: str, title: str, talks: _Talks, time: _Time, days: frozenset[date], people: int = 1) -> AgentRow:
    free = time.signed_in_s - time.pause_s
    utilisation = time.busy_s / free if free > 0 else None
    there = len(time.days) if people == 1 else None
    attendance = there / len(days) if days and there is not None else None
    return AgentRow(
        agent=name,
        title=title,
        rung=talks.rung,
        calls=talks.calls,
        longest_s=talks.longest_ms / 1000,
        talk_s=talks.talk_ms / 1000,
        ring_s=_mean_s(talks.ring_ms, talks.rung),
        hold_s=talks.hold_ms / 1000,
        hold_mean_s=_mean_s(talks.hold_ms, talks.calls),
        wait_s=_mean_s(talks.wait_ms, talks.calls),
        wait_longest_s=talks.wait_longest_ms / 1000 if talks.calls else None,
        signed_in_s=time.signed_in_s,
        utilisation=utilisation,
        attendance=attendance,
        below_target=(utilisation is not None and utilisation < UTILISATION_TARGET)
        or (attendance is not None and attendance < ATTENDANCE_TARGET),
    )


def _mean_s(total_ms: int, count: int) -> float | None:
    return total_ms / count / 1000 if count else None


def _talks(connection: Connection, only: Only) -> Mapping[str, _Talks]:
    """By agent; tries that named no agent are nobody's."""
    asked = customers_who_asked()
    took, rang = Handoff.outcome == SERVED, Handoff.ring_ms > 0
    query = attempts(
        select(
            Handoff.agent,
            func.count(case((rang, 1))),
            func.sum(Handoff.ring_ms),
            func.count(case((took, 1))),
            func.sum(Handoff.talked_ms),
            func.max(Handoff.talked_ms),
            func.sum(Handoff.hold_ms),
            func.coalesce(func.sum(case((took, asked.c.waited_ms))), 0),
            func.coalesce(func.max(case((took, asked.c.waited_ms))), 0),
        ),
        only,
    ).join(Handoff, Handoff.attempt_id == Attempt.id)
    query = query.join(asked, asked.c.attempt_id == Handoff.attempt_id)
    query = query.where(Handoff.agent.is_not(None)).group_by(Handoff.agent)
    return {name: _Talks(*map(int, numbers)) for name, *numbers in connection.execute(query)}


def _times(connection: Connection, only: Only, now: datetime) -> Mapping[str, _Time]:
    """By agent, within the period and up to `now`."""
    begin = day_begins(only.since) if only.since else datetime.min.replace(tzinfo=UTC)
    end = min(now, day_ends(only.until)) if only.until else now
    began, ended = AgentSpell.began_at, AgentSpell.ended_at
    within = and_(began >= begin, ended <= end)
    cut = and_(began < end, or_(ended.is_(None), ended > begin), or_(ended.is_(None), began < begin, ended > end))
    found: dict[str, list[_Spell]] = defaultdict(list)
    for agent, state, first, last, length_ms in connection.execute(_of_days(within)):
        found[agent].append(_Spell(AgentState(state), first, last, int(length_ms) / 1000))
    spells = select(AgentSpell.agent, AgentSpell.state, began, ended).where(_SIGNED_IN, cut)
    for agent, state, one, other in connection.execute(spells):
        since, until = max(one, begin), min(other or now, end)
        first, last = (moment.astimezone(_ZONE).date() for moment in (since, until))
        found[agent].append(_Spell(AgentState(state), first, last, (until - since).total_seconds()))
    return {agent: _time(spells) for agent, spells in found.items()}


class _Spell(NamedTuple):
    """Time in a state on the days `first` to `last`: one spell, or several of the same days together."""

    state: AgentState
    first: date
    last: date
    length_s: float


_ZONE = ZoneInfo(USUAL_ZONE)
_AHEAD_S = int((datetime(2026, 1, 1, tzinfo=_ZONE).utcoffset() or timedelta()).total_seconds())
"""The usual zone has no summer time."""
_SIGNED_IN = AgentSpell.state != str(AgentState.OFFLINE)


def _of_days(within: ColumnElement[bool]) -> Any:
    """Agent, state, first and last day, ms. An agent has hundreds of spells a day: they are added up where they lie."""
    moments = (AgentSpell.began_at, AgentSpell.ended_at)
    days = [local_day(moment, literal(_AHEAD_S)) for moment in moments]
    length = func.sum(epoch_ms(AgentSpell.ended_at) - epoch_ms(AgentSpell.began_at))
    query = select(AgentSpell.agent, AgentSpell.state, *days, length).where(_SIGNED_IN, within)
    return query.group_by(AgentSpell.agent, AgentSpell.state, *days)


def _time(spells: Iterable[_Spell]) -> _Time:
    signed_in = pause = busy = 0.0
    days: set[date] = set()
    for state, first, last, length_s in spells:
        signed_in += length_s
        pause += length_s if state == AgentState.PAUSE else 0.0
        busy += length_s if state in BUSY else 0.0
        days.update(first + timedelta(days=n) for n in range((last - first).days + 1))
    return _Time(signed_in, pause, busy, frozenset(days))


def _all(parts: Iterable[_Talks]) -> _Talks:
    many = list(parts)

    def of(combine: Any, name: str) -> int:
        return int(combine([getattr(one, name) for one in many] or [0]))

    longest = ("longest_ms", "wait_longest_ms")
    return _Talks(**{name: of(max if name in longest else sum, name) for name in _Talks.__dataclass_fields__})


def _together(parts: Iterable[_Time]) -> _Time:
    many = list(parts)
    return _Time(
        sum(one.signed_in_s for one in many), sum(one.pause_s for one in many), sum(one.busy_s for one in many)
    )
