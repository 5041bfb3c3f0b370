"""`voicebot report calls` as it is typed: each option chooses by what it says, numbers are masked."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.reports.hand_counted import count_by_hand
from tests.reports.hand_counted_past import NUMBERS
from voicebot.cli import report
from voicebot.store.store import Store


@pytest.fixture
def listed(store: Store, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[int]]:
    """Runs it and gives the attempts by their numbers in the fixture, in order."""
    monkeypatch.setenv("VOICEBOT_DATABASE_URL", database)
    monkeypatch.setenv("VOICEBOT_DATA_DIR", str(tmp_path / "data"))
    count_by_hand(store)

    def run(*arguments: str) -> list[int]:
        found = CliRunner().invoke(report.command, ["calls", *arguments, "--json"], catch_exceptions=False)
        return sorted(int(row["attempt"][-4:], 16) for row in json.loads(found.stdout))

    return run


def test_each_option(listed: Callable[..., list[int]]) -> None:
    for arguments, attempts in (
        (("--campaign", "spring", "--hour", "14"), [9, 10, 11, 17, 18]),
        (("--weekday", "mon", "--campaign", "loan"), [26, 27, 28, 29, 30]),
        (("--gateway", "g2"), [4, 5, 7, 8, 11, 14, 16]),
        (("--caller-number", NUMBERS["n2"], "--gateway", "g1"), [12]),
        (("--try", "3"), [13]),
        (("--hung-up-at", "opening"), [5, 22]),
        (("--dead",), [4]),
        (("--no-agent",), [14]),
        (("--code", "BUSY"), [3, 10, 24]),
        (("--grade", "B"), [7, 19]),
        (("--grade", "A", "--script", "invite", "--version", "2"), [13, 14]),
        (("--segment", "source=京东", "--until", "2026-03-01", "--code", "NO_ANSWER"), [2]),
        (("--limit", "1"), [30]),
        (("--batch", "1"), []),
        (("--flagged",), []),
    ):
        assert listed(*arguments) == attempts, arguments
