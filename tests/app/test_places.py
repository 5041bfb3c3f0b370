"""Directories are tried before anything depends on them."""

from pathlib import Path

import pytest

from voicebot.app.places import writable
from voicebot.errors import StoreError


def test_a_missing_directory_is_made_and_nothing_is_left_in_it(tmp_path: Path) -> None:
    made = writable(tmp_path / "a" / "b", "recordings")
    assert made.is_dir()
    assert list(made.iterdir()) == []


def test_a_file_in_its_place(tmp_path: Path) -> None:
    place = tmp_path / "recordings"
    place.touch()
    with pytest.raises(StoreError, match=r"^recordings .*recordings: cannot be written .*VOICEBOT_DATA_DIR$"):
        writable(place, "recordings")


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", full)
    with pytest.raises(StoreError, match=r"No space left on device.*free space"):
        writable(tmp_path, "report")
