"""What state a database is in: are its tables up to date, does anything wait to be written."""

from dataclasses import dataclass

from voicebot.store import spill
from voicebot.store.migrate import current_revision, newest_revision
from voicebot.store.store import Store


@dataclass(frozen=True)
class Status:
    """`revision`: the last migration of the database, None for one without tables; `newest`: that of this program.

    `waiting`, `refused`: files of records in `spill_dir` that the database has not taken yet, and that it refused.
    """

    database: str
    revision: str | None
    newest: str | None
    spill_dir: str
    waiting: int
    refused: int

    @property
    def in_order(self) -> bool:
        """Whether there is nothing to do."""
        return self.revision == self.newest and not self.waiting and not self.refused


def status(store: Store) -> Status:
    """The present state. Raises StoreError."""
    with store.reading() as connection:
        revision = current_revision(connection)
    waiting, refused = (len(find(store.spill_dir)) for find in (spill.waiting, spill.refused))
    return Status(store.name, revision, newest_revision(), str(store.spill_dir), waiting, refused)
