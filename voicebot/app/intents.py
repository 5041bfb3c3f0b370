"""The names of the intents of an installation."""

from voicebot.settings import Settings
from voicebot.understanding.classifier import OUT_OF_SCOPE
from voicebot.understanding.nlu_yaml import load_training, training_files


def intent_names(settings: Settings) -> tuple[str, ...]:
    """Every intent of `intents/`, and out_of_scope for words that are none. Raises InputFault for a broken file."""
    return tuple(dict.fromkeys((*load_training(training_files(settings.intents_dir)).intents, OUT_OF_SCOPE)))
