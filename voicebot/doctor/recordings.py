"""Check of the recordings: the switch writes them, so its user must be able to, in a directory of ours.

Files are not looked at; whether the switch records in two channels is asked in switch.py.
"""

import ipaddress
import os
import pwd
import stat
from collections.abc import Iterable
from pathlib import Path

from voicebot.doctor.findings import Finding, our_fault, warning, well
from voicebot.settings import Settings

SOCKETS = Path("/proc/net/tcp")
LISTENING = "0A"
ROOT = 0


def look(settings: Settings) -> Finding:
    what, place = "recordings", settings.recordings_dir
    if not settings.record_calls:
        return well(what, "switched off (VOICEBOT_RECORD_CALLS=no)")
    if not _is_this_machine(settings.switch_host):
        return warning(
            what,
            f"the switch at {settings.switch_host} writes them to {place} on its own machine",
            "share that directory, or set VOICEBOT_RECORD_CALLS=no",
        )
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return our_fault(
            what, f"{place}: {error.strerror or error}", "let this user write there, or set VOICEBOT_DATA_DIR"
        )
    user = listener(settings.switch_port, SOCKETS.read_text()) if SOCKETS.exists() else None
    if user is None:
        return well(what, f"{place}; whether the switch may write there is not known while it does not run here")
    return _judge(place, user)


def _judge(place: Path, user: int) -> Finding:
    groups = _groups(user)
    closed = [path for path in place.parents if not permitted(path.stat(), user, groups, stat.S_IXOTH)]
    if closed or not permitted(place.stat(), user, groups, stat.S_IWOTH | stat.S_IXOTH):
        name = _user_name(user)
        return our_fault(
            "recordings",
            f"the switch runs as {name}, who may not write to {place}"
            + (f" (no way through {closed[-1]})" if closed else ""),
            f"give {name} that right, or set VOICEBOT_DATA_DIR to a place of both",
        )
    return well("recordings", f"the switch may write to {place}")


def listener(port: int, table: str) -> int | None:
    """User id of whoever listens on TCP `port`, by the text of /proc/net/tcp; None if nobody does."""
    for line in table.splitlines()[1:]:
        fields = line.split()
        if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
            return int(fields[7])
    return None


def permitted(status: os.stat_result, user: int, groups: Iterable[int], wanted: int) -> bool:
    """Whether `user` has the rights `wanted` (given as those of `others`, e.g. S_IXOTH) by owner, group and mode."""
    if user == ROOT:
        return True
    shift = 6 if status.st_uid == user else 3 if status.st_gid in groups else 0
    return (status.st_mode >> shift) & wanted == wanted


def _groups(user: int) -> frozenset[int]:
    try:
        entry = pwd.getpwuid(user)
    except KeyError:  # a user of a container, without a name here
        return frozenset()
    return frozenset(os.getgrouplist(entry.pw_name, entry.pw_gid))


def _user_name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name
        return host == "localhost"
