"""Checks of the database and of Redis: reachable, and the database's tables up to date.

Nothing is made or mended here: a database that does not exist yet is not created by looking at it.
"""

import re
from pathlib import Path

import redis

from voicebot.doctor.findings import Finding, from_error, our_fault, outside_fault, warning, well
from voicebot.errors import VoicebotError
from voicebot.settings import Settings
from voicebot.store import embedded_redis, spill
from voicebot.store.migrate import current_revision, newest_revision
from voicebot.store.store import open_store

REDIS_TIMEOUT_S = 3.0
SQLITE_FILE = "sqlite:///"


def database(settings: Settings) -> tuple[Finding, ...]:
    """The database itself, and the records that wait on disk because it did not take them."""
    what = "database"
    if not is_made(settings):
        return (well(what, f"{settings.database} will be made at its first use"),)
    try:
        store = open_store(settings.database, settings.data_dir, migrate=False)
        try:
            with store.reading() as connection:
                found, newest = current_revision(connection), newest_revision()
        finally:
            store.close()
    except VoicebotError as error:
        return (from_error(what, error, "correct VOICEBOT_DATABASE_URL or start the database"),)
    return (judge_revision(store.name, found, newest), *unsaved(store.spill_dir))


def is_made(settings: Settings) -> bool:
    """Whether there is a database to look into; SQLite's file is made at its first use."""
    path = settings.database.removeprefix(SQLITE_FILE)
    return path == settings.database or Path(path).exists()


def judge_revision(name: str, found: str | None, newest: str | None) -> Finding:
    """`found`: the database's last migration, None for an empty one; `newest`: the last that this program knows."""
    if found is None:
        return warning(
            "database", f"{name} has no tables yet", "they are made at the first use, or run: voicebot db upgrade"
        )
    if found != newest:
        return our_fault(
            "database",
            f"{name} is at migration {found}, this program at {newest}",
            "run: voicebot db upgrade; if the database is the newer one, install that version of voicebot",
        )
    return well("database", f"{name} at migration {found}")


def unsaved(directory: Path) -> tuple[Finding, ...]:
    """A warning for each kind of records that the database has not got yet; none when it has all."""
    found = []
    if files := spill.waiting(directory):
        found.append(warning("unsaved records", f"{len(files)} files wait in {directory}", "run: voicebot db recover"))
    if files := spill.refused(directory):
        found.append(
            warning("unsaved records", f"the database refused {files[0]}", "its first line says why; keep the file")
        )
    return tuple(found)


def live_state(settings: Settings) -> Finding:
    """Redis: the one of the settings, or whether there is one to be embedded."""
    if not settings.redis_url:
        return _embedded(settings, embedded_redis.program())
    where = _without_password(settings.redis_url)
    remedy = "start it, or correct VOICEBOT_REDIS_URL (redis://HOST:6379/0)"
    try:
        client = redis.Redis.from_url(
            settings.redis_url, socket_connect_timeout=REDIS_TIMEOUT_S, socket_timeout=REDIS_TIMEOUT_S
        )
        with client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        return outside_fault("Redis", f"{where}: {error}", remedy)
    return well("Redis", f"{where} answers")


def _embedded(settings: Settings, program: str | None) -> Finding:
    if program is None:
        remedy = "install a redis-server, or set VOICEBOT_REDIS_URL=redis://HOST:6379/0"
        return warning(
            "Redis", "none configured, and no redis-server on the PATH: voicebot dial does not start", remedy
        )
    return well("Redis", f"none configured: {program} is started in {settings.data_dir}, for one machine")


def _without_password(url: str) -> str:
    return re.sub(r"//[^/]*@", "//", url)
