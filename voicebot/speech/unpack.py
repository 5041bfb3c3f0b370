"""A zip from elsewhere, unpacked into one new directory: whole or not at all, and nothing outside it."""

import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Final

from voicebot.errors import OutsideError

MAX_FILES: Final = 10_000
MAX_BYTES: Final = 8 << 30


def unpack(archive: Path, target: Path, check: Callable[[Path], None] = lambda directory: None) -> None:
    """Put the one top directory of `archive` at `target`, in place of what is there.

    `check` sees the directory before it gets its name, and raises to refuse it. Raises OutsideError naming archive,
    member and cause.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with (
            zipfile.ZipFile(archive) as packed,
            tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as scratch,
        ):
            top = _refuse_what_is_unsafe(archive, packed)
            packed.extractall(scratch)
            check(Path(scratch) / top)
            _put_in_place(Path(scratch) / top, target, Path(scratch) / "replaced")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise OutsideError(f"{archive}: a damaged zip ({error}); fetch it again") from error
    except OSError as error:
        raise OutsideError(
            f"{target}: cannot be unpacked ({error.strerror or error}); free space or choose another directory"
        ) from error


def _refuse_what_is_unsafe(archive: Path, packed: zipfile.ZipFile) -> str:
    """The name of the one top directory. Raises OutsideError for a member that would leave it, a link, a bomb."""
    members = packed.infolist()
    tops = set()
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or not path.parts or ":" in path.parts[0]:
            raise OutsideError(f"{archive}: member {member.filename!r} would leave the directory; do not use this file")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise OutsideError(f"{archive}: member {member.filename!r} is a link; do not use this file")
        tops.add(path.parts[0])
    size = sum(member.file_size for member in members)
    if len(members) > MAX_FILES or size > MAX_BYTES:
        raise OutsideError(f"{archive}: {len(members)} files of {size} bytes, more than any model has")
    if len(tops) != 1:
        raise OutsideError(f"{archive}: {sorted(tops)} at its top, wanted one directory")
    return tops.pop()


def _put_in_place(made: Path, target: Path, aside: Path) -> None:
    """`made` becomes `target` by renaming; what was there goes `aside`, where it is thrown away."""
    if target.is_dir() and not target.is_symlink():
        target.rename(aside)
        try:
            made.rename(target)
        except OSError:
            aside.rename(target)
            raise
        shutil.rmtree(aside)
    else:
        made.rename(target)
