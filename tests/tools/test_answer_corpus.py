"""The corpus of what picks up: the same clips every time, and what measures is in no table and in no model's text."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.answering.conftest import SHIPPED
from tools.answer_corpus import corpus, settings
from tools.answer_corpus.clips import NONE, Plan, english_plans, plans
from tools.answer_corpus.settings import HELD_OUT, TUNING
from tools.answer_corpus.texts import english_wordings, texts, wordings
from tools.demo_model import corpus as model_text
from tools.demo_model.profiles import PROFILES, Profile
from voicebot.answering.tables import EARLY_CODES, FAX, HUMAN, MACHINES, SILENT, load_tables
from voicebot.speech.espeak import EspeakVoice


@pytest.fixture(scope="module")
def espeak() -> Iterator[EspeakVoice]:
    with EspeakVoice() as voice:
        yield voice


def one_of_each(part: str) -> list[Plan]:
    return list({(plan.label, plan.kind): plan for plan in plans(wordings(), part)}.values())


def test_a_clip_is_the_same_every_time_and_another_for_another_number(espeak: EspeakVoice) -> None:
    plan = next(iter(plans(wordings(), HELD_OUT)))
    first, second = (list(corpus.clips([plan, plan], espeak)) for _ in range(2))
    assert [clip.samples.tolist() for clip in first] == [clip.samples.tolist() for clip in second]
    assert first[0].samples.tolist() != first[1].samples.tolist()


def test_every_code_has_clips_in_both_parts() -> None:
    for part in (TUNING, HELD_OUT):
        labels = {plan.label for plan in plans(wordings(), part)}
        assert labels == {*EARLY_CODES, *MACHINES, HUMAN, SILENT, FAX, NONE}


def test_parts_share_no_voice_and_no_wording() -> None:
    assert not set(settings.VOICES[TUNING]) & set(settings.VOICES[HELD_OUT])
    tuned = {plan.text for plan in plans(wordings(), TUNING) if plan.kind != "english"}
    held_out = {plan.text for plan in plans(wordings(), HELD_OUT) if plan.kind != "english"}
    assert tuned & held_out == {""}


def test_english_parts_share_no_voice_and_no_wording_but_what_everybody_says() -> None:
    assert not set(settings.ENGLISH_SPEAKERS[TUNING]) & set(settings.ENGLISH_SPEAKERS[HELD_OUT])
    tuned, held_out = ({plan.text for plan in english_plans(english_wordings(), part)} for part in (TUNING, HELD_OUT))
    assert {text for text in tuned & held_out if is_long(PROFILES["en"], text)} == set()
    labels = {plan.label for plan in english_plans(english_wordings(), HELD_OUT)}
    assert labels == {*EARLY_CODES, *MACHINES, HUMAN, NONE} - {"UNKNOWN"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_table_and_no_text_of_the_model_holds_a_held_out_wording(language: str) -> None:
    profile = PROFILES[language]
    tables = load_tables(SHIPPED)
    shown = {test.text for one in (*tables.announcements, *tables.greetings) for test in one.tests}
    held_out = [profile.clauses(text) for text in texts(HELD_OUT, language)]
    assert not shown & {
        profile.between_words.join(text) for text in held_out if len(text) > 1 or is_long(profile, text[0])
    }
    trained = {sentence.text for sentence in model_text.collect(profile) if not sentence.held_out}
    assert not trained & {clause for text in held_out for clause in text if is_long(profile, clause)}


def is_long(profile: Profile, clause: str) -> bool:
    """Not what everybody says."""
    return len(profile.tokens(clause)) > profile.short


def test_written_clips_have_their_labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "plans", lambda _wordings, part: one_of_each(part)[:3])
    monkeypatch.setattr(corpus, "english_plans", lambda said, part: list(english_plans(said, part))[:1])
    assert corpus.write(tmp_path, (TUNING, HELD_OUT)) == 8
    rows = [json.loads(row) for row in (tmp_path / corpus.LABELS).read_text(encoding="utf-8").splitlines()]
    assert {row["part"] for row in rows} == {TUNING, HELD_OUT}
    assert [row["language"] for row in rows] == ["zh", "zh", "zh", "en"] * 2
    assert all((tmp_path / row["file"]).stat().st_size > 16_000 for row in rows)
