"""Leads of a list into the store, a chunk at a time: who is there already, who is refused, what an import brought.

Reading lists is campaign/list_file.py's; what a row means policy's.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Exists, bindparam, delete, exists, func, insert, select, update

from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.states import ENDED, LeadState
from voicebot.errors import UsageError
from voicebot.store.among import among
from voicebot.store.bulk import add_many
from voicebot.store.campaigns import state_held
from voicebot.store.refusals import AT_ONCE
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Lead
from voicebot.store.tables_dialling import LeadBatch

UNDONE = "its import was undone"
CLOSED = {"state": str(LeadState.REFUSED), "code": str(Code.CANCELLED), "why": UNDONE, "due_at": None}
"""What becomes of the columns of a lead that is not called because of it."""


class LeadRow(NamedTuple):
    """One lead as it is written. `code` set: refused at import, kept so that people can ask why."""

    key: str
    number: str
    variables: Mapping[str, str]
    source: str
    persona: str
    need: bool
    score: float
    zone: str
    area: str
    carrier: str
    lane: int
    state: LeadState = LeadState.WAITING
    due_at: datetime | None = None
    code: str | None = None
    why: str = ""
    dated: date | None = None


@dataclass(frozen=True)
class Undone:
    """What an undo did. `removed`: leads that are not called any more; `kept`: that were called already, and stay."""

    batch_id: int
    removed: int
    kept: int


def begin_batch(store: Store, campaign: str, file: str, digest: str, by: str) -> int:
    """A new import; its id. Raises StoreError."""
    row = {
        "campaign_id": campaign,
        "file": file,
        "digest": digest,
        "loaded_at": datetime.now(UTC),
        "loaded_by": by,
        "rows": 0,
        "loaded": 0,
        "refused": {},
    }
    with store.writing() as connection:
        return connection.execute(insert(LeadBatch).values(row).returning(LeadBatch.id)).scalar_one()


def has_leads(store: Store, campaign: str) -> bool:
    """Whether the campaign has any lead. Raises StoreError."""
    with store.reading() as connection:
        return connection.scalar(select(Lead.id).where(Lead.campaign_id == campaign).limit(1)) is not None


def known_keys(connection: Connection, campaign: str, keys: Sequence[str]) -> set[str]:
    """Which of the keys the campaign has already."""
    found: set[str] = set()
    for begin in range(0, len(keys), AT_ONCE):
        asked = select(Lead.key).where(
            Lead.campaign_id == campaign, among(connection, Lead.key, keys[begin : begin + AT_ONCE])
        )
        found.update(connection.scalars(asked))
    return found


def add_rows(connection: Connection, campaign: str, batch_id: int | None, rows: Sequence[LeadRow]) -> None:
    """Write leads whose keys are new. Raises what SQLAlchemy raises."""
    if not rows:
        return
    shared = {"campaign_id": campaign, "batch_id": batch_id, "created_at": datetime.now(UTC)}
    add_many(connection, Lead, shared, LeadRow._fields, rows)


def check_open(connection: Connection, campaign: str) -> None:
    """The campaign takes leads until the transaction ends. Raises UsageError for one that has ended: nobody would ever
    call them, and nothing would close them."""
    if state_held(connection, campaign) in ENDED:
        raise UsageError(f"campaign {campaign!r} has ended and takes no more leads; make another one for them")


def note_progress(connection: Connection, batch_id: int, rows: int, loaded: int, refused: Counter[str]) -> None:
    """What the import has come to so far. Raises UsageError when somebody has undone it meanwhile."""
    mine = (LeadBatch.id == batch_id, LeadBatch.undone_at.is_(None))
    noted = update(LeadBatch).where(*mine).values(rows=rows, loaded=loaded, refused=dict(refused))
    if not connection.execute(noted).rowcount:
        raise UsageError(f"import {batch_id} was undone while its list was loaded; load the list again if it is wanted")


def flag_numbers(store: Store, batch_id: int, numbers: Sequence[str], flag: str) -> None:
    """Mark leads of the import as odd; they are called all the same. Raises StoreError."""
    if not numbers:
        return
    mark = update(Lead).where(Lead.batch_id == bindparam("batch"), Lead.number == bindparam("odd")).values(flags=[flag])
    with store.writing() as connection:
        for begin in range(0, len(numbers), AT_ONCE):
            part = numbers[begin : begin + AT_ONCE]
            connection.execute(mark, [{"batch": batch_id, "odd": number} for number in part])


def undo(store: Store, batch_id: int) -> Undone:
    """Take an import back: leads that were never called go, or are refused if they were claimed once; one that a dialer
    holds in this moment is refused at its last look. Raises UsageError for one that is not there or undone."""
    with store.writing() as connection:
        # Locked: a chunk that is being loaded comes before, and no other one after.
        batch = connection.execute(
            select(LeadBatch.undone_at).where(LeadBatch.id == batch_id).with_for_update()
        ).first()
        if batch is None:
            raise UsageError(f"there is no import {batch_id}; `voicebot campaign imports` lists them")
        if batch.undone_at is not None:
            raise UsageError(f"import {batch_id} was undone already, on {batch.undone_at:%Y-%m-%d %H:%M} UTC")
        claimed = select(Attempt.lead_id).where(Attempt.lead_id == Lead.id).exists()
        mine = (Lead.batch_id == batch_id, Lead.state.in_((LeadState.WAITING, LeadState.REFUSED)), ~claimed)
        removed = connection.execute(delete(Lead).where(*mine)).rowcount
        given_back = (Lead.batch_id == batch_id, Lead.state == LeadState.WAITING, ~_called())
        refused = connection.execute(update(Lead).where(*given_back).values(CLOSED)).rowcount
        left = connection.scalar(select(func.count()).select_from(Lead).where(Lead.batch_id == batch_id)) or 0
        connection.execute(update(LeadBatch).where(LeadBatch.id == batch_id).values(undone_at=datetime.now(UTC)))
    return Undone(batch_id, removed + refused, left - refused)


def was_undone(connection: Connection, lead_id: int, *, held: bool = False) -> bool:
    """Whether the lead was never called and the import that brought it was undone. `held`: it stays so until the
    transaction ends; ask before the lead is locked. Raises what SQLAlchemy raises."""
    asked = (
        select(LeadBatch.undone_at).join(Lead, Lead.batch_id == LeadBatch.id).where(Lead.id == lead_id, Lead.tries == 0)
    )
    if held:
        asked = asked.with_for_update(read=True, of=LeadBatch)
    return connection.scalar(asked) is not None


def _called() -> Exists:
    """Whether some attempt of the lead reached the callee or his network."""
    reached = [str(code) for code in Code if code.uses_up_attempt]
    return exists().where(Attempt.lead_id == Lead.id, Attempt.code.in_(reached))


def batches(store: Store, campaign: str) -> list[dict[str, Any]]:
    """The campaign's imports, newest first, as rows of `lead_batch`. Raises StoreError."""
    asked = select(LeadBatch.__table__).where(LeadBatch.campaign_id == campaign).order_by(LeadBatch.id.desc())
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(asked).mappings()]
