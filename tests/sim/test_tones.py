"""Tones of the simulated line are what the robot's listeners take them for."""

import pytest

from voicebot.answering.sounds import SoundMeter
from voicebot.answering.thresholds import load_thresholds
from voicebot.media.frames import FRAME_BYTES
from voicebot.settings import REPOSITORY
from voicebot.sim.tones import ToneKind, tone


@pytest.mark.parametrize("kind", ["ringback", "busy", "congestion", "music", "fax", "silence"])
def test_each_is_heard_as_itself(kind: ToneKind) -> None:
    limits = load_thresholds(REPOSITORY / "intents" / "answering")
    meter, pcm = SoundMeter(limits.sounds, limits.tones), tone(kind, 6000)
    assert len(pcm) == 6000 * 16
    for start in range(0, len(pcm), FRAME_BYTES):
        meter.push(pcm[start : start + FRAME_BYTES])
    heard = {span.sound for span in meter.spans()}
    assert kind in heard
    assert not heard & {"busy", "congestion", "fax", "music", "ringback"} - {kind}
