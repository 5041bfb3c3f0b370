"""A directory that a Rasa server is trained in: pipeline, domain and data, made from intents/."""

from dataclasses import dataclass
from pathlib import Path

from voicebot.errors import UsageError
from voicebot.settings import Settings
from voicebot.understanding.nlu_yaml import RASA_CONFIG_DIR, load_training, training_files
from voicebot.understanding.rasa_files import domain_file, model_name, nlu_file
from voicebot.understanding.yaml_source import read_source

CONFIG, DOMAIN, NLU, MODELS = "config.yml", "domain.yml", "nlu.yml", "models"


@dataclass(frozen=True)
class Exported:
    """What was written, and the two commands that make a server of it."""

    directory: Path
    model: str
    intents: int
    examples: int

    @property
    def train(self) -> str:
        """Run in `directory`; with Rasa 3.6 of a Python that it supports."""
        return (
            f"rasa train nlu --config {CONFIG} --nlu {NLU} --domain {DOMAIN} --out {MODELS}"
            f" --fixed-model-name {self.model}"
        )

    @property
    def serve(self) -> str:
        """Run in `directory` after it."""
        return (
            "rasa run --enable-api --interface 127.0.0.1 --port 5005"
            f" --model {MODELS}/{self.model}.tar.gz --auth-token TOKEN"
        )


def export_rasa(settings: Settings, directory: Path) -> Exported:
    """Write the three files into `directory`, which is made if it is not there.

    Raises InputFault for a broken training file or a missing pipeline, UsageError for a place that cannot be written.
    """
    training = load_training(training_files(settings.intents_dir))
    config, _ = read_source(settings.intents_dir / RASA_CONFIG_DIR / CONFIG)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in ((CONFIG, config), (DOMAIN, domain_file(training)), (NLU, nlu_file(training))):
            (directory / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{directory}: {error.strerror or error}; name a directory that can be written") from None
    return Exported(directory, model_name(training), len(training.intents), len(training.examples))
