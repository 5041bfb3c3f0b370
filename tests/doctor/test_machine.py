"""The doctor's look at this machine: Python, libraries, voice, disk, ports."""

import shutil
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from voicebot.doctor import machine
from voicebot.doctor.findings import Severity, exit_status
from voicebot.settings import Settings


@pytest.mark.parametrize(
    ("version", "severity"), [((3, 10, 9), "fault"), ((3, 11, 0), "ok"), ((3, 12, 4), "ok"), ((3, 13, 0), "warn")]
)
def test_python(monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], severity: str) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    assert machine.python().severity == severity


def test_every_library_loads() -> None:
    assert machine.libraries().severity is Severity.OK, machine.libraries().why


def test_a_library_that_does_not_load_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "requirements", lambda: ("numpy", "no-such-library"))
    found = machine.libraries()
    assert "no-such-library" in found.why
    assert "numpy" not in found.why
    assert exit_status([found]) == 1


def test_the_offline_voice_speaks() -> None:
    assert machine.voices().severity is Severity.OK


@pytest.mark.parametrize(("free_mb", "severity"), [(100, "fault"), (1000, "warn"), (90_000, "ok")])
def test_disk_space(monkeypatch: pytest.MonkeyPatch, settings: Settings, free_mb: int, severity: str) -> None:
    usage = shutil.disk_usage(settings.data_dir)._replace(free=free_mb * 1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage)
    found = machine.disk(settings)
    assert found.severity == severity
    assert str(free_mb) in found.why
    assert list(settings.data_dir.iterdir()) == []


def test_a_data_directory_that_cannot_be_made(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = machine.disk(replace(settings, data_dir=tmp_path / "file" / "data"))
    assert found.severity is Severity.FAULT
    assert "VOICEBOT_DATA_DIR" in found.remedy


@contextmanager
def listening(says: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port where one connection after the other is given to `says`, then closed."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:  # closed: the test is over
                return
            with connection:
                says(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


def test_port(settings: Settings) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        number = server.getsockname()[1]
    assert machine.port(replace(settings, serve_port=number)).severity is Severity.OK
    with listening(lambda connection: connection.sendall(b"SSH-2.0\r\n")) as number:
        assert exit_status([machine.port(replace(settings, serve_port=number))]) == 1
    with listening(lambda connection: connection.sendall(b"connect\n\n")) as number:
        assert "a call server answers" in machine.port(replace(settings, serve_port=number)).why
