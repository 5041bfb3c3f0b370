"""Audio, words and numbers go when they are old enough, in lots that may be stopped; the younger, and counts, stay."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.store.persons import SECRETS, fill, number_of
from tests.store.samples import NOON, attempt_id
from tests.store.test_person import dump
from voicebot.reports.grades import grade_report, result_report
from voicebot.reports.nodes import node_report
from voicebot.reports.only import Only
from voicebot.store import retention, stop_list
from voicebot.store.audit import audit_of
from voicebot.store.retention import Gone, Limits, apply, due
from voicebot.store.stop_list import Entry
from voicebot.store.tables import Attempt, CallEvent, Lead, Recording
from voicebot.store.tables_dialling import Consent, WebhookDelivery

OLD, YOUNG = 1, 2
CUT = NOON + timedelta(days=10)


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    return tmp_path / "recordings"


@pytest.fixture
def two(store, recordings):
    """One person called before the limit, one behind it."""
    fill(store, recordings, OLD, YOUNG)
    later = {"started_at": NOON + timedelta(days=20), "ended_at": NOON + timedelta(days=20)}
    with store.writing() as connection:
        connection.execute(update(Attempt).where(Attempt.id == attempt_id(YOUNG)).values(later))
        connection.execute(update(Lead).values(created_at=NOON - timedelta(days=1)))
    return store


def gone(store, recordings, limits: Limits) -> dict[tuple[str, str], int]:
    """All that went, lots added up."""
    found: dict[tuple[str, str], int] = {}
    for one in apply(store, recordings, limits, by="cron"):
        found[one.what, one.where] = found.get((one.what, one.where), 0) + one.count
    return {key: count for key, count in found.items() if count}


def test_a_dry_run_tells_what_goes_and_changes_nothing(two, recordings):
    before = dump(two)
    limits = Limits(audio=CUT, texts=CUT, numbers=CUT)
    told = {(one.what, one.where): one.count for one in due(two, recordings, limits)}
    assert dump(two) == before
    assert told["audio", "recording"] == told["audio", "pick_up"] == 1
    assert told["texts", "turn"] == told["texts", "qa_verdict"] == told["numbers", "lead"] == 1
    went = gone(two, recordings, limits)
    assert set(went) == set(told)
    assert due(two, recordings, limits) == []
    assert gone(two, recordings, limits) == {}


def test_old_audio_goes_with_its_files_and_young_audio_stays(two, recordings):
    assert gone(two, recordings, Limits(audio=CUT)) == {("audio", "recording"): 1, ("audio", "pick_up"): 1}
    assert {path.name for path in recordings.iterdir()} == {f"{attempt_id(YOUNG)}{end}.wav" for end in ("", "-early")}
    with two.reading() as connection:
        assert set(connection.scalars(select(Recording.attempt_id))) == {attempt_id(YOUNG)}


def test_a_file_that_no_row_names_goes_by_its_age(two, recordings):
    lost, fresh = recordings / "lost.wav", recordings / "fresh.wav"
    for path in (lost, fresh):
        path.write_bytes(b"RIFF")
    os.utime(lost, (NOON.timestamp(), NOON.timestamp()))
    os.utime(fresh, ((NOON + timedelta(days=30)).timestamp(),) * 2)
    went = gone(two, recordings, Limits(audio=CUT))
    assert went["audio", "files without a row"] == 1
    assert not lost.exists()
    assert fresh.exists()


def test_old_words_go_and_the_young_ones_stay(two, recordings):
    gone(two, recordings, Limits(texts=CUT))
    with two.reading() as connection:
        assert set(connection.scalars(select(CallEvent.attempt_id))) == {attempt_id(YOUNG)}
    after = dump(two)
    once = [
        word
        for word in ("点开就能加", "说得太快", "听见喂", "抽到他", "张先生您好，我是苏绣坊的小苏。")
        if after.count(word) == 0
    ]
    assert once == []
    assert after.count("说得太快") == 1
    assert number_of(OLD) in after


def test_old_numbers_go_once_nobody_calls_them_any_more(two, recordings):
    with two.writing() as connection:
        connection.execute(update(Consent).where(Consent.number == number_of(OLD)).values(until=NOON))
    went = gone(two, recordings, Limits(texts=CUT, numbers=CUT))
    assert went["numbers", "lead"] == went["numbers", "consent"] == 1
    assert went["numbers", "attempt"] == 1
    with two.reading() as connection:
        numbers = set(connection.scalars(select(Lead.number)))
        assert numbers == {"", number_of(YOUNG)}


def test_a_lead_that_waits_or_was_called_lately_keeps_its_number(two, recordings):
    with two.writing() as connection:
        connection.execute(update(Lead).where(Lead.number == number_of(OLD)).values(state="waiting"))
    assert ("numbers", "lead") not in gone(two, recordings, Limits(numbers=CUT))
    with two.reading() as connection:
        assert set(connection.scalars(select(Lead.number))) == {number_of(OLD), number_of(YOUNG)}


def test_stop_entries_keep_the_number_and_the_kind_of_wish(two, recordings):
    stop_list.add(two, [Entry(number_of(OLD), "*", "stop_request: 别再打了", "call", NOON, attempt_id(OLD))])
    gone(two, recordings, Limits(audio=CUT, texts=CUT, numbers=CUT))
    held = stop_list.stopped(two, number_of(OLD))
    assert (held.reason, held.number) == ("stop_request", number_of(OLD))


def test_messages_that_wait_keep_what_they_have_to_say(two, recordings):
    gone(two, recordings, Limits(texts=datetime.now(UTC) + timedelta(days=1)))
    with two.reading() as connection:
        waiting = WebhookDelivery.delivered_at.is_(None) & ~WebhookDelivery.given_up
        assert {} not in connection.scalars(select(WebhookDelivery.body).where(waiting)).all()
        sent = select(WebhookDelivery.body).where(WebhookDelivery.delivered_at.is_not(None))
        assert connection.scalars(sent).all() == [{}, {}]


def test_counts_stay(two, recordings):
    reports = (result_report, grade_report, node_report)
    before = [report(two, Only()) for report in reports]
    gone(two, recordings, Limits(audio=CUT, texts=CUT, numbers=CUT))
    assert [report(two, Only()) for report in reports] == before


def test_a_run_that_was_stopped_goes_on_where_it_was(two, recordings, monkeypatch):
    monkeypatch.setattr(retention, "AT_ONCE", 1)
    limits = Limits(texts=datetime.now(UTC) + timedelta(days=1))
    run = apply(two, recordings, limits, by="cron")
    first = next(run)
    run.close()
    assert isinstance(first, Gone)
    gone(two, recordings, limits)
    with two.writing() as connection:
        connection.execute(update(WebhookDelivery).values(delivered_at=NOON))
    gone(two, recordings, limits)
    left = dump(two)
    assert [word for word in SECRETS if word in left and word not in ("名叫张三", "投诉原话", "合同七", "可以啊")] == []


def test_what_was_done_stands_in_the_audit(two, recordings):
    gone(two, recordings, Limits(audio=CUT))
    (line,) = audit_of(two, "db", 5)
    assert (line.who, line.action, line.after) == ("cron", "db.retain", {"audio recording": 1, "audio pick_up": 1})
    assert json.loads(json.dumps(line.before))["audio"].startswith("2026-03-12")
