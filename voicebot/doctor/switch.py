"""Checks of FreeSWITCH through its event socket: modules, gateway, limits, variables, dialplan, recordings.

The functions `judge_*` are pure: they take the switch's own words. Asking is done at the end of the file.
"""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping

from voicebot.doctor.findings import Finding, from_error, outside_fault, warning, well
from voicebot.errors import SwitchRefused, SwitchUnreachable, UsageError, VoicebotError
from voicebot.esl.control import Control
from voicebot.settings import Settings

NEEDED = {
    "mod_sofia": "SIP",
    "mod_commands": "dialling and bridging",
    "mod_dptools": "answering, recording, bridging",
    "mod_dialplan_xml": "calls that come in",
    "mod_sndfile": "recordings as WAV",
}
USEFUL = {
    "mod_callcenter": "hand-off by queue",
    "mod_avmd": "the beep of answering machines",
    "mod_tone_stream": "the apology when no call server is left",
}
OLDEST_SWITCH = (1, 10)
LEGS_A_CALL = 2
"""The customer's, and the agent's after a hand-off (in the demo the simulated customer's own)."""

CONTEXT = "robot"
REGISTERED = {"REGED", "NOREG"}
"""NOREG: a gateway that does not register, which is as good."""

WANTED_VARIABLES = {
    "RECORD_STEREO": (("true",), "recordings mix customer and robot into one channel"),
    "RECORD_MIN_SEC": (("0",), "recordings shorter than three seconds are deleted"),
    "send_silence_when_idle": (("0", ""), "the switch writes silence over the robot's words"),
}
"""Of each the values that are right, the one to set first, and what any other does."""


def judge_version(reply: str) -> Finding:
    found = re.search(r"Version ((\d+)\.(\d+)[\w.-]*)", reply)
    if found is None:
        return warning("FreeSWITCH", f"its version is not told: {reply[:60]!r}", "use FreeSWITCH 1.10")
    if (int(found[2]), int(found[3])) < OLDEST_SWITCH:
        return warning("FreeSWITCH", f"{found[1]} was never tried", "use FreeSWITCH 1.10")
    return well("FreeSWITCH", found[1])


def judge_modules(loaded: Mapping[str, bool]) -> tuple[Finding, ...]:
    """`loaded`: for each module of NEEDED and USEFUL whether the switch has it."""
    remedy = "add it to modules.conf.xml (freeswitch_conf/autoload_configs has one), or in fs_cli: load {0}"
    missing = [name for name in NEEDED if not loaded[name]]
    found = [outside_fault("module", f"{name} is missing: {NEEDED[name]}", remedy.format(name)) for name in missing]
    lacking = [name for name in USEFUL if not loaded[name]]
    found += [warning("module", f"{name} is missing: {USEFUL[name]}", remedy.format(name)) for name in lacking]
    return tuple(found) or (well("modules", f"{len(loaded)} of {len(loaded)} loaded"),)


def judge_gateway(name: str, reply: str) -> Finding:
    """`reply`: that of `sofia status gateway NAME`."""
    what = f"gateway {name}"
    if "Invalid Gateway" in reply:
        return outside_fault(
            what,
            "the switch does not know it",
            "set VOICEBOT_GATEWAY, or make it from freeswitch_conf/sip_profiles/gateways/carrier.xml.example and run in"
            " fs_cli: reloadxml, then sofia profile trunk rescan",
        )
    says = dict(line.split("\t", 1) for line in reply.splitlines() if "\t" in line)
    fields = {key.strip(): value.strip() for key, value in says.items()}
    status, state = fields.get("Status", ""), fields.get("State", "")
    if state not in REGISTERED:
        return outside_fault(
            what, f"not registered (state {state})", "check user, password and proxy; in fs_cli: sofia loglevel all 9"
        )
    if not status.startswith("UP"):
        return outside_fault(
            what,
            f"{status}: its proxy {fields.get('Proxy', '')} does not answer OPTIONS",
            "check the address, the network and the carrier; a carrier that never answers them: remove `ping`",
        )
    if fields.get("PingFreq") == "0":
        return warning(
            what, "nobody watches it: no `ping`", "set ping=15 in the gateway, else a dead trunk costs attempts"
        )
    return well(what, f"{status}, {state}")


def judge_limits(reply: str, max_calls: int) -> Finding:
    """`reply`: that of `status`; `max_calls`: how many the call server takes at once."""
    sessions = re.search(r"(\d+) session\(s\) max", reply)
    rate = re.search(r"per Sec out of max (\d+)", reply)
    if sessions is None or rate is None:
        return warning("limits", f"`status` does not tell them: {reply[:60]!r}", "use FreeSWITCH 1.10")
    why = f"{sessions[1]} sessions, {rate[1]} a second"
    if int(sessions[1]) < max_calls * LEGS_A_CALL:
        return warning(
            "limits",
            f"{why}; {max_calls} calls need up to {max_calls * LEGS_A_CALL}",
            "raise max-sessions in switch.conf.xml, or lower VOICEBOT_MAX_CALLS",
        )
    return well("limits", why)


def judge_variables(values: Mapping[str, str]) -> tuple[Finding, ...]:
    """`values`: the switch's global variables of WANTED_VARIABLES."""
    wrong = [
        warning(f"variable {name}", f"{values[name]!r}: {harm}", f"set {name}={wanted[0]} in vars.xml")
        for name, (wanted, harm) in WANTED_VARIABLES.items()
        if values[name] not in wanted
    ]
    return tuple(wrong) or (well("variables", "recordings in two channels, however short; no silence written"),)


def judge_dialplan(context: str) -> Finding:
    """`context`: the dialplan context CONTEXT as the switch has it, as XML; empty if there is none."""
    what = f"dialplan context {CONTEXT}"
    remedy = "use freeswitch_conf/dialplan/robot.xml, then in fs_cli: reloadxml"
    try:
        actions = [item.attrib for item in ElementTree.fromstring(context).iter("action")]
    except ElementTree.ParseError:
        actions = []
    sockets = [at for at, action in enumerate(actions) if action.get("application") == "socket"]
    if not sockets:
        return warning(what, "none with a `socket`: calls that come in, or back from an agent, find no robot", remedy)
    static = [actions[at].get("data", "") for at in sockets if not actions[at].get("data", "").endswith(" async full")]
    if static:
        return outside_fault(
            what, f"socket {static[0]}: without `async full` the robot neither hears nor speaks", remedy
        )
    if all(action.get("application") != "hangup" for action in actions[sockets[-1] :]):
        return warning(what, "nothing behind `socket`: a dead robot looks like a normal end of the call", remedy)
    return well(what, f"{len(sockets)} call servers, a rescue behind them")


def look(settings: Settings) -> tuple[Finding, ...]:
    """All checks of the switch, on one connection. Without it there is one finding only."""
    control = Control(settings.switch_host, settings.switch_port, settings.switch_password)
    where = f"{settings.switch_host}:{settings.switch_port}"
    try:
        control.connect()
    except VoicebotError as error:
        return (from_error("event socket", error, _connect_remedy(error)),)
    try:
        return (well("event socket", f"{where} let us in"), *_ask(control, settings))
    except VoicebotError as error:
        return (from_error("event socket", error, "look into freeswitch.log"),)
    finally:
        control.close()


def _connect_remedy(error: VoicebotError) -> str:
    if isinstance(error, SwitchUnreachable):
        return "start it (freeswitch_conf/README.md says how), or set VOICEBOT_SWITCH_HOST and VOICEBOT_SWITCH_PORT"
    return "set VOICEBOT_SWITCH_PASSWORD, for the robot and for the switch (vars.xml)"


def _ask(control: Control, settings: Settings) -> tuple[Finding, ...]:
    loaded = {name: _answer(control, f"module_exists {name}") == "true" for name in [*NEEDED, *USEFUL]}
    values = {name: _answer(control, f"global_getvar {name}") for name in WANTED_VARIABLES}
    return (
        judge_version(_answer(control, "version")),
        *judge_modules(loaded),
        _gateway(control, settings.gateway),
        judge_limits(_answer(control, "status"), settings.max_calls),
        *judge_variables(values),
        judge_dialplan(_answer(control, f"xml_locate dialplan context name {CONTEXT}")),
    )


def _gateway(control: Control, name: str) -> Finding:
    try:
        return judge_gateway(name, _answer(control, f"sofia status gateway {name}"))
    except UsageError as error:
        return from_error(f"gateway {name}", error, "set VOICEBOT_GATEWAY to a gateway's name, nothing else")


def _answer(control: Control, command: str) -> str:
    """The switch's answer; empty when it has none, which it reports as an error (`-ERR no reply`)."""
    try:
        return control.api(command).strip()
    except SwitchRefused:
        return ""
