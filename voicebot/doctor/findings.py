"""What the doctor says: one finding for each thing looked at, and the exit status that all of them give.

Looking at things is not done here: machine.py, services.py, switch.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from voicebot.errors import OutsideError, VoicebotError

OUR_FAULT = 1
OUTSIDE_FAULT = OutsideError.exit_status


class Severity(StrEnum):
    """`warn` runs but will hurt; `fault` does not run."""

    OK = "ok"
    WARN = "warn"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `what` it is, `why` it is judged so, and the `remedy` (empty when all is well).

    `outside`: the part belongs to somebody else (the switch, a database, a model), which sets the exit status.
    """

    severity: Severity
    what: str
    why: str
    remedy: str = ""
    outside: bool = False


def well(what: str, why: str) -> Finding:
    return Finding(Severity.OK, what, why)


def warning(what: str, why: str, remedy: str) -> Finding:
    return Finding(Severity.WARN, what, why, remedy)


def our_fault(what: str, why: str, remedy: str) -> Finding:
    return Finding(Severity.FAULT, what, why, remedy)


def outside_fault(what: str, why: str, remedy: str) -> Finding:
    return Finding(Severity.FAULT, what, why, remedy, outside=True)


def from_error(what: str, error: VoicebotError, remedy: str) -> Finding:
    """A fault told by one of our exceptions, whose text names the thing and the value."""
    return Finding(Severity.FAULT, what, str(error), remedy, outside=isinstance(error, OutsideError))


def exit_status(findings: Iterable[Finding]) -> int:
    """0 without faults. Our own faults (1) go before those of others (3): they may be what makes the others fail."""
    faults = [finding for finding in findings if finding.severity is Severity.FAULT]
    if any(not fault.outside for fault in faults):
        return OUR_FAULT
    return OUTSIDE_FAULT if faults else 0
