"""The outbound event socket of one call: commands to its channel, events from it, its audio.

No dialog and no dialling here. Arguments pass `grammar` first; there is no way to send free text.
"""

import logging
from typing import cast
from uuid import uuid4

import gevent
from gevent import socket
from gevent.event import AsyncResult
from gevent.event import Event as Signal
from greenswitch.esl import OutboundSession

from voicebot.errors import ChannelGone, SwitchRefused, SwitchUnreachable, UsageError, VoicebotError
from voicebot.esl import grammar
from voicebot.esl.audio import UnicastAudio
from voicebot.esl.codec import Event, Frame, Headers
from voicebot.esl.link import REPLY_DEADLINE_S, CheckedLink, Lines
from voicebot.esl.park import Park, after, refusal

log = logging.getLogger(__name__)

CONNECT_DEADLINE_S = 10.0
EXECUTE_DEADLINE_S = 10.0
PARK_DEADLINE_S = 3.0
LINGER_S = 10
CONNECTION_LOST = "CONNECTION_LOST"  # our word for a hang-up cause where the connection ended before any hang-up


class CallSession(CheckedLink, OutboundSession):  # type: ignore[misc]  # greenswitch has no types
    """A call that the switch brought to us by `socket HOST:PORT async full`.

    After a hang-up every command raises ChannelGone, except hangup(), exit() and close(), which then do nothing more.
    Once CHANNEL_HANGUP_COMPLETE is in the session leaves by itself, so that the switch does not linger with it.
    """

    def __init__(self, client_address: tuple[str, int], sock: socket.socket) -> None:
        self.headers = Headers()
        self.answer_state = ""
        self.hangup_cause = ""
        self.hangup_complete: Event | None = None
        self.park = Park.FRESH
        self.audio: UnicastAudio | None = None
        self._parked = Signal()
        self._executing: dict[str, AsyncResult[Event]] = {}
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().__init__(client_address, sock)
        self.sock_file.close()  # greenswitch's; it would keep the descriptor open after close()
        self.event_handlers.clear()

    @property
    def uuid(self) -> str:
        """The channel; empty before connect()."""
        return self.headers.get("Unique-ID")

    @property
    def gone(self) -> bool:
        """The channel is hung up or the connection is over."""
        return bool(self.hangup_cause) or self.closed.is_set()

    # --- start ------------------------------------------------------------------------------------
    def connect(self) -> Headers:
        """Take the call over and return the channel's data, decoded. A second time: the same data.

        Raises SwitchRefused if the socket is not `async full`, ChannelGone, SwitchUnreachable.
        """
        if not self.headers.pairs:
            data = self.request("connect", deadline=CONNECT_DEADLINE_S).channel_data()
            mode, control = data.get("Socket-Mode"), data.get("Control")
            if (mode, control) != ("async", "full"):
                raise SwitchRefused(
                    f"channel {data.get('Unique-ID')}: the socket came {mode!r} {control!r}, not async full;"
                    " quote the application: '&socket(HOST:PORT async full)'"
                )
            grammar.channel_uuid(data.get("Unique-ID"))
            self.headers = self.session_data = data
            self.answer_state = data.get("Answer-State")
            self._outbound_connected = True
        return self.headers

    def myevents(self, *more: str) -> None:
        """Get this channel's events, and those named in `more` (RECORD_STOP is not among a channel's own).

        An answer that fell between connect() and this call is found out: look at `answer_state` afterwards.
        """
        names = [grammar.checked("event", name, grammar.EVENT_NAME, "give an event's name") for name in more]
        self.request("myevents")
        if names:
            self.request(f"event plain {' '.join(names)}")
        if self.answer_state == "early" and self._asked("endpoint_disposition") == "ANSWER":
            self.answer_state = "answered"

    def linger(self, seconds: int = LINGER_S) -> None:
        """Let the switch keep this connection for the last events of the channel."""
        self.request(f"linger {grammar.in_range('linger', seconds, 1, 60)}")

    # --- commands to the channel ------------------------------------------------------------------
    def execute(self, app: str, arg: str = "", deadline: float = EXECUTE_DEADLINE_S) -> Event:
        """Run an application and return its CHANNEL_EXECUTE_COMPLETE. `deadline`: seconds. Needs myevents().

        Raises UsageError for what grammar.APPLICATIONS does not allow, SwitchRefused, SwitchUnreachable, ChannelGone.
        """
        app, arg = grammar.application(app, arg)
        token = str(uuid4())
        done: AsyncResult[Event] = AsyncResult()
        self._executing[token] = done
        try:
            self._command("execute", ("execute-app-name", app), ("event-uuid", token), body=arg)
            return cast(Event, done.get(timeout=deadline))
        except gevent.Timeout:
            raise SwitchUnreachable(f"channel {self.uuid}: {app} did not complete within {deadline} s") from None
        finally:
            del self._executing[token]

    def answer(self) -> None:
        """Answer an incoming call; CHANNEL_ANSWER follows."""
        self.execute("answer")

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        """Hang the channel up; CHANNEL_HANGUP follows. Nothing happens if it is gone already."""
        grammar.hangup_cause(cause)
        if self.gone:
            return
        try:
            self._command("hangup", ("hangup-cause", cause))
        except ChannelGone:
            log.debug("channel %s was hung up at the same moment", self.uuid)

    def api(self, command: str, deadline: float = REPLY_DEADLINE_S) -> str:
        """The answer to an api command that grammar.API allows. Raises UsageError, SwitchRefused, ChannelGone."""
        return self.request(f"api {grammar.api_command(command)}", deadline=deadline).reply

    def return_after_bridge(self, extension: str, context: str) -> None:
        """When an agent leaves a later bridge, send the customer to this dialplan extension instead of hanging up.

        There a `socket` application brings the call back to us as a new session of the same UUID. This one must stay
        open until it closes by itself: closing it ends the new one's park (measured on FreeSWITCH 1.10.12).
        `park_after_bridge` must not be used: a robot that dies in the talk would leave the customer parked for ever.
        """
        self.execute("set", f"transfer_after_bridge={grammar.dialplan_place(f'{extension}:XML:{context}')}")

    # --- audio ------------------------------------------------------------------------------------
    def unicast(self, host: str, port: int) -> None:
        """Send the channel's audio to host:port, and play what comes back. Frames follow within about 50 ms.

        Raises UsageError where the switch would crash, leak or go deaf: without media, twice in a park, not parked.
        """
        grammar.host_name(host)
        grammar.in_range("port", port, 1, 65535)
        why = refusal(self.park, self.answer_state)
        if why and not self.gone:
            raise UsageError(f"channel {self.uuid}: unicast refused: {why}")
        self.park = after(self.park, "unicast")
        self._command(
            "unicast",
            ("local-ip", "127.0.0.1" if host.startswith("127.") else "0.0.0.0"),
            ("local-port", "0"),
            ("remote-ip", host),
            ("remote-port", str(port)),
            ("transport", "udp"),
        )

    def start_audio(self, audio: UnicastAudio) -> None:
        """unicast() to `audio`, and tend it: its watch for missing frames runs while the channel is parked.

        An audio serves one session, through all its parks; close() is the caller's. Raises as unicast().
        """
        self.audio = audio
        audio.forget_sender()
        self.unicast(audio.host, audio.port)
        audio.watch()

    def renew_audio(self) -> None:
        """Bring lost audio back: a new park by `uuid_transfer`, then unicast again, to the same UnicastAudio.

        Takes about 60 ms. Raises UsageError before start_audio(), SwitchUnreachable if no park comes, ChannelGone.
        """
        if self.audio is None:
            raise UsageError(f"channel {self.uuid}: renew_audio() before start_audio()")
        self.audio.unwatch()
        if self.park is not Park.FRESH:
            self._parked.clear()
            self.api(f"uuid_transfer {self.uuid} park inline")
            if not self._parked.wait(PARK_DEADLINE_S):
                raise SwitchUnreachable(f"channel {self.uuid}: not parked anew within {PARK_DEADLINE_S} s")
            self._raise_if_gone()
        self.start_audio(self.audio)

    # --- end --------------------------------------------------------------------------------------
    def exit(self) -> None:
        """Leave politely; the connection ends soon after. In mid call this hangs the call up."""
        if not self.closed.is_set():
            try:
                self.request("exit")
            except (ChannelGone, SwitchUnreachable) as error:
                log.debug("channel %s: exit: %s", self.uuid, error)
            self.close()

    def raise_if_disconnected(self) -> None:
        """greenswitch's name; raises ChannelGone."""
        self._raise_if_gone()

    def call_command(self, app_name: str, app_args: str | None = None, block: bool = False, **_: object) -> Event:
        """greenswitch's name for execute(), which all its helpers (playback, bridge, say, ...) end in."""
        return self.execute(app_name, app_args or "")

    # --- inside -----------------------------------------------------------------------------------
    def request(self, command: str, headers: Lines = (), body: str = "", deadline: float = REPLY_DEADLINE_S) -> Frame:
        """As CheckedLink.request; a refusal by a channel that is gone is ChannelGone."""
        if command != "exit":
            self._raise_if_gone()
        try:
            return super().request(command, headers, body, deadline)
        except SwitchRefused:
            self._raise_if_gone()
            raise

    def _command(self, name: str, *headers: tuple[str, str], body: str = "") -> Frame:
        return self.request("sendmsg", (("call-command", name), *headers), body)

    def _asked(self, variable: str) -> str:
        try:
            return self.api(f"uuid_getvar {self.uuid} {variable}")
        except SwitchRefused as error:
            log.debug("channel %s: uuid_getvar %s: %s", self.uuid, variable, error)
            return ""

    def _raise_if_gone(self) -> None:
        if self.hangup_cause == CONNECTION_LOST and self.fault is not None:
            raise self.fault
        if self.hangup_cause:
            raise ChannelGone(f"channel {self.uuid} is hung up: {self.hangup_cause}")

    def _ended(self, text: str) -> VoicebotError:
        return ChannelGone(f"channel {self.uuid or '(not connected)'}: {text}")

    def _on_event(self, event: Event) -> None:
        if event.uuid != self.uuid:
            return
        if event.name == "CHANNEL_ANSWER":
            self.answer_state = "answered"
        elif event.name == "CHANNEL_PROGRESS_MEDIA" and self.answer_state != "answered":
            self.answer_state = "early"
        elif event.name in ("CHANNEL_PARK", "CHANNEL_UNPARK"):
            self._note_park(event)
        elif event.name == "CHANNEL_EXECUTE_COMPLETE":
            done = self._executing.get(event.headers.get("Application-UUID"))
            if done is not None:
                done.set(event)
        elif event.name in ("CHANNEL_HANGUP", "CHANNEL_HANGUP_COMPLETE"):
            self.hangup_cause = event.headers.get("Hangup-Cause", "UNSPECIFIED")
            self._release()

    def _note_park(self, event: Event) -> None:
        # An UNPARK older than our connect reply belongs to the park before this socket.
        if 0 < (event.headers.number("Event-Sequence") or 0) < (self.headers.number("Event-Sequence") or 0):
            return
        self.park = after(self.park, event.name)
        if self.park is Park.FRESH:
            self._parked.set()
        elif self.park is Park.LEFT and self.audio is not None:
            self.audio.unwatch()

    def _release(self) -> None:
        """The channel is gone: nobody waits for it any more."""
        self.answer_state = "hangup"
        if self.audio is not None:
            self.audio.unwatch()
        self._parked.set()
        for done in self._executing.values():
            if not done.ready():
                done.set_exception(ChannelGone(f"channel {self.uuid} is hung up: {self.hangup_cause}"))

    def _after_event(self, event: Event) -> None:
        if event.name == "CHANNEL_HANGUP_COMPLETE" and event.uuid == self.uuid and self.hangup_complete is None:
            self.hangup_complete = event
            gevent.spawn(self.exit)

    def _on_notice(self, frame: Frame) -> None:
        if frame.kind == "text/disconnect-notice" and frame.headers.get("Content-Disposition") == "linger":
            self._lingering = True  # more events follow, CHANNEL_HANGUP_COMPLETE perhaps among them

    def _on_closed(self) -> None:
        self._outbound_connected = False
        self.hangup_cause = self.hangup_cause or CONNECTION_LOST
        self._release()
