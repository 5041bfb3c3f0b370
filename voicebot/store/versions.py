"""Versions of scripts by their content, and which of them is in force: every decision is a row that stays.

What a version means (loading, checking, calling by it) is the application's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, insert, select

from voicebot.errors import UsageError
from voicebot.store.store import Store
from voicebot.store.tables import Call, ScriptRelease, ScriptVersion

PUBLISHED = "published"
"""After NAME@: the version in force."""
SHORT = 12
"""So many characters of a digest are shown to people."""
MIN_DIGEST = 4
"""Least characters of a digest by which a version can be named."""
Action = Literal["publish", "rollback"]


@dataclass(frozen=True)
class Version:
    """One kept content of a script. `version`: what its file states; `calls`: talks by it that were recorded."""

    id: int
    script: str
    version: str
    digest: str
    title: str
    first_used_at: datetime
    calls: int = 0
    in_force: bool = False

    @property
    def label(self) -> str:
        """How people name it: NAME@DIGEST, shortened."""
        return f"{self.script}@{self.digest[:SHORT]}"


@dataclass(frozen=True)
class Source:
    """The files of a version: the main one, and its parts by relative name."""

    text: str
    parts: Mapping[str, str]


@dataclass(frozen=True)
class Release:
    """One decision which version new calls use. `released_by` and `note` are empty where nothing was told."""

    version: Version
    released_at: datetime
    released_by: str
    action: Action
    note: str


_COLUMNS = (
    *(ScriptVersion.id, ScriptVersion.script, ScriptVersion.version, ScriptVersion.digest, ScriptVersion.title),
    ScriptVersion.first_used_at,
)


def source_of(store: Store, version_id: int) -> Source:
    """The files of a version. Raises StoreError."""
    query = select(ScriptVersion.source, ScriptVersion.parts).where(ScriptVersion.id == version_id)
    with store.reading() as connection:
        text, parts = connection.execute(query).one()
    return Source(text, parts)


def versions_of(store: Store, script: str) -> tuple[Version, ...]:
    """Every version of a script, the latest kept first. Raises StoreError."""
    in_force = published_id(store, script)
    query = (
        select(*_COLUMNS, func.count(Call.attempt_id))
        .join(Call, Call.script_version_id == ScriptVersion.id, isouter=True)
        .where(ScriptVersion.script == script)
        .group_by(*_COLUMNS)
        .order_by(ScriptVersion.id.desc())
    )
    with store.reading() as connection:
        return tuple(Version(*row, in_force=row[0] == in_force) for row in connection.execute(query))


def version_with_id(store: Store, version_id: int) -> Version | None:
    """The version in this row, None when there is none. Raises StoreError."""
    return _first(store, ScriptVersion.id == version_id)


def version_with_digest(store: Store, digest: str) -> Version | None:
    """A version of any script by its whole digest, None when none is kept. Raises StoreError."""
    return _first(store, ScriptVersion.digest == digest)


def _first(store: Store, which: ColumnElement[bool]) -> Version | None:
    with store.reading() as connection:
        row: Any = connection.execute(select(*_COLUMNS).where(which).order_by(ScriptVersion.id).limit(1)).one_or_none()
    return None if row is None else Version(*row)


def find_version(store: Store, script: str, wanted: str) -> Version:
    """The version that `wanted` names: `published`, the beginning of a digest, or what the file states as version.

    Raises UsageError naming those there are when none fits, or several do; StoreError.
    """
    known = versions_of(store, script)
    if wanted == PUBLISHED:
        fitting = [one for one in known if one.in_force]
    else:
        by_digest = [one for one in known if len(wanted) >= MIN_DIGEST and one.digest.startswith(wanted.lower())]
        fitting = by_digest or [one for one in known if one.version == wanted]
    if len(fitting) == 1:
        return fitting[0]
    told = ", ".join(f"{one.digest[:SHORT]} (version {one.version})" for one in fitting or known) or "none"
    if fitting:
        raise UsageError(f"{script}@{wanted} may be any of {told}; name one by more of its digest")
    if wanted == PUBLISHED:
        raise UsageError(f"no version of {script!r} is published; run: voicebot script publish {script}")
    raise UsageError(f"no version {wanted!r} of script {script!r} is kept in {store.name}; kept: {told}")


# --- what is in force -------------------------------------------------------------------------------
def published_id(store: Store, script: str) -> int | None:
    """The version that new calls use, None when none was ever published. Raises StoreError."""
    query = (
        select(ScriptRelease.script_version_id)
        .where(ScriptRelease.script == script)
        .order_by(ScriptRelease.id.desc())
        .limit(1)
    )
    with store.reading() as connection:
        return connection.scalar(query)


def published_ids(store: Store) -> tuple[int, ...]:
    """The version in force of every script that has one. Raises StoreError."""
    latest = select(func.max(ScriptRelease.id)).group_by(ScriptRelease.script)
    query = select(ScriptRelease.script_version_id).where(ScriptRelease.id.in_(latest)).order_by(ScriptRelease.script)
    with store.reading() as connection:
        return tuple(connection.scalars(query))


def release(store: Store, version: Version, action: Action, by: str = "", note: str = "") -> None:
    """Put a version in force for calls that begin from now on. Raises StoreError."""
    row = {
        "script": version.script,
        "script_version_id": version.id,
        "released_at": datetime.now(UTC),
        "released_by": by,
        "action": action,
        "note": note,
    }
    with store.writing() as connection:
        connection.execute(insert(ScriptRelease).values(row))


def releases_of(store: Store, script: str) -> tuple[Release, ...]:
    """Every release of a script, the one in force first. Raises StoreError."""
    query = (
        select(
            *(*_COLUMNS, ScriptRelease.released_at, ScriptRelease.released_by, ScriptRelease.action),
            ScriptRelease.note,
        )
        .join(ScriptVersion, ScriptVersion.id == ScriptRelease.script_version_id)
        .where(ScriptRelease.script == script)
        .order_by(ScriptRelease.id.desc())
    )
    with store.reading() as connection:
        rows: Sequence[Any] = connection.execute(query).all()
    return tuple(
        Release(replace(Version(*row[:6]), in_force=place == 0), row.released_at, row.released_by, row.action, row.note)
        for place, row in enumerate(rows)
    )


def before_the_present(store: Store, script: str) -> Version:
    """The version that was in force before the present one: where a rollback leads. Raises UsageError, StoreError.

    A version that was rolled back from is not returned to: the history is read as a stack.
    """
    stack: list[Version] = []
    for one in reversed(releases_of(store, script)):
        if one.action == "rollback":
            while stack and stack[-1].id != one.version.id:
                stack.pop()
        if not stack or stack[-1].id != one.version.id:
            stack.append(one.version)
    if len(stack) < 2:
        raise UsageError(
            f"script {script!r} has no version before the present one; see: voicebot script versions {script}"
        )
    return stack[-2]
