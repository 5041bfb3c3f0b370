"""Outcomes of leads in the store: kept once by key, with the lead and the call that they are about, and listed.

Which lead and call that is decides policy/outcomes.py.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from voicebot.campaign.policy.outcomes import LeadKnown, OutcomeTold, match
from voicebot.store.among import among
from voicebot.store.campaigns import note
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Lead
from voicebot.store.tables_quality import Outcome
from voicebot.store.take_turns import take_turns

AT_ONCE = 1_000
"""Outcomes in one transaction at most."""


@dataclass(frozen=True)
class Kept:
    """What came of outcomes told: `new` rows, those `known` before, `unreached`: of the new, those without a call
    before; `faults`: position in what was told, and the reason."""

    new: int
    known: int
    unreached: int
    faults: tuple[tuple[int, str], ...]


def add_outcomes(store: Store, told: Sequence[OutcomeTold], source: str, by: str) -> Kept:
    """Keep them; a key that is known with the same content is the same outcome. Raises StoreError."""
    new = known = unreached = 0
    faults: list[tuple[int, str]] = []
    for begin in range(0, len(told), AT_ONCE):
        part = told[begin : begin + AT_ONCE]
        with store.writing() as connection:
            take_turns(connection, "outcomes")  # a key that is told twice at once is known to the second
            rows, same, wrong = _rows(connection, part, source)
            if rows:
                connection.execute(insert(Outcome), rows)
                note(connection, by, "outcome.add", "list:outcome", {}, {"rows": len(part), "new": len(rows)})
        new, known = new + len(rows), known + same
        unreached += sum(row["attempt_id"] is None for row in rows)
        faults += [(begin + place, why) for place, why in wrong]
    return Kept(new, known, unreached, tuple(faults))


def latest_outcomes(store: Store, limit: int, campaign: str | None = None) -> list[dict[str, Any]]:
    """The latest, as rows of `outcome` with the lead's key. Raises StoreError."""
    columns = (*Outcome.__table__.columns, Lead.key.label("lead"))
    asked = select(*columns).outerjoin(Lead, Lead.id == Outcome.lead_id).order_by(Outcome.at.desc(), Outcome.id.desc())
    if campaign is not None:
        asked = asked.where(Outcome.campaign_id == campaign)
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(asked.limit(limit)).mappings()]


def _rows(
    connection: Connection, told: Sequence[OutcomeTold], source: str
) -> tuple[list[dict[str, Any]], int, list[tuple[int, str]]]:
    """New rows, how many were known, faults by position."""
    there = _there(connection, [one.key for one in told])
    leads = _leads(connection, [one.number for one in told])
    rows: list[dict[str, Any]] = []
    known = 0
    faults: list[tuple[int, str]] = []
    for place, one in enumerate(told):
        before = there.get(one.key)
        if before is not None:
            if _same(before, one):
                known += 1
            else:
                faults.append(
                    (place, f"key {one.key!r} was told before with another content; give it a key of its own")
                )
            continue
        try:
            found = match(one, leads.get(one.number, ()))
        except ValueError as fault:
            faults.append((place, str(fault)))
            continue
        values = asdict(one) | {"lead_id": found.lead_id, "attempt_id": found.attempt_id, "source": source}
        del values["campaign"]
        rows.append(values | {"campaign_id": found.campaign})
        there[one.key] = rows[-1]
    return rows, known, faults


def _same(before: Mapping[str, Any], one: OutcomeTold) -> bool:
    names = ("number", "type", "at", "amount")
    return all(before[name] == getattr(one, name) for name in names) and one.campaign in ("", before["campaign_id"])


def _there(connection: Connection, keys: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    asked = select(Outcome.__table__).where(among(connection, Outcome.key, keys))
    return {row["key"]: dict(row) for row in connection.execute(asked).mappings()}


def _leads(connection: Connection, numbers: Sequence[str]) -> Mapping[str, list[LeadKnown]]:
    """The leads of each number with their answered attempts."""
    mine = among(connection, Lead.number, sorted(set(numbers)))
    rows = connection.execute(select(Lead.id, Lead.number, Lead.campaign_id, Lead.created_at).where(mine)).all()
    answered: dict[int | None, list[tuple[datetime, str]]] = defaultdict(list)
    reached = select(Attempt.lead_id, Attempt.answered_at, Attempt.id).join(Lead, Lead.id == Attempt.lead_id)
    for lead_id, when, attempt in connection.execute(reached.where(mine, Attempt.answered_at.is_not(None))):
        if when is not None:
            answered[lead_id].append((when, attempt))
    found: dict[str, list[LeadKnown]] = defaultdict(list)
    for row in rows:
        found[row.number].append(LeadKnown(row.id, row.campaign_id, row.created_at, tuple(answered[row.id])))
    return found
