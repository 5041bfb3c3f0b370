"""From text to model, stage by stage; a stage whose product is there is skipped.
The order of the stages lives here; what each does lives in its own file."""

from __future__ import annotations

from pathlib import Path

from tools.demo_model import export, language, lexicon, shards, train
from tools.demo_model.profiles import Profile
from tools.demo_model.settings import BuildPaths


def run(profile: Profile, paths: BuildPaths, minutes: float, utterances: int, start: Path | None = None) -> None:
    """Text, pronunciations, sound, training, graph, export. Raises SpeechError when espeak is not usable."""
    language.write_text(profile, paths)
    units = language.units_of(lexicon.load(paths.lexicon))
    made = shards.make(profile, paths, utterances)
    if not paths.network.exists():
        train.run(made, units, minutes, paths.network, start)
    package(profile, paths)


def package(profile: Profile, paths: BuildPaths) -> None:
    """The trained network and its graph to the model's directory."""
    language.write_graph(profile, paths, export.write_acoustics(paths, profile.decoding))
