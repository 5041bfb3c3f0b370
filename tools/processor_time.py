"""Processor seconds of this process and, where it runs on this machine, of its PostgreSQL: what a busy machine leaves.

Linux only, by /proc; elsewhere only this process is counted.
"""

import os
import time
from pathlib import Path

from voicebot.store.store import Store

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


class ProcessorTime:
    """`read()` grows by what was worked between two calls; s."""

    def __init__(self, store: Store) -> None:
        self._server = _server_of(store) if store.engine.dialect.name == "postgresql" else None

    def read(self) -> float:
        """Processor seconds so far."""
        return time.process_time() + (0.0 if self._server is None else _of_server(self._server))


def _server_of(store: Store) -> int | None:
    """The server's first process; None on another machine."""
    with store.engine.connect() as connection:
        backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    found = _stat(backend)
    return int(found[1]) if found else None


def _of_server(server: int) -> float:
    """Its own time, that of processes that ended, and of those that live."""
    own = _stat(server)
    children = (_stat(int(entry.name)) for entry in PROC.iterdir() if entry.name.isdigit())
    living = sum(int(each[11]) + int(each[12]) for each in children if each and int(each[1]) == server)
    return (sum(map(int, own[11:15])) + living) / TICKS if own else 0.0


def _stat(pid: int) -> list[str] | None:
    """Fields of the process behind its name, from the state on (proc(5)); None when there is none."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
