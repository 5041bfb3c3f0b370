"""The listeners of an installation: intents/answering/ read once when a process starts."""

from voicebot.answering.likeness import Likeness, load_examples
from voicebot.answering.tables import load_tables
from voicebot.answering.thresholds import load_thresholds
from voicebot.app.classifier import cached_at, trained_once
from voicebot.call.pick_up import Answering
from voicebot.settings import Settings
from voicebot.understanding.training import train_uncalibrated

DIRECTORY = "answering"


def installed_answering(settings: Settings) -> Answering:
    """What listeners are made of. Raises InputFault for a broken table."""
    directory = settings.intents_dir / DIRECTORY
    examples = load_examples(directory)
    engine = trained_once(cached_at(settings, examples, train_uncalibrated.__name__), examples, train_uncalibrated)
    return Answering(load_tables(directory), load_thresholds(directory), Likeness(engine))
