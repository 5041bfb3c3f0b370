import logging
import threading
from pathlib import Path

import numpy as np
import pytest

from voicebot.errors import SpeechError, UsageError
from voicebot.media.pcm import encode_wav
from voicebot.speech.offline import OfflineVoice
from voicebot.speech.prompts import ONLINE_GIVE_UP, PromptCache, RenderReport, recording
from voicebot.speech.standin import StandinVoice

TIMEOUT_S = 20.0


class CountingVoice(StandinVoice):
    """Remembers what it was asked; fails on texts that hold a given character."""

    def __init__(self, kind: str, fails_on: str = "") -> None:
        self.kind, self.fails_on = kind, fails_on
        self.asked: list[str] = []

    def name(self, voice: str) -> str:
        return f"{self.kind} {voice}"

    def render(self, text: str, voice: str) -> bytes:
        self.asked.append(text)
        if self.fails_on and self.fails_on in text:
            raise SpeechError(f"{self.kind} cannot say {text}")
        return super().render(text, voice)


@pytest.fixture
def offline() -> CountingVoice:
    return CountingVoice("offline")


def test_rendered_once_then_from_memory_then_from_disk(tmp_path: Path, offline: CountingVoice) -> None:
    cache = PromptCache(tmp_path, offline)
    assert cache.get("你好", "female") is None
    pcm = cache.ensure("你好", "female")
    assert pcm == StandinVoice().render("你好", "female")
    assert cache.ensure("你好", "female") == pcm
    assert PromptCache(tmp_path, offline).get("你好", "female") == pcm
    assert offline.asked == ["你好"]


def test_text_voice_and_engine_each_make_another_prompt(tmp_path: Path, offline: CountingVoice) -> None:
    cache = PromptCache(tmp_path, offline)
    cache.ensure("你好", "female")
    assert cache.get("您好", "female") is None
    assert cache.get("你好", "male") is None
    assert PromptCache(tmp_path, CountingVoice("other")).get("你好", "female") is None


def test_files_are_8_khz_wav_named_by_content(tmp_path: Path, offline: CountingVoice) -> None:
    pcm = PromptCache(tmp_path, offline).ensure("你好", "female")
    [file] = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert file.suffix == ".wav"
    assert len(file.stem) == 64
    assert file.read_bytes() == encode_wav(np.frombuffer(pcm, np.int16))


@pytest.mark.parametrize(
    "damage", [b"", b"RIFF", b"\0" * 500, encode_wav(np.zeros(0, np.int16)), encode_wav(np.zeros(90, np.int16), 16_000)]
)
def test_a_damaged_file_is_rendered_anew(tmp_path: Path, offline: CountingVoice, damage: bytes) -> None:
    pcm = PromptCache(tmp_path, offline).ensure("你好", "female")
    [file] = tmp_path.rglob("*.wav")
    whole = file.read_bytes()
    file.write_bytes(damage)
    again = PromptCache(tmp_path, offline)
    assert again.ensure("你好", "female") == pcm
    assert file.read_bytes() == whole


def test_memory_is_bounded_and_forgets_the_oldest(tmp_path: Path, offline: CountingVoice) -> None:
    size = len(StandinVoice().render("一", ""))
    cache = PromptCache(tmp_path, offline, memory_bytes=2 * size)
    for text in "一二三":
        cache.ensure(text, "female")
    for file in tmp_path.rglob("*.wav"):
        file.unlink()
    assert [cache.get(text, "female") is None for text in "一二三"] == [True, False, False]


def test_a_disk_that_takes_no_files_does_not_stop_a_live_call(
    tmp_path: Path, offline: CountingVoice, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "prompts"
    blocked.write_text("a file where the directory should be")
    cache = PromptCache(blocked, offline)
    with caplog.at_level(logging.ERROR):
        pcm = cache.ensure("你好", "female")
        cache.ensure("再见", "female")
    assert cache.get("你好", "female") == pcm
    assert str(blocked) in str(cache.disk_fault)
    assert "VOICEBOT_DATA_DIR" in str(cache.disk_fault)
    assert caplog.text.count(str(blocked)) == 1
    assert offline.asked == ["你好", "再见"]


def test_a_full_disk_leaves_no_half_file_and_the_fault_ends_when_it_has_room(
    tmp_path: Path, offline: CountingVoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = PromptCache(tmp_path, offline)

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        assert cache.ensure("你好", "female")
    assert "No space left" in str(cache.disk_fault)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    cache.ensure("再见", "female")
    assert cache.disk_fault is None


def test_rendering_ahead_on_such_a_disk_is_an_error(tmp_path: Path, offline: CountingVoice) -> None:
    blocked = tmp_path / "prompts"
    blocked.write_text("")
    with pytest.raises(SpeechError, match="cannot write"):
        PromptCache(blocked, offline).render_ahead([("你好", "female")])


def test_render_ahead_counts_each_prompt_once(tmp_path: Path, offline: CountingVoice) -> None:
    cache = PromptCache(tmp_path, offline)
    cache.ensure("一", "female")
    steps: list[tuple[int, int]] = []
    report = cache.render_ahead([(text, "female") for text in "一二三二"], progress=lambda *step: steps.append(step))
    assert report == RenderReport(rendered=2, cached=1)
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert sorted(offline.asked) == sorted("一二三")


def test_what_cannot_be_rendered_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    cache = PromptCache(tmp_path, CountingVoice("offline", fails_on="坏"))
    report = cache.render_ahead([("好", "female"), ("坏", "female"), ("对", "female")])
    assert (report.rendered, report.cached) == (2, 0)
    [failure] = report.failed
    assert (failure.text, failure.covered, failure.why) == ("坏", False, "offline cannot say 坏")


def test_the_online_voice_is_preferred_and_covered_where_it_fails(tmp_path: Path, offline: CountingVoice) -> None:
    online = CountingVoice("online", fails_on="坏")
    cache = PromptCache(tmp_path, offline, online)
    cache.ensure("好", "female")
    report = cache.render_ahead([("好", "female"), ("坏", "female")], online=True)
    assert report.rendered == 1
    assert [(failure.text, failure.covered) for failure in report.failed] == [("坏", True)]
    assert sorted(online.asked) == sorted("好坏")
    assert cache.get("坏", "female") is not None
    assert cache.render_ahead([("好", "female")], online=True) == RenderReport(rendered=0, cached=1)


def test_an_online_voice_that_is_down_is_given_up(tmp_path: Path, offline: CountingVoice) -> None:
    online = CountingVoice("online", fails_on="第")
    texts = [(f"第{number}句", "female") for number in range(12)]
    report = PromptCache(tmp_path, offline, online).render_ahead(texts, online=True)
    assert ONLINE_GIVE_UP <= len(online.asked) <= ONLINE_GIVE_UP + 1  # two threads
    assert len(report.failed) == 12
    assert all(failure.covered for failure in report.failed)


def test_the_online_voice_is_never_asked_on_a_live_call(tmp_path: Path, offline: CountingVoice) -> None:
    online = CountingVoice("online")
    PromptCache(tmp_path, offline, online).ensure("你好", "female")
    assert online.asked == []


def test_many_calls_that_miss_the_same_prompt_render_it_once(tmp_path: Path) -> None:
    class SlowVoice(CountingVoice):
        started, go = threading.Event(), threading.Event()

        def render(self, text: str, voice: str) -> bytes:
            self.started.set()
            assert self.go.wait(TIMEOUT_S)
            return super().render(text, voice)

    voice = SlowVoice("offline")
    cache = PromptCache(tmp_path, voice)
    heard: list[bytes] = []
    calls = [threading.Thread(target=lambda: heard.append(cache.ensure("你好", "female"))) for _ in range(5)]
    for call in calls:
        call.start()
    assert voice.started.wait(TIMEOUT_S)
    voice.go.set()
    for call in calls:
        call.join(TIMEOUT_S)
    assert len(set(heard)) == 1
    assert len(heard) == 5
    assert voice.asked == ["你好"]


def test_a_failed_rendering_is_told_to_all_and_tried_again_later(tmp_path: Path) -> None:
    voice = CountingVoice("offline", fails_on="你")
    cache = PromptCache(tmp_path, voice)
    with pytest.raises(SpeechError):
        cache.ensure("你好", "female")
    voice.fails_on = ""
    assert cache.ensure("你好", "female")


def test_a_recording_is_brought_to_8_khz(tmp_path: Path) -> None:
    file = tmp_path / "hello.wav"
    file.write_bytes(encode_wav(np.full(16_000, 500, np.int16), 16_000))
    assert len(recording(file)) == 2 * 8000


@pytest.mark.parametrize("content", [None, b"mp3?"])
def test_a_bad_recording_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "hello.wav"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SpeechError, match=r"hello\.wav.*16-bit PCM WAV"):
        recording(file)


def test_an_unknown_voice_is_named_with_the_nearest(tmp_path: Path) -> None:
    voice = OfflineVoice(workers=1)
    with pytest.raises(UsageError, match=r"'femal'.*did you mean 'female'"):
        PromptCache(tmp_path, voice).ensure("你好", "femal")
    report = PromptCache(tmp_path, voice).render_ahead([("你好", "femal")])
    assert not report.failed[0].covered
    voice.close()
