"""What is Vosk's own: loading faults, its JSON, its endpoint. What every recogniser does is in test_ports."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from pypinyin import lazy_pinyin

from voicebot.errors import ModelMissing, SpeechError
from voicebot.media.frames import bytes_of
from voicebot.media.pcm import through_alaw
from voicebot.settings import Settings
from voicebot.speech.hearing import Began, Ended, Partial, hear
from voicebot.speech.offline import OfflineVoice
from voicebot.speech.vad import default_vad
from voicebot.speech.vosk_asr import FALLBACK_CONFIDENCE, VoskModel, VoskRecogniser, load_model


class Kaldi:
    """Plays back JSON in place of `vosk.KaldiRecognizer`."""

    def __init__(self, partials: list[str], final: dict[str, object], endpoints: dict[int, dict[str, object]]) -> None:
        self._partials, self._final, self._endpoints = partials, final, endpoints
        self._fed = 0

    def SetWords(self, wanted: bool) -> None:
        assert wanted

    def AcceptWaveform(self, pcm: bytes) -> int:
        if pcm == b"boom":
            raise Exception("Failed to process waveform")
        self._fed += 1
        return int(self._fed in self._endpoints)

    def PartialResult(self) -> str:
        return json.dumps({"partial": self._partials.pop(0)})

    def Result(self) -> str:
        return json.dumps(self._endpoints[self._fed])

    def FinalResult(self) -> str:
        return json.dumps(self._final)


def result(*words: tuple[str, float]) -> dict[str, object]:
    listed = [
        {"word": word, "conf": conf, "start": place * 0.3, "end": place * 0.3 + 0.2}
        for place, (word, conf) in enumerate(words)
    ]
    return {"result": listed, "text": " ".join(word for word, _ in words)}


def recogniser(
    partials: list[str], final: dict[str, object], endpoints: dict[int, dict[str, object]] | None = None
) -> VoskRecogniser:
    return VoskRecogniser(Kaldi(partials, final, endpoints or {}))


def test_spaces_between_chinese_words_are_gone_and_confidence_is_their_mean() -> None:
    ear = recogniser(["我", "我 现在"], result(("我", 1.0), ("现在", 0.6), ("有", 0.8)))
    assert [ear.feed(b"") for _ in range(2)] == ["我", "我现在"]
    transcript = ear.finish()
    assert transcript.text == "我现在有"
    assert transcript.confidence == pytest.approx(0.8)
    assert [(word.text, word.began, word.ended) for word in transcript.words][1] == ("现在", 300, 500)


def test_unknown_words_are_removed_and_counted() -> None:
    ear = recogniser(["好 [unk]"], result(("好", 0.9), ("[unk]", 0.5), ("[unk]", 0.4)))
    assert ear.feed(b"") == "好"
    transcript = ear.finish()
    assert (transcript.text, transcript.unknown, transcript.confidence) == ("好", 2, 0.9)


def test_the_last_partial_stands_in_for_an_empty_final() -> None:
    ear = recogniser(["喂"], {"text": ""})
    ear.feed(b"")
    transcript = ear.finish()
    assert (transcript.text, transcript.confidence, transcript.fallback) == ("喂", FALLBACK_CONFIDENCE, True)
    assert ear.finish().text == ""


def test_text_that_an_endpoint_of_vosk_closed_is_kept() -> None:
    ear = recogniser(["我", "谢谢"], result(("谢谢", 1.0)), endpoints={2: result(("我", 1.0), ("不要", 0.5))})
    assert [ear.feed(b"") for _ in range(3)] == ["我", "我不要", "我不要谢谢"]
    assert ear.finish().text == "我不要谢谢"


def test_a_native_failure_is_a_speech_error_with_a_remedy() -> None:
    with pytest.raises(SpeechError, match=r"Failed to process waveform.*new ear"):
        recogniser([], {}).feed(b"boom")


def test_a_model_is_found_by_name_beside_the_product_in_the_data_or_by_path(model: VoskModel, tmp_path: Path) -> None:
    name, directory = model.directory.name, model.directory
    shipped = Settings(models_dir=directory.parent, data_dir=tmp_path)
    assert load_model(name, shipped).name == name
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "mine").symlink_to(directory)
    assert load_model("mine", Settings(models_dir=tmp_path, data_dir=tmp_path)).open().finish().text == ""
    assert load_model(str(directory), Settings(models_dir=tmp_path, data_dir=tmp_path)).name == name


def test_an_unknown_model_says_where_it_was_sought_and_how_to_get_one(tmp_path: Path) -> None:
    settings = Settings(models_dir=tmp_path / "shipped", data_dir=tmp_path / "data")
    with pytest.raises(ModelMissing, match=r"'demo-xx'.*shipped.*data.*models pull") as raised:
        load_model("demo-xx", settings)
    assert raised.value.exit_status == 3


@pytest.mark.parametrize("part", ["am/final.mdl", "graph/HCLG.fst", "conf"])
def test_an_incomplete_model_names_what_is_missing(model: VoskModel, tmp_path: Path, part: str) -> None:
    broken = Path(shutil.copytree(model.directory, tmp_path / "broken", copy_function=shutil.copyfile))
    path = broken / part
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(ModelMissing, match=part):
        load_model(str(broken), Settings())


@pytest.mark.parametrize(
    ("part", "content"), [("am/final.mdl", b""), ("am/final.mdl", b"x" * 99), ("graph/HCLG.fst", b"x")]
)
def test_a_damaged_model_is_named(model: VoskModel, tmp_path: Path, part: str, content: bytes) -> None:
    broken = Path(shutil.copytree(model.directory, tmp_path / "broken", copy_function=shutil.copyfile))
    (broken / part).write_bytes(content)
    with pytest.raises(ModelMissing, match="broken"):
        load_model(str(broken), Settings())


SHORT_ANSWERS = ("好", "是", "对", "不", "嗯", "喂")


@pytest.mark.parametrize("text", [*SHORT_ANSWERS, "不用了", "我现在没空", "多少钱", "可以"])
def test_an_ear_hears_the_offline_voice_over_a_telephone_leg(
    model: VoskModel, offline_voice: OfflineVoice, text: str
) -> None:
    quiet = bytes(bytes_of(800))
    pcm = np.frombuffer(quiet + offline_voice.render(text, "female") + quiet, "<i2").astype(np.int16)
    events = hear(model, default_vad(), through_alaw(pcm).tobytes())
    kinds = [type(event) for event in events]
    assert kinds.count(Began) == kinds.count(Ended) == 1
    assert kinds.index(Began) < kinds.index(Partial) < kinds.index(Ended)
    ended = events[-1]
    assert isinstance(ended, Ended)
    assert lazy_pinyin(ended.text) == lazy_pinyin(text)  # the small model has no tones: 是 may be written 十
    assert 700 < ended.began < 1200
