"""A helper process that says in JSON lines how it is getting on: the simulated switch, the simulated customers.

It ends when its stdin is closed, so it never outlives us.
"""

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

import gevent
from gevent import subprocess

from voicebot.errors import OutsideError, SwitchUnreachable

READY_S = 180.0
"""Longest preparation: the customers' speech is rendered the first time."""
END_S = 10.0

Progress = Callable[[int, int], None]


class Child:
    """`python -m MODULE ARGUMENTS`. Use as a context manager; `ready` is its line that says so, `report` its last."""

    def __init__(self, module: str, arguments: Sequence[str], progress: Progress = lambda done, of: None) -> None:
        self._module = module
        self._progress = progress
        self.ready: dict[str, Any] = {}
        self.report: dict[str, Any] = {}
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._reader = gevent.spawn(self._read)

    def __enter__(self) -> "Child":
        with gevent.Timeout(READY_S, False):
            while not self.ready and self._process.poll() is None:
                gevent.sleep(0.05)
        if not self.ready:
            status = self._process.poll()
            self.close()
            if status is None:
                raise SwitchUnreachable(
                    f"{self._module} was not ready within {READY_S:.0f} s: is the machine overloaded?"
                )
            raise OutsideError(
                f"{self._module} ended with status {status} before it was ready; its message stands above"
            )
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """Ask it to end and read its last line; kill it if it does not."""
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(timeout=END_S)

    def _read(self) -> None:
        for line in self._process.stdout:
            told = json.loads(line)
            if "prepared" in told:
                self._progress(told["prepared"], told["of"])
            elif told.get("ready"):
                self.ready = told
            else:
                self.report = told
