"""Facts of days as the store keeps them: a compressed column of a campaign's day is a row of `day_fact`.

What a segment asks is answered from these, without reading attempts again.
"""

import json
import zlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection, delete, select

from voicebot.reports.sums.columns import BY_DAY, NOTHING, Column, Numbers, Rows, joined, narrowed
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
        values, words = values.astype(np.min_scalar_type(len(here))), tuple(words[place] for place in here.tolist())
    kind = values.dtype.newbyteorder("<")
    told = "" if words is None else json.dumps(words, ensure_ascii=False)
    return kind.str, told, zlib.compress(values.astype(kind).tobytes(), QUICK)


class Piece(NamedTuple):
    """A column of one campaign's day."""

    campaign: str
    day: date
    name: str
    column: Column


def facts(connection: Connection, part: str, names: Iterable[str], chosen: Sequence[Any]) -> Rows:
    """Columns of the facts of the days for which `chosen` holds, with campaign and day. Raises SQLAlchemy's errors."""
    wanted = tuple(names)
    columns = (DayFact.campaign_id, DayFact.day, DayFact.name, DayFact.kind, DayFact.texts, DayFact.body)
    query = select(*columns).where(DayFact.part == part, DayFact.name.in_(wanted), *chosen)
    pieces: dict[str, list[Piece]] = {name: [] for name in wanted}
    for campaign, day, name, kind, words, body in connection.execute(query.order_by(DayFact.campaign_id, DayFact.day)):
        column = Column(_read(kind, body), tuple(json.loads(words)) if words else None)
        pieces[name].append(Piece(campaign, day, name, column))
    if not pieces[wanted[0]]:
        return dict.fromkeys((*BY_DAY, *wanted), NOTHING)
    lengths = [len(piece.column.values) for piece in pieces[wanted[0]]]
    campaigns = joined([Column(np.zeros(1, np.int8), (piece.campaign,)) for piece in pieces[wanted[0]]])
    days = np.array([piece.day.toordinal() for piece in pieces[wanted[0]]])
    return {
        "campaign_id": Column(np.repeat(campaigns.values, lengths), campaigns.words),
        "day": Column(np.repeat(days, lengths)),
        **{name: joined([piece.column for piece in its]) for name, its in pieces.items()},
    }


def _read(kind: str, body: bytes) -> Numbers:
    return np.frombuffer(zlib.decompress(body), dtype=kind)
