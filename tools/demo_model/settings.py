"""The numbers that every stage shares: paths, speech rates, features. Numbers of one stage stand in its own file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
TEXT_DIR: Final = Path(__file__).resolve().parent / "text"
DIALOGS_DIR: Final = ROOT / "dialogs"
INTENTS_DIR: Final = ROOT / "intents"
MODELS_DIR: Final = ROOT / "models"
BUILD_DIR: Final = ROOT / "build" / "demo_model"

SAMPLE_RATE: Final = 8000
FRAME_S: Final = 0.010
SUBSAMPLING: Final = 3  # one network output for so many feature frames
OUTPUT_S: Final = FRAME_S * SUBSAMPLING
FEATURES: Final = 40
LOW_HZ: Final = 20.0
HIGH_HZ: Final = -200.0  # Kaldi's way to write 200 Hz below the Nyquist frequency

UNKNOWN_WORD: Final = "[unk]"
SILENCE: Final = "SIL"

RATES: Final = (120, 240)  # espeak words a minute
PITCHES: Final = (15, 85)
PITCH_RANGES: Final = (20, 80)


@dataclass(frozen=True)
class BuildPaths:
    """Where the stages of one build leave their work; a stage whose files are there is skipped."""

    work: Path
    model: Path

    @property
    def corpus(self) -> Path:
        return self.work / "corpus.json"

    @property
    def lexicon(self) -> Path:
        return self.work / "lexicon.json"

    @property
    def shards(self) -> Path:
        return self.work / "shards"

    @property
    def network(self) -> Path:
        return self.work / "network.pt"
