"""People with a fixed behaviour, their speech rendered once for all tests of a machine."""

from pathlib import Path

import pytest

from voicebot.sim.people import People
from voicebot.sim.personas import bench_leads
from voicebot.sim.sounds import Sounds
from voicebot.speech.espeak import EspeakVoice


@pytest.fixture(scope="session")
def sounds_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sounds")


@pytest.fixture(scope="session")
def bench(sounds_dir: Path) -> People:
    people = People(bench_leads(), "wecom_invite")
    with EspeakVoice() as espeak:
        people.prepare(Sounds(sounds_dir, espeak))
    return people
