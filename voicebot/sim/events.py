"""The header lists of events, name by name and in the order of FreeSWITCH 1.10.12. Values in, lists out.
When an event is sent, and to whom, is decided elsewhere."""

import itertools
import time
import uuid
from collections.abc import Iterable, Mapping
from typing import Final

from voicebot.sim.channel import Channel, now_us
from voicebot.sim.wire import Headers

CORE_UUID: Final = str(uuid.uuid4())
CODECS: Final = [
    (f"Channel-{side}-Codec-{what}", value)
    for side in ("Read", "Write")
    for what, value in (("Name", "PCMA"), ("Rate", "8000"), ("Bit-Rate", "64000"))
]
# Where the switch's source sends each event from: file, function, line of release 1.10.12.
ORIGINS: Final[dict[str, tuple[str, str, str]]] = {
    "CHANNEL_CREATE": ("switch_core_state_machine.c", "switch_core_session_run", "626"),
    "CHANNEL_PROGRESS": ("switch_channel.c", "switch_channel_perform_mark_ring_ready_value", "3505"),
    "CHANNEL_PROGRESS_MEDIA": ("switch_channel.c", "switch_channel_perform_mark_pre_answered", "3588"),
    "CHANNEL_ANSWER": ("switch_channel.c", "switch_channel_perform_mark_answered", "3846"),
    "CHANNEL_BRIDGE": ("switch_ivr_bridge.c", "switch_ivr_multi_threaded_bridge", "1689"),
    "CHANNEL_UNBRIDGE": ("switch_ivr_bridge.c", "switch_ivr_multi_threaded_bridge", "1879"),
    "CHANNEL_STATE": ("switch_channel.c", "switch_channel_perform_set_running_state", "2408"),
    "CHANNEL_HANGUP": ("switch_channel.c", "switch_channel_perform_hangup", "3408"),
    "CHANNEL_HANGUP_COMPLETE": ("switch_core_state_machine.c", "switch_core_session_reporting_state", "943"),
    "CHANNEL_EXECUTE": ("switch_core_session.c", "switch_core_session_exec", "2907"),
    "CHANNEL_EXECUTE_COMPLETE": ("switch_core_session.c", "switch_core_session_exec", "2967"),
    "CHANNEL_PARK": ("switch_ivr.c", "switch_ivr_park", "1003"),
    "CHANNEL_UNPARK": ("switch_ivr.c", "switch_ivr_park", "1153"),
    "BACKGROUND_JOB": ("mod_event_socket.c", "api_exec", "1572"),
    "CHANNEL_DATA": ("mod_event_socket.c", "parse_command", "2021"),
    "DTMF": ("switch_channel.c", "switch_channel_dequeue_dtmf", "677"),
    "RECORD_STOP": ("switch_ivr_async.c", "record_callback", "1560"),
    "CUSTOM": ("mod_avmd.c", "avmd_fire_event", "700"),
}
# Events that carry the channel's variables beside its profile.
WITHOUT_VARIABLES: Final = frozenset({"CHANNEL_STATE", "DTMF"})

_sequence = itertools.count(1)


def base(name: str) -> Headers:
    """The thirteen headers that begin every event."""
    file, function, line = ORIGINS[name]
    stamp = now_us()
    seconds = stamp // 1_000_000
    return [
        ("Event-Name", name),
        ("Core-UUID", CORE_UUID),
        ("FreeSWITCH-Hostname", "switch"),
        ("FreeSWITCH-Switchname", "switch"),
        ("FreeSWITCH-IPv4", "127.0.0.1"),
        ("FreeSWITCH-IPv6", "::1"),
        ("Event-Date-Local", time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))),
        ("Event-Date-GMT", time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(seconds))),
        ("Event-Date-Timestamp", str(stamp)),
        ("Event-Calling-File", file),
        ("Event-Calling-Function", function),
        ("Event-Calling-Line-Number", line),
        ("Event-Sequence", str(next(_sequence))),
    ]


def channel_event(name: str, channel: Channel, extra: Iterable[tuple[str, str]] = ()) -> Headers:
    """An event about `channel`; `extra` are its own headers, the last in the list."""
    before: Headers = []
    if name == "CHANNEL_HANGUP_COMPLETE":
        before = [("Hangup-Cause", channel.cause)]  # it stands a second time among the channel's own headers
    if name in ("CHANNEL_BRIDGE", "CHANNEL_UNBRIDGE") and channel.peer:
        before = [("Bridge-A-Unique-ID", channel.uuid), ("Bridge-B-Unique-ID", channel.peer.uuid)]
    variables = [] if name in WITHOUT_VARIABLES else variable_headers(channel.variables)
    return [*base(name), *before, *state(channel), *caller(channel), *other_leg(channel), *variables, *extra]


def avmd_event(subclass: str, channel: Channel, own: Iterable[tuple[str, str]]) -> tuple[Headers, Headers]:
    """An event of mod_avmd as it goes out, twice: first with the channel's id alone, then with all that it has."""
    short = [
        ("Event-Subclass", subclass),
        *base("CUSTOM"),
        ("Unique-ID", channel.uuid),
        ("Call-command", "avmd"),
        *own,
    ]
    long = [*short, *state(channel), *caller(channel), *other_leg(channel), *variable_headers(channel.variables)]
    return short, long


def channel_data(channel: Channel, mode: str, control: str) -> Headers:
    """The reply to `connect`: everything about the channel, its profile twice, under both prefixes."""
    return [
        *base("CHANNEL_DATA"),
        *profile(channel, "Channel"),
        *state(channel),
        *caller(channel),
        *other_leg(channel),
        *variable_headers(channel.variables),
        ("Content-Type", "command/reply"),
        ("Reply-Text", "+OK\n"),
        ("Socket-Mode", mode),
        ("Control", control),
    ]


def background_job(job: str, command: str, argument: str) -> Headers:
    """The headers of a finished `bgapi`; its result is the event's body."""
    return [*base("BACKGROUND_JOB"), ("Job-UUID", job), ("Job-Command", command), ("Job-Command-Arg", argument)]


def variable_headers(variables: Mapping[str, str]) -> Headers:
    return [(f"variable_{name}", value) for name, value in variables.items()]


def state(channel: Channel) -> Headers:
    """The channel's own headers: states, names, answer state, cause, codecs."""
    headers = [
        ("Channel-State", channel.running),
        ("Channel-Call-State", channel.call_state),
        ("Channel-State-Number", str(channel.state_number)),
        ("Channel-Name", channel.name),
        ("Unique-ID", channel.uuid),
        ("Call-Direction", "outbound"),
        ("Presence-Call-Direction", "outbound"),
        ("Channel-HIT-Dialplan", "true" if channel.hit_dialplan else "false"),
        ("Channel-Call-UUID", channel.variables.get("call_uuid", channel.uuid)),
        ("Answer-State", channel.answer_state),
    ]
    if channel.cause:
        headers.append(("Hangup-Cause", channel.cause))
    return headers + CODECS if channel.has_codec else headers


def caller(channel: Channel) -> Headers:
    """The caller profile under its usual prefix."""
    return profile(channel, "Caller")


def profile(channel: Channel, prefix: str) -> Headers:
    """The caller profile; the switch leaves out what is empty."""
    ours = (channel.caller_name, channel.caller_number)
    theirs = ("Outbound Call", channel.number)
    (shown, callee) = (theirs, ours) if channel.flipped else (ours, theirs)
    if channel.logical_direction == "inbound":
        callee = ("", channel.peer.caller_number if channel.peer else ours[1])
    listed = [
        ("Direction", "outbound"),
        ("Logical-Direction", channel.logical_direction),
        ("Dialplan", channel.dialplan),
        ("Caller-ID-Name", shown[0]),
        ("Caller-ID-Number", shown[1]),
        ("Orig-Caller-ID-Name", ours[0]),
        ("Orig-Caller-ID-Number", ours[1]),
        ("Callee-ID-Name", callee[0]),
        ("Callee-ID-Number", callee[1]),
        ("Network-Addr", "127.0.0.1" if channel.network_seen else ""),
        ("ANI", channel.caller_number),
        ("Destination-Number", channel.number),
        ("Unique-ID", channel.uuid),
        ("Source", "src/switch_ivr_originate.c"),
        ("Transfer-Source", channel.transfer_source),
        ("Context", channel.context),
        ("RDNIS", channel.previous_number),
        ("Channel-Name", channel.name),
        ("Profile-Index", str(channel.profile_index)),
    ]
    return [(f"{prefix}-{name}", value) for name, value in listed if value] + stamps(channel, prefix)


def stamps(channel: Channel, prefix: str) -> Headers:
    """The times of a profile and its three flags."""
    times = channel.times
    listed = [
        ("Profile-Created-Time", times.profile),
        ("Channel-Created-Time", times.created),
        ("Channel-Answered-Time", times.answered),
        ("Channel-Progress-Time", times.progress),
        ("Channel-Progress-Media-Time", times.progress_media),
        ("Channel-Hangup-Time", times.hangup),
        ("Channel-Transfer-Time", 0),
        ("Channel-Resurrect-Time", 0),
        ("Channel-Bridged-Time", times.bridged),
        ("Channel-Last-Hold", times.last_hold),
        ("Channel-Hold-Accum", times.hold_accum),
    ]
    flags = [("Screen-Bit", "true"), ("Privacy-Hide-Name", "false"), ("Privacy-Hide-Number", "false")]
    return [(f"{prefix}-{name}", str(value)) for name, value in listed] + [(f"{prefix}-{n}", v) for n, v in flags]


def other_leg(channel: Channel) -> Headers:
    """The profile of the leg that this one is or was bridged with; it stays after the talk."""
    if channel.peer is None:
        return []
    without = ("Other-Leg-Profile-Index", "Other-Leg-Transfer-Source")
    headers = [(name, value) for name, value in profile(channel.peer, "Other-Leg") if name not in without]
    return [("Other-Type", channel.peer_role), *headers]
