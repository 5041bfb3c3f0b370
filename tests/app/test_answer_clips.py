"""Recordings through the real recogniser and the listeners: a few clips of each kind; labels read; figures counted."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tools.answer_corpus import corpus
from tools.answer_corpus.clips import MANDARIN, Maker, Part, Plan, plans
from tools.answer_corpus.settings import ANNOUNCER_RATES, TUNING
from tools.answer_corpus.texts import wordings
from tools.demo_model.sound_effects import Signal
from voicebot import settings as settings_list
from voicebot.answering.evidence import Heard, Verdict
from voicebot.app.answer_clips import NONE, Clip, Ears, Listened, open_ears, read_audio, read_corpus
from voicebot.app.answer_figures import Rate, figures
from voicebot.errors import InputFault
from voicebot.media import pcm
from voicebot.speech.espeak import EspeakVoice

KINDS = {"EMPTY", "POWER_OFF", "BUSY", "SUSPENDED", "HUMAN", "VOICEMAIL", "ASSISTANT", "IVR", "FAX"}
"""One clip of each is listened to here; all of them by `voicebot answer test`."""


@pytest.fixture(scope="module")
def ears() -> Ears:
    settings = settings_list.load()
    return open_ears(settings)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Clip, ...]]:
    directory = tmp_path_factory.mktemp("clips")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            corpus, "plans", lambda said, part: list({plan.label: plan for plan in wanted(said, part)}.values())
        )
        corpus.write(directory, (TUNING,), (MANDARIN,))
    yield read_corpus(directory)


def wanted(said: object, part: str) -> list[object]:
    return [plan for plan in plans(wordings(), part) if plan.label in KINDS and plan.kind != "english"]


def test_a_clip_of_each_kind_gets_its_code(ears: Ears, clips: tuple[Clip, ...]) -> None:
    heard = list(ears.listen_to_all(clips, 2))
    assert {clip.label for clip, _ in heard} == KINDS
    wrong = [
        (clip.label, one.told, clip.text, one.heard.text, clip.snr_db) for clip, one in heard if one.told != clip.label
    ]
    assert len(wrong) <= 1, wrong
    assert not [one for one in wrong if one[1] in ("EMPTY", "SUSPENDED") or one[0] == "HUMAN"]


def test_the_english_half_of_an_announcement_does_not_turn_the_mandarin_one(ears: Ears, tmp_path: Path) -> None:
    """Carriers say it in both languages; a model of Mandarin hears English as whatever sounds like it."""
    both = wordings()
    plans_of = [
        Plan(
            TUNING, "early", code, "both", texts[TUNING][0], in_both(texts[TUNING][0], both["english"][code][TUNING][0])
        )
        for code, texts in both["announcements"].items()
    ]
    with EspeakVoice() as espeak:
        for clip in corpus.clips(plans_of, espeak):
            listened = ears.listen(pcm.l16(clip.samples), "early")
            assert listened.told in (clip.plan.label, NONE), (clip.plan.text, listened)


def in_both(mandarin: str, english: str) -> Part:
    """English first and last, so that it is heard before there is a verdict."""

    def make(maker: Maker) -> Signal:
        said, translated = maker.say(mandarin, ANNOUNCER_RATES), maker.say(english, ANNOUNCER_RATES, english=True)
        return np.concatenate(
            [translated, maker.pause(0.5, 1), said, maker.pause(0.5, 1), translated, maker.pause(1, 2)]
        )

    return make


def test_before_the_answer_listening_ends_with_the_verdict(ears: Ears, clips: tuple[Clip, ...]) -> None:
    clip = next(clip for clip in clips if clip.label == "EMPTY")
    listened = ears.listen(read_audio(clip.path), "early")
    assert listened.verdict is not None
    assert listened.heard.sounds[-1].to_ms - listened.verdict.at_ms <= 100
    assert listened.heard.evidence == listened.verdict.evidence


def test_only_a_part_is_read_and_what_is_missing_is_told(clips: tuple[Clip, ...], tmp_path: Path) -> None:
    directory = clips[0].path.parent
    assert read_corpus(directory, TUNING) == clips
    with pytest.raises(InputFault, match=r"no clip of part 'held_out'.*; there are tuning in zh"):
        read_corpus(directory, "held_out")
    with pytest.raises(InputFault, match=r"python -m tools\.answer_corpus"):
        read_corpus(tmp_path)
    (tmp_path / "labels.jsonl").write_text('{"file": "a.wav"}\n')
    with pytest.raises(InputFault, match=r"labels.jsonl:1:1: no label of a clip"):
        read_corpus(tmp_path)
    (tmp_path / "a.wav").write_bytes(b"no sound")
    with pytest.raises(InputFault, match=r"a.wav:1:1: not a PCM WAV"):
        read_audio(tmp_path / "a.wav")


def made(phase: str, label: str, told: str, at_ms: int = 1000, kind: str = "") -> tuple[Clip, Listened]:
    clip = Clip(Path("x.wav"), TUNING, "early" if phase == "early" else "answer", label, kind, "", "", None, 0)
    verdict = None if told == NONE else Verdict(told, 1.0, at_ms, ())
    return clip, Listened(verdict, Heard("", (), ()), ())


def test_figures_count_what_matters() -> None:
    found = figures(
        [
            made("early", "EMPTY", "EMPTY"),
            made("early", "BUSY", "EMPTY"),
            made("early", "BUSY", NONE),
            made("early", NONE, NONE),
            made("early", "BUSY", NONE, kind="english"),
            made("answer", "HUMAN", "HUMAN", 1000),
            made("answer", "HUMAN", "IVR", 2000),
            made("answer", "IVR", "UNKNOWN", 3000),
            made("answer", "FAX", "HUMAN", 4000),
            made("answer", "SILENT", "SILENT", 9000),
        ]
    )
    assert found.confusion["early"] == {("EMPTY", "EMPTY"): 1, ("BUSY", "EMPTY"): 1, ("BUSY", NONE): 2, (NONE, NONE): 1}
    rates = {name: (rate.hits, rate.count) for name, rate in found.rates.items()}
    assert rates["early: right, none among them"] == (2, 4)
    assert rates["early: verdicts right"] == (1, 2)
    assert rates["early: empty though it lives"] == (1, 4)
    assert rates["early: no verdict where there is none"] == (1, 1)
    assert rates["answer: person taken for a machine"] == (1, 2)
    assert rates["answer: machine found"] == (1, 2)
    assert rates["answer: machine named"] == (0, 2)
    assert (found.times["answer: all"].p50, found.times["answer: HUMAN"].count) == (3000, 2)


def test_intervals_are_clopper_and_pearsons() -> None:
    assert Rate(0, 700).high == pytest.approx(1 - 0.025 ** (1 / 700))
    assert Rate(700, 700).low == pytest.approx(0.025 ** (1 / 700))
    assert (Rate(0, 10).low, Rate(10, 10).high) == (0.0, 1.0)
    assert Rate(5, 10).low == pytest.approx(0.187, abs=0.001)
    assert Rate(0, 0).share is None
