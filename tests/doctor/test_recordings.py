"""The doctor's look at who may write recordings."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from voicebot.doctor import recordings
from voicebot.doctor.findings import Severity, exit_status
from voicebot.settings import Settings

TABLE = """  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F55 00000000:0000 0A 00000000:00000000 00:00000000 00000000   998        0 12345 1
   1: 0100007F:A1B2 0100007F:1F56 01 00000000:00000000 00:00000000 00000000  1000        0 12346 1
"""


def test_whose_a_listening_port_is() -> None:
    assert recordings.listener(8021, TABLE) == 998
    assert recordings.listener(8022, TABLE) is None
    assert recordings.listener(0xA1B2, TABLE) is None  # connected, not listening


@pytest.mark.parametrize(
    ("mode", "user", "group", "allowed"),
    [
        (0o700, 1000, 0, True),
        (0o700, 998, 998, False),
        (0o070, 998, 1000, True),
        (0o770, 998, 998, False),
        (0o707, 998, 998, True),
        (0o077, 1000, 1000, False),  # the owner's own bits count, not the group's
        (0o000, 0, 0, True),
    ],
)
def test_who_may_write_a_directory(mode: int, user: int, group: int, allowed: bool) -> None:
    status = os.stat_result((mode, 1, 1, 1, 1000, 1000, 0, 0, 0, 0))
    assert recordings.permitted(status, user, [group], 0o003) is allowed


def test_a_switch_on_another_machine_records_there(settings: Settings) -> None:
    found = recordings.look(replace(settings, switch_host="192.0.2.7"))
    assert found.severity is Severity.WARN
    assert "192.0.2.7" in found.why


def test_recording_switched_off(settings: Settings) -> None:
    assert recordings.look(replace(settings, record_calls=False)).severity is Severity.OK
    assert list(settings.data_dir.iterdir()) == []


def test_a_switch_that_may_not_write_recordings(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "tcp").write_text(TABLE)
    monkeypatch.setattr(recordings, "SOCKETS", tmp_path / "tcp")
    settings.recordings_dir.mkdir(mode=0o700)
    found = recordings.look(settings)
    assert exit_status([found]) == 1
    assert str(settings.recordings_dir) in found.why
