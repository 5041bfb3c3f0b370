"""The demo model's tool: its text, its split, its file formats. No training, no torch, no pynini."""

import random
import re
import struct
from pathlib import Path

import numpy as np
import pytest

from tools.demo_model import corpus, kaldi, ngram, readings, readings_en, scores, sounds, templates
from tools.demo_model.phones import Phones
from tools.demo_model.profiles import PROFILES, Profile, english
from tools.demo_model.profiles.mandarin import FULL_STOP, VOICE
from tools.demo_model.reader import Reader
from tools.demo_model.settings import DIALOGS_DIR, INTENTS_DIR
from voicebot.speech.espeak import EspeakVoice, Phone, Speech

SHIPPED = ["zh", "en"]
MOST_BYTES = {"zh": 20_000_000, "en": 9_000_000}
MOST_UNCOVERED = 0.03  # of clauses; espeak cannot say every word, and texts may grow a little between two builds


@pytest.fixture(scope="module", params=["zh", "en"])
def profile(request: pytest.FixtureRequest) -> Profile:
    return PROFILES[request.param]


@pytest.fixture(scope="module")
def sentences(profile: Profile) -> list[corpus.Sentence]:
    return corpus.collect(profile)


# --- text -----------------------------------------------------------------------------------------
def test_text_is_the_same_every_time(profile: Profile, sentences: list[corpus.Sentence]) -> None:
    assert corpus.collect(profile) == sentences


def test_held_out_text_and_voices_are_apart_from_training(profile: Profile, sentences: list[corpus.Sentence]) -> None:
    trained = {sentence.text for sentence in sentences if not sentence.held_out}
    held_out = {sentence.text for sentence in sentences if sentence.held_out}
    assert len(held_out) > 1000
    assert not trained & held_out
    for name in ("heldout", "unknown"):
        assert not trained & set(corpus.measuring_text(profile, name))
    assert not set(profile.training_voices) & set(profile.held_out_voices)


def test_every_sentence_is_chinese_characters_or_english_words_only(
    profile: Profile, sentences: list[corpus.Sentence]
) -> None:
    spelt = re.compile({"zh": r"[\u4e00-\u9fff]+", "en": r"[a-z']+( [a-z']+)*"}[profile.language])
    assert [s.text for s in sentences if not spelt.fullmatch(s.text)] == []


def test_template_alternatives_and_classes() -> None:
    template = templates.parse("*2 (我|)在<town>", "x:1")
    assert template.weight == 2
    found = templates.expand(template, {"town": ("苏州", "无锡")}, random.Random(0), 10)
    assert found == ["在无锡", "在苏州", "我在无锡", "我在苏州"]
    assert len(templates.expand(templates.parse("<number>", "x:2"), readings.SPOKEN_CLASSES, random.Random(0), 5)) == 5
    with pytest.raises(ValueError, match="x:3: unbalanced"):
        templates.parse("(我|", "x:3")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "零"), (10, "十"), (14, "十四"), (20, "二十"), (101, "一百零一"), (110, "一百一十"), (203, "二百零三"),
     (1001, "一千零一"), (2020, "二千零二十"), (10_000, "一万"), (20_500, "二万零五百"), (105_000, "十万五千")],
)  # fmt: skip
def test_numbers_are_read_as_people_say_them(value: int, text: str) -> None:
    assert readings.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "zero"), (14, "fourteen"), (40, "forty"), (25, "twenty five"), (203, "two hundred three"),
     (1000, "one thousand"), (2020, "two thousand twenty"), (105_000, "one hundred five thousand")],
)  # fmt: skip
def test_english_numbers(value: int, text: str) -> None:
    assert readings_en.number(value) == text


def test_english_numbers_with_and_ordinals_and_digits() -> None:
    assert readings_en.number(2203, joint=True) == "two thousand two hundred and three"
    assert [readings_en.ordinal(value) for value in (1, 3, 9, 12, 20, 21)] == [
        "first", "third", "ninth", "twelfth", "twentieth", "twenty first"]  # fmt: skip
    assert readings_en.one_by_one("901", oh=True) == "nine oh one"


def test_english_clauses_spell_initials_and_leave_out_chinese() -> None:
    text = "Hello, Mr. Lee! It’s 25 dollars; the AI is OK. 您好 and bye, {x}"
    assert readings_en.clauses(text) == ["hello", "mister", "lee", "it's twenty five dollars", "the a i is okay", "x"]


def test_empty_alternatives_leave_no_space_between_words() -> None:
    template = templates.parse("(so|) call me (<later>|) please", "x:4")
    found = templates.expand(template, {"later": ("next week",)}, random.Random(0), 10)
    assert found == ["call me next week please", "call me please", "so call me next week please", "so call me please"]


def test_members_of_several_words(tmp_path: Path) -> None:
    (tmp_path / "classes.txt").write_text("city: leeds new_york\n")
    assert templates.read_classes(tmp_path / "classes.txt") == {"city": ("leeds", "new york")}


def test_clauses_read_digits_and_leave_out_latin() -> None:
    assert readings.clauses("您好，{x} 满300减20！VIP 价,拨打10086") == ["您好", "满三百减二十", "价", "拨打一零零八六"]
    assert readings.number(2200, liang=True) == "两千两百"


@pytest.mark.parametrize("profile", SHIPPED, indirect=True)
def test_shipped_vocabulary_covers_scripts_and_intents(profile: Profile) -> None:
    rows = (profile.model / "graph" / "words.txt").read_text(encoding="utf-8").split()[::2]
    known = {token for word in rows for token in profile.tokens(word)}
    answering = list(corpus.answering_clauses(profile, INTENTS_DIR / corpus.ANSWERING))
    intents = corpus.intent_clauses(profile, INTENTS_DIR)
    texts = [*corpus.script_clauses(profile, DIALOGS_DIR), *intents, *answering]
    assert len(texts) > 400
    assert len(answering) > 100
    missing = {text: lacking for text, _, _ in texts if (lacking := set(profile.tokens(text)) - known)}
    remedy = f"run `python -m tools.demo_model vocabulary --language {profile.language}`"
    assert len(missing) <= MOST_UNCOVERED * len(texts), f"{missing}: {remedy}"


# --- language model -------------------------------------------------------------------------------
def test_ngram_is_a_distribution_in_every_history() -> None:
    model = ngram.estimate([(("我", "要"), 2.0), (("我", "不", "要"), 1.0)], ["我", "要", "不", "好"])
    words = ["我", "要", "不", "好", ngram.END]
    for history in model.successors:
        assert sum(model.probability(word, history) for word in words) == pytest.approx(1.0)
    assert model.probability("要", ("我",)) > model.probability("不", ("我",)) > model.probability("好", ("我",)) > 0


# --- sounds ---------------------------------------------------------------------------------------
def test_units_carry_tones_and_english_is_refused() -> None:
    assert sounds.units_of(("tS;h i55 p 'ai214 _|", "s. 'i.51 _|")) == ("tS;h", "i55", "p", "ai214", "s.", "i.51")
    assert sounds.units_of(("(en) n a T (cmn) _|",)) is None


def test_english_units_are_without_stress_and_pauses_keep_their_times() -> None:
    assert english.units_of(("D @2  'E n d ; _: _:", "t# r-")) == ("D", "@", "E", "n", "d", "t#", "r")
    assert english.units_of(("(fr) b O~ (en)",)) is None
    phones = (Phone("D", 0.0), Phone("@2", 0.1), Phone(";", 0.15), Phone("'E", 0.2), Phone("_:", 0.3))
    speech = Speech(np.zeros(4, np.int16), 8000, phones, ())
    assert english.timed(speech, ()) == [("D", 0.0), ("@", 0.1), ("E", 0.2), ("SIL", 0.3)]


def test_english_words_are_read_as_sentences_say_them() -> None:
    with EspeakVoice() as voice:
        counts = english.count_readings(["the end of a day", "a word", "we are at home"], voice)
    assert counts["a"].most_common(1)[0][0] == ("a#",)
    assert counts["end"].most_common(1)[0][0] == ("E", "n", "d")
    assert set(counts) == {"the", "end", "of", "a", "day", "word", "we", "are", "at", "home"}


def test_a_nasal_between_vowels_belongs_to_the_syllable_that_ends_in_one() -> None:
    units = ("th", "iE55", "n", "a51")
    assert sounds.syllables(units, [True, False]) == [("th", "iE55", "n"), ("a51",)]
    assert sounds.syllables(units, [False, False]) == [("th", "iE55"), ("n", "a51")]
    assert sounds.syllables(units, [False]) is None


def test_frame_labels_give_every_unit_a_frame() -> None:
    timed = [("SIL", 0.0), ("t", 0.10), ("a51", 0.11), ("SIL", 0.20)]
    assert sounds.frame_labels(timed, 0.3, 10) == ["SIL"] * 3 + ["t", "a51", "a51", "a51", "SIL", "SIL", "SIL"]


def test_short_pauses_go_to_the_unit_after_them() -> None:
    timed = [("a51", 0.0), ("SIL", 0.10), ("t", 0.12), ("SIL", 0.2)]
    assert sounds.without_short_pauses(timed, 0.5) == [("a51", 0.0), ("t", 0.10), ("SIL", 0.2)]


def test_phones_share_outputs_by_unit_and_survive_their_table() -> None:
    phones = Phones(("SIL", "a51", "t"))
    assert phones.outputs() == [0, *[1] * 4, *[2] * 4, *[4] * 4]
    assert [phones.id("a51", "B"), phones.id("t", "S"), phones.id("SPEECH", "E")] == [2, 9, 12]
    assert len(phones) == 13
    assert Phones.from_table(phones.table()) == phones
    assert phones.word_boundary().splitlines()[:3] == ["1 nonword", "2 begin", "3 internal"]


def test_texts_read_ahead_are_read_as_if_alone() -> None:
    texts = ["七百是十", "我姓马", "一会儿", "不在的吗"]  # espeak reads 一会儿 in English
    with EspeakVoice() as voice:
        alone, ahead = (Reader(voice, VOICE, sounds.units_of, FULL_STOP) for _ in range(2))
        ahead.read(texts)
        assert [ahead.units(text) for text in texts] == [alone.units(text) for text in texts]
        assert alone.units("一会儿") is None


# --- Kaldi's bytes --------------------------------------------------------------------------------
def read_compressed_matrix(data: bytes) -> np.ndarray:
    token, data = data.split(b" ", 1)
    assert token == b"CM2"
    low, span, rows, columns = struct.unpack_from("<ffii", data)
    steps = np.frombuffer(data, "<u2", rows * columns, 16).reshape(rows, columns)
    return low + steps * (span / 65535)


def test_matrix_bytes_read_back_within_half_a_step() -> None:
    values = np.random.default_rng(0).normal(size=(7, 5))
    back = read_compressed_matrix(kaldi.matrix(values))
    assert np.abs(back - values).max() <= (values.max() - values.min()) / 65535
    assert np.all(read_compressed_matrix(kaldi.matrix(np.full((2, 3), 0.5))) == 0.5)


def test_vector_bytes() -> None:
    assert kaldi.vector([1.0, -2.0]) == b"FV \x04\x02\x00\x00\x00" + struct.pack("<ff", 1.0, -2.0)


def test_transition_ids_and_the_layout_of_the_model_file() -> None:
    assert [(kaldi.self_loop_id(phone), kaldi.exit_id(phone)) for phone in (1, 2)] == [(1, 2), (3, 4)]
    layer = kaldi.Layer("output", (-1, 0), np.ones((2, 6)), np.zeros(2), is_output=True)
    data = kaldi.acoustic_model([0, 1], [layer], 3, np.array([0.5, 0.5]))
    assert data.startswith(b"\0B<TransitionModel> <Topology> \x04\x02\x00\x00\x00")
    tokens = [
        "</Topology> ",
        "<Triples> ",
        "<LogProbs> ",
        "</TransitionModel> ",
        "<Nnet3> \n",
        "<NumComponents> ",
        "<LinearParams> CM2 ",
        "LogSoftmaxComponent",
        "</Nnet3> ",
        "<Priors> FV ",
    ]
    places = [data.find(token.encode()) for token in tokens]
    assert -1 not in places
    assert places == sorted(places)
    assert b"component-node name=output.affine component=output.affine input=Append(Offset(input, -1), input)\n" in data


# --- scores ---------------------------------------------------------------------------------------
def test_scores() -> None:
    assert scores.edits("我找她", "我找他") == 0
    assert scores.edits("七百", "请在") == 2
    assert scores.edits("好", "") == 1
    words = (scores.Word(("不", "要"), 0.9), scores.Word(("啊",), 0.2))
    heard = scores.Heard(("不", "要"), words, unknown=1, delay_s=0.6)
    assert scores.accuracy([heard])["right"] == 0.5
    assert scores.word_confidences([heard]) == [(0.9, True), (0.2, False)]
    told_apart = scores.discrimination([(0.9, True), (0.8, True), (0.3, False), (0.85, False)])
    assert told_apart["roc_area"] == 0.75


@pytest.mark.parametrize("profile", SHIPPED, indirect=True)
def test_size_of_the_shipped_model(profile: Profile) -> None:
    files: list[Path] = [path for path in profile.model.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"final.mdl", "HCLG.fst", "words.txt", "mfcc.conf", "model.conf"}
    assert sum(path.stat().st_size for path in files) < MOST_BYTES[profile.language]
