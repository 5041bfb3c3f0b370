"""The dialplan applications that the robot uses, each with the events around it.
Any other name ends the leg, as in the real switch, and is told on stderr."""

import asyncio
import re
import sys
import uuid
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from voicebot.sim.avmd import Avmd
from voicebot.sim.channel import Channel
from voicebot.sim.dialstring import Action
from voicebot.sim.parking import After, afterwards

if TYPE_CHECKING:
    from voicebot.sim.legs import Leg

_EXPANSION: Final = re.compile(r"\$\{([^}]*)\}")
_TONE_MS: Final = re.compile(r"tone_stream://%\((\d+)")


async def run(leg: "Leg", action: Action, event_uuid: str) -> None:
    """Run one application between its CHANNEL_EXECUTE and CHANNEL_EXECUTE_COMPLETE."""
    channel = leg.channel
    if action.app not in APPLICATIONS:
        print(f"Invalid Application {action.app}: known are {', '.join(APPLICATIONS)}", file=sys.stderr, flush=True)
        leg.hang_up("DESTINATION_OUT_OF_ORDER")
        return
    argument = expand(leg, action)
    channel.variables["current_application"] = action.app
    channel.set("current_application_data", argument)
    names = [("Application", action.app)] + ([("Application-Data", argument)] if argument else [])
    leg.publish("CHANNEL_EXECUTE", [*names, ("Application-UUID", event_uuid)])
    after = await APPLICATIONS[action.app](leg, argument)
    response = channel.variables.get("current_application_response", "_none_")
    leg.publish(
        "CHANNEL_EXECUTE_COMPLETE", [*names, ("Application-Response", response), ("Application-UUID", event_uuid)]
    )
    if after:
        await after(leg)


def expand(leg: "Leg", action: Action) -> str:
    """The argument with `${...}` replaced, as the switch does to every argument. Each time is counted."""
    if "${" not in action.arg:
        return action.arg
    leg.exchange.counters.expansions.append(f"{action.app} {action.arg}")
    return _EXPANSION.sub(lambda found: _expanded(leg.channel, found[1]), action.arg)


def _expanded(channel: Channel, name: str) -> str:
    return str(uuid.uuid4()) if name == "create_uuid()" else channel.variables.get(name, "")


async def _set(leg: "Leg", argument: str) -> After:
    name, _, value = argument.partition("=")
    leg.channel.set(name, value)
    return None


async def _nothing(leg: "Leg", argument: str) -> After:
    """`answer` on a dialled leg, `log`, `info`: nothing that the robot could notice."""
    return None


async def _record_session(leg: "Leg", argument: str) -> After:
    leg.start_recording(Path(argument))
    return None


async def _avmd_start(leg: "Leg", argument: str) -> After:
    if leg.avmd is None:
        leg.avmd = Avmd(partial(leg.exchange.publish_avmd, leg.channel))
        leg.port.taps.append(leg.avmd.tap)
    return None


async def _avmd_stop(leg: "Leg", argument: str) -> After:
    if leg.avmd is not None:
        leg.port.taps.remove(leg.avmd.tap)
        leg.avmd.stop()
        leg.avmd = None
    return None


async def _sched_hangup(leg: "Leg", argument: str) -> After:
    seconds, _, cause = argument.partition(" ")
    leg.hang_up_after(float(seconds.lstrip("+")), cause or "ALLOTTED_TIMEOUT")
    return None


async def _hangup(leg: "Leg", argument: str) -> After:
    leg.hang_up(argument or "NORMAL_CLEARING")
    return None


async def _sleep(leg: "Leg", argument: str) -> After:
    await _wait(leg, int(argument))
    return None


async def _playback(leg: "Leg", argument: str) -> After:
    """Only what the robot would notice: the time it takes, and that unicast is dead ever after."""
    leg.port.stop_unicast()
    tone = _TONE_MS.match(argument)
    await _wait(leg, int(tone[1]) if tone else 0)
    leg.channel.variables["current_application_response"] = "FILE PLAYED"
    return None


async def _wait(leg: "Leg", milliseconds: int) -> None:
    try:
        await asyncio.wait_for(leg.down.wait(), milliseconds / 1000)
    except TimeoutError:
        return


async def _park(leg: "Leg", argument: str) -> After:
    return afterwards(await leg.park())


async def _socket(leg: "Leg", argument: str) -> After:
    hosts, *modes = argument.split()
    exchange = leg.exchange
    connected = await exchange.connector(exchange, leg, hosts.split("|"), "async" in modes, "full" in modes)
    return afterwards(await leg.park()) if connected else None


APPLICATIONS: Final[dict[str, Callable[["Leg", str], Awaitable[After]]]] = {
    "answer": _nothing,
    "avmd_start": _avmd_start,
    "avmd_stop": _avmd_stop,
    "hangup": _hangup,
    "info": _nothing,
    "log": _nothing,
    "park": _park,
    "playback": _playback,
    "record_session": _record_session,
    "sched_hangup": _sched_hangup,
    "set": _set,
    "sleep": _sleep,
    "socket": _socket,
}
