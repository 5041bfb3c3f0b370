"""A person is shown and forgotten: nothing is left in a table, a file of the database or on disk; counts stay."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from tests.store.persons import SECRETS, fill, number_of
from tests.store.samples import attempt_id
from voicebot.errors import UsageError
from voicebot.reports.grades import grade_report, result_report
from voicebot.reports.nodes import node_report
from voicebot.reports.only import Only
from voicebot.store import spill, stop_list
from voicebot.store.audit import audit_of
from voicebot.store.catalogue import Base
from voicebot.store.person import forget, kept_of, without
from voicebot.store.records import AttemptStarted, EventRecord
from voicebot.store.stop_list import Entry
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, FollowUp, Lead
from voicebot.store.tables_dialling import Complaint, Consent, Exclusion, WebhookDelivery
from voicebot.store.wipe import wipe

NOW = datetime(2026, 4, 1, tzinfo=UTC)
HE, OTHER = 1, 2


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    return tmp_path / "recordings"


def dump(store: Store) -> str:
    """Every row of every table as text."""
    with store.reading() as connection:
        rows = {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in Base.metadata.sorted_tables
        }
    return json.dumps(rows, ensure_ascii=False, default=str)


def forgotten(store: Store, recordings: Path, **more: object):
    return forget(store, number_of(HE), recordings, by="li", why="asked by letter", now=NOW, **more)


def test_nothing_of_the_person_is_left_in_any_table(store, recordings):
    fill(store, recordings, HE)
    before = dump(store)
    assert [secret for secret in (number_of(HE), *SECRETS) if secret not in before] == ["别再打了"]
    gone = forgotten(store, recordings)
    after = dump(store)
    stop_only = after.replace(number_of(HE), "", 1)  # its one entry of the stop list: the complaint had barred it
    assert gone.stopped
    assert [secret for secret in (number_of(HE), number_of(HE)[3:], *SECRETS) if secret in stop_only] == []
    assert not [*recordings.iterdir()]


def test_another_person_is_not_touched(store, recordings):
    fill(store, recordings, HE, OTHER)
    before = kept_of(store, number_of(OTHER))
    forgotten(store, recordings)
    assert kept_of(store, number_of(OTHER)) == before
    assert {path.name for path in recordings.iterdir()} == {f"{attempt_id(OTHER)}{end}.wav" for end in ("", "-early")}


def test_counts_stay(store, recordings):
    fill(store, recordings, HE, OTHER)
    reports = (result_report, grade_report, node_report)
    before = [report(store, Only()) for report in reports]
    forgotten(store, recordings)
    assert [report(store, Only()) for report in reports] == before


def test_everything_kept_is_shown(store, recordings):
    fill(store, recordings, HE)
    kept = kept_of(store, number_of(HE))
    assert set(kept) == {
        *("lead", "attempt", "call", "call_event", "turn", "said", "node_visit", "handoff", "call_grade", "follow_up"),
        *("recording", "pick_up", "outcome", "qa_sample", "qa_verdict", "qa_correction", "complaint", "consent"),
        *("exclusion", "webhook_delivery", "audit"),
    }
    assert kept["turn"][0]["text"] == "可以啊"
    assert number_of(HE) not in json.dumps(without(dict(kept), number_of(HE)), default=str)
    assert kept_of(store, "+8613999999999") == {}


def test_an_entry_of_the_stop_list_holds_without_words(store, recordings):
    fill(store, recordings, HE)
    mine = Entry(number_of(HE), "spring", "stop_request: 别再打了", "call", NOW, attempt_id(HE))
    stop_list.add(store, [mine])
    with store.writing() as connection:
        for table in (Complaint, Consent, Exclusion):
            connection.execute(table.__table__.delete())
    assert forgotten(store, recordings).stopped
    held = stop_list.stopped(store, number_of(HE), "spring")
    assert (held.reason, held.attempt_id, held.scope) == ("forgotten", None, "spring")
    assert stop_list.stopped(store, number_of(HE)) is None


def test_without_a_bar_the_number_is_nowhere_unless_it_is_asked_for(store, recordings):
    fill(store, recordings, HE, OTHER)
    with store.writing() as connection:
        for table in (Complaint, Consent, Exclusion):
            connection.execute(table.__table__.delete())
    assert not forgotten(store, recordings).stopped
    assert number_of(HE) not in dump(store)
    assert forget(store, number_of(OTHER), recordings, by="li", why="", now=NOW, stop=True).stopped
    assert stop_list.stopped(store, number_of(OTHER)).scope == "*"


def test_nobody_calls_or_writes_to_the_person_any_more(store, recordings):
    fill(store, recordings, HE)
    with store.writing() as connection:
        connection.execute(update(Lead).values(state="waiting", code=None))
    forgotten(store, recordings)
    with store.reading() as connection:
        lead = connection.execute(select(Lead.state, Lead.code, Lead.number, Lead.key)).one()
        assert lead[:3] == ("refused", "NO_CONSENT", "")
        assert lead.key.startswith("forgotten-")
        assert set(connection.scalars(select(FollowUp.status))) == {"failed"}
        waiting = select(func.count()).where(WebhookDelivery.delivered_at.is_(None), ~WebhookDelivery.given_up)
        assert connection.scalar(waiting.where(WebhookDelivery.event == "attempt.ended")) == 0


def test_while_the_person_is_called_nothing_is_deleted(store, recordings):
    fill(store, recordings, HE)
    with store.writing() as connection:
        connection.execute(update(Attempt).values(code=None))
    before = dump(store)
    with pytest.raises(UsageError, match=r"139\*\*\*\*0001 is being called; try again"):
        forgotten(store, recordings)
    assert dump(store) == before
    assert len([*recordings.iterdir()]) == 2


def test_the_audit_says_that_it_was_done_and_not_to_whom(store, recordings):
    fill(store, recordings, HE)
    forgotten(store, recordings)
    (line,) = audit_of(store, "person:139****0001", 5)
    assert (line.who, line.action, line.why) == ("li", "person.forget", "asked by letter")
    assert line.after["turn"] == 1
    assert audit_of(store, "lead:139****0001", 5)[0].why == "asked about 139****0001"


def test_it_may_be_said_twice(store, recordings):
    fill(store, recordings, HE)
    forgotten(store, recordings)
    before = [line for line in json.loads(dump(store)).items() if line[0] != "audit"]
    forgotten(store, recordings)
    assert [line for line in json.loads(dump(store)).items() if line[0] != "audit"] == before


def test_records_that_wait_on_disk_lose_the_persons_lines(store, tmp_path):
    mine = AttemptStarted(attempt_id(HE), None, 77, number_of(HE), "demo", NOW)
    other = AttemptStarted(attempt_id(OTHER), None, 77, number_of(OTHER), "demo", NOW)
    directory = tmp_path / "waiting"
    first = spill.save(directory, [mine, EventRecord(attempt_id(HE), 0, {"text": "可以啊"}), other])
    second = spill.save(directory, [mine], f"refused for {number_of(HE)}")
    assert spill.drop(directory, [number_of(HE), attempt_id(HE)]) == 4
    assert spill.load(first) == [other]
    assert not second.exists()
    assert spill.drop(directory, [number_of(HE), attempt_id(HE)]) == 0


def test_the_bytes_are_gone_from_the_files_of_sqlite(store, recordings):
    if store.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps its files to itself")
    fill(store, recordings, HE)
    with store.writing() as connection:
        for table in (Complaint, Consent, Exclusion):
            connection.execute(table.__table__.delete())
    database = Path(store.engine.url.database)
    files = [database, database.with_name(f"{database.name}-wal")]
    hidden = [number_of(HE).encode(), number_of(HE)[3:].encode(), "可以啊".encode(), "点开就能加".encode()]

    def found() -> set[bytes]:
        content = b"".join(path.read_bytes() for path in files if path.exists())
        return {secret for secret in hidden if secret in content}

    assert found() == set(hidden)
    gone = forgotten(store, recordings)
    assert wipe(store, gone.rows)
    assert found() == set()


def test_wiping_also_runs_on_postgresql(store, recordings):
    fill(store, recordings, HE)
    assert wipe(store, forgotten(store, recordings).rows)
