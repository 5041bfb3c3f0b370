"""Keeping facts and daily sums right: before a report reads them, days that changed are counted again, by one code.

Triggers note in `day_changed`, within each writer's own transaction, of which day something was written (migration
0005). Whoever reads takes the notes away, strikes out what was counted of these days, and counts the days that the
report is about; all in one transaction, and one reader at a time, so that no note is lost.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, func, insert, literal, or_, select, text

from voicebot.reports.only import Only
from voicebot.reports.sums.chosen import period
from voicebot.reports.sums.columns import BY_DAY
from voicebot.reports.sums.counting import SHARED, SUMS, Table, every_total, summed
from voicebot.reports.sums.days import Unit, local_days, units
from voicebot.reports.sums.kept import keep
from voicebot.reports.sums.reader import Reader
from voicebot.reports.sums.reading import KINDS, Kind
from voicebot.reports.sums.totals import Total, Where
from voicebot.store.bulk import add_many
from voicebot.store.rows import insert_once
from voicebot.store.store import Store
from voicebot.store.tables import USUAL_ZONE, Attempt, Base, Campaign
from voicebot.store.tables_sums import CampaignDay, DayChanged, DayCounted, DayFact
from voicebot.store.zones import campaign_zones

DAYS_AT_ONCE = {"sqlite": 1, "postgresql": 7}
"""Days counted in one transaction: on SQLite nobody can write meanwhile, on PostgreSQL some are quicker than one by
one. All their facts are in memory."""
_LOCK = 0x766F6965
"""Any number of our own: the advisory lock that keeps two who count apart on PostgreSQL."""
_MAPPED = "PRAGMA mmap_size = 1073741824"
"""SQLite's pages are read where the system keeps them, not copied each time that one is looked at."""
_ROOM = "SET LOCAL work_mem = '64MB'"
"""Who counts joins in PostgreSQL's memory; with the usual 4 MB it would sort on disk. Who only reads sums needs no
more: in their order they are grouped as they are read, by several processes."""

Told = Callable[[int, int], None]
"""Told while days are counted: how many are done, and of how many."""
_TOLD: ContextVar[Told | None] = ContextVar("told", default=None)


@contextmanager
def telling(told: Told) -> Iterator[None]:
    """Whatever is counted within, `told` hears of it: of a long history the first time takes a minute."""
    before = _TOLD.set(told)
    try:
        yield
    finally:
        _TOLD.reset(before)


def fresh(
    store: Store, table: type[Base], only: Only, by: Sequence[str], totals: Sequence[Total], *where: Where
) -> Table:
    """Of one table of sums, counted up to now for `only`: see Reader.sums. Raises StoreError."""
    with opened(store, only, table) as reader:
        return reader.sums(table, by, totals, *where)


@contextmanager
def opened(store: Store, only: Only, *of: type[Base] | str | Kind) -> Iterator[Reader]:
    """A reader of these tables of sums, parts of the facts, or kinds that are none of KINDS, counted up to now for
    `only`. Raises StoreError."""
    own = [each for each in of if isinstance(each, Kind)]
    parts = {each for each in of if isinstance(each, str)}
    parts.update(part for each in of if isinstance(each, type) for part in SUMS[each].parts)
    for kind in (*(kind for kind in KINDS if parts.intersection(kind.parts)), *own):
        refresh(store, kind, only)
    with store.at_one_moment() as connection:  # facts are read bit by bit, though others count meanwhile
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(_MAPPED)
        yield Reader(connection, only)


def refresh(store: Store, kind: Kind, only: Only) -> int:
    """Count again what changed of the kind; how many days of campaigns that were. Raises StoreError.

    Days are counted in transactions of DAYS_AT_ONCE.
    """
    with store.reading() as connection:
        changed = connection.scalar(select(_stale()))
    if changed:
        with _counting(store):
            pass
    with store.reading() as connection:
        missing = _missing(connection, kind, only)
    counted, done, days = 0, 0, sum(unit.length for unit in missing)
    told = _TOLD.get() or (lambda done, days: None)
    for unit in missing:
        told(done, days)
        with _counting(store) as connection:
            _count(connection, kind, unit)
            counted += _note(connection, kind, unit)
        done += unit.length
    told(done, days)
    return counted


def _count(connection: Connection, kind: Kind, unit: Unit) -> None:
    """Put facts and sums of the unit in place of those that are there."""
    parts = kind.read(connection, unit)
    for part, rows in parts.items():
        keep(connection, part, unit, rows)
    for table in SUMS:
        if SUMS[table].parts <= parts.keys():
            columns = table.__table__.columns
            old = columns.campaign_id.in_(unit.campaigns), columns.day.between(unit.first, unit.last)
            connection.execute(delete(table).where(*old))
            keys, totals = (*SHARED, *SUMS[table].keys), every_total(table)
            rows_of_it = summed(
                table, lambda part, names: {name: parts[part][name] for name in (*BY_DAY, *names)}, keys, totals
            )
            add_many(connection, table, {}, (*keys, *(total.column for total in totals)), rows_of_it)


def forget(store: Store) -> None:
    """Strike out everything that was counted: the next report counts it anew. Raises StoreError."""
    with _counting(store) as connection:
        connection.execute(delete(DayCounted))


@contextmanager
def _counting(store: Store) -> Iterator[Connection]:
    """A transaction of the only one who counts at present; the notes of days that changed are worked off in it."""
    with store.writing() as connection:
        postgresql = connection.dialect.name == "postgresql"
        connection.exec_driver_sql(_ROOM if postgresql else _MAPPED)
        if postgresql:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _cut_anew(connection)
        _strike_out(connection)
        yield connection


def _stale() -> Any:
    """Whether there is a note, or a campaign whose days were cut by another zone."""
    moved = exists().where(Campaign.id == CampaignDay.campaign_id, Campaign.zone != CampaignDay.zone)
    return or_(exists().where(DayChanged.id.is_not(None)), moved)


def _cut_anew(connection: Connection) -> None:
    """All days of a campaign change when its zone does."""
    asked = select(CampaignDay.campaign_id).distinct().join(Campaign, Campaign.id == CampaignDay.campaign_id)
    for campaign in connection.scalars(asked.where(Campaign.zone != CampaignDay.zone)).all():
        tables: list[Any] = [CampaignDay, DayCounted, DayFact, *SUMS]
        for table in tables:
            connection.execute(delete(table).where(table.campaign_id == campaign))
        moments = select(func.min(Attempt.started_at), func.max(Attempt.started_at))
        first, last = connection.execute(moments.where(Attempt.campaign_id == campaign)).one()
        if first is not None and last is not None:
            days = [first.date() + timedelta(days=n) for n in range((last.date() - first.date()).days + 1)]
            connection.execute(insert(DayChanged), [{"campaign_id": campaign, "day": day} for day in days])


def _strike_out(connection: Connection) -> None:
    """Take the notes away, and with them the claim that their days are counted."""
    notes = connection.execute(delete(DayChanged).returning(DayChanged.campaign_id, DayChanged.day)).all()
    if not notes:
        return
    zones = campaign_zones(connection)
    changed: set[tuple[str, date, str]] = set()
    for campaign, utc_day in notes:
        zone = zones.get(campaign, USUAL_ZONE)
        changed |= {(campaign, day, zone) for day in local_days(utc_day, zone)}
    rows = [{"campaign_id": campaign, "day": day, "zone": zone} for campaign, day, zone in sorted(changed)]
    connection.execute(insert_once(connection, CampaignDay), rows)
    for campaign in {campaign for campaign, _, _ in changed}:
        days = [day for name, day, _ in changed if name == campaign]
        connection.execute(delete(DayCounted).where(DayCounted.campaign_id == campaign, DayCounted.day.in_(days)))


def _missing(connection: Connection, kind: Kind, only: Only) -> list[Unit]:
    """What is to be counted for `only`: campaigns of one zone together, and as many days as are counted at once."""
    mine = and_(
        DayCounted.sums == kind.counted_as,
        DayCounted.campaign_id == CampaignDay.campaign_id,
        DayCounted.day == CampaignDay.day,
    )
    asked = select(CampaignDay.zone, CampaignDay.day, CampaignDay.campaign_id, exists().where(mine))
    rows = connection.execute(asked.where(*period(CampaignDay, only)).order_by(CampaignDay.zone, CampaignDay.day))
    return units(((zone, day, name, done) for zone, day, name, done in rows), DAYS_AT_ONCE[connection.dialect.name])


def _note(connection: Connection, kind: Kind, unit: Unit) -> int:
    """Note that the unit is counted, and by no other version of the kind; how many days of campaigns that are."""
    mine = CampaignDay.campaign_id.in_(unit.campaigns), CampaignDay.day.between(unit.first, unit.last)
    others = DayCounted.sums.startswith(f"{kind.name} ", autoescape=True), DayCounted.sums != kind.counted_as
    of_unit = DayCounted.campaign_id.in_(unit.campaigns), DayCounted.day.between(unit.first, unit.last)
    connection.execute(delete(DayCounted).where(*others, *of_unit))
    days = select(literal(kind.counted_as), CampaignDay.campaign_id, CampaignDay.day).where(*mine)
    noted = insert_once(connection, DayCounted).from_select(["sums", "campaign_id", "day"], days)
    return connection.execute(noted, execution_options={"preserve_rowcount": True}).rowcount
