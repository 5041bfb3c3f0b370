"""What a report reads at one moment: sums and facts of the attempts that it is about.

Sums of every attempt are kept; those of a segment are counted from the facts into a table of the reader's own, and go
with it. Nothing of a segment is kept: any is counted from the facts of its days within a second or two.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Generic, TypeVar, cast

import numpy as np
from sqlalchemy import Column, ColumnElement, Connection, MetaData, Table, Text, func, select
from sqlalchemy import cast as cast_to
from sqlalchemy.orm import aliased
from sqlalchemy.schema import CreateTable

from voicebot.reports.only import Only
from voicebot.reports.segments import holds
from voicebot.reports.sums.chosen import chosen, period
from voicebot.reports.sums.columns import Numbers, Rows
from voicebot.reports.sums.counting import SUMS, names_of, summed
from voicebot.reports.sums.kept import facts
from voicebot.store.bulk import add_many
from voicebot.store.tables import Base, Lead, ScriptVersion
from voicebot.store.tables_sums import DayFact

OF_SEGMENT = "segment_"
"""Names of the reader's own tables begin so."""
AnyTable = TypeVar("AnyTable", bound=Base)


@dataclass(frozen=True)
class Sums(Generic[AnyTable]):
    """Sums as a report asks them: `table`, and which of its rows are `chosen`."""

    connection: Connection
    table: type[AnyTable]
    chosen: tuple[ColumnElement[bool], ...]


class Reader:
    """Reads what is counted for `only` through one connection, facts once. Its methods raise SQLAlchemy's errors."""

    def __init__(self, connection: Connection, only: Only) -> None:
        self.connection = connection
        self.only = only
        self._of_version = only.script is not None or only.version_id is not None
        self._read: dict[str, dict[str, Any]] = {}
        self._which: dict[str, Numbers | None] = {}

    def sums(self, table: type[AnyTable], *by: str) -> Sums[AnyTable]:
        """A table of sums, once. `by`: the keys that the report groups by or chooses by; of a segment others are
        empty."""
        if not self.only.segment:
            return Sums(self.connection, table, tuple(chosen(table, self.only)))
        own, entity = _like(table)
        self.connection.execute(CreateTable(own))
        parts = {part: self.facts(part, *names_of(table, part, by)) for part in SUMS[table].needs}
        names, rows = summed(table, parts, by)
        add_many(self.connection, own, {}, names, rows)
        return Sums(self.connection, cast(type[AnyTable], entity), ())

    def facts(self, part: str, *names: str) -> Rows:
        """Facts of the part, with campaign and day: of the days, calls by the versions, leads of the segment."""
        have = self._read.setdefault(part, {})
        choose = (*(("version_id",) if self._of_version else ()), *(("lead",) if self.only.segment else ()))
        wanted = [name for name in dict.fromkeys((*names, *choose)) if name not in have]
        if wanted or not have:
            rows = facts(self.connection, part, wanted or ("version_id",), period(DayFact, self.only))
            if part not in self._which:
                self._which[part] = self._choose(rows) if choose else None
            which = self._which[part]
            have |= {name: column if which is None else column.of(which) for name, column in rows.items()}
        return have

    def _choose(self, rows: Rows) -> Numbers:
        which = np.ones(len(rows["day"].values), dtype=bool)
        if self._of_version:
            which &= np.isin(rows["version_id"].values, self._versions)
        if self.only.segment:
            which &= np.isin(rows["lead"].values, self._members)
        return which

    @cached_property
    def _versions(self) -> list[int]:
        asked = select(ScriptVersion.id)
        if self.only.script is not None:
            asked = asked.where(ScriptVersion.script == self.only.script)
        if self.only.version_id is not None:
            asked = asked.where(ScriptVersion.id == self.only.version_id)
        return list(self.connection.scalars(asked))

    @cached_property
    def _members(self) -> Numbers:
        """Leads for which all of the segment holds. One text: hundreds of thousands of rows take longer to hand over
        than to find."""
        asked = select(func.aggregate_strings(cast_to(Lead.id, Text), " "))
        asked = asked.where(*(holds(name, value) for name, value in self.only.segment))
        if self.only.campaign is not None:
            asked = asked.where(Lead.campaign_id == self.only.campaign)
        return np.array((self.connection.scalar(asked) or "").split(), dtype=np.int64)


@lru_cache
def _like(table: type[Base]) -> tuple[Table, Any]:
    """A table like it that goes with the transaction, and the class whose columns are the table's."""
    model = table.__table__
    columns = [Column(column.name, column.type, nullable=False) for column in model.columns]
    own = Table(OF_SEGMENT + table.__tablename__, MetaData(), *columns, prefixes=["TEMPORARY"])
    return own, aliased(table, own, adapt_on_names=True)
