"""The recording of a call: the switch writes the file, two channels, customer left and robot right."""

import logging
from collections.abc import Callable
from pathlib import Path

from voicebot.errors import VoicebotError
from voicebot.esl.session import CallSession

log = logging.getLogger(__name__)


def record(session: CallSession, directory: Path, began: Callable[[Path], None], *, runs: bool) -> None:
    """Ask for it, and tell that it runs: it `runs` already in a call that another call server began. A refusal costs
    only the file."""
    path = directory / f"{session.uuid}.wav"
    try:
        if not runs:
            session.execute("set", "RECORD_STEREO=true")
            session.execute("set", "RECORD_MIN_SEC=0")
            session.execute("record_session", str(path))
        began(path)
    except VoicebotError as error:
        log.warning("call %s: not recorded: %s", session.uuid, error)
