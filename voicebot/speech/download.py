"""One large file over HTTP: resumed where it was cut off, checked, never half under its name.
What the file is for, and unpacking it, are not known here."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx
import tenacity

from voicebot.errors import OutsideError

ATTEMPTS: Final = 5  # in a row without one more byte
FIRST_WAIT_S: Final = 1.0
LONGEST_WAIT_S: Final = 20.0
TIMEOUT: Final = httpx.Timeout(60.0, connect=15.0)
MAX_BYTES: Final = 4 << 30  # the largest published model is under half of this

Progress = Callable[[int, int | None], None]
"""`progress(bytes so far, bytes in all or None when the server does not say)`."""


class _CutOff(Exception):
    """The connection ended early, or could not be made; another attempt may help."""


def fetch(
    url: str,
    target: Path,
    sha256: str | None = None,
    progress: Progress = lambda done, total: None,
    wait: tenacity.wait.wait_base | None = None,
) -> str:
    """Bring `url` to `target`; the SHA-256 of what came, which is `sha256` if that is given.

    What arrived before a failure waits in `target`.part and is not fetched again, by this call or a later one.
    `wait`: between attempts. Raises OutsideError naming url, cause and remedy.
    """
    part = target.with_name(target.name + ".part")
    retrying = tenacity.Retrying(
        stop=_stop_without_progress(part),
        wait=wait or tenacity.wait_exponential_jitter(FIRST_WAIT_S, LONGEST_WAIT_S),
        retry=tenacity.retry_if_exception_type(_CutOff),
        reraise=True,
    )
    try:
        retrying(_fetch_rest, url, part, progress)
        found = _sha256(part)
        if sha256 is not None and found != sha256.lower():
            part.unlink()
            raise OutsideError(
                f"{url}: its SHA-256 is {found}, not {sha256.lower()}; what came was thrown away:"
                " try again, and if it stays so the file at the source has changed"
            )
        part.replace(target)
    except _CutOff as error:
        raise OutsideError(f"{url}: {error}; run it again to go on at {_size(part)} bytes") from error
    except OSError as error:
        raise OutsideError(
            f"{part}: cannot be written ({error.strerror or error}); free space or choose another directory,"
            " then run it again: what has come is kept"
        ) from error
    return found


def _fetch_rest(url: str, part: Path, progress: Progress) -> None:
    """One connection: from where `part` ends to the end. Raises _CutOff, OutsideError, OSError."""
    have = _size(part)
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        with (
            httpx.Client(follow_redirects=True, timeout=TIMEOUT) as client,
            client.stream("GET", url, headers=headers) as answer,
        ):
            start, total = _agreed(url, answer, have)
            if total is not None and total > MAX_BYTES:
                raise OutsideError(f"{url}: {total} bytes are more than the {MAX_BYTES} that any model has")
            _write(answer, part, start, total, progress)
    except httpx.HTTPError as error:
        raise _CutOff(f"{type(error).__name__}: {error}") from error


def _agreed(url: str, answer: httpx.Response, have: int) -> tuple[int, int | None]:
    """From which byte the server sends, and the size of the whole (RFC 9110, 14.4 and 15.5.17)."""
    if answer.status_code == 206:
        found = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", answer.headers.get("Content-Range", ""))
        if found is None or int(found[1]) != have:
            raise OutsideError(
                f"{url}: asked for bytes from {have}, the server sends {answer.headers.get('Content-Range')!r}"
            )
        return have, None if found[2] == "*" else int(found[2])
    if answer.status_code == 416:
        if answer.headers.get("Content-Range") == f"bytes */{have}":
            return have, have
        return 0, None
    if answer.status_code == 200:
        size = answer.headers.get("Content-Length", "")
        return 0, int(size) if size.isdecimal() else None
    if answer.status_code >= 500 or answer.status_code == 429:
        raise _CutOff(f"the server answers {answer.status_code}")
    raise OutsideError(f"{url}: the server answers {answer.status_code}; is the address right?")


def _write(answer: httpx.Response, part: Path, start: int, total: int | None, progress: Progress) -> None:
    """Append the body to the first `start` bytes of `part`. Raises _CutOff when less comes than was announced."""
    if answer.status_code == 416:
        if start == 0:
            part.unlink()
            raise _CutOff("what had come does not belong to the file at the server")
        return
    with part.open("r+b" if start else "wb") as file:
        file.truncate(start)
        file.seek(start)
        done = start
        progress(done, total)
        for block in answer.iter_bytes():  # as it comes: what a larger block would wait for may never come
            file.write(block)
            done += len(block)
            progress(done, total)
            if done > MAX_BYTES:
                raise OutsideError(f"{answer.url}: more than {MAX_BYTES} bytes")
    if total is not None and done < total:
        raise _CutOff(f"{done} of {total} bytes came")


def _stop_without_progress(part: Path) -> Callable[[tenacity.RetryCallState], bool]:
    """Give up after `ATTEMPTS` attempts in a row that brought nothing."""
    seen, vain = _size(part), 0

    def stop(_state: tenacity.RetryCallState) -> bool:
        nonlocal seen, vain
        size = _size(part)
        vain = vain + 1 if size <= seen else 0
        seen = size
        return vain >= ATTEMPTS

    return stop


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
