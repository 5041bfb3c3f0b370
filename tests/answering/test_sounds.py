"""Tones, music, speech and silence on a line, clean and in noise."""

import numpy as np
import pytest

from tests.answering.audio import Signal, frames, noisy, silence, tone, voice
from voicebot.answering.sounds import MUSIC, SILENCE, SPEECH, SoundMeter
from voicebot.answering.thresholds import Thresholds
from voicebot.answering.tones import BEEP, BUSY, CONGESTION, FAX, RINGBACK, TONE

NOISES = (0.0, 60.0, 600.0)  # the last is 10 dB below the tones


def heard(thresholds: Thresholds, *parts: Signal) -> list[tuple[str, int, int]]:
    meter = SoundMeter(thresholds.sounds, thresholds.tones)
    for _, frame in frames(*parts):
        meter.push(frame)
    return [(span.sound, span.from_ms, span.to_ms) for span in meter.spans()]


def kinds(spans: list[tuple[str, int, int]]) -> list[str]:
    return [sound for sound, _, _ in spans if sound != SILENCE]


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize(
    ("on_ms", "off_ms", "wanted"),
    [
        (1000, 4000, [RINGBACK, RINGBACK]),
        (360, 340, [TONE, BUSY, BUSY, BUSY]),  # the first burst could be anything
        (700, 700, [TONE, CONGESTION, CONGESTION]),
    ],
)
def test_call_progress_tones_are_told_by_their_rhythm(
    thresholds: Thresholds, on_ms: int, off_ms: int, wanted: list[str], noise: float
) -> None:
    sound = np.concatenate([tone(450, on_ms), silence(off_ms)] * len(wanted))
    spans = heard(thresholds, noisy(np.concatenate([silence(400), sound]), noise))
    assert kinds(spans) == wanted
    first = next(span for span in spans if span[0] != SILENCE)
    assert abs(first[1] - 400) <= 40
    assert abs(first[2] - first[1] - on_ms) <= 40


@pytest.mark.parametrize("noise", NOISES)
def test_fax_tones(thresholds: Thresholds, noise: float) -> None:
    reversals = np.sign(np.sin(2 * np.pi * np.arange(24_000) / 7200))
    assert kinds(heard(thresholds, noisy(np.concatenate([silence(500), tone(2100, 3000)]), noise))) == [FAX]
    assert FAX in kinds(heard(thresholds, noisy(np.concatenate([silence(500), tone(2100, 3000) * reversals]), noise)))
    calling = np.concatenate([silence(500), tone(1100, 500), silence(3000), tone(1100, 500), silence(200)])
    assert kinds(heard(thresholds, noisy(calling, noise)))[-1] == FAX


def test_a_beep_stands_alone_and_a_vowel_does_not(thresholds: Thresholds) -> None:
    said = voice(1600)
    assert BEEP in kinds(heard(thresholds, said, silence(300), tone(1000, 400), silence(400)))
    assert BEEP not in kinds(heard(thresholds, said, tone(500, 300), said))


@pytest.mark.parametrize("noise", [0.0, 60.0])
def test_speech_is_one_span_and_pauses_part_it(thresholds: Thresholds, noise: float) -> None:
    spans = heard(thresholds, noisy(np.concatenate([silence(600), voice(1600), silence(800), voice(1000)]), noise))
    assert [sound for sound, _, _ in spans] == [SILENCE, SPEECH, SILENCE, SPEECH]
    assert [round(begin, -2) for _, begin, _ in spans] == pytest.approx([0, 600, 2200, 3000], abs=100)


def test_music_is_no_speech(thresholds: Thresholds) -> None:
    chords = [
        sum(tone(root * ratio, 400, 1200) for ratio in (1, 1.25, 1.5)) for root in (330, 440, 392, 494, 330, 587) * 2
    ]
    spans = heard(thresholds, *chords)
    assert MUSIC in kinds(spans)
    assert MUSIC not in kinds(heard(thresholds, voice(5000)))


def test_spans_have_no_holes_and_skipped_time_is_silence(thresholds: Thresholds) -> None:
    meter = SoundMeter(thresholds.sounds, thresholds.tones)
    for _, frame in frames(voice(800), silence(400)):
        meter.push(frame)
    meter.skip(50)
    for _, frame in frames(tone(450, 1000), silence(200)):
        meter.push(frame)
    spans = meter.spans()
    assert [one.to_ms for one in spans[:-1]] == [one.from_ms for one in spans[1:]]
    assert spans[-1].to_ms == meter.now_ms == 800 + 400 + 1000 + 1000 + 200
    assert kinds([(one.sound, one.from_ms, one.to_ms) for one in spans]) == [SPEECH, RINGBACK]


def test_a_frame_of_another_length_is_refused(thresholds: Thresholds) -> None:
    with pytest.raises(ValueError, match="a frame of 100 bytes"):
        SoundMeter(thresholds.sounds, thresholds.tones).push(bytes(100))


@pytest.mark.parametrize("late", range(0, 160, 20))
def test_a_beep_need_not_begin_with_a_frame(thresholds: Thresholds, late: int) -> None:
    quiet = np.zeros(600 * 8 + late)
    assert kinds(heard(thresholds, voice(2000), quiet, tone(1000, 500), silence(400)))[-1] == BEEP


@pytest.mark.parametrize("empty_ms", [0, 20, 60, 100])
def test_noise_that_begins_after_the_first_frames_is_noise(thresholds: Thresholds, empty_ms: int) -> None:
    """A real switch answers before the other side's audio is there."""
    assert kinds(heard(thresholds, silence(empty_ms), noisy(silence(4000), 400.0))) == []
