"""What there is to call with, as the database knows it: gateways, and the numbers of pools. Read only."""

from dataclasses import dataclass

from sqlalchemy import func, select

from voicebot.store.store import Store
from voicebot.store.tables_dialling import Gateway, OwnNumber


@dataclass(frozen=True)
class LinesKnown:
    """`gateways`: calls at once by name, of those that are up; `down`: names with the reason; `numbers`: active ones of
    the asked pool."""

    gateways: dict[str, int]
    down: dict[str, str]
    numbers: int


def lines_known(store: Store, pool: str) -> LinesKnown:
    """As of now. Raises StoreError."""
    numbers = select(func.count()).select_from(OwnNumber).where(OwnNumber.pool == pool, OwnNumber.state == "active")
    with store.reading() as connection:
        rows = connection.execute(select(Gateway.name, Gateway.max_calls, Gateway.up, Gateway.because)).all()
        return LinesKnown(
            {row.name: row.max_calls for row in rows if row.up},
            {row.name: row.because for row in rows if not row.up},
            connection.scalar(numbers) or 0,
        )
