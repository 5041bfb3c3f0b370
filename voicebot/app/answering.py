"""The listeners of an installation: phrases and thresholds of intents/answering/, read once when a process starts."""

from voicebot.answering.tables import load_tables
from voicebot.answering.thresholds import load_thresholds
from voicebot.call.pick_up import Answering
from voicebot.settings import Settings

DIRECTORY = "answering"


def installed_answering(settings: Settings) -> Answering:
    """What listeners are made of. Raises InputFault for a broken table."""
    directory = settings.intents_dir / DIRECTORY
    return Answering(load_tables(directory), load_thresholds(directory))
