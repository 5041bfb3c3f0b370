"""`originate`: from the command to an answered leg or a refusal, with the events and answers on the way.
The grammar of the command is in dialstring.py; what runs on the leg afterwards is in legs.py."""

import asyncio
import math
import time
import uuid
from typing import Final

from voicebot.sim import applications
from voicebot.sim.callees import Line
from voicebot.sim.causes import REFUSALS
from voicebot.sim.channel import Channel, now_us
from voicebot.sim.dialstring import NOT_IMPLEMENTED, OUT_OF_ORDER, Action, DialRefused, DialRequest, parse_originate
from voicebot.sim.exchange import Exchange
from voicebot.sim.legs import Leg

DEFAULT_TIMEOUT_S: Final = 60
NO_ROUTE: Final = (Action("hangup", "NO_ROUTE_DESTINATION"),)
NO_CALLER_NUMBER: Final = "0000000000"  # what the switch shows when the command names none


async def originate(exchange: Exchange, text: str) -> str:
    """Dial as `text` says; the answer comes when the leg has media or has failed. The leg lives on by itself."""
    try:
        request = parse_originate(text)
        leg = _new_leg(exchange, request)
    except DialRefused as refused:
        exchange.counters.refused += 1
        return refused.answer
    exchange.counters.attempts += 1
    leg.publish("CHANNEL_CREATE")
    leg.channel.enter("CS_CONSUME_MEDIA")
    media = await _dial(leg)
    if not media:
        exchange.spawn(leg.finish())
        return f"-ERR {leg.channel.cause}\n"
    leg.channel.actions = list(request.actions or exchange.config.dialplan.get(request.extension, NO_ROUTE))
    exchange.spawn(leg.run())
    return f"+OK {leg.channel.uuid}\n"


def _new_leg(exchange: Exchange, request: DialRequest) -> Leg:
    """The leg of a command that leads to an INVITE. Raises DialRefused: then no event will ever tell of it."""
    where, number, name, gateway = _route(exchange, request.endpoint)
    if not exchange.admit():
        raise DialRefused(OUT_OF_ORDER)
    variables = dict(request.variables)
    channel = Channel(
        uuid=variables.get("origination_uuid") or str(uuid.uuid4()),
        name=name,
        number=number,
        gateway=gateway,
        caller_number=variables.get("origination_caller_id_number", NO_CALLER_NUMBER),
        caller_name=variables.get("origination_caller_id_name", ""),
        context=request.context,
        variables={},
    )
    channel.variables |= {"direction": "outbound", "is_outbound": "true", "uuid": channel.uuid}
    channel.variables |= {"call_uuid": channel.uuid, "session_id": str(channel.session_id)}
    if gateway:
        channel.variables |= {"sip_gateway_name": gateway}
    channel.variables |= {
        "sip_profile_name": "gateway" if gateway else where,
        "channel_name": name,
        "sip_destination_url": f"sip:{number}@127.0.0.1:5090",
    }
    channel.variables |= variables
    channel.variables |= {"originate_early_media": "true", "originate_endpoint": "sofia"}
    leg = Leg(exchange, channel, exchange.config.directory(where, number))
    exchange.legs[channel.uuid] = leg
    return leg


def _route(exchange: Exchange, endpoint: str) -> tuple[str, str, str, str]:
    """Gateway or profile, number, channel name and gateway of a dial string; DialRefused with the switch's reason."""
    kind, _, rest = endpoint.partition("/")
    if kind == "user":
        raise DialRefused("-ERR SUBSCRIBER_ABSENT\n")
    if kind != "sofia":
        raise DialRefused(NOT_IMPLEMENTED)
    profile, _, target = rest.partition("/")
    if profile != "gateway":
        if profile not in exchange.config.profiles:
            raise DialRefused("-ERR INVALID_PROFILE\n")
        return profile, target.partition("@")[0], endpoint, ""
    gateway, _, number = target.partition("/")
    if gateway in exchange.config.gateways_down:
        raise DialRefused("-ERR GATEWAY_DOWN\n")
    if gateway not in exchange.config.gateways:
        raise DialRefused("-ERR INVALID_GATEWAY\n")
    return gateway, number, f"sofia/internal/{number}", gateway


async def _dial(leg: Leg) -> bool:
    """Follow the callee's line until there is media (True) or the leg has failed."""
    channel, line = leg.channel, leg.port.callee.line
    early_is_enough = channel.variables.get("ignore_early_media", "false") != "true"
    started = asyncio.get_running_loop().time()
    deadline_s = _timeout_s(channel)
    if line.ringing_ms is not None and await _until(leg, started, line.ringing_ms / 1000, deadline_s):
        _ring(leg, line)
        if line.announcement and early_is_enough:
            leg.exchange.spawn(_answer_later(leg, line, started))
            return True
    if channel.up and await _until(leg, started, _final_s(line), deadline_s):
        await _final(leg, line)
    if channel.up and not channel.has_media:
        leg.hang_up("NO_ANSWER", "send_cancel")
        channel.variables |= {"sip_invite_failure_status": "487", "sip_invite_failure_phrase": "CANCEL"}
    return channel.up


def _timeout_s(channel: Channel) -> float:
    """Seconds until the attempt is given up: the switch compares whole seconds, so N comes after N-1 to N."""
    seconds = int(channel.variables.get("originate_timeout", DEFAULT_TIMEOUT_S))
    now = time.time()
    return math.floor(now) + seconds - now


def _final_s(line: Line) -> float:
    return line.final_ms / 1000 if line.status else math.inf


async def _until(leg: Leg, started: float, seconds: float, deadline_s: float) -> bool:
    """Wait for a moment of the line; False if the leg went down or the attempt's time ran out before."""
    passed = asyncio.get_running_loop().time() - started
    left = min(seconds, deadline_s) - passed
    try:
        await asyncio.wait_for(leg.down.wait(), None if left == math.inf else max(0.0, left))
    except TimeoutError:
        return seconds <= deadline_s
    return False


def _ring(leg: Leg, line: Line) -> None:
    channel = leg.channel
    channel.network_seen = True
    if line.announcement:
        channel.times.progress_media = now_us()
        channel.answer_state = "early"
        channel.variables["endpoint_disposition"] = "EARLY MEDIA"
        leg.publish("CHANNEL_PROGRESS_MEDIA")
        _codec_is_known(channel)
        channel.has_codec = True
        leg.exchange.clock.ports[leg.port] = None
        channel.call_state = "EARLY"
    else:
        channel.times.progress = now_us()
        leg.publish("CHANNEL_PROGRESS")
        channel.call_state = "RINGING"


def _codec_is_known(channel: Channel) -> None:
    channel.variables |= {"read_codec": "PCMA", "read_rate": "8000", "write_codec": "PCMA", "write_rate": "8000"}
    channel.variables["dtmf_type"] = "rfc2833"


async def _final(leg: Leg, line: Line) -> None:
    """Answer or refusal."""
    channel = leg.channel
    channel.network_seen = True
    if line.status != 200:
        refusal = REFUSALS[line.status]
        channel.variables |= {
            "sip_invite_failure_status": str(line.status),
            "sip_invite_failure_phrase": refusal.phrase,
            "sip_term_status": str(line.status),
            "proto_specific_hangup_cause": f"sip:{line.status}",
            "sip_term_cause": str(refusal.q850),
        }
        leg.hang_up(refusal.cause, "recv_refuse")
        return
    channel.times.answered = now_us()
    channel.answer_state = "answered"
    leg.exchange.counters.answered += 1
    channel.has_codec = True
    _codec_is_known(channel)
    leg.publish("CHANNEL_ANSWER")
    channel.variables["endpoint_disposition"] = "ANSWER"
    leg.port.talking = True
    leg.exchange.clock.ports[leg.port] = None
    await _execute_on_answer(leg)
    channel.call_state = "ACTIVE"


async def _answer_later(leg: Leg, line: Line, started: float) -> None:
    """After early media the leg already runs its application; the answer or the refusal still comes."""
    if await _until(leg, started, _final_s(line), math.inf):
        await _final(leg, line)


async def _execute_on_answer(leg: Leg) -> None:
    app, _, argument = leg.channel.variables.get("execute_on_answer", "").partition(" ")
    if app:
        await applications.run(leg, Action(app, argument), str(uuid.uuid4()))
