"""Every table of the store: importing this module makes the catalogue whole, for migrations and documents."""

from voicebot.store import tables_dialling, tables_quality, tables_sums
from voicebot.store.tables import Base

__all__ = ["Base", "tables_dialling", "tables_quality", "tables_sums"]
