"""The documents name what there is: settings, commands, and no page that is missing."""

import re
from pathlib import Path

import pytest

from tools.settings_table import table
from voicebot.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_operators_read_every_setting() -> None:
    text = (ROOT / "docs/operator.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- settings -->\n(.*)<!-- /settings -->", text, re.DOTALL)
    assert found is not None
    assert found.group(1) == table(), "run `python -m tools.settings_table` and paste its output into docs/operator.md"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_the_pages_exist(page: Path) -> None:
    for name in re.findall(r"(?:`|bin/)voicebot ([a-z-]+)", page.read_text(encoding="utf-8")):
        assert name in COMMANDS, f"{page.name} names `voicebot {name}`, which is not a command"
