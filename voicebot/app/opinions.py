"""A second opinion on what was said: the embedded classifier asked about words that keywords or Rasa decided."""

import functools

from voicebot.app.classifier import cached_at, trained_once
from voicebot.qa.disagreement import SecondOpinion
from voicebot.qa.population import Second
from voicebot.settings import Settings
from voicebot.understanding.nlu_yaml import load_training, training_files
from voicebot.understanding.normalise import normalise
from voicebot.understanding.thresholds import EMBEDDED, THRESHOLDS
from voicebot.understanding.training import train
from voicebot.understanding.types import Ranked

DIGITS = 16
"""So much of a digest tells one training from another."""


def second_opinion(settings: Settings) -> Second:
    """Gives the classifier's opinion; it is loaded when it is first asked for.

    Raises InputFault for a broken training file, when asked.
    """

    @functools.cache
    def found() -> SecondOpinion:
        data = load_training(training_files(settings.intents_dir))
        path = cached_at(settings, data)
        classifier, limits = trained_once(path, data, train), THRESHOLDS[EMBEDDED]

        def opinion(text: str) -> Ranked | None:
            return next(iter(classifier.parse(normalise(text)).ranking), None)

        # The name of its cache tells all that its numbers come of.
        return SecondOpinion(opinion, limits.sure, f"{path.stem[:DIGITS]} {limits.reject:g}")

    return found
