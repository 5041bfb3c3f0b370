"""Keeping the daily sums right: before a report reads them, days that changed are counted again, by one code.

Triggers note in `day_changed`, within each writer's own transaction, of which day something was written (migration
0005). Whoever reads takes the notes away, strikes out what was counted of these days, and counts the days that the
report is about; all in one transaction, and one reader at a time, so that no note is lost.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, func, insert, literal, or_, select, text, update

from voicebot.reports.only import Only
from voicebot.reports.segments import Segment, key_of
from voicebot.reports.sums.counting import LEAD, SUMS, count
from voicebot.reports.sums.days import Unit, local_days, units
from voicebot.store.rows import insert_once
from voicebot.store.store import Store
from voicebot.store.tables import USUAL_ZONE, Attempt, Base, Campaign, ScriptVersion
from voicebot.store.tables_sums import CampaignDay, DayChanged, DayCounted, SegmentAsked
from voicebot.store.zones import campaign_zones

KEPT = timedelta(days=30)
"""Sums of a segment that nobody asked about for so long are deleted."""
ASKED_AGAIN = timedelta(days=1)
"""How exactly it is noted when somebody last asked."""
DAYS_AT_ONCE = {"sqlite": 1, "postgresql": 92}
"""Days counted in one transaction: on SQLite nobody can write meanwhile, on PostgreSQL many are quicker than one by
one."""
_LOCK = 0x766F6965
"""Any number of our own: the advisory lock that keeps two who count apart on PostgreSQL."""
_MAPPED = "PRAGMA mmap_size = 1073741824"
"""SQLite's pages are read where the system keeps them, not copied each time that one is looked at."""
_ROOM = "SET LOCAL work_mem = '64MB'"
"""Who counts joins and groups in PostgreSQL's memory; with the usual 4 MB it would sort on disk. Who only reads sums
needs no more: in their order they are grouped as they are read, by several processes."""

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


@contextmanager
def fresh(store: Store, sums: str, only: Only) -> Iterator[Connection]:
    """A connection that reads these sums, counted up to now for the days and segment of `only`. Raises StoreError."""
    refresh(store, sums, only)
    with store.reading() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(_MAPPED)
        yield connection


def refresh(store: Store, sums: str, only: Only) -> int:
    """Count again what changed; how many days of campaigns that were. Raises StoreError.

    Days are counted in transactions of DAYS_AT_ONCE.
    """
    segment = () if sums == LEAD else only.segment
    if segment:
        _asked(store, key_of(segment))
    with store.reading() as connection:
        changed = connection.scalar(select(_stale()))
    if changed:
        with _counting(store):
            pass
    with store.reading() as connection:
        missing = _missing(connection, sums, segment, only)
    counted, done, days = 0, 0, sum(unit.length for unit in missing)
    told = _TOLD.get() or (lambda done, days: None)
    for unit in missing:
        told(done, days)
        with _counting(store) as connection:
            count(connection, sums, unit)
            counted += _note(connection, sums, unit)
        done += unit.length
    told(done, days)
    return counted


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
        for table in _tables(CampaignDay, DayCounted):
            connection.execute(delete(table).where(table.__table__.columns.campaign_id == campaign))
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


def _missing(connection: Connection, sums: str, segment: Segment, only: Only) -> list[Unit]:
    """What is to be counted for `only`: campaigns of one zone together, and as many days as are counted at once."""
    mine = and_(
        DayCounted.segment == key_of(segment),
        DayCounted.sums == sums,
        DayCounted.campaign_id == CampaignDay.campaign_id,
        DayCounted.day == CampaignDay.day,
    )
    asked = select(CampaignDay.zone, CampaignDay.day, CampaignDay.campaign_id, exists().where(mine))
    rows = connection.execute(asked.where(*period(CampaignDay, only)).order_by(CampaignDay.zone, CampaignDay.day))
    return units(
        ((zone, day, name, done) for zone, day, name, done in rows), DAYS_AT_ONCE[connection.dialect.name], segment
    )


def _note(connection: Connection, sums: str, unit: Unit) -> int:
    """Note that the unit is counted; how many days of campaigns that are."""
    days = select(literal(key_of(unit.segment)), literal(sums), CampaignDay.campaign_id, CampaignDay.day).where(
        CampaignDay.campaign_id.in_(unit.campaigns), CampaignDay.day.between(unit.first, unit.last)
    )
    noted = insert_once(connection, DayCounted).from_select(["segment", "sums", "campaign_id", "day"], days)
    return connection.execute(noted, execution_options={"preserve_rowcount": True}).rowcount


def _asked(store: Store, segment: str) -> None:
    """Note that the segment is of use; those that are not go."""
    now = datetime.now(UTC)
    with store.reading() as connection:
        known = connection.scalar(select(SegmentAsked.asked_at).where(SegmentAsked.segment == segment))
    if known is not None and now - known < ASKED_AGAIN:
        return
    with _counting(store) as connection:
        connection.execute(insert_once(connection, SegmentAsked).values(segment=segment, asked_at=now))
        connection.execute(update(SegmentAsked).where(SegmentAsked.segment == segment).values(asked_at=now))
        old = connection.scalars(select(SegmentAsked.segment).where(SegmentAsked.asked_at < now - KEPT)).all()
        for table in _tables(SegmentAsked, DayCounted):
            if old and "segment" in table.__table__.columns:
                connection.execute(delete(table).where(table.__table__.columns.segment.in_(old)))


def _tables(*more: type[Base]) -> list[type[Base]]:
    """All tables of sums, and `more`."""
    return [*more, *(table for tables, _ in SUMS.values() for table in tables)]


def period(table: Any, only: Only) -> list[Any]:
    """That rows of a table with campaign and day are of the campaign and the days of `only`."""
    conditions = []
    if only.campaign is not None:
        conditions.append(table.campaign_id == only.campaign)
    if only.since is not None:
        conditions.append(table.day >= only.since)
    if only.until is not None:
        conditions.append(table.day <= only.until)
    return conditions


def chosen(table: Any, only: Only) -> list[Any]:
    """That rows of a table of sums are of `only`; those of leads are narrowed to the segment by who reads them."""
    conditions = period(table, only)
    if "segment" in table.__table__.columns:
        conditions.append(table.segment == key_of(only.segment))
    if only.script is not None:
        versions = select(ScriptVersion.id).where(ScriptVersion.script == only.script)
        conditions.append(table.version_id.in_(versions))
    if only.version_id is not None:
        conditions.append(table.version_id == only.version_id)
    return conditions
