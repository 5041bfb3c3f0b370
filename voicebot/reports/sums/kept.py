"""Facts of days as the store keeps them: a compressed column of a campaign's day is a row of `day_fact`.

What a segment asks is answered from these, without reading attempts again.
"""

import json
import zlib
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import Connection, Text, cast, delete, select

from voicebot.reports.sums.columns import BY_DAY, NOTHING, Column, Rows, joined, narrowed, numbers, texts
from voicebot.reports.sums.days import Unit
from voicebot.reports.sums.grouping import grouped
from voicebot.store.bulk import add_many
from voicebot.store.tables_sums import DayFact

QUICK = 1
"""zlib's level: the others take several times as long to write and make little smaller."""


def keep(connection: Connection, part: str, unit: Unit, rows: Rows) -> None:
    """Put the facts of the unit in place of those that are there. Raises SQLAlchemy's errors."""
    connection.execute(
        delete(DayFact).where(
            DayFact.part == part, DayFact.campaign_id.in_(unit.campaigns), DayFact.day.between(unit.first, unit.last)
        )
    )
    names = ("campaign_id", "day", "name", "kind", "texts", "body")
    add_many(connection, DayFact, {"part": part}, names, _packed(rows))


def _packed(rows: Rows) -> Iterable[Sequence[Any]]:
    keys = [rows[name].values for name in BY_DAY]
    groups = grouped(keys, len(keys[0]))
    order = np.argsort(groups.of_row, kind="stable")
    for which in np.split(order, np.cumsum(groups.sizes())[:-1]) if groups.count else ():
        campaign, day = rows["campaign_id"].known(which[:1])[0], date.fromordinal(rows["day"].known(which[:1])[0])
        for name, column in narrowed(rows, which).items():
            if name not in BY_DAY:
                yield campaign, day, name, *_written(column)


def _written(column: Column) -> tuple[str, str, bytes]:
    values, words = column.values, column.words
    if words is not None:  # only those that the day has
        here, values = np.unique(values, return_inverse=True)
        words = tuple(words[place] for place in here.tolist())
        order = sorted(range(len(words)), key=words.__getitem__)  # so that most days have the same list
        values = np.argsort(order)[values].astype(np.min_scalar_type(len(here)))
        words = tuple(words[place] for place in order)
    kind = values.dtype.newbyteorder("<")
    told = "" if words is None else json.dumps(words, ensure_ascii=False)
    return kind.str, told, zlib.compress(values.astype(kind).tobytes(), QUICK)


def facts(connection: Connection, part: str, names: Iterable[str], chosen: Sequence[Any]) -> Rows:
    """Columns of the facts of the days for which `chosen` holds, with campaign and day. Raises SQLAlchemy's errors."""
    wanted = tuple(names)
    day = cast(DayFact.day, Text)
    query = select(DayFact.campaign_id, day, DayFact.name, DayFact.kind, DayFact.texts, DayFact.body)
    query = query.where(DayFact.part == part, DayFact.name.in_(wanted), *chosen)
    # As the driver has them: all are texts and bytes.
    rows = connection.execute(query.order_by(DayFact.campaign_id, DayFact.day)).cursor.fetchall()
    if not rows:
        return dict.fromkeys((*BY_DAY, *wanted), NOTHING)
    pieces: dict[str, list[Column]] = {name: [] for name in wanted}
    for _, _, name, kind, words, body in rows:
        pieces[name].append(Column(np.frombuffer(zlib.decompress(body), dtype=kind), _words(words)))
    days = list(dict.fromkeys((campaign, day) for campaign, day, *_ in rows))
    lengths = [len(piece.values) for piece in pieces[wanted[0]]]
    of_days = {
        "campaign_id": texts([campaign for campaign, _ in days]),
        "day": numbers([_ordinal(day) for _, day in days]),
    }
    return {
        **{name: Column(np.repeat(each.values, lengths), each.words) for name, each in of_days.items()},
        **{name: joined(its) for name, its in pieces.items()},
    }


@lru_cache(maxsize=1_024)
def _words(told: str) -> tuple[str, ...] | None:
    return tuple(json.loads(told)) if told else None


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()
