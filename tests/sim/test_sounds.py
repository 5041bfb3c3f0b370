from pathlib import Path

import numpy as np
import pytest

from voicebot.media import pcm
from voicebot.media.frames import RATE
from voicebot.sim import sounds
from voicebot.sim.plan import Plan, SimVoice, Step
from voicebot.sim.sounds import Sounds
from voicebot.speech.espeak import EspeakVoice

VOICE = SimVoice("f2", 170, 50)
NOISY = SimVoice("m3", 190, 45, -40)


@pytest.fixture(scope="module")
def espeak() -> object:
    with EspeakVoice() as voice:
        yield voice


def samples(sound: bytes) -> pcm.Samples:
    return np.frombuffer(sound, "<i2")


def test_the_same_text_and_voice_give_the_same_samples(espeak: EspeakVoice, tmp_path: Path) -> None:
    once = Sounds(tmp_path / "a", espeak).ensure("可以，你说吧", NOISY)
    again = Sounds(tmp_path / "b", espeak).ensure("可以，你说吧", NOISY)
    assert once == again


def test_a_second_time_it_comes_from_the_disk(espeak: EspeakVoice, tmp_path: Path) -> None:
    cache = Sounds(tmp_path, espeak)
    sound = cache.ensure("不需要", VOICE)
    closed = EspeakVoice()
    closed.close()
    assert Sounds(tmp_path, closed).ensure("不需要", VOICE) == sound


def test_speech_is_at_telephone_level_and_without_silence_around_it(espeak: EspeakVoice, tmp_path: Path) -> None:
    speech = samples(Sounds(tmp_path, espeak).ensure("你好", VOICE))
    assert pcm.level_dbfs(speech) == pytest.approx(sounds.SPEECH_DBFS, abs=1)
    assert 0.3 < len(speech) / RATE < 1.5
    assert pcm.level_dbfs(speech[: sounds.EDGE]) > sounds.EDGE_DBFS - 6


def test_only_the_telephone_band_is_left() -> None:
    when = np.arange(8000) / 8000
    low, high, heard = (pcm.to_int16(8000 * np.sin(2 * np.pi * hertz * when)) for hertz in (100, 3700, 1000))
    assert pcm.level_dbfs(sounds.telephone_band(low)) < -60
    assert pcm.level_dbfs(sounds.telephone_band(high)) < -60
    assert pcm.level_dbfs(sounds.telephone_band(heard)) == pytest.approx(pcm.level_dbfs(heard), abs=0.1)


def test_a_plan_has_all_its_texts_and_the_machine_its_beep(espeak: EspeakVoice, tmp_path: Path) -> None:
    cache = Sounds(tmp_path, espeak)
    plan = Plan("voicemail", "answer", 0, (Step(700, say="可以", during="嗯"),), greeting="你好", beep=True)
    made = cache.of_plan(plan, VOICE)
    assert set(made) == {"可以", "嗯", "你好"}
    assert made["你好"].endswith(sounds.beep())
    assert cache.of_plan(plan, VOICE) == made


def test_noise_behind_a_voice_is_the_same_in_every_call() -> None:
    assert sounds.background(NOISY) == sounds.background(NOISY)
    assert sounds.background(VOICE) == b""
    assert pcm.level_dbfs(samples(sounds.background(NOISY))) == pytest.approx(-40, abs=1)
