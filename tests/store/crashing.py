"""A process that writes records and does not end well, for test_crash.py: `crashing.py URL DIRECTORY LIMIT COUNT`.

With a LIMIT in bytes no file may grow beyond it: the kernel refuses the write, as on a full disk.
"""

import os
import resource
import signal
import sys
from pathlib import Path

from tests.store.samples import everything
from voicebot.store.store import open_store
from voicebot.store.writer import Writer


def main(url: str, directory: str, limit: str, count: str) -> None:
    """Write `count` attempts, flush, say what became of them, and be killed."""
    store = open_store(url, Path(directory), migrate=False)
    if int(limit):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    writer = Writer(store, patience_s=0.1, retry_s=0.05)
    for number in range(int(count)):
        for record in everything(number, lead=1, script=1):
            writer.put(record)
    assert writer.flush(60)
    print(writer.stats.spilled, *writer.errors, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
