import os
import re
import signal
import threading

import numpy as np
import pytest

from voicebot.errors import SpeechError
from voicebot.speech.espeak import EspeakVoice


@pytest.fixture(scope="module")
def voice():
    with EspeakVoice() as made:
        yield made


def test_speech_carries_samples_and_times(voice: EspeakVoice) -> None:
    speech = voice.synthesize("你好，请问是马先生吗？", voice="cmn+f2", rate=180)
    assert speech.sample_rate == 22050
    assert speech.pcm.dtype == np.int16
    assert 1.0 < speech.seconds < 4.0
    assert np.abs(speech.pcm).max() > 1000
    starts = [phone.start_s for phone in speech.phones]
    assert starts == sorted(starts)
    assert starts[-1] <= speech.seconds
    assert {"n", "m"} <= {phone.name for phone in speech.phones}
    assert "".join(word.text for word in speech.words) == "你请问是马先吗"  # 你好, 先生: one event each


def test_parameters_change_the_voice(voice: EspeakVoice) -> None:
    plain = voice.synthesize("我在北京工作")
    assert voice.synthesize("我在北京工作", rate=300).seconds < plain.seconds
    assert not np.array_equal(voice.synthesize("我在北京工作", pitch=90).pcm, plain.pcm)


def test_same_request_same_samples_whatever_came_before(voice: EspeakVoice) -> None:
    first = voice.synthesize("多少钱", voice="cmn+m3")
    voice.synthesize("hello", voice="en-us")
    assert np.array_equal(voice.synthesize("多少钱", voice="cmn+m3").pcm, first.pcm)
    with EspeakVoice() as other:
        assert np.array_equal(other.synthesize("多少钱", voice="cmn+m3").pcm, first.pcm)


def test_nothing_to_say_is_no_samples_or_a_pause(voice: EspeakVoice) -> None:
    assert voice.synthesize("").seconds < 0.1


def test_phonemes_carry_tones(voice: EspeakVoice) -> None:
    assert voice.phonemes("七百，是。") == ("tS;h i55 p 'ai214 _|", "s. 'i.51 _|")
    assert voice.phonemes("") == ()


def test_voices_lists_languages_and_variants(voice: EspeakVoice) -> None:
    listed = voice.voices()
    assert {"cmn", "en-us"} <= set(listed.languages)
    assert {"f2", "m1"} <= set(listed.variants)


@pytest.mark.parametrize("name", ["no-such-language", "cmn+no-such-variant"])
def test_unknown_voice_is_named(voice: EspeakVoice, name: str) -> None:
    with pytest.raises(SpeechError, match=re.escape(name)):
        voice.synthesize("你好", voice=name)


@pytest.mark.parametrize(
    ("argument", "value"), [("rate", 79), ("rate", 451), ("pitch", -1), ("pitch", 100), ("range", 100)]
)
def test_arguments_out_of_bounds(voice: EspeakVoice, argument: str, value: int) -> None:
    with pytest.raises(ValueError, match=f"{argument} {value}"):
        voice.synthesize("你好", **{argument: value})


def test_text_out_of_bounds(voice: EspeakVoice) -> None:
    with pytest.raises(ValueError, match="split it"):
        voice.synthesize("好" * 10_000)
    with pytest.raises(ValueError, match="without NUL"):
        voice.synthesize("好\0好")


def test_a_dead_worker_is_replaced_and_the_request_repeated(voice: EspeakVoice) -> None:
    before = voice.synthesize("再说一遍").pcm
    assert voice._worker is not None
    os.kill(voice._worker.pid, signal.SIGSEGV)
    assert np.array_equal(voice.synthesize("再说一遍").pcm, before)


def test_a_text_that_crashes_the_library_is_reported_and_the_worker_lives(voice: EspeakVoice) -> None:
    voice.synthesize("好")
    worker = voice._worker
    with pytest.raises(SpeechError, match=r"我是北京工作.*SIGSEGV"):
        voice.synthesize("我是北京工作", voice="cmn+rob", rate=131, pitch=16, range=75)
    assert voice.synthesize("好").seconds > 0
    assert voice._worker is worker


def test_a_worker_that_hangs_overruns_its_deadline(voice: EspeakVoice) -> None:
    with EspeakVoice(deadline_s=0.001) as hurried, pytest.raises(SpeechError, match=r"no answer in 0\.001 s"):
        hurried.synthesize("你好")


def test_threads_share_one_voice(voice: EspeakVoice) -> None:
    texts = ["好", "你好", "多少钱", "我不需要", "再见", "在开会呢"]
    alone = {text: voice.synthesize(text).pcm for text in texts}
    shared: dict[str, np.ndarray] = {}
    threads = [
        threading.Thread(target=lambda text=text: shared.update({text: voice.synthesize(text).pcm})) for text in texts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert all(np.array_equal(shared[text], alone[text]) for text in texts)


def test_closed_voice_says_so() -> None:
    voice = EspeakVoice()
    voice.synthesize("好")
    worker = voice._worker
    voice.close()
    voice.close()
    assert worker is not None
    assert worker.returncode is not None
    with pytest.raises(SpeechError, match="closed"):
        voice.synthesize("好")
