"""A helper process that says in JSON lines how it is getting on: the simulated switch, the simulated customers.

It ends when its stdin is closed, so it never outlives us; a Ctrl-C in the terminal is ours alone.
"""

import json
import logging
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

import gevent
from gevent import subprocess

from voicebot.errors import OutsideError, SwitchUnreachable

log = logging.getLogger(__name__)

READY_S = 180.0
"""Longest preparation: the customers' speech is rendered the first time."""
END_S = 10.0

Progress = Callable[[int, int], None]


class Child:
    """`python -m MODULE ARGUMENTS`. Use as a context manager; `ready` is its line that says so, `report` its last.

    What it says on stderr is logged, and its last words are part of the error when it does not get ready.
    """

    def __init__(self, module: str, arguments: Sequence[str], progress: Progress = lambda done, of: None) -> None:
        self._module = module
        self._progress = progress
        self._complaint = ""
        self.ready: dict[str, Any] = {}
        self.report: dict[str, Any] = {}
        process = self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None  # all pipes
        self._stdin = process.stdin
        self._readers = [gevent.spawn(self._read, process.stdout), gevent.spawn(self._hear_complaints, process.stderr)]

    def __enter__(self) -> Self:
        try:
            with gevent.Timeout(READY_S, False):  # type: ignore[arg-type]  # False: end the block quietly
                while not self.ready and self._process.poll() is None:
                    gevent.sleep(0.05)
        except BaseException:
            self.close()
            raise
        if self.ready:
            return self
        status = self._process.poll()
        self.close()
        if status is None:
            raise SwitchUnreachable(f"{self._module} was not ready within {READY_S:.0f} s: is the machine overloaded?")
        raise OutsideError(
            f"{self._module} ended with status {status} before it was ready: {self._complaint or 'it said nothing'}"
        )

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """Ask it to end and read its last line; kill it if it does not."""
        if not self._stdin.closed:
            self._stdin.close()
        try:
            self._process.wait(timeout=END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        gevent.joinall(self._readers, timeout=END_S)

    def _read(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            try:
                told = json.loads(line)
            except ValueError:  # half a line: it was killed
                continue
            if "prepared" in told:
                self._progress(told["prepared"], told["of"])
            elif told.get("ready"):
                self.ready = told
            else:
                self.report = told

    def _hear_complaints(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            self._complaint = line.decode(errors="replace").strip()
            log.log(logging.WARNING if self.ready else logging.INFO, "%s: %s", self._module, self._complaint)
