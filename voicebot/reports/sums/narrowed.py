"""Sums of a group of leads: counted from the facts of the days when somebody asks, into tables that are his alone.

Nothing of them is kept: the facts are, and any group is counted from these in less than a second.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Any, TypeVar, cast

import numpy as np
from sqlalchemy import Column, Connection, MetaData, Table, select
from sqlalchemy.orm import aliased
from sqlalchemy.schema import CreateTable

from voicebot.reports.only import Only
from voicebot.reports.segments import holds
from voicebot.reports.sums.chosen import period
from voicebot.reports.sums.columns import Numbers, Rows, narrowed
from voicebot.reports.sums.counting import SUMS, names_of, summed
from voicebot.reports.sums.kept import facts
from voicebot.store.bulk import add_many
from voicebot.store.tables import Base, Lead, ScriptVersion
from voicebot.store.tables_sums import DayFact

OF_SEGMENT = "segment_"
"""Names of the tables begin so."""


AnyTable = TypeVar("AnyTable", bound=Base)


def of_segment(connection: Connection, table: type[AnyTable], only: Only, by: Collection[str]) -> type[AnyTable]:
    """A table of this connection's transaction with the sums of `only`, grouped `by` these keys. Raises SQLAlchemy's
    errors."""
    made, entity = _like(table)
    connection.execute(CreateTable(made))
    parts = {part: read(connection, part, names_of(table, part, by), only) for part in SUMS[table].needs}
    names, rows = summed(table, parts, by)
    add_many(connection, made, {}, names, rows)
    return cast(type[AnyTable], entity)


@lru_cache
def _like(table: type[Base]) -> tuple[Table, Any]:
    """A table like it that goes with the transaction, and the class whose columns are the table's."""
    model = table.__table__
    columns = [Column(column.name, column.type, nullable=False) for column in model.columns]
    made = Table(OF_SEGMENT + table.__tablename__, MetaData(), *columns, prefixes=["TEMPORARY"])
    return made, aliased(table, made, adapt_on_names=True)


def read(connection: Connection, part: str, names: Collection[str], only: Only) -> Rows:
    """Facts of `only`: those of its days, of calls by its versions, of leads in its segment."""
    of_version = only.script is not None or only.version_id is not None
    more = (*(("version_id",) if of_version else ()), *(("lead",) if only.segment else ()))
    rows = facts(connection, part, dict.fromkeys((*names, *more)), period(DayFact, only))
    if not more:
        return rows
    which = np.ones(len(rows["day"].values), dtype=bool)
    if of_version:
        which &= np.isin(rows["version_id"].values, _versions(connection, only))
    if only.segment:
        which &= _members(connection, only, rows["lead"].values)
    return narrowed(rows, which)


def _versions(connection: Connection, only: Only) -> list[int]:
    asked = select(ScriptVersion.id)
    if only.script is not None:
        asked = asked.where(ScriptVersion.script == only.script)
    if only.version_id is not None:
        asked = asked.where(ScriptVersion.id == only.version_id)
    return list(connection.scalars(asked))


def _members(connection: Connection, only: Only, leads: Numbers) -> Numbers:
    """A mask: rows of leads for which all of the segment holds; an attempt without a lead is in no segment."""
    asked = select(Lead.id).where(*(holds(name, value) for name, value in only.segment))
    if only.campaign is not None:
        asked = asked.where(Lead.campaign_id == only.campaign)
    members = np.array(connection.scalars(asked).all(), dtype=np.int64)
    return np.isin(leads, members)
