"""What may travel to the switch: one pattern for each kind of value. The only door for text into a command.

The switch expands `${...}` in application arguments and splits originate strings at `,` `'` `{` `}` `^^` and trailing
`\\` (measured on FreeSWITCH 1.10.12), so none of these characters is in any pattern. Text of people never gets here.
"""

import re

from voicebot.errors import UsageError

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NAME = r"[A-Za-z_][A-Za-z0-9_]{0,63}"
_WORD = r"[A-Za-z0-9._:/@+=&|-]{1,512}"
_PART = r"\.?[A-Za-z0-9_=-][A-Za-z0-9._=-]{0,127}"
_PATH = rf"/?(?:{_PART}/){{0,24}}{_PART}\.wav"
_CAUSE = r"[A-Z][A-Z0-9_]{1,47}"
_LABEL = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}"
_DIGITS = r"[A-Za-z0-9+*#_-][A-Za-z0-9+*#._-]{0,63}"
_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?"

UUID = re.compile(_UUID)
CAUSE = re.compile(_CAUSE)
HOST = re.compile(_HOST)
CALLER_NUMBER = re.compile(r"\+?[0-9]{0,20}")
EVENT_NAME = re.compile(r"[A-Za-z_]{1,64}(?:::[A-Za-z_]{1,64})?")
PLACE = re.compile(rf"{_LABEL}:XML:{_LABEL}")
DIAL = re.compile(
    rf"sofia/gateway/{_LABEL}/{_DIGITS}"
    rf"|sofia/{_LABEL}/{_DIGITS}@{_HOST}(?::[0-9]{{1,5}})?"
    rf"|user/{_LABEL}(?:@{_HOST})?"
    rf"|loopback/{_DIGITS}/{_LABEL}"
)

# Applications that neither end the unicast of a parked channel nor run anything, with the grammar of their argument.
APPLICATIONS = {
    "answer": re.compile(""),
    "pre_answer": re.compile(""),
    "ring_ready": re.compile(""),
    "avmd_start": re.compile(""),
    "avmd_stop": re.compile(""),
    "start_dtmf": re.compile(""),
    "set": re.compile(rf"{_NAME}=[A-Za-z0-9._:/@+-]{{0,255}}"),
    "unset": re.compile(_NAME),
    "sched_hangup": re.compile(rf"\+[0-9]{{1,5}}(?: {_CAUSE})?"),
    "record_session": re.compile(_PATH),
    "stop_record_session": re.compile(_PATH),
    "callcenter": re.compile(rf"{_LABEL}@{_LABEL}"),
}
# Api commands that look, or act on one channel; `originate` has its own builder, `uuid_park` makes a channel deaf.
API = re.compile(
    r"(?:callcenter_config|create_uuid|global_getvar|module_exists|reloadxml|show|sofia|status|strepoch"
    r"|uuid_(?:bridge|buglist|dump|exists|getvar|kill|record|setvar|transfer)|version|xml_locate)"
    rf"(?: {_WORD}){{0,12}}"
    rf"|sched_del {_UUID}|sched_hangup \+[0-9]{{1,5}} {_UUID} {_CAUSE}"
)


def checked(what: str, value: str, pattern: re.Pattern[str], remedy: str) -> str:
    """`value` if the whole of it fits `pattern`. Raises UsageError naming `what`, the value and `remedy`."""
    if not pattern.fullmatch(value):
        raise UsageError(f"{what} {value[:120]!r} may not travel to the switch: {remedy}")
    return value


def channel_uuid(value: str) -> str:
    """A channel UUID in lower-case hex. Raises UsageError otherwise."""
    return checked("channel UUID", value, UUID, "give 8-4-4-4-12 lower-case hexadecimal digits")


def hangup_cause(value: str) -> str:
    """A Q.850 cause by the switch's name, e.g. NORMAL_CLEARING. Raises UsageError otherwise."""
    return checked("hang-up cause", value, CAUSE, "give a cause name such as NORMAL_CLEARING")


def dial_string(value: str) -> str:
    """One destination through a gateway, at a host, of a registered user, or on the loopback endpoint.

    Raises UsageError otherwise, and for any options in braces or second destinations.
    """
    return checked("dial string", value, DIAL, "give for example sofia/gateway/NAME/NUMBER, without any options")


def dialplan_place(value: str) -> str:
    """EXTENSION:XML:CONTEXT of the switch's dialplan. Raises UsageError otherwise."""
    return checked("dialplan place", value, PLACE, "give EXTENSION:XML:CONTEXT of letters, digits, `_`, `.` and `-`")


def host_name(value: str) -> str:
    """A host name or an IPv4 address. Raises UsageError otherwise."""
    return checked("host", value, HOST, "give a host name or an IPv4 address")


def in_range(what: str, value: int, low: int, high: int) -> int:
    """`value` if low <= value <= high. Raises UsageError naming `what` otherwise."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise UsageError(f"{what} {value!r} is not in {low}..{high}")
    return value


def application(name: str, argument: str) -> tuple[str, str]:
    """The application and its argument if APPLICATIONS allows both. Raises UsageError otherwise."""
    if name not in APPLICATIONS:
        raise UsageError(f"application {name[:80]!r} is not one that a call may run: {', '.join(sorted(APPLICATIONS))}")
    pattern = APPLICATIONS[name]
    return name, checked(f"argument of {name}", argument, pattern, f"it must match {pattern.pattern!r}")


def api_command(command: str) -> str:
    """An api command of plain words whose first is allowed. Raises UsageError otherwise."""
    return checked("api command", command, API, "plain words only, and one of the commands that grammar.API lists")
