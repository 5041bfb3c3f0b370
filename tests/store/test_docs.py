"""docs/store.md names every table and column, and nothing else."""

from pathlib import Path

from voicebot.store.catalogue import Base
from voicebot.store.docs import page

DOCS = Path(__file__).parents[2] / "docs" / "store.md"


def test_every_column_says_what_it_means():
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    assert [str(column) for column in columns if not column.doc] == []


def test_lengths_say_their_unit_and_moments_their_zone():
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            assert not column.name.endswith("_ms") or "ms" in (column.doc or ""), f"{column}: unit?"
            assert not column.name.endswith("_at") or "UTC" in (column.doc or ""), f"{column}: zone?"


def test_the_page_is_up_to_date():
    assert DOCS.read_text(encoding="utf-8") == page(), "run: python -m voicebot.store.docs > docs/store.md"
