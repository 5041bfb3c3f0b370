"""The variables that the switch adds to a leg's last event: cause, moments, durations, who hung up. Pure.
Measured on FreeSWITCH 1.10.12; the names are its own."""

from voicebot.sim.causes import q850
from voicebot.sim.channel import Channel


def last_variables(channel: Channel, disposition: str) -> dict[str, str]:
    """For CHANNEL_HANGUP_COMPLETE; `disposition` is who ended the leg, as sip_hangup_disposition says it."""
    variables = {"hangup_cause": channel.cause, "hangup_cause_q850": str(q850(channel.cause))}
    return (
        variables | _moments(channel) | _durations(channel) | _hold(channel) | {"sip_hangup_disposition": disposition}
    )


def _moments(channel: Channel) -> dict[str, str]:
    times = channel.times
    moments = {
        "start": times.created,
        "answer": times.answered,
        "bridge": times.bridged,
        "progress": times.progress,
        "progress_media": times.progress_media,
        "end": times.hangup,
    }
    seconds = {f"{name}_epoch": str(moment // 1_000_000) for name, moment in moments.items()}
    return seconds | {f"{name}_uepoch": str(moment) for name, moment in moments.items()}


def _hold(channel: Channel) -> dict[str, str]:
    held = channel.times.hold_accum
    names = (("seconds", 1_000_000), ("usec", 1), ("ms", 1000))
    return {f"hold_accum_{name}": str(held // size) for name, size in names}


def _durations(channel: Channel) -> dict[str, str]:
    times = channel.times
    whole = times.hangup - times.created
    talk = times.hangup - times.answered if times.answered else 0
    wait = times.answered - times.created if times.answered else 0
    durations = {"duration": str(whole // 1_000_000), "mduration": str(whole // 1000)}
    for unit, size in (("sec", 1_000_000), ("msec", 1000), ("usec", 1)):
        durations |= {f"bill{unit}": str(talk // size), f"answer{unit}": str(wait // size)}
    return durations
