"""The engine of an installation that names intents: the embedded one, or Rasa with the embedded one behind it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from voicebot.app.classifier import installed_classifier
from voicebot.rasa.chosen import check_engine
from voicebot.rasa.engine import RasaEngine
from voicebot.settings import Settings
from voicebot.understanding.nlu_yaml import load_training, training_files
from voicebot.understanding.rasa import Translation
from voicebot.understanding.rasa_files import model_name
from voicebot.understanding.thresholds import EMBEDDED
from voicebot.understanding.types import Classifier

log = logging.getLogger(__name__)


@contextmanager
def installed_engine(settings: Settings) -> Iterator[Classifier]:
    """The engine that the setting `nlu_engine` names, for the length of the block.

    A Rasa server that is down is no error: the embedded engine answers until it is up.
    Raises UsageError for settings that are wrong, InputFault for a broken training file.
    """
    check_engine(settings)
    embedded = installed_classifier(settings)
    if settings.nlu_engine == EMBEDDED:
        yield embedded
        return
    training = load_training(training_files(settings.intents_dir))
    address = (settings.rasa_url, settings.rasa_token, settings.rasa_deadline_ms)
    with RasaEngine(*address, Translation(training), embedded) as rasa:
        rasa.wait_for_first_probe()
        if rasa.model is not None and rasa.model.name != model_name(training):
            log.warning(
                "rasa at %s has the model %s, the intents as they are now would make %s: see `voicebot doctor`",
                settings.rasa_url,
                rasa.model.name,
                model_name(training),
            )
        yield rasa
