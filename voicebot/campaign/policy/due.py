"""When a task is due, from what was said of it: a date, a time, both, or so many minutes. Pure."""

from datetime import date, datetime, time, timedelta

MORNING = time(9)
"""When a task of a day without a time is due."""


def due_at(at: str, in_minutes: int, asked: datetime) -> datetime | None:
    """The moment before which the task is not due, None for at once and for an `at` that is neither date nor time.

    `at`: "2026-11-23", "15:30" or "2026-11-23 15:30", in the time zone of `asked`, the aware moment of the asking. A
    time alone is its next occurrence; a date alone is that morning.
    """
    if not at:
        return asked + timedelta(minutes=in_minutes) if in_minutes else None
    day, clock = _parts(at)
    if day is None and clock is None:
        return None
    due = datetime.combine(day or asked.date(), clock or MORNING, asked.tzinfo)
    return due + timedelta(days=1) if day is None and due <= asked else due


def _parts(at: str) -> tuple[date | None, time | None]:
    """Date and time of the text; both None when anything of it is neither."""
    day: date | None = None
    clock: time | None = None
    for part in at.replace("T", " ").split():
        try:
            if ":" in part:
                clock = time.fromisoformat(part).replace(tzinfo=None)
            else:
                day = date.fromisoformat(part)
        except ValueError:
            return None, None
    return day, clock
