"""The API commands that the robot uses, each with the answer of the real switch.
`sim_report` is ours alone: what the simulated switch measured of itself, as JSON."""

import json
import re
import socket
from collections.abc import Awaitable, Callable
from typing import Final

from voicebot.sim import dialling
from voicebot.sim.dialstring import parse_inline, split_words
from voicebot.sim.exchange import Exchange
from voicebot.sim.legs import Leg
from voicebot.sim.tones import RINGBACK_MS, tone

NO_CHANNEL: Final = "-ERR No such channel!\n"
RING_BACK: Final = re.compile(r"tone_stream://%\(1000,4000,450\);loops=(\d{1,3}) aleg")
MODULES: Final = frozenset({"mod_event_socket", "mod_sofia", "mod_dptools", "mod_commands", "mod_dialplan_xml"})


async def run(exchange: Exchange, line: str) -> str:
    """The answer to `api LINE`."""
    name, _, argument = line.partition(" ")
    if name not in COMMANDS:
        return f"-ERR {name} Command not found!\n"
    return await COMMANDS[name](exchange, argument.strip())


async def _originate(exchange: Exchange, argument: str) -> str:
    return await dialling.originate(exchange, argument)


async def _status(exchange: Exchange, argument: str) -> str:
    return (
        "UP 0 years, 0 days, 0 hours, 1 minute, 0 seconds, 0 milliseconds, 0 microseconds\n"
        "FreeSWITCH (Version 1.10.12 -release simulated by voicebot) is ready\n"
        f"{exchange.counters.attempts} session(s) since startup\n"
        f"{exchange.sessions} session(s) - peak {exchange.sessions}, last 5min {exchange.sessions} \n"
        f"0 session(s) per Sec out of max {exchange.config.sessions_per_second}, peak 1, last 5min 1 \n"
        f"{exchange.config.max_sessions} session(s) max\n"
        "min idle cpu 0.00/100.00\n"
    )


async def _version(exchange: Exchange, argument: str) -> str:
    return "FreeSWITCH Version 1.10.12-release+simulated (simulated by voicebot)\n"


async def _show(exchange: Exchange, argument: str) -> str:
    if argument.split() == ["channels", "count"]:
        return f"\n{len(exchange.legs)} total.\n"
    if argument.split() != ["channels", "as", "json"]:
        return "-USAGE: show channels count|as json is all that the simulated switch has\n"
    rows = [{"uuid": uuid} for uuid in exchange.legs]
    return json.dumps({"row_count": len(rows), "rows": rows} if rows else {"row_count": 0}) + "\n"


async def _global_getvar(exchange: Exchange, argument: str) -> str:
    """Only what names the machine."""
    return socket.gethostname() if argument.strip() == "hostname" else ""


async def _module_exists(exchange: Exchange, argument: str) -> str:
    return "true" if argument in MODULES else "false"


async def _sofia(exchange: Exchange, argument: str) -> str:
    """`sofia status gateway NAME` and `sofia status profile NAME`, shortened to what tells up from down."""
    words = argument.split()
    config = exchange.config
    if words[:2] == ["status", "gateway"] and len(words) == 3:
        if words[2] in config.gateways_down:
            return f"Name    \t{words[2]}\nState   \tNOREG\nStatus  \tDOWN (ping)\n"
        if words[2] in config.gateways:
            return f"Name    \t{words[2]}\nState   \tNOREG\nStatus  \tUP\n"
        return "Invalid Gateway!\n"
    if words[:2] == ["status", "profile"] and len(words) == 3:
        return f"Name    \t{words[2]}\n" if words[2] in config.profiles else "Invalid Profile!\n"
    return "".join(f"{gateway}\tgateway\tNOREG\n" for gateway in sorted(config.gateways))


async def _hupall(exchange: Exchange, argument: str) -> str:
    for leg in tuple(exchange.legs.values()):
        leg.hang_up(argument or "MANAGER_REQUEST")
    return f"+OK hangup all channels with cause {argument or 'MANAGER_REQUEST'}\n"


async def _uuid_exists(exchange: Exchange, argument: str) -> str:
    return "true" if argument in exchange.legs else "false"


async def _uuid_kill(exchange: Exchange, argument: str) -> str:
    uuid, _, cause = argument.partition(" ")
    leg = exchange.legs.get(uuid)
    if leg is None:
        return NO_CHANNEL
    leg.hang_up(cause.strip() or "NORMAL_CLEARING", "send_bye" if leg.channel.answered else "send_cancel")
    return "+OK\n"


async def _sched_del(exchange: Exchange, argument: str) -> str:
    """Every task of a group; the group of a leg's `sched_hangup` is its UUID."""
    leg = exchange.legs.get(argument)
    return f"+OK Deleted: {leg.forget_limits() if leg else 0}\n"


async def _sched_hangup(exchange: Exchange, argument: str) -> str:
    seconds, uuid, cause = (*argument.split(), "ALLOTTED_TIMEOUT")[:3]
    leg = exchange.legs.get(uuid)
    if leg is None:
        return NO_CHANNEL
    leg.hang_up_after(float(seconds.lstrip("+")), cause)
    return "+OK\n"


async def _uuid_setvar(exchange: Exchange, argument: str) -> str:
    """NAME VALUE; the value is the rest of the line and is not expanded."""
    uuid, _, rest = argument.partition(" ")
    name, _, value = rest.partition(" ")
    leg = exchange.legs.get(uuid)
    if leg is None:
        return NO_CHANNEL
    leg.channel.set(name, value)
    return "+OK\n"


async def _uuid_getvar(exchange: Exchange, argument: str) -> str:
    uuid, _, name = argument.partition(" ")
    leg = exchange.legs.get(uuid)
    return NO_CHANNEL if leg is None else leg.channel.variables.get(name.strip(), "_undef_")


async def _uuid_bridge(exchange: Exchange, argument: str) -> str:
    legs = [exchange.legs.get(uuid) for uuid in argument.split()]
    if len(legs) != 2:
        return "-USAGE: <uuid> <other_uuid>\n"
    one, other = legs
    if one is None or other is None or not one.channel.answered or not other.channel.answered:
        return "-ERR Invalid uuid\n"
    other.bridge_with(one, "originator")
    one.bridge_with(other, "originatee")
    return f"+OK {other.channel.uuid}\n"


async def _uuid_broadcast(exchange: Exchange, argument: str) -> str:
    """Of all that the real switch plays this one has the ring-back tone."""
    uuid, _, rest = argument.partition(" ")
    leg = exchange.legs.get(uuid)
    if leg is None:
        return NO_CHANNEL
    asked = RING_BACK.fullmatch(rest)
    if asked is None:
        return "-ERR the simulated switch plays the ring-back tone only\n"
    leg.port.play(tone("ringback", sum(RINGBACK_MS)) * int(asked[1]))
    return "+OK Message sent\n"


async def _uuid_transfer(exchange: Exchange, argument: str) -> str:
    words = split_words(argument)
    leg = exchange.legs.get(words[0]) if words else None
    if leg is None:
        return NO_CHANNEL
    if words[-1] == "inline":
        leg.transfer(parse_inline(words[1]), "inline", "")
    else:
        leg.transfer(exchange.config.dialplan.get(words[1], ()), "XML", words[1])
    return "+OK\n"


async def _sim_report(exchange: Exchange, argument: str) -> str:
    return json.dumps(report(exchange))


def report(exchange: Exchange) -> dict[str, object]:
    """What the simulated switch measured of itself; milliseconds, counts of frames."""
    clock, counters = exchange.clock.report, exchange.counters
    ports: list[Leg] = list(exchange.legs.values())
    return {
        "sim_frames": clock.frames,
        "sim_late_frames": clock.late_frames,
        "sim_skipped_frames": clock.skipped_frames,
        "sim_tick_late_ms": {
            "p50": clock.percentile_ms(0.5),
            "p99": clock.percentile_ms(0.99),
            "max": round(clock.worst_late_ms, 1),
        },
        "attempts": counters.attempts,
        "answered": counters.answered,
        "refused": counters.refused,
        "throttled": counters.throttled,
        "expansions": counters.expansions,
        "repeated_unicasts": counters.repeated_unicasts,
        "odd_datagrams": counters.odd_datagrams,
        "starved_frames": counters.starved_frames,
        "legs": len(ports),
        "sessions": exchange.sessions,
    }


COMMANDS: Final[dict[str, Callable[[Exchange, str], Awaitable[str]]]] = {
    "global_getvar": _global_getvar,
    "hupall": _hupall,
    "module_exists": _module_exists,
    "originate": _originate,
    "sched_del": _sched_del,
    "sched_hangup": _sched_hangup,
    "show": _show,
    "sim_report": _sim_report,
    "sofia": _sofia,
    "status": _status,
    "uuid_broadcast": _uuid_broadcast,
    "uuid_bridge": _uuid_bridge,
    "uuid_exists": _uuid_exists,
    "uuid_getvar": _uuid_getvar,
    "uuid_kill": _uuid_kill,
    "uuid_setvar": _uuid_setvar,
    "uuid_transfer": _uuid_transfer,
    "version": _version,
}
