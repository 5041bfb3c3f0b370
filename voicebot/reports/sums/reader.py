"""What a report reads at one moment: sums and facts of the attempts that it is about.

Sums of every attempt are kept; those of a segment are counted from the facts of its days, by the code that counts what
is kept. Nothing of a segment is kept.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, case, func, select

from voicebot.reports.only import Only
from voicebot.reports.segments import holds
from voicebot.reports.sums.chosen import chosen, period
from voicebot.reports.sums.columns import BY_DAY, Column, Numbers, Rows
from voicebot.reports.sums.counting import Table, summed
from voicebot.reports.sums.functions import int_sum
from voicebot.reports.sums.kept import facts
from voicebot.reports.sums.lead_ids import IDS, ids_of
from voicebot.reports.sums.totals import Total, Where
from voicebot.reports.version_names import Name, version_names
from voicebot.store.tables import Base, Lead, ScriptVersion
from voicebot.store.tables_sums import DayFact


class Reader:
    """Reads what is counted for `only` through one connection, facts once. Its methods raise SQLAlchemy's errors."""

    def __init__(self, connection: Connection, only: Only, wider: "Reader | None" = None) -> None:
        self.connection = connection
        self.only = only
        self.members = Members(connection, only)
        self._wider = wider
        self._of_version = only.script is not None or only.version_id is not None
        self._read: dict[str, dict[str, Column]] = {}
        self._which: dict[str, Numbers] = {}

    def of(self, only: Only, like: "Reader | None" = None) -> "Reader":
        """A reader of something else that is counted; of some attempts of the same days, it reads the facts through
        this one, so that each is read once. `like`: reads the same segment, whose leads are found once for both."""
        days = [(each.campaign, each.since, each.until) for each in (self.only, only)]
        found = Reader(self.connection, only, self if days[0] == days[1] and not self.only.narrow else None)
        found.members = found.members if like is None else like.members
        return found

    def sums(self, table: type[Base], by: Sequence[str], totals: Sequence[Total], *where: Where) -> Table:
        """Totals of the rows `where` of a table of sums, grouped by its keys `by`: a row a group, its keys and totals
        in their order."""
        if self.only.segment:
            return summed(table, self.facts, by, totals, where)
        keys = [getattr(table, name) for name in by]
        query = select(*keys, *(_added(table, total) for total in totals)).where(*chosen(table, self.only))
        found = self.connection.execute(query.where(*(_fits(table, one) for one in where)).group_by(*keys))
        return [tuple(row) for row in found]

    def facts(self, part: str, names: Sequence[str]) -> Rows:
        """Facts of the part, with campaign and day: of the days, calls by the versions, leads of the segment."""
        have = self._read.setdefault(part, {})
        choose = (*(("version_id",) if self._of_version else ()), *(("lead",) if self.only.segment else ()))
        wanted = [name for name in dict.fromkeys((*names, *choose)) if name not in (*have, *BY_DAY)]
        if wanted or not have:
            rows = self._of_days(part, wanted or ["version_id"])
            if choose and part not in self._which:
                self._which[part] = self._choose(rows)
            have |= {name: column.of(self._which[part]) if choose else column for name, column in rows.items()}
        return {name: have[name] for name in (*BY_DAY, *names)}

    def _of_days(self, part: str, names: Sequence[str]) -> Rows:
        """Before anything is chosen but the campaign and the days."""
        if self._wider is not None:
            return self._wider.facts(part, names)
        return facts(self.connection, part, names, period(DayFact, self.only))

    def _choose(self, rows: Rows) -> Numbers:
        """Places of those that are asked for."""
        which = np.ones(len(rows["day"].values), dtype=bool)
        if self._of_version:
            which &= rows["version_id"].among(self._versions)
        if self.only.segment:
            which &= np.isin(rows["lead"].values, self.members.leads)
        return np.flatnonzero(which)

    @cached_property
    def version_names(self) -> dict[int, Name]:
        """What people call each version."""
        return version_names(self.connection)

    @cached_property
    def _versions(self) -> list[int]:
        asked = select(ScriptVersion.id)
        if self.only.script is not None:
            asked = asked.where(ScriptVersion.script == self.only.script)
        if self.only.version_id is not None:
            asked = asked.where(ScriptVersion.id == self.only.version_id)
        return list(self.connection.scalars(asked))


class Members:
    """The leads of a segment, found when they are asked for."""

    def __init__(self, connection: Connection, only: Only) -> None:
        self._connection = connection
        self._only = only

    @cached_property
    def leads(self) -> Numbers:
        """Leads for which all of the segment holds."""
        asked = select(IDS).where(*(holds(name, value) for name, value in self._only.segment))
        if self._only.campaign is not None:
            asked = asked.where(Lead.campaign_id == self._only.campaign)
        return ids_of(self._connection.scalar(asked))


def _added(table: Any, total: Total) -> ColumnElement[Any]:
    column = getattr(table, total.column)
    if total.where is not None:
        column = case((_fits(table, total.where), column), else_=0)
    return func.max(column) if total.greatest else int_sum(column)


def _fits(table: Any, where: Where) -> ColumnElement[bool]:
    key, values = getattr(table, where.key), list(where.values)
    found: ColumnElement[bool] = key.not_in(values) if where.out else key.in_(values)
    return found
