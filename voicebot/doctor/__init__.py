"""`voicebot doctor`: what is missing on this machine or down around it, and how to mend it.

The order of the checks is the order in which people mend: this machine, its services, the switch.
"""

from collections.abc import Callable, Iterator

from voicebot.doctor import engine, hearing, machine, recordings, services, switch
from voicebot.doctor.findings import Finding
from voicebot.settings import Settings

Check = Callable[[Settings], Finding | tuple[Finding, ...]]

CHECKS: dict[str, Check] = {
    "Python": lambda settings: machine.python(),
    "libraries": lambda settings: machine.libraries(),
    "offline voice": lambda settings: machine.voices(),
    "recognition models": hearing.look,
    "disk": machine.disk,
    "port": machine.port,
    "understanding": engine.look,
    "database": services.database,
    "Redis": services.live_state,
    "recordings": recordings.look,
    "switch": switch.look,
}


def examine(settings: Settings) -> Iterator[Finding]:
    """All findings, each as soon as it is known."""
    for check in CHECKS.values():
        found = check(settings)
        yield from found if isinstance(found, tuple) else (found,)
