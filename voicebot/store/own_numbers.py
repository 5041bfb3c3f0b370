"""Our numbers in the store: added, changed, listed; reserved for an attempt within their caps; rest, quarantine.

Which one is chosen is policy's; what became of their calls is number_health.py's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, func, insert, or_, select, update
from sqlalchemy.engine import RowMapping

from voicebot.campaign.policy.caller_numbers import CallerNumber, NumberState, usable
from voicebot.campaign.policy.codes import Code, Layer
from voicebot.campaign.policy.windows import zone_named
from voicebot.errors import UsageError
from voicebot.store.campaigns import note
from voicebot.store.store import Store
from voicebot.store.tables import Attempt
from voicebot.store.tables_dialling import OwnNumber
from voicebot.store.take_turns import take_turns

COLUMNS = ("gateway", "pool", "weight", "area", "hourly_cap", "daily_cap", "gap_s", "max_calls", "calls_per_second")
HOUR = timedelta(hours=1)
REST = HOUR
"""A number that has reached its hourly cap is not shown for this long."""
OBJECT = "number:"
"""Begins what the audit calls a number."""
RESTORED = "number.restore"
"""What the audit calls a number's return by a person; its health is counted anew from then."""
ACTIONS = {
    NumberState.ACTIVE: RESTORED,
    NumberState.RESTING: "number.rest",
    NumberState.QUARANTINED: "number.quarantine",
    NumberState.RETIRED: "number.retire",
}
RULE = "number rules"
"""Who changed a number when no person did."""
NOT_SENT = (Code.THROTTLED, Code.GATEWAY_DOWN, Code.CANCELLED)
"""Attempts that end so never showed the number to anybody."""


@dataclass(frozen=True)
class StoredNumber:
    """One of our numbers with its counts, and why it is in its state."""

    number: CallerNumber
    pool: str
    because: str
    since: datetime


def put(store: Store, numbers: Mapping[str, Mapping[str, Any]], *, by: str = "", new: bool = False) -> int:
    """Add numbers (those that are there are changed unless `new`), or change COLUMNS of them; how many are new.

    Raises UsageError naming the number, StoreError; then nothing is changed.
    """
    now = datetime.now(UTC)
    added = 0
    with store.writing() as connection:
        take_turns(connection, "numbers")
        for number, values in numbers.items():
            check(number, values)
            before = _row(connection, number)
            if before is None:
                usual = {"gateway": "", "weight": 1, "area": "", "because": "", "since": now}
                connection.execute(
                    insert(OwnNumber).values(usual | dict(values) | {"number": number, "state": NumberState.ACTIVE})
                )
            elif new:
                raise UsageError(f"{number} is one of our numbers already; change it with: voicebot line number set")
            elif values:
                connection.execute(update(OwnNumber).where(OwnNumber.number == number).values(dict(values)))
            was = {} if before is None else {key: before[key] for key in values}
            action = "number.add" if before is None else "number.set"
            note(connection, by, action, OBJECT + number, was, values)
            added += before is None
    return added


def known(store: Store, number: str) -> StoredNumber:
    """The number. Raises UsageError when it is not one of ours, StoreError."""
    found = [one for one in listed(store, datetime.now(UTC), "UTC") if one.number.number == number]
    if not found:
        raise _unknown(number)
    return found[0]


def listed(store: Store, now: datetime, zone: str, pool: str | None = None) -> list[StoredNumber]:
    """All numbers (of a pool), each with its calls of the last hour and of the day in `zone`. Raises StoreError."""
    asked = select(OwnNumber.__table__).order_by(OwnNumber.number)
    if pool is not None:
        asked = asked.where(OwnNumber.pool == pool)
    with store.reading() as connection:
        rows = connection.execute(asked).mappings().all()
        counts = _counts(connection, [row["number"] for row in rows], now, zone)
    return [
        StoredNumber(_number(row, counts.get(row["number"], (0, 0, None))), row["pool"], row["because"], row["since"])
        for row in rows
    ]


def reserve(store: Store, attempt_id: str, number: str, gateway: str, now: datetime, zone: str) -> str:
    """Write on the attempt which number it shows and the gateway it takes; or why the number may not be shown.

    Counted while the number's row is locked: no two attempts share the last call of a cap. With this one a cap may be
    reached: then the number rests. Raises StoreError.
    """
    with store.writing() as connection:
        row = _row(connection, number)
        if row is None:
            return "it is none of our numbers any more"
        count = _counts(connection, [number], now, zone, attempt_id).get(number, (0, 0, None))
        if why := usable(_number(row, count), now):
            return why
        _rest_if_full(connection, row, count[0] + 1, count[1] + 1, now, zone)
        _write_line(connection, attempt_id, number, gateway)
    return ""


def write_line(store: Store, attempt_id: str, number: str, gateway: str) -> None:
    """As `reserve` for a number that is none of ours and has no caps; empty: the gateway's own. Raises StoreError."""
    with store.writing() as connection:
        _write_line(connection, attempt_id, number, gateway)


def _write_line(connection: Connection, attempt_id: str, number: str, gateway: str) -> None:
    mine = update(Attempt).where(Attempt.id == attempt_id, Attempt.code.is_(None))
    connection.execute(mine.values(caller_number=number or None, gateway=gateway))


def set_state(store: Store, number: str, to: NumberState, why: str, *, by: str = "") -> bool:
    """A person quarantines, retires or restores (`active`) a number; False when it was so already.

    Raises UsageError for an unknown or retired number, StoreError.
    """
    with store.writing() as connection:
        row = _row(connection, number)
        if row is None:
            raise _unknown(number)
        if row["state"] == to:
            return False
        if row["state"] == NumberState.RETIRED:
            raise UsageError(f"{number} is retired for good: {row['because']}")
        _step(connection, row, to, why, by, datetime.now(UTC))
    return True


def quarantine(connection: Connection, number: str, why: str, now: datetime) -> bool:
    """Take a number out by a rule; False when it was out already."""
    row = _row(connection, number)
    if row is None or row["state"] in (NumberState.QUARANTINED, NumberState.RETIRED):
        return False
    _step(connection, row, NumberState.QUARANTINED, why, RULE, now)
    return True


def wake(store: Store, now: datetime) -> list[str]:
    """Numbers whose rest is over are active again; which. Nothing else is: a quarantine ends by a person alone.

    Raises StoreError.
    """
    rested = (OwnNumber.state == NumberState.RESTING, OwnNumber.rest_until <= now)
    with store.reading() as connection:
        names = connection.scalars(select(OwnNumber.number).where(*rested)).all()
    woken = []
    for name in names:
        with store.writing() as connection:
            row = _row(connection, name)
            if row is not None and row["state"] == NumberState.RESTING and row["rest_until"] <= now:
                _step(connection, row, NumberState.ACTIVE, "its rest is over", RULE, now)
                woken.append(name)
    return woken


def _step(
    connection: Connection,
    row: RowMapping,
    to: NumberState,
    why: str,
    by: str,
    now: datetime,
    until: datetime | None = None,
) -> None:
    values = {"state": str(to), "because": why, "since": now, "rest_until": until}
    connection.execute(update(OwnNumber).where(OwnNumber.number == row["number"]).values(values))
    before = {"state": row["state"], "because": row["because"]}
    action = "number.return" if by == RULE and to is NumberState.ACTIVE else ACTIONS[to]
    note(connection, by, action, OBJECT + row["number"], before, {"state": str(to)}, why)


def _rest_if_full(connection: Connection, row: RowMapping, hour: int, day: int, now: datetime, zone: str) -> None:
    if row["daily_cap"] is not None and day >= row["daily_cap"]:
        why, until = f"{day} calls today, its cap", _midnight(now, zone) + timedelta(days=1)
    elif row["hourly_cap"] is not None and hour >= row["hourly_cap"]:
        why, until = f"{hour} calls in an hour, its cap", now + REST
    else:
        return
    _step(connection, row, NumberState.RESTING, why, RULE, now, until)


def _midnight(now: datetime, zone: str) -> datetime:
    local = now.astimezone(zone_named(zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def _counts(
    connection: Connection, numbers: Sequence[str], now: datetime, zone: str, but: str | None = None
) -> dict[str, tuple[int, int, datetime | None]]:
    """Calls of the last hour, calls since local midnight, the last one; by number, one look at the index."""
    if not numbers:
        return {}
    hour, midnight = now - HOUR, _midnight(now, zone)
    sent = or_(
        Attempt.code.is_(None),
        and_(Attempt.layer != str(Layer.REFUSED), Attempt.code.not_in([str(code) for code in NOT_SENT])),
    )
    asked = (
        select(
            Attempt.caller_number,
            func.coalesce(func.sum(case((Attempt.started_at > hour, 1), else_=0)), 0),
            func.coalesce(func.sum(case((Attempt.started_at >= midnight, 1), else_=0)), 0),
            func.max(Attempt.started_at),
        )
        .where(Attempt.caller_number.in_(numbers), Attempt.started_at > min(hour, midnight), sent)
        .group_by(Attempt.caller_number)
    )
    if but is not None:
        asked = asked.where(Attempt.id != but)
    return {number: (int(hour), int(day), last) for number, hour, day, last in connection.execute(asked)}


def _number(row: RowMapping, counts: tuple[int, int, datetime | None]) -> CallerNumber:
    return CallerNumber(
        number=row["number"],
        weight=row["weight"],
        area=row["area"],
        state=NumberState(row["state"]),
        rest_until=row["rest_until"],
        hour=counts[0],
        day=counts[1],
        hourly_cap=row["hourly_cap"],
        daily_cap=row["daily_cap"],
        last_used=counts[2],
        gap=timedelta(seconds=row["gap_s"]),
        gateway=row["gateway"],
        max_calls=row["max_calls"],
        calls_per_second=row["calls_per_second"],
    )


def _row(connection: Connection, number: str) -> RowMapping | None:
    asked = select(OwnNumber.__table__).where(OwnNumber.number == number).with_for_update()
    return connection.execute(asked).mappings().first()


def check(number: str, values: Mapping[str, Any]) -> None:
    """Raises UsageError naming the number and what of it is wrong."""
    digits = number.removeprefix("+")
    if not (digits.isascii() and digits.isdecimal() and 3 <= len(digits) <= 20):
        raise UsageError(
            f"{number!r} is no number to show: digits as the gateway wants them, 3 to 20, with or without +"
        )
    bounds = {"weight": 0, "hourly_cap": 0, "daily_cap": 0, "gap_s": 0, "max_calls": 1}
    for name, least in bounds.items():
        value = values.get(name)
        if value is not None and not least <= value <= 1_000_000:
            raise UsageError(f"{number}: {name} is {value}; give {least} to 1000000")
    rate = values.get("calls_per_second")
    if rate is not None and not 0 < rate <= 1000:
        raise UsageError(f"{number}: {rate} calls a second; above 0, at most 1000")


def _unknown(number: str) -> UsageError:
    return UsageError(f"{number} is none of our numbers; they are told by: voicebot line number list")
