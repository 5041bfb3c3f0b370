"""Recognition models by name: which are published, which are on this machine, and fetching one.
Loading them is `vosk_asr`'s."""

import difflib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import tenacity

from voicebot.errors import ModelMissing, OutsideError, UsageError
from voicebot.settings import Settings
from voicebot.speech.download import Progress, fetch
from voicebot.speech.unpack import unpack
from voicebot.speech.vosk_asr import check_files

BASE_URL: Final = "https://alphacephei.com/vosk/models"
UNPACKED_PER_ZIPPED: Final = 2.5  # the small models are 1.6 times their zip


@dataclass(frozen=True)
class PublishedModel:
    """One model of the Vosk project. `size`: bytes of the zip, rounded where `sha256` is not known."""

    name: str
    language: str
    size: int
    sha256: str | None
    about: str


PUBLISHED: Final = {
    model.name: model
    for model in (
        PublishedModel(
            "vosk-model-small-cn-0.22",
            "zh",
            43_898_754,
            "3af8b0e7e0f835ae9d414ce5df580237a3cfb08d586c9fbbb0f7ff29ad5b14ba",
            "Mandarin, small: light machines, many calls",
        ),
        PublishedModel("vosk-model-cn-0.22", "zh", 1_300_000_000, None, "Mandarin, large: gigabytes of memory"),
        PublishedModel(
            "vosk-model-small-en-us-0.15",
            "en",
            41_205_931,
            "30f26242c4eb449f948e42cb302dd7a686cb29a3423a8367f99ff41780942498",
            "American English, small",
        ),
    )
}


@dataclass(frozen=True)
class Installed:
    """A usable model on this machine; `shipped` with the product, or pulled."""

    name: str
    path: Path
    shipped: bool


@dataclass(frozen=True)
class Pulled:
    """A model that is there now. `verified`: its zip had a checksum known beforehand; `fresh`: fetched just now."""

    name: str
    path: Path
    sha256: str | None
    verified: bool
    fresh: bool


def pulled_dir(settings: Settings) -> Path:
    """Where pulled models live."""
    return settings.data_dir / "models"


def installed(settings: Settings) -> tuple[Installed, ...]:
    """What VOICEBOT_MODEL can be set to, by name."""
    return tuple(
        Installed(path.name, path, shipped)
        for directory, shipped in ((settings.models_dir, True), (pulled_dir(settings), False))
        if directory.is_dir()
        for path in sorted(directory.iterdir())
        if _is_model(path)
    )


def find(name: str) -> PublishedModel:
    """Raises UsageError with the nearest name and the list."""
    if name in PUBLISHED:
        return PUBLISHED[name]
    near = difflib.get_close_matches(name, PUBLISHED, 1, cutoff=0.4)
    meant = f"did you mean {near[0]}? " if near else ""
    raise UsageError(f"no published model {name!r}; {meant}there are {', '.join(PUBLISHED)}")


def pull(
    name: str,
    directory: Path,
    base_url: str = BASE_URL,
    sha256: str | None = None,
    progress: Progress = lambda done, total: None,
    wait: tenacity.wait.wait_base | None = None,
) -> Pulled:
    """Fetch a published model into `directory`/`name`, unless it is there; resumed where an earlier pull was cut off.

    `sha256` stands in for a checksum that is not known here, or for the known one. Where neither is, the zip's own
    checksums and the files that Vosk needs are checked. Raises UsageError for an unknown name, ModelMissing otherwise.
    """
    model = find(name)
    target = directory / name
    expected = sha256 or model.sha256
    if _is_model(target):
        return Pulled(name, target, None, verified=False, fresh=False)
    archive = directory / f".{name}.zip"
    try:
        _make_room(model, directory)
        found = fetch(f"{base_url.rstrip('/')}/{name}.zip", archive, expected, progress, wait)
        try:
            unpack(archive, target, check_files)
        finally:
            archive.unlink()
    except OutsideError as error:
        raise ModelMissing(f"model {name} was not pulled: {error}") from error
    return Pulled(name, target, found, verified=expected is not None, fresh=True)


def _make_room(model: PublishedModel, directory: Path) -> None:
    """Raises OutsideError when the disk cannot hold zip and model at the same time."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(directory).free
    except OSError as error:
        raise OutsideError(
            f"{directory}: cannot be written ({error.strerror or error}); set VOICEBOT_DATA_DIR"
        ) from error
    needed = int(model.size * (1 + UNPACKED_PER_ZIPPED))
    if free < needed:
        raise OutsideError(
            f"{directory}: {free >> 20} MiB free, {needed >> 20} MiB needed; free space or set VOICEBOT_DATA_DIR"
        )


def _is_model(path: Path) -> bool:
    try:
        check_files(path)
    except ModelMissing:
        return False
    return True
