import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from voicebot.media import pcm

EVERY_SAMPLE = np.arange(-32768, 32768, dtype=np.int32).astype(np.int16)
EVERY_CODE = np.arange(256, dtype=np.uint8)


def tone(hertz: float, rate: int, seconds: float = 0.5, amplitude: float = 10_000) -> pcm.Samples:
    return pcm.to_int16(amplitude * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate))


@pytest.mark.parametrize("law", ["ulaw", "alaw"])
def test_g711_keeps_order_and_four_bits_of_every_sample(law: str) -> None:
    leg = getattr(pcm, f"through_{law}")
    after = leg(EVERY_SAMPLE).astype(np.int32)
    before = EVERY_SAMPLE.astype(np.int32)
    assert np.all(np.diff(after) >= 0)
    assert np.all(np.abs(after - before) <= (np.abs(before) + 132) / 31 + 8)
    assert len(np.unique(after)) >= 255


@pytest.mark.parametrize("law", ["ulaw", "alaw"])
def test_g711_codes_survive_decoding(law: str) -> None:
    codes = getattr(pcm, f"encode_{law}")(getattr(pcm, f"decode_{law}")(EVERY_CODE))
    assert set(EVERY_CODE) - set(codes) <= {0x7F}  # mu-law's second zero


@pytest.mark.parametrize(("law", "codes"), [("ulaw", [0x00, 0x7F, 0xFF, 0x80]), ("alaw", [0x2A, 0x55, 0xD5, 0xAA])])
def test_g711_codes_of_the_recommendation(law: str, codes: list[int]) -> None:
    samples = np.array([-32768, -1, 0, 32767], np.int16)
    assert getattr(pcm, f"encode_{law}")(samples).tolist() == codes


@given(arrays(np.int16, st.integers(0, 50)))
def test_a_second_g711_leg_changes_nothing(samples: pcm.Samples) -> None:
    for leg in (pcm.through_ulaw, pcm.through_alaw):
        once = leg(samples)
        assert np.array_equal(leg(once), once)


def test_resample_keeps_the_voice_band_and_removes_what_would_alias() -> None:
    kept = pcm.resample(tone(1000, 22050), 22050)
    removed = pcm.resample(tone(6000, 22050), 22050)
    assert len(kept) == 4000
    assert pcm.level_dbfs(kept) == pytest.approx(pcm.level_dbfs(tone(1000, 8000)), abs=0.1)
    assert pcm.level_dbfs(removed[200:-200]) < -70


def test_resample_clips_instead_of_wrapping() -> None:
    square = np.where(tone(200, 22050) >= 0, 32767, -32768).astype(np.int16)
    converted = pcm.resample(square, 22050)
    assert converted.max() == 32767
    assert converted.min() == -32768


def test_resample_of_the_same_rate_or_nothing_is_itself() -> None:
    samples = tone(300, 8000)
    assert pcm.resample(samples, 8000) is samples
    assert len(pcm.resample(samples[:0], 22050)) == 0
    with pytest.raises(ValueError, match="0 -> 8000 Hz"):
        pcm.resample(samples, 0)


@given(arrays(np.int16, st.integers(0, 50)), st.sampled_from([8000, 16000, 22050]))
def test_wav_round_trip(samples: pcm.Samples, rate: int) -> None:
    decoded, decoded_rate = pcm.decode_wav(pcm.encode_wav(samples, rate))
    assert decoded_rate == rate
    assert np.array_equal(decoded, samples)


def test_decode_wav_names_what_it_cannot_read() -> None:
    with pytest.raises(ValueError, match="not a PCM WAV"):
        pcm.decode_wav(b"RIFF")
    with pytest.raises(ValueError, match="not a PCM WAV"):
        pcm.decode_wav(b"")
    eight_bit = pcm.encode_wav(tone(300, 8000)).replace((16).to_bytes(2, "little") + b"data", b"\x08\0data")
    with pytest.raises(ValueError, match="8 bits a sample"):
        pcm.decode_wav(eight_bit)


def test_level() -> None:
    assert pcm.level_dbfs(np.zeros(0, np.int16)) == pcm.SILENCE_DBFS
    assert pcm.level_dbfs(np.zeros(80, np.int16)) == pcm.SILENCE_DBFS
    assert pcm.level_dbfs(np.full(80, -32768, np.int16)) == pytest.approx(0.0)
    assert pcm.level_dbfs(tone(500, 8000, amplitude=32767)) == pytest.approx(-3.01, abs=0.02)


def test_l16_is_little_endian_and_comes_back():
    samples = np.array([0, 1, -2, 32767, -32768], np.int16)
    assert pcm.l16(samples[:3]) == b"\x00\x00\x01\x00\xfe\xff"
    assert pcm.samples_of(pcm.l16(samples) + b"\x07").tolist() == samples.tolist()


def test_a_wav_of_another_rate_as_a_telephone_has_it():
    samples = tone(300, 16_000)
    assert len(pcm.l16_of_wav(pcm.encode_wav(samples, 16_000))) == pytest.approx(len(samples), abs=4)
    assert pcm.l16_of_wav(pcm.wav_of(pcm.l16(samples))) == pcm.l16(samples)
    with pytest.raises(ValueError, match="not a PCM WAV"):
        pcm.l16_of_wav(b"RIFF")
