"""The embedded classifier of an installation: trained from intents/ once for each content, then read from a cache."""

import logging

from voicebot.settings import Settings
from voicebot.understanding.classifier import EmbeddedClassifier, load_classifier, train
from voicebot.understanding.nlu_yaml import load_training, training_files

log = logging.getLogger(__name__)


def installed_classifier(settings: Settings) -> EmbeddedClassifier:
    """The classifier for the intents as they are now. Raises InputFault for a broken training file."""
    training = load_training(training_files(settings.intents_dir))
    path = settings.data_dir / "classifiers" / f"{training.digest}.npz"
    try:
        return load_classifier(path.read_bytes(), training)
    except FileNotFoundError:
        log.info("classifier: training on %d examples", len(training.examples))
    except (OSError, ValueError) as error:
        log.warning("classifier cache %s: %s; trained anew", path, error)
    classifier = train(training)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".new")
        unfinished.write_bytes(classifier.dump())
        unfinished.replace(path)
    except OSError as error:
        log.warning("classifier cache %s: not written (%s); the next start trains again", path, error)
    return classifier
