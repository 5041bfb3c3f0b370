"""Gateways in the store: added, changed, listed; marked down and up, by people and by what the switch tells of them.

How much of one is in use is counted in capacity.py; in which order they are tried is policy's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update
from sqlalchemy.engine import RowMapping

from voicebot.campaign.policy.cause_rules import rules_of
from voicebot.campaign.policy.line_choice import Gateway
from voicebot.campaign.policy.states import LeadState
from voicebot.errors import UsageError
from voicebot.store.campaigns import note
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Lead
from voicebot.store.tables_dialling import Gateway as Row
from voicebot.store.take_turns import take_turns

BY_SWITCH = "told by the switch: "
"""Begins the reason of a gateway that is down by what the switch told; what a person took down has none such, and
nothing but a person brings it back."""


@dataclass(frozen=True)
class UnderWay:
    """An attempt in the air: `owner` is its dialer's name in the store, `number` the one shown."""

    attempt_id: str
    campaign: str
    owner: str
    gateway: str
    number: str


COLUMNS = ("node", "rank", "max_calls", "calls_per_second", "causes", "price_minute", "bill_s")


def put(store: Store, name: str, values: Mapping[str, Any], *, by: str = "", new: bool = False) -> None:
    """Add the gateway, or change those of COLUMNS that are in `values`.

    Raises UsageError for a wrong value, a name that is there (`new`) or is not, and StoreError.
    """
    _check(name, values)
    with store.writing() as connection:
        take_turns(connection, "gateways")
        before = connection.execute(_one(name)).mappings().first()
        if new and before is not None:
            raise UsageError(f"there is a gateway {name!r} already; change it with: voicebot line gateway set {name}")
        if not new and before is None:
            raise _unknown(connection, name)
        if before is None:
            row = {"name": name, "node": "", "rank": 0, "causes": [], "since": datetime.now(UTC), **values}
            connection.execute(insert(Row).values(row))
        elif values:
            connection.execute(update(Row).where(Row.name == name).values(dict(values)))
        was = {key: before[key] for key in values} if before is not None else {}
        note(connection, by, "gateway.add" if new else "gateway.set", f"gateway:{name}", was, values)


def listed(store: Store) -> list[Gateway]:
    """All gateways, the first in rank first. Raises StoreError."""
    with store.reading() as connection:
        rows = connection.execute(select(Row.__table__).order_by(Row.rank, Row.name)).mappings()
        return [_gateway(row) for row in rows]


def set_by_hand(store: Store, name: str, up: bool, why: str, *, by: str = "") -> bool:
    """A person takes the gateway out or brings it back; False when it was so already. Raises UsageError, StoreError."""
    with store.writing() as connection:
        before = connection.execute(_one(name)).mappings().first()
        if before is None:
            raise _unknown(connection, name)
        if before["up"] == up and not before["because"].startswith(BY_SWITCH):
            return False
        _mark(connection, name, up, "" if up else why, before, by, why)
    return True


def set_by_switch(store: Store, name: str, up: bool, why: str, now: datetime, *, by: str) -> bool:
    """What the switch tells of the gateway; what a person took down stays down. False when nothing changed; a name
    that is not in the store is none of ours. Raises StoreError."""
    with store.writing() as connection:
        before = connection.execute(_one(name)).mappings().first()
        if before is None or before["up"] == up or not (before["up"] or before["because"].startswith(BY_SWITCH)):
            return False
        _mark(connection, name, up, "" if up else BY_SWITCH + why, before, by, why, now)
    return True


def under_way(store: Store, abandoned_at: datetime | None = None) -> list[UnderWay]:
    """Attempts that have a line and no result; with `abandoned_at` only those whose dialer let go of them before.

    Raises StoreError.
    """
    asked = (
        select(Attempt.id, Lead.campaign_id, Lead.lease_owner, Attempt.gateway, Attempt.caller_number)
        .join(Attempt, Attempt.id == Lead.attempt_id)
        .where(Lead.state == LeadState.CLAIMED, Attempt.code.is_(None), Attempt.gateway.is_not(None))
    )
    if abandoned_at is not None:
        asked = asked.where(Lead.lease_until < abandoned_at)
    with store.reading() as connection:
        rows = connection.execute(asked).all()
    return [UnderWay(str(key), campaign, *(text or "" for text in texts)) for key, campaign, *texts in rows]


def _mark(
    connection: Connection,
    name: str,
    up: bool,
    because: str,
    before: RowMapping,
    by: str,
    why: str,
    now: datetime | None = None,
) -> None:
    values = {"up": up, "because": because, "since": now or datetime.now(UTC)}
    connection.execute(update(Row).where(Row.name == name).values(values))
    was = {"up": before["up"], "because": before["because"]}
    note(connection, by, f"gateway.{'up' if up else 'down'}", f"gateway:{name}", was, {"up": up}, why)


def _one(name: str) -> Select[Any]:
    return select(Row.__table__).where(Row.name == name).with_for_update()


def _gateway(row: RowMapping) -> Gateway:
    return Gateway(
        name=row["name"],
        max_calls=row["max_calls"],
        calls_per_second=row["calls_per_second"],
        node=row["node"],
        rank=row["rank"],
        causes=rules_of(row["causes"], row["name"]),
        price_minute=row["price_minute"],
        bill_s=row["bill_s"],
        up=row["up"],
        because=row["because"],
        since=row["since"],
    )


def _check(name: str, values: Mapping[str, Any]) -> None:
    if not (name.isascii() and name.replace("-", "").replace("_", "").replace(".", "").isalnum() and len(name) <= 64):
        raise UsageError(f"gateway {name!r}: the name of a sofia gateway has letters, digits, - _ and ., at most 64")
    if not 1 <= values.get("max_calls", 1) <= 100_000:
        raise UsageError(f"gateway {name!r}: {values['max_calls']} calls at once; give 1 to 100000")
    if not 0 < values.get("calls_per_second", 1) <= 1000:
        raise UsageError(f"gateway {name!r}: {values['calls_per_second']} calls a second; above 0, at most 1000")
    price = values.get("price_minute")
    if price is not None and not 0 <= price <= 10_000:
        raise UsageError(f"gateway {name!r}: a minute for {price}; give a price from 0 to 10000")
    if not 1 <= values.get("bill_s", 1) <= 3600:
        raise UsageError(f"gateway {name!r}: billed in units of {values['bill_s']} s; give 1 to 3600")
    if "causes" in values:
        rules_of(values["causes"], name)


def _unknown(connection: Connection, name: str) -> UsageError:
    names = connection.scalars(select(Row.name).order_by(Row.name).limit(20)).all()
    return UsageError(f"there is no gateway {name!r}; there are: {', '.join(names) or 'none'}")
