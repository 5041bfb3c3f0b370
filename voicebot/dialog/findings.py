"""One finding of the linter: a kind of fault, where it stands, what is meant. The kinds are in check_codes.py."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from voicebot.dialog.check_codes import CODES, Severity
from voicebot.errors import InputFault
from voicebot.understanding.yaml_source import Place

PAGES = "docs/check"
"""Where each code has a page, CODE.md."""


@dataclass(frozen=True)
class Finding:
    """One fault of a script. `node` is None when the fault is the script's; `page` explains its code."""

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    node: str | None
    message: str
    remedy: str
    page: str

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}:{self.column}: {self.severity} {self.code}: {self.message}; {self.remedy}"
            f" ({self.page})"
        )

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.file, self.line, self.column)


def finding(code: str, place: Place, message: str, node: str | None = None) -> Finding:
    """A finding with the severity and remedy of its code."""
    kind = CODES[code]
    page = f"{PAGES}/{code}.md"
    return Finding(code, kind.severity, place.file, place.line, place.column, node, message, kind.remedy, page)


def of_faults(fault: InputFault) -> tuple[Finding, ...]:
    """The findings that a file which could not be read has, in its order."""
    return tuple(
        finding(one.code, Place(*one.at), str(one).removeprefix(f"{Place(*one.at)}: ")) for one in (fault, *fault.more)
    )


def in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """By line and column; those of one file stand together."""
    return tuple(sorted(found, key=lambda one: (one.file, one.line, one.column, one.code, one.message)))


def with_severity(one: Finding, severity: Severity) -> Finding:
    """The finding, taken more or less seriously."""
    return dataclasses.replace(one, severity=severity)
