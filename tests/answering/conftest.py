"""The shipped tables and thresholds."""

from pathlib import Path

import pytest

from voicebot.answering.tables import Tables, load_tables
from voicebot.answering.thresholds import Thresholds, load_thresholds

SHIPPED = Path(__file__).resolve().parents[2] / "intents" / "answering"


@pytest.fixture(scope="session")
def tables() -> Tables:
    return load_tables(SHIPPED)


@pytest.fixture(scope="session")
def thresholds() -> Thresholds:
    return load_thresholds(SHIPPED)
