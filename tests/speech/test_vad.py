"""What the choice of a VAD rests on; how fast and how well each is, tools/bench_ears.py measures."""

import numpy as np
import pytest

from voicebot.media.frames import FRAME_BYTES, RATE, SILENCE_FRAME
from voicebot.media.pcm import Samples, through_alaw, to_int16
from voicebot.media.turn import SpeechBegan, TurnTaker
from voicebot.speech.offline import OfflineVoice
from voicebot.speech.ports import Vad
from voicebot.speech.vad import CascadeVad, SileroVad, WebrtcVad

SECONDS = 4


def tone(hertz: float, on_s: float, off_s: float) -> Samples:
    at = np.arange(SECONDS * RATE) / RATE
    return to_int16(6000 * np.sin(2 * np.pi * hertz * at) * (at % (on_s + off_s) < on_s))


def noise(amplitude: float) -> Samples:
    return to_int16(np.random.default_rng(7).standard_normal(SECONDS * RATE) * amplitude)


def beginnings(vad: Vad, pcm: bytes) -> int:
    turn = TurnTaker()
    events = [
        event
        for start in range(0, len(pcm) // FRAME_BYTES * FRAME_BYTES, FRAME_BYTES)
        for event in turn.push(vad.voiced(pcm[start : start + FRAME_BYTES]), 20)
    ]
    return sum(isinstance(event, SpeechBegan) for event in events)


@pytest.mark.parametrize(
    "sound",
    [tone(450, 1, 4), tone(450, 0.35, 0.35), tone(1000, 9, 0), noise(100), noise(1000), noise(0)],
    ids=["ringback", "busy", "steady tone", "soft noise", "loud noise", "silence"],
)
@pytest.mark.parametrize("vad", [SileroVad, CascadeVad])
def test_tones_and_noise_begin_nothing(vad: type[Vad], sound: Samples) -> None:
    assert beginnings(vad(), through_alaw(sound).tobytes()) == 0


@pytest.mark.parametrize("vad", [WebrtcVad, SileroVad, CascadeVad])
def test_a_sentence_is_one_utterance(vad: type[Vad], offline_voice: OfflineVoice) -> None:
    pcm = SILENCE_FRAME * 40 + offline_voice.render("我现在没空，晚点再说吧", "male") + SILENCE_FRAME * 40
    assert beginnings(vad(), pcm) == 1


def test_the_cascade_decides_as_silero_does_once_it_is_awake(offline_voice: OfflineVoice) -> None:
    pcm = SILENCE_FRAME * 10 + offline_voice.render("你是谁啊", "female")
    frames = [
        pcm[start : start + FRAME_BYTES] for start in range(0, len(pcm) // FRAME_BYTES * FRAME_BYTES, FRAME_BYTES)
    ]
    silero, cascade = SileroVad(), CascadeVad()
    pairs = [(silero.voiced(frame), cascade.voiced(frame)) for frame in frames]
    differ = sum((one > 0.5) != (other > 0.5) for one, other in pairs)
    assert differ <= 3
