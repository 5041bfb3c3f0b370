"""The simulated customers and agents behind a real FreeSWITCH: `python -m voicebot.sim.customer_server --seed 7`.
Its dialplan context `customers` connects every call here by `socket`; the number that was dialled tells who it is."""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from time import monotonic
from typing import Final

import gevent
from gevent.event import Event

from voicebot.errors import ChannelGone, VoicebotError
from voicebot.esl.audio import UnicastAudio
from voicebot.esl.server import OutboundServer
from voicebot.esl.session import CallSession
from voicebot.sim.callees import Callee, CalleeAction, Hold, Press
from voicebot.sim.causes import REFUSALS
from voicebot.sim.media import AudioPort
from voicebot.sim.process import add_people, hurry, prepared, stdin_is_a_pipe, tell

log = logging.getLogger(__name__)

LOOPBACK: Final = "127.0.0.1"
MAX_CALLS: Final = 500


class FarEnd:
    """One call from the callee's side: rings, announces, answers or refuses, then is on the telephone."""

    def __init__(self, session: CallSession, callee: Callee) -> None:
        self._session = session
        self._line = callee.line
        self._began = monotonic()
        self._port = AudioPort(callee, self._callee_did)
        self._audio = UnicastAudio(self._on_frame)

    def run(self) -> None:
        """From the INVITE to the end of the call. Raises ChannelGone when the robot's side ends it first."""
        try:
            self._session.linger()
            self._session.myevents()
            self._ring()
            self._finish()
            self._session.closed.wait()
        finally:
            self._audio.close()

    def _ring(self) -> None:
        if self._line.ringing_ms is None:
            return
        self._wait_until(self._line.ringing_ms)
        if self._line.announcement:
            self._session.execute("pre_answer")
            self._session.answer_state = "early"  # an incoming leg has media now, without an event that says so
            self._session.start_audio(self._audio)
        else:
            self._session.execute("ring_ready")

    def _finish(self) -> None:
        line = self._line
        if line.status == 0:
            self._session.closed.wait()
        self._wait_until(line.final_ms)
        if line.status != 200:
            # Without it the answer carries our Q.850 cause, and the caller's switch believes that, not the status.
            self._session.execute("set", "disable_q850_reason=true")
            self._session.hangup(CAUSES[line.status])
            return
        self._session.answer()
        self._port.talking = True
        if not line.announcement:
            self._session.start_audio(self._audio)

    def _wait_until(self, milliseconds: int) -> None:
        """A moment of the line, or the end of the call: then ChannelGone."""
        left = milliseconds / 1000 - (monotonic() - self._began)
        if self._session.closed.wait(max(0.0, left)) or self._session.gone:
            raise ChannelGone(f"channel {self._session.uuid}: the caller gave up")

    def _on_frame(self, heard: bytes, arrived: float) -> bytes:
        return self._port.exchange(heard)

    def _callee_did(self, action: CalleeAction) -> None:
        gevent.spawn(self._act, action)

    def _act(self, action: CalleeAction) -> None:
        try:
            if isinstance(action, Press):
                named = [("execute-app-name", "send_dtmf"), ("execute-app-arg", action.digit)]
                self._session.request("sendmsg", [("call-command", "execute"), *named])
            elif isinstance(action, Hold):
                named = [("execute-app-name", "hold" if action.on else "unhold")]
                self._session.request("sendmsg", [("call-command", "execute"), *named])
            else:
                self._session.hangup()
        except ChannelGone as gone:
            log.debug("%s: both hung up at once", gone)


# The causes that the switch translates into the wanted SIP answers (measured on FreeSWITCH 1.10.12).
CAUSES: Final = {status: refusal.cause for status, refusal in REFUSALS.items()} | {480: "NO_ANSWER"}


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m voicebot.sim.customer_server", description="simulated customers")
    parser.add_argument("--port", type=int, default=8086, help="port that the dialplan's context `customers` connects")
    parser.add_argument("--seed", type=int, default=7)
    add_people(parser)
    return parser.parse_args(arguments)


def run(options: argparse.Namespace) -> None:
    """Serve until SIGTERM, SIGINT, or the end of stdin when stdin is a pipe. Raises VoicebotError, OSError."""
    people = prepared(options, options.seed)
    hurry()
    answered = 0

    def on_call(session: CallSession) -> None:
        nonlocal answered
        answered += 1
        number = session.headers.get("Caller-Destination-Number")
        FarEnd(session, people.pick_up("customers", number)).run()

    server = OutboundServer(LOOPBACK, options.port, on_call, MAX_CALLS)
    server.start()
    tell({"ready": True, "port": server.port, "pid": os.getpid()})
    _wait_for_the_end()
    server.stop()
    tell({"calls": answered, "refused": server.refused})


def _wait_for_the_end() -> None:
    over = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, over.set)
    if stdin_is_a_pipe():
        watcher = gevent.get_hub().loop.io(0, 1)
        watcher.start(lambda: None if os.read(0, 1024) else over.set())
    over.wait()


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    try:
        run(options)
    except VoicebotError as error:
        print(f"simulated customers: {error}", file=sys.stderr)
        return error.exit_status
    except OSError as error:
        print(f"simulated customers, {options.sounds_dir}: {error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
