"""The shipped tables, thresholds and examples."""

from pathlib import Path

import pytest

from voicebot.answering.likeness import Likeness, load_examples
from voicebot.answering.tables import Tables, load_tables
from voicebot.answering.thresholds import Thresholds, load_thresholds
from voicebot.understanding.training import train_uncalibrated

SHIPPED = Path(__file__).resolve().parents[2] / "intents" / "answering"


@pytest.fixture(scope="session")
def tables() -> Tables:
    return load_tables(SHIPPED)


@pytest.fixture(scope="session")
def thresholds() -> Thresholds:
    return load_thresholds(SHIPPED)


@pytest.fixture(scope="session")
def likeness() -> Likeness:
    return Likeness(train_uncalibrated(load_examples(SHIPPED)))
