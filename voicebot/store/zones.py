"""The time zone by which a campaign counts its days, and where those days begin. Reports and roll-ups go by it."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from sqlalchemy import Connection, select

from voicebot.campaign.policy.windows import zone_named
from voicebot.store.tables import USUAL_ZONE, Campaign


def campaign_zones(connection: Connection) -> dict[str, str]:
    """The campaigns whose zone is not the usual one, with it."""
    rows = connection.execute(select(Campaign.id, Campaign.zone).where(Campaign.zone != USUAL_ZONE))
    return {name: zone for name, zone in rows}  # noqa: C416 - a row is no pair to mypy


@lru_cache(maxsize=4_096)
def day_begins(day: date, zone: str = USUAL_ZONE) -> datetime:
    """Midnight at the beginning of the day in the zone; UTC."""
    return datetime.combine(day, time(), zone_named(zone)).astimezone(UTC)


def day_ends(day: date, zone: str = USUAL_ZONE) -> datetime:
    """Midnight at the end of the day in the zone; UTC."""
    return day_begins(day + timedelta(days=1), zone)
