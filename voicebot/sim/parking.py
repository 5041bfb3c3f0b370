"""What follows a park: a new route after a transfer, a talk with another leg after a bridge, and what comes after that.
The park itself is in legs.py."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from voicebot.sim.channel import now_us

if TYPE_CHECKING:
    from voicebot.sim.legs import Leg

After = Callable[["Leg"], Awaitable[None]] | None


def afterwards(why: str) -> After:
    """What a leg does when its park ended by `transfer` or `bridge`; nothing of its own for other reasons."""
    return {"transfer": _reroute, "bridge": _talk}.get(why)


async def _reroute(leg: "Leg") -> None:
    """Enter the new dialplan; its actions are there already."""
    channel = leg.channel
    channel.enter("CS_ROUTING")
    leg.publish("CHANNEL_STATE")
    channel.set("current_application_response", "")
    if channel.dialplan == "inline":
        channel.previous_number = ""
    channel.enter("CS_EXECUTE")
    leg.publish("CHANNEL_STATE")


async def _talk(leg: "Leg") -> None:
    """Be bridged until one of the two leaves."""
    other = leg.bridged_to
    assert other is not None
    channel = leg.channel
    for state in ("CS_HIBERNATE", "CS_RESET", "CS_SOFT_EXECUTE"):
        channel.enter(state)
        leg.publish("CHANNEL_STATE")
    originator = channel.peer_role == "originatee"
    channel.times.bridged = now_us()
    channel.variables["bridge_uuid"] = other.channel.uuid
    if originator:
        leg.publish("CHANNEL_EXECUTE", [("Application", "uuid_bridge"), ("Application-Data", other.channel.uuid)])
        leg.publish("CHANNEL_BRIDGE")
    leg.port.peer = other.port
    await _first_of(leg.bridge_over, leg.down)
    leg.port.peer = None
    channel.variables["last_bridge_to"] = other.channel.uuid
    if originator:
        leg.publish("CHANNEL_UNBRIDGE")
    leg.bridged_to = None
    if channel.up:
        await _after_bridge(leg)


async def _after_bridge(leg: "Leg") -> None:
    """Follow a transfer that ended the bridge, `transfer_after_bridge`, `park_after_bridge`, or hang up."""
    channel = leg.channel
    extension = channel.variables.get("transfer_after_bridge", "").partition(":")[0]
    if not leg.queue.empty():
        leg.queue.get_nowait()
        await _reroute(leg)
    elif extension:
        channel.set("transfer_after_bridge", "")
        channel.peer = None
        leg.head_for(leg.exchange.config.dialplan.get(extension, leg.first_actions), "XML", extension)
        await _reroute(leg)
    elif channel.variables.get("park_after_bridge") == "true":
        channel.enter("CS_PARK")
        leg.publish("CHANNEL_STATE")
        if after := afterwards(await leg.park()):
            await after(leg)
    else:
        leg.hang_up("NORMAL_CLEARING")


async def _first_of(*moments: asyncio.Event) -> None:
    tasks = [asyncio.create_task(moment.wait()) for moment in moments]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
