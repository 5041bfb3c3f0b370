"""Wanted figures of a campaign in the store: read, and put beside those that its plan names."""

from collections.abc import Mapping

from sqlalchemy import select, update

from voicebot.errors import UsageError
from voicebot.store.campaigns import note, unknown
from voicebot.store.store import Store
from voicebot.store.tables import Campaign


def targets_of(store: Store, name: str) -> dict[str, float]:
    """The campaign's targets by name. Raises UsageError for an unknown campaign, StoreError."""
    with store.reading() as connection:
        found = connection.scalar(select(Campaign.targets).where(Campaign.id == name))
        if found is None:
            raise unknown(connection, name)
    return dict(found)


def save_targets(store: Store, name: str, targets: Mapping[str, float], *, by: str = "") -> None:
    """Put `targets` in force; others that the campaign has stay. Kept in the audit. Raises UsageError, StoreError."""
    if not targets:
        raise UsageError("there is no figure to save")
    with store.writing() as connection:
        before = connection.scalar(select(Campaign.targets).where(Campaign.id == name).with_for_update())
        if before is None:
            raise unknown(connection, name)
        after = {**before, **targets}
        connection.execute(update(Campaign).where(Campaign.id == name).values(targets=after))
        note(connection, by, "campaign.targets", f"campaign:{name}", before, after)
