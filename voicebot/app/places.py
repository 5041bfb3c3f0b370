"""Directories that a process will write to, tried before anything depends on them."""

import tempfile
from pathlib import Path

from voicebot.errors import StoreError


def writable(directory: Path, purpose: str) -> Path:
    """`directory`, made if need be. Raises StoreError naming it, its purpose and the remedy when it takes no file."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=directory) as file:
            file.write(b"\0")
    except OSError as error:
        raise unwritable(directory, purpose, error) from None
    return directory


def unwritable(path: Path, purpose: str, error: OSError) -> StoreError:
    """The error that tells of a file or directory that cannot be written."""
    return StoreError(
        f"{purpose} {path}: cannot be written ({error.strerror or error});"
        " free space, make it writable, or set VOICEBOT_DATA_DIR"
    )
