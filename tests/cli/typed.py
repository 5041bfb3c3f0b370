"""`voicebot` as typed, in this process: exit status and what it printed."""

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from voicebot.cli import main


@dataclass(frozen=True)
class Typed:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line that says what was wrong; all others on stderr are progress."""
        assert "Traceback" not in self.err, self.err
        lines = [line for line in self.err.splitlines() if line.startswith("voicebot: ")]
        assert len(lines) == 1, self.err
        assert self.err.splitlines()[-1] == lines[0]
        return lines[0]


Voicebot = Callable[..., Typed]
"""The words of a command line to what came of it."""


def voicebot(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str, **settings: object
) -> Typed:
    """Run it with VOICEBOT_NAME=value for each of `settings`."""
    for name, value in settings.items():
        monkeypatch.setenv(f"VOICEBOT_{name.upper()}", str(value))
    monkeypatch.setattr(sys, "argv", ["voicebot", *arguments])
    monkeypatch.setattr(logging.root, "handlers", list(logging.root.handlers))
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main()
    printed = capsys.readouterr()
    return Typed(int(ended.value.code or 0), printed.out, printed.err)
