"""Writes docs/check/README.md, the list of all findings of the linter: `python -m tools.check_index`."""

from pathlib import Path

from voicebot.dialog.check_codes import ALLOWABLE, CONVERSATION, DUTIES, FILE, Code

PAGE = Path(__file__).resolve().parents[1] / "docs" / "check" / "README.md"
HEAD = """# What `voicebot script check` finds

Each finding has a code, a severity and a page. This list is made by `python -m tools.check_index`; the pages are
written by hand, and their examples are run by a test.

## In files

A file is read on after a fault, so that all are told at once. The conversation is looked at when there are none.

"""
MIDDLE = """
## In conversations

All but {duties} can be allowed in a script, with a reason: `allow: [{{code: long-loop, node: quiz, because: ...}}]`.

"""


def table(codes: dict[str, Code]) -> str:
    """One row a code."""
    rows = [f"| [{name}]({name}.md) | {one.severity} | {one.meaning} | {one.remedy} |" for name, one in codes.items()]
    return "\n".join(["| code | severity | meaning | remedy |", "|---|---|---|---|", *rows]) + "\n"


def page() -> str:
    """The whole page."""
    duties = ", ".join(sorted({*CONVERSATION} - {*ALLOWABLE}, key=lambda code: (code not in DUTIES, code)))
    return HEAD + table(dict(FILE)) + MIDDLE.format(duties=duties) + table(dict(CONVERSATION))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
