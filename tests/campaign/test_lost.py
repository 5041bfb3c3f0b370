"""Attempts of a process that was killed: closed once nobody can be talking in them, never over a result."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from click.testing import CliRunner
from sqlalchemy import text

from tests.store.samples import attempt_id, ended, prepare, started
from voicebot.campaign.lost import close_lost, longest_attempt_s
from voicebot.cli import db
from voicebot.settings import Settings
from voicebot.store import spill
from voicebot.store.ingest import put
from voicebot.store.records import AttemptStarted
from voicebot.store.store import Store

HOUR_S = 3600


def begun(number: int, lead: int) -> AttemptStarted:
    """An attempt that was claimed two hours ago."""
    return replace(started(number, lead), started_at=datetime.now(UTC) - timedelta(hours=2))


def codes(store: Store) -> dict[str, str | None]:
    with store.reading() as connection:
        return {str(row.id): row.code for row in connection.execute(text("SELECT id, code FROM attempt"))}


def test_what_waits_on_disk_comes_first_and_a_result_stays(store: Store) -> None:
    lead, _ = prepare(store)
    put(store.engine, [begun(1, lead), begun(2, lead), begun(3, lead), ended(3)])
    spill.save(store.spill_dir, [ended(2)])
    assert close_lost(store, HOUR_S) == 1
    assert codes(store) == {attempt_id(1): "NODE_LOST", attempt_id(2): "TRANSFERRED", attempt_id(3): "TRANSFERRED"}
    assert close_lost(store, HOUR_S) == 0


def test_an_attempt_that_may_still_live_is_left_alone(store: Store) -> None:
    lead, _ = prepare(store)
    put(store.engine, [begun(1, lead)])
    assert close_lost(store, 3 * HOUR_S) == 0
    assert codes(store) == {attempt_id(1): None}


def test_no_attempt_can_be_longer_than_ringing_talk_and_agent_together() -> None:
    settings = Settings(ring_timeout_s=30, max_call_s=300, handoff_talk_s=3600)
    assert longest_attempt_s(settings) > 30 + 300 + 3600


def test_the_command_closes_them_too(database: str, store: Store, tmp_path) -> None:
    lead, _ = prepare(store)
    put(store.engine, [begun(1, lead)])
    environ = {"VOICEBOT_DATABASE_URL": database, "VOICEBOT_DATA_DIR": str(tmp_path)}
    ran = CliRunner().invoke(db.command, ["recover", "--lost-after", str(HOUR_S)], env=environ)
    assert ran.exit_code == 0, ran.output
    assert "0 records written, 0 refused, 1 attempt lost" in ran.stdout
    assert codes(store) == {attempt_id(1): "NODE_LOST"}
