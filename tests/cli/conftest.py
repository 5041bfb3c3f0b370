"""Commands as they are typed, on an empty database of their own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.typed import Voicebot, voicebot


@pytest.fixture
def type_in(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, template: Callable[..., str]
) -> Voicebot:
    """`type_in("stop-list", "list")`; the database and all files are in tmp_path."""
    database = template("sqlite", tmp_path)
    return lambda *arguments: voicebot(monkeypatch, capsys, *arguments, database_url=database, data_dir=tmp_path)
