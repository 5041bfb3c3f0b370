"""What the call server and the dialer ask of an attempt while it lives. Reports ask in reports/."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from voicebot.campaign.policy.codes import Code
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, CallEvent, Lead
from voicebot.store.tables_dialling import Gateway


@dataclass(frozen=True)
class PlannedAttempt:
    """An attempt with its lead. `number` is E.164 with +; campaign and lead are None for a call without.

    `causes`: how its gateway's answers are to be read, as the gateway's row has it.
    """

    attempt_id: str
    campaign_id: str | None
    lead_id: int | None
    number: str
    variables: Mapping[str, str]
    gateway: str = ""
    causes: Sequence[Any] = ()


def planned_attempt(store: Store, attempt_id: str) -> PlannedAttempt | None:
    """The attempt that was claimed under this id, None if none was. Raises StoreError."""
    query = (
        select(*(Attempt.campaign_id, Attempt.lead_id, Attempt.number, Lead.variables, Attempt.gateway, Gateway.causes))
        .join(Lead, Lead.id == Attempt.lead_id, isouter=True)
        .join(Gateway, Gateway.name == Attempt.gateway, isouter=True)
        .where(Attempt.id == attempt_id, Attempt.started_at.is_not(None))
    )
    with store.reading() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    campaign_id, lead_id, number, variables, gateway, causes = row
    return PlannedAttempt(attempt_id, campaign_id, lead_id, number or "", variables or {}, gateway or "", causes or ())


def events_of(store: Store, attempt_id: str) -> tuple[Mapping[str, Any], ...]:
    """What has happened in the attempt's talk, in order, as the dialog's journal writes it. Raises StoreError."""
    query = select(CallEvent.body).where(CallEvent.attempt_id == attempt_id).order_by(CallEvent.seq)
    with store.reading() as connection:
        return tuple(connection.scalars(query))


def code_of(store: Store, attempt_id: str) -> Code | None:
    """The attempt's result, None while it is not written. Raises StoreError."""
    with store.reading() as connection:
        code = connection.scalar(select(Attempt.code).where(Attempt.id == attempt_id))
    return None if code is None else Code(code)
