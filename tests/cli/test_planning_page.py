"""docs/planning.md: its commands, in order and in one database, print what the page says they print.

`python -m tests.cli.test_planning_page` writes the page anew.
"""

import contextlib
import io
import re
import shlex
import sys
import tempfile
from pathlib import Path

import pytest

from voicebot.cli import main

PAGE = Path(__file__).resolve().parents[2] / "docs/planning.md"
BLOCK = re.compile(r"```text\n(.*?)```", re.DOTALL)
PLAN = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


def retold(page: str, put: pytest.MonkeyPatch, directory: Path) -> str:
    """The page with what its commands print now."""
    put.setenv("VOICEBOT_DATABASE_URL", f"sqlite:///{directory / 'voicebot.db'}")
    put.setenv("VOICEBOT_DATA_DIR", str(directory))
    put.setenv("COLUMNS", "80")
    put.chdir(directory)
    found = PLAN.search(page)
    assert found is not None
    Path("spring.yaml").write_text(found[1], encoding="utf-8")
    return BLOCK.sub(lambda block: f"```text\n{_block(block[1], put)}```", page)


def _block(text: str, put: pytest.MonkeyPatch) -> str:
    commands = [line.removeprefix("$ voicebot ") for line in text.splitlines() if line.startswith("$ ")]
    return "".join(f"$ voicebot {command}\n{_printed(shlex.split(command), put)}" for command in commands)


def _printed(arguments: list[str], put: pytest.MonkeyPatch) -> str:
    put.setattr(sys, "argv", ["voicebot", *arguments])
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out), pytest.raises(SystemExit):
        main()
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def test_the_page_shows_what_is_printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == retold(page, monkeypatch, tmp_path), "write it anew: python -m tests.cli.test_planning_page"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch, pytest.MonkeyPatch.context() as patched:
        PAGE.write_text(retold(PAGE.read_text(encoding="utf-8"), patched, Path(scratch)), encoding="utf-8")
