"""Checks of this machine: Python, libraries, voices, disk, our port.

The database, Redis and the switch are not looked at here.
"""

import importlib
import importlib.metadata
import re
import shutil
import socket
import sys
import tempfile
from pathlib import Path

from voicebot.doctor.findings import Finding, from_error, our_fault, warning, well
from voicebot.errors import VoicebotError
from voicebot.settings import Settings
from voicebot.speech.espeak import EspeakVoice

OLDEST_PYTHON = (3, 11)
NEWEST_WITH_EMBEDDED_SERVERS = (3, 12)
"""The wheels with a Redis and a PostgreSQL inside stop here."""

MODULE_OF = {
    "google-re2": "re2",
    "pyyaml": "yaml",
    "scikit-learn": "sklearn",
    "text2num": "text_to_num",
    "webrtcvad-wheels": "webrtcvad",
}
"""Import names that do not follow from the package's name."""

SAMPLES = {"cmn": "你好", "en": "hello"}
LITTLE_DISK_MB = 2048
NO_DISK_MB = 200
RECORDING_MB_AN_HOUR = 8000 * 2 * 2 * 3600 // 1_000_000
CALL_SERVER_GREETING = b"connect"
"""What a call server says first to whoever connects: the switch's protocol wants it so."""

PORT_TIMEOUT_S = 2.0


def python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        return our_fault("Python", f"{version} is too old", "make .venv anew with Python 3.11 or 3.12")
    if sys.version_info[:2] > NEWEST_WITH_EMBEDDED_SERVERS:
        return warning(
            "Python",
            f"{version}: it has no wheel with a Redis inside",
            "use Python 3.11 or 3.12, or install a redis-server; the demo needs neither",
        )
    return well("Python", version)


def requirements() -> tuple[str, ...]:
    """The distributions that the installed `voicebot` needs in order to run, by name.

    Raises importlib.metadata.PackageNotFoundError when it is not installed.
    """
    lines = importlib.metadata.requires("voicebot") or []
    names = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines if "extra ==" not in line)
    return tuple(name[0] for name in names if name)


def libraries() -> Finding:
    """Each library is imported, not only looked up: a wheel for another machine is installed but does not load."""
    try:
        names = requirements()
    except importlib.metadata.PackageNotFoundError:
        return our_fault("libraries", "voicebot is not installed in this Python", "run: make install")
    broken = [trouble for name in names if (trouble := _import_trouble(name))]
    if broken:
        return our_fault("libraries", "; ".join(broken), "run: make install")
    return well("libraries", f"{len(names)} of {len(names)} load")


def _import_trouble(distribution: str) -> str:
    """Why `distribution` cannot be imported, or nothing."""
    module = MODULE_OF.get(distribution, distribution.replace("-", "_"))
    try:
        importlib.import_module(module)
    except (ImportError, OSError) as error:  # OSError: a native library of it does not load
        return f"{distribution}: {error}"
    return ""


def voices() -> Finding:
    """The offline voice speaks both languages: it stands behind every prompt that is missing in a call."""
    remedy = "run: make install (it brings the wheel espeakng-loader)"
    try:
        with EspeakVoice() as voice:
            silent = [name for name, text in SAMPLES.items() if not voice.synthesize(text, voice=name).pcm.any()]
    except VoicebotError as error:
        return from_error("offline voice", error, remedy)
    if silent:
        return our_fault("offline voice", f"espeak-ng makes no sound for {', '.join(silent)}", remedy)
    return well("offline voice", f"espeak-ng speaks {', '.join(SAMPLES)}")


def disk(settings: Settings) -> Finding:
    place = settings.data_dir
    trouble = _write_trouble(place)
    if trouble:
        return our_fault("data directory", f"{place}: {trouble}", "let this user write there, or set VOICEBOT_DATA_DIR")
    free_mb = shutil.disk_usage(place).free // 1_000_000
    why = f"{place}: {free_mb} MB free"
    remedy = f"free disk space: an hour of recorded talk takes {RECORDING_MB_AN_HOUR} MB"
    if free_mb < NO_DISK_MB:
        return our_fault("data directory", why, remedy)
    if free_mb < LITTLE_DISK_MB:
        return warning("data directory", why, remedy)
    return well("data directory", why)


def _write_trouble(place: Path) -> str:
    """Why no file can be written in `place` (made if it is not there), or nothing."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"x")
            file.flush()
    except OSError as error:
        return error.strerror or str(error)
    return ""


def port(settings: Settings) -> Finding:
    """The call server's port is free, or a call server has it already."""
    host, number = settings.serve_host, settings.serve_port
    what, where = "call server's port", f"{host}:{number}"
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, number))
    except OSError as error:
        if _greets_like_a_call_server(host, number):
            return well(what, f"a call server answers at {where}")
        return our_fault(
            what,
            f"{where}: {error.strerror or error}",
            "end what listens there, or set VOICEBOT_SERVE_PORT for the robot and for the switch (vars.xml)",
        )
    return well(what, f"{where} is free")


def _greets_like_a_call_server(host: str, number: int) -> bool:
    try:
        with socket.create_connection((host, number), timeout=PORT_TIMEOUT_S) as probe:
            return probe.recv(len(CALL_SERVER_GREETING)) == CALL_SERVER_GREETING
    except OSError:
        return False
