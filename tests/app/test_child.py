"""Helper processes: their lines, their last words, their end."""

import os
import signal
from pathlib import Path

import pytest

from voicebot.app.child import Child
from voicebot.errors import OutsideError

WELL = """
import json, sys
for done in (1, 2):
    print(json.dumps({"prepared": done, "of": 2}), flush=True)
print(json.dumps({"ready": True, "esl_port": 5}), flush=True)
sys.stdin.read()
print(json.dumps({"frames": 7}), flush=True)
"""
ILL = "import sys\nprint('first words', file=sys.stderr)\nsys.exit('customers.py: no space left')"
GRUMBLING = WELL + "print('a frame was odd', file=sys.stderr)\n"


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Makes a module of a source that a child process can run."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def make(source: str) -> str:
        (tmp_path / "helper.py").write_text(source)
        return "helper"

    return make


def test_it_tells_its_progress_its_port_and_its_report(module) -> None:
    progress: list[tuple[int, int]] = []
    with Child(module(WELL), [], lambda done, of: progress.append((done, of))) as child:
        assert child.ready["esl_port"] == 5
        assert child.alive
    assert progress == [(1, 2), (2, 2)]
    assert child.report == {"frames": 7}
    assert not child.alive


def test_one_that_fails_to_start_says_why_in_the_error(module) -> None:
    with pytest.raises(OutsideError, match=r"helper ended with status 1 .*customers\.py: no space left"):
        Child(module(ILL), []).__enter__()


def test_what_it_says_while_it_runs_is_logged(module, caplog: pytest.LogCaptureFixture) -> None:
    with Child(module(GRUMBLING), []):
        pass
    assert "helper: a frame was odd" in caplog.text


def test_one_that_was_killed_is_noticed_and_left_in_peace(module) -> None:
    with Child(module(WELL + "\n"), []) as child:
        os.kill(child._process.pid, signal.SIGKILL)
        child._process.wait()
        assert not child.alive
    assert child.report == {}


def test_a_ctrl_c_of_the_terminal_does_not_reach_it(module) -> None:
    with Child(module(WELL), []) as child:
        assert os.getpgid(child._process.pid) != os.getpgid(0)
