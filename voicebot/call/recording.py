"""The recording of a call: the switch writes the file, two channels, customer left and robot right."""

import logging
from collections.abc import Callable
from pathlib import Path

from voicebot.errors import VoicebotError
from voicebot.esl.session import CallSession

log = logging.getLogger(__name__)


def record(session: CallSession, path: Path, began: Callable[[Path], None]) -> None:
    """Ask for it, and tell that it runs. A refusal costs only the file."""
    try:
        session.execute("set", "RECORD_STEREO=true")
        session.execute("set", "RECORD_MIN_SEC=0")
        session.execute("record_session", str(path))
        began(path)
    except VoicebotError as error:
        log.warning("call %s: not recorded: %s", session.uuid, error)
