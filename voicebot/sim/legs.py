"""The life of one leg after its application has begun: actions, park, bridge, hang-up, and the events of each.
Dialling is in dialling.py, the single applications are in applications.py."""

import asyncio
import sys
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from voicebot.sim import applications
from voicebot.sim.avmd import Avmd
from voicebot.sim.callees import Callee, CalleeAction, HangUp, Hold, Press
from voicebot.sim.cdr import last_variables
from voicebot.sim.channel import STATE_NUMBERS, Channel, now_us
from voicebot.sim.dialstring import Action
from voicebot.sim.exchange import Exchange
from voicebot.sim.media import AudioPort, Unicast
from voicebot.sim.recording import Recording

if TYPE_CHECKING:
    from voicebot.sim.outbound import OutboundSession

DTMF_DURATION: Final = "2240"  # samples; 280 ms, as a telephone's key measured
Interruption = Literal["down", "transfer", "bridge", "abandoned"]


class Leg:
    """One dialled leg. `hang_up`, `transfer`, `bridge_with` and `execute` may be called by anybody at any time."""

    def __init__(self, exchange: Exchange, channel: Channel, callee: Callee) -> None:
        self.exchange = exchange
        self.channel = channel
        self.port = AudioPort(callee, self._callee_did)
        self.down = asyncio.Event()
        self.sessions: list[OutboundSession] = []
        self.recordings: list[Recording] = []
        self.queue: asyncio.Queue[tuple[Action, str] | Interruption] = asyncio.Queue()
        self.unicast_used = False  # in this park
        self.avmd: Avmd | None = None
        self._parked = self._finished = False
        self._disposition = ""
        self.first_actions: list[Action] = []
        self.bridged_to: Leg | None = None
        self.bridge_over = asyncio.Event()
        self._limits: list[asyncio.TimerHandle] = []
        if exchange.config.heard_dir:
            self._heard = Recording(exchange.config.heard_dir / f"{channel.uuid}.wav", stereo=False)
            self.port.taps.append(self._heard.tap)

    # --- what others ask of a leg -----------------------------------------------------------------
    def hang_up(self, cause: str, disposition: str = "send_bye") -> None:
        """End the leg; `disposition` says who did it, in the words of sip_hangup_disposition. Twice is harmless."""
        channel = self.channel
        if not channel.up:
            return
        channel.cause, channel.answer_state = cause, "hangup"
        channel.state_number = 10
        channel.times.hangup = now_us()
        if disposition == "recv_refuse":
            channel.variables["sip_hangup_disposition"] = disposition
        if disposition == "recv_bye":
            channel.variables |= {
                "sip_term_status": "200",
                "proto_specific_hangup_cause": "sip:200",
                "sip_term_cause": "16",
            }
        self._disposition = disposition
        self.exchange.clock.ports.pop(self.port, None)
        self.port.stop_unicast()
        self.forget_limits()
        for session in self.sessions:
            session.leg_goes_down()
        self.publish("CHANNEL_HANGUP")
        if disposition == "recv_bye":
            channel.variables["sip_hangup_disposition"] = disposition
        self.down.set()
        self.queue.put_nowait("down")
        if self.bridged_to:
            self.bridged_to.bridge_ended(cause)

    def hang_up_after(self, seconds: float, cause: str) -> None:
        """`sched_hangup`; earlier ones stay."""
        self._limits.append(asyncio.get_running_loop().call_later(seconds, self.hang_up, cause))

    def forget_limits(self) -> int:
        """`sched_del` of our group; how many there were."""
        limits, self._limits = self._limits, []
        for limit in limits:
            limit.cancel()
        return len(limits)

    def transfer(self, actions: Iterable[Action], dialplan: str, number: str) -> None:
        """Leave what runs now, a bridge too, and run `actions`, as `uuid_transfer` does."""
        self.head_for(actions, dialplan, number)
        self.queue.put_nowait("transfer")
        if self.bridged_to:
            self.bridged_to.bridge_ended("NORMAL_CLEARING")
            self.bridge_over.set()

    def bridge_with(self, other: "Leg", role: str) -> None:
        """Leave the park and talk with `other`; `role` is what `other` is to us."""
        channel = self.channel
        self.bridged_to, channel.peer, channel.peer_role = other, other.channel, role
        self.bridge_over.clear()
        channel.profile_index += 1
        channel.transfer_source = transfer_source(f"uuid_br:{other.channel.uuid}")
        channel.state_number = STATE_NUMBERS["CS_HIBERNATE"]
        if role == "originatee":
            channel.logical_direction = "inbound"
        self.queue.put_nowait("bridge")

    def bridge_ended(self, cause: str) -> None:
        """The other leg of our bridge is gone."""
        self.channel.variables["last_bridge_hangup_cause"] = cause
        self.channel.variables["bridge_hangup_cause"] = cause
        self.bridge_over.set()

    def execute(self, action: Action, event_uuid: str) -> None:
        """Queue an application, as `sendmsg execute` does."""
        self.queue.put_nowait((action, event_uuid))

    def abandoned(self) -> None:
        """A connection that controlled us is closed: this ends a park, and nothing else."""
        if self._parked:
            self.queue.put_nowait("abandoned")

    def unicast(self, local: tuple[str, int], remote: tuple[str, int]) -> None:
        """Start unicast, with all its traps: it answers +OK whatever happens."""
        if not self.channel.has_media:
            self.exchange.crash(
                f"switch_ivr.c: switch_ivr_park: Assertion 'read_frame' failed: unicast on {self.channel.uuid},"
                f" which is {self.channel.answer_state} and has no media; wait for the answer or for early media"
            )
            return
        if self.unicast_used:
            self.exchange.counters.repeated_unicasts += 1
            return
        try:
            self.port.unicast = Unicast(local, remote)
        except OSError:
            return  # the local port is taken: +OK, and nothing ever comes
        self.unicast_used = True

    # --- life -------------------------------------------------------------------------------------
    async def run(self) -> None:
        """Run the actions one after the other; the end of the list hangs up. Ends with the leg's last event."""
        channel = self.channel
        channel.enter("CS_EXECUTE")
        channel.flipped = True
        channel.hit_dialplan = channel.actions[:1] != [Action("park")]  # measured: `&park` alone leaves it false
        channel.variables |= {
            "pre_transfer_caller_id_number": channel.caller_number,
            "channel_cid_flipped": "yes",
            "call_uuid": channel.uuid,
        }
        channel.call_state = "ACTIVE" if channel.answered else "EARLY"
        self.first_actions = list(channel.actions)
        while channel.up:
            if not channel.actions:
                self.hang_up("NORMAL_CLEARING")
                break
            await applications.run(self, channel.actions.pop(0), str(uuid.uuid4()))
        await self.finish()

    async def park(self) -> Interruption:
        """Serve the queue until something ends this park; says what it was."""
        self.unicast_used, self._parked = False, True
        self.publish("CHANNEL_PARK")
        longest = asyncio.get_running_loop().call_later(self._park_timeout_s(), self.hang_up, "NORMAL_CLEARING")
        while True:
            item = await self.queue.get()
            if isinstance(item, str):
                if item == "abandoned" and self.channel.running == "CS_PARK":
                    continue  # measured: after park_after_bridge nobody ends an orphan
                break
            await applications.run(self, *item)
        longest.cancel()
        self._parked = False
        self.port.stop_unicast()
        self.publish("CHANNEL_UNPARK")
        return item

    async def finish(self) -> None:
        """The last events of a leg that is down: states, recordings, HANGUP_COMPLETE, and the end of its sessions."""
        channel = self.channel
        channel.enter("CS_HANGUP")
        self.publish("CHANNEL_STATE")
        for recording in self.recordings:
            await self._close_recording(recording)
        channel.enter("CS_REPORTING")
        channel.call_state = "HANGUP"
        self.publish("CHANNEL_STATE")
        channel.variables |= last_variables(channel, self._disposition)
        self.publish("CHANNEL_HANGUP_COMPLETE")
        self.exchange.legs.pop(channel.uuid, None)
        self.exchange.counters.odd_datagrams += self.port.odd_datagrams
        self.exchange.counters.starved_frames += self.port.starved_frames
        self._finished = True
        if self.sessions:
            for session in tuple(self.sessions):
                session.leg_is_down()
        else:
            self._release()
        if self.exchange.config.heard_dir and self._heard.milliseconds:
            await asyncio.to_thread(self._heard.write_heard)

    def head_for(self, actions: Iterable[Action], dialplan: str, number: str) -> None:
        """Take new actions, with the new profile that the switch makes for them; what runs now goes on."""
        channel = self.channel
        channel.actions = list(actions)
        channel.dialplan, channel.previous_number = dialplan, channel.number
        channel.number = number or channel.number
        channel.profile_index += 1
        channel.logical_direction = "inbound"
        channel.transfer_source = transfer_source(f"bl_xfer:{channel.number}/{dialplan}")
        channel.state_number = STATE_NUMBERS["CS_ROUTING"]

    def _park_timeout_s(self) -> float:
        """The variable `park_timeout`, seconds; without it a park may last for ever (here: ten days)."""
        return float(self.channel.variables.get("park_timeout", "864000").partition(":")[0])

    # --- small parts --------------------------------------------------------------------------------
    def session_closed(self, session: "OutboundSession") -> None:
        """One of our connections is gone: this ends a park, be it an older one that goes (measured). After the end of
        the leg the last of them takes the session with it."""
        self.sessions.remove(session)
        if self.channel.up:
            self.abandoned()
        self._release()

    def _release(self) -> None:
        """The session goes when the leg has had its last event and no connection lingers."""
        if self._finished and not self.sessions:
            self.exchange.sessions -= 1

    def start_recording(self, path: Path) -> None:
        recording = Recording(path, self.channel.variables.get("RECORD_STEREO") == "true")
        self.recordings.append(recording)
        self.port.taps.append(recording.tap)

    def _callee_did(self, action: CalleeAction) -> None:
        if isinstance(action, Press):
            duration = [("DTMF-Duration", DTMF_DURATION), ("DTMF-Source", "RTP")]
            self.publish("DTMF", [("DTMF-Digit", action.digit), *duration])
        elif isinstance(action, Hold):
            self._hold(action.on)
        elif isinstance(action, HangUp):
            self.hang_up("NORMAL_CLEARING", "recv_bye")

    def _hold(self, on: bool) -> None:
        """By a re-INVITE of the callee; the switch counts the time."""
        times = self.channel.times
        if on:
            times.last_hold = now_us()
        elif times.last_hold:
            times.hold_accum += now_us() - times.last_hold

    async def _close_recording(self, recording: Recording) -> None:
        try:
            await asyncio.to_thread(recording.write)
        except OSError as error:
            print(f"recording {recording.path} is lost: {error}", file=sys.stderr, flush=True)
            return
        self.channel.variables |= {
            "record_ms": str(recording.milliseconds),
            "record_seconds": str(recording.milliseconds // 1000),
            "record_samples": str(recording.milliseconds * 8),
            "record_completion_cause": "success-silence",
        }
        extra = [("Record-File-Path", str(recording.path)), ("Record-Completion-Cause", "success-silence")]
        self.publish("RECORD_STOP", extra)

    def publish(self, name: str, extra: list[tuple[str, str]] | None = None) -> None:
        """Tell an event about this leg; `extra` are the headers that only it has."""
        self.exchange.publish(name, self.channel, extra)


def transfer_source(what: str) -> str:
    """Why a leg has a new profile, as the switch notes it."""
    return f"{now_us() // 1_000_000}:{uuid.uuid4()}:{what}"
