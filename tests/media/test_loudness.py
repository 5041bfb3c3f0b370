import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from voicebot.media.frames import RATE
from voicebot.media.loudness import MARGIN_MS, PEAK, TARGET_DBFS, levelled, trimmed
from voicebot.media.pcm import Samples, level_dbfs, to_int16


def tone(seconds: float, amplitude: float) -> Samples:
    return to_int16(amplitude * np.sin(2 * np.pi * 300 * np.arange(int(seconds * RATE)) / RATE))


def quiet(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE), np.int16)


@pytest.mark.parametrize("amplitude", [200, 3000, 20_000])
def test_speech_gets_the_target_level_whatever_its_pauses(amplitude: int) -> None:
    speech = np.concatenate([tone(0.5, amplitude), quiet(2), tone(0.5, amplitude)])
    louder = levelled(speech)
    assert level_dbfs(louder[: RATE // 2]) == pytest.approx(TARGET_DBFS, abs=0.2)


def test_peaks_do_not_clip() -> None:
    clicks = tone(1, 300)
    clicks[::2000] = 32_000
    assert np.abs(levelled(clicks).astype(int)).max() <= PEAK * 32768 + 1


def test_dead_air_is_cut_to_the_margin() -> None:
    speech = trimmed(np.concatenate([quiet(1), tone(0.5, 5000), quiet(1)]))
    assert len(speech) == pytest.approx((500 + 2 * MARGIN_MS) * RATE / 1000, abs=RATE / 100)
    assert not speech[: MARGIN_MS * RATE // 1000 - 80].any()


def test_pauses_inside_stay() -> None:
    speech = np.concatenate([tone(0.2, 5000), quiet(1), tone(0.2, 5000)])
    assert np.array_equal(trimmed(speech), speech)


@pytest.mark.parametrize("silence", [quiet(0), quiet(1), np.ones(100, np.int16)])
def test_silence_stays_silence_and_trims_to_nothing(silence: Samples) -> None:
    assert np.array_equal(levelled(silence), silence)
    assert len(trimmed(silence)) == 0


@given(arrays(np.int16, st.integers(0, 400)))
def test_anything_goes_in(samples: Samples) -> None:
    assert len(levelled(samples)) == len(samples)
    assert len(trimmed(samples)) <= len(samples)
