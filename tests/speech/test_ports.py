"""One contract, two implementations: espeak-ng with Vosk, and the stand-ins that tests use in their place."""

import itertools
from dataclasses import dataclass

import pytest

from voicebot.media.frames import FRAME_BYTES, SILENCE_FRAME, bytes_of
from voicebot.speech.offline import OfflineVoice
from voicebot.speech.ports import RecogniserModel, Vad, Voice
from voicebot.speech.standin import LevelVad, StandinModel, StandinVoice
from voicebot.speech.vad import default_vad
from voicebot.speech.vosk_asr import VoskModel

QUIET = bytes(bytes_of(400))


@dataclass
class Parts:
    voice: Voice
    model: RecogniserModel
    vad: Vad

    def say(self, text: str) -> bytes:
        return QUIET + self.voice.render(text, "female") + QUIET


@pytest.fixture(params=["product", "stand-in"])
def parts(request: pytest.FixtureRequest, model: VoskModel, offline_voice: OfflineVoice) -> Parts:
    if request.param == "stand-in":
        return Parts(StandinVoice(), StandinModel(), LevelVad())
    return Parts(offline_voice, model, default_vad())


def test_a_voice_gives_whole_samples_and_the_same_again(parts: Parts) -> None:
    pcm = parts.voice.render("您好", "female")
    assert len(pcm) > bytes_of(200)
    assert len(pcm) % 2 == 0
    assert parts.voice.render("您好", "female") == pcm
    assert parts.voice.name("female") != parts.voice.name("male")


def test_a_recogniser_hears_what_the_voice_says(parts: Parts) -> None:
    recogniser = parts.model.open()
    partials = [recogniser.feed(parts.say("好的"))]
    transcript = recogniser.finish()
    assert transcript.text == "好的"
    assert 0 < transcript.confidence <= 1
    assert [word for word in transcript.words if not 0 <= word.began < word.ended] == []
    assert partials != [""]


def test_a_partial_is_told_when_it_changes(parts: Parts) -> None:
    recogniser = parts.model.open()
    pcm = parts.say("我现在没空")
    told = [recogniser.feed(pcm[start : start + 960]) for start in range(0, len(pcm), 960)]
    partials = [text for text in told if text is not None]
    assert partials[-1] == "我现在没空"
    assert all(before != after for before, after in itertools.pairwise(partials))


def test_a_recogniser_is_as_new_after_finish_and_after_reset(parts: Parts) -> None:
    recogniser = parts.model.open()
    recogniser.feed(parts.say("不用了"))
    recogniser.reset()
    recogniser.feed(parts.say("可以"))
    assert recogniser.finish().text == "可以"
    recogniser.feed(parts.say("多少钱"))
    second = recogniser.finish()
    assert second.text == "多少钱"
    assert second.words[0].began < 1000  # counted from the utterance, not from the call
    assert recogniser.finish().text == ""


def test_recognisers_of_one_model_do_not_share_words(parts: Parts) -> None:
    one, other = parts.model.open(), parts.model.open()
    one.feed(parts.say("可以"))
    assert other.finish().text == ""
    assert one.finish().text == "可以"


def test_silence_has_no_words(parts: Parts) -> None:
    recogniser = parts.model.open()
    recogniser.feed(bytes(bytes_of(2000)))
    transcript = recogniser.finish()
    assert (transcript.text, transcript.words) == ("", ())


def test_a_vad_tells_speech_from_silence_and_forgets(parts: Parts) -> None:
    pcm = parts.voice.render("你是谁啊", "female")
    pcm = pcm[: len(pcm) // FRAME_BYTES * FRAME_BYTES]
    voiced = [parts.vad.voiced(pcm[start : start + FRAME_BYTES]) for start in range(0, len(pcm), FRAME_BYTES)]
    assert all(0.0 <= probability <= 1.0 for probability in voiced)
    assert sum(probability > 0.5 for probability in voiced) > len(voiced) / 2
    parts.vad.reset()
    assert parts.vad.voiced(SILENCE_FRAME) < 0.5
