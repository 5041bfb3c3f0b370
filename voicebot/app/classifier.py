"""The embedded classifiers of an installation: each trained once for each content, then read from a cache."""

import functools
import hashlib
import inspect
import logging
from collections.abc import Callable
from pathlib import Path

from voicebot.settings import Settings
from voicebot.understanding import features, normalise, sounds, training
from voicebot.understanding.classifier import EmbeddedClassifier, load_classifier
from voicebot.understanding.nlu_yaml import Training, load_training, training_files
from voicebot.understanding.training import train

log = logging.getLogger(__name__)

_SHAPES_THE_NUMBERS = (features, normalise, sounds, training)
"""A cache that another version of these wrote is of no use."""


def installed_classifier(settings: Settings) -> EmbeddedClassifier:
    """The classifier for the intents as they are now. Raises InputFault for a broken training file."""
    data = load_training(training_files(settings.intents_dir))
    return trained_once(cached_at(settings, data), data, train)


def trained_once(path: Path, data: Training, fit: Callable[[Training], EmbeddedClassifier]) -> EmbeddedClassifier:
    """The engine kept at `path`, or what `fit` makes of `data`, kept there from then on."""
    try:
        return load_classifier(path.read_bytes(), data)
    except FileNotFoundError:
        log.info("classifier: training on %d examples", len(data.examples))
    except (OSError, ValueError) as error:
        log.warning("classifier cache %s: %s; trained anew", path, error)
    classifier = fit(data)
    keep(path, classifier)
    return classifier


def cached_at(settings: Settings, data: Training, kind: str = "") -> Path:
    """Where the engine trained on `data` is kept: named by the content of the data, by the `kind` of training where
    there are several, and by the engine's own source."""
    content = hashlib.sha256(f"{data.digest} {kind}{_version()}".encode()).hexdigest()
    return settings.data_dir / "classifiers" / f"{content}.npz"


@functools.cache
def _version() -> str:
    return hashlib.sha256("".join(map(inspect.getsource, _SHAPES_THE_NUMBERS)).encode()).hexdigest()


def keep(path: Path, classifier: EmbeddedClassifier) -> None:
    """Write the cache; a disk that refuses costs only time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".new")
        unfinished.write_bytes(classifier.dump())
        unfinished.replace(path)
    except OSError as error:
        log.warning("classifier cache %s: not written (%s); the next start trains again", path, error)
