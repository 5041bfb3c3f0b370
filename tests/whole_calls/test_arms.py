"""Two versions side by side on the simulated switch: every call talks by its lead's arm, and says so."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.whole_calls.conftest import DEADLINE_S
from tests.whole_calls.run_arms import CALLS
from voicebot.app.replays import replayed_calls
from voicebot.app.scripts import load_version
from voicebot.dialog.replay_report import replay_report
from voicebot.reports.arms import arm_report
from voicebot.settings import REPOSITORY
from voicebot.store.recorded import Wanted
from voicebot.store.store import Store, open_store
from voicebot.store.versions import versions_of

pytestmark = pytest.mark.audio

DIALOGS = REPOSITORY / "dialogs"
OTHER_WORDS = "老朋友加我们的企业微信"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, str]]:
    directory: Path = tmp_path_factory.mktemp("arms")
    scripts = directory / "dialogs"
    shutil.copytree(DIALOGS, scripts)
    other = scripts / "wecom_invite.yaml"
    shipped = other.read_text(encoding="utf-8")
    other.write_text(shipped.replace("老客户加我们的企业微信", OTHER_WORDS), encoding="utf-8")
    environ = os.environ | {"VOICEBOT_DATA_DIR": str(directory), "VOICEBOT_RING_TIMEOUT_S": "8"}
    environ.pop("VOICEBOT_DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "tests.whole_calls.run_arms", str(other)],
        env=environ,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    store = open_store(f"sqlite:///{directory / 'voicebot.db'}", directory, migrate=False)
    yield store, json.loads(done.stdout.splitlines()[-1])["campaign"]
    store.close()


def rows(store: Store, query: str) -> list[tuple[str, ...]]:
    with store.reading() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_every_call_talks_by_the_version_of_its_leads_arm(ran: tuple[Store, str]) -> None:
    store, _ = ran
    joined = rows(
        store,
        "SELECT lead.arm, call.script_version_id, arm.script_version_id, version.digest, event.body FROM call"
        " JOIN attempt ON attempt.id = call.attempt_id JOIN lead ON lead.id = attempt.lead_id"
        " JOIN campaign_arm arm ON arm.campaign_id = lead.campaign_id AND arm.arm = lead.arm"
        " JOIN script_version version ON version.id = call.script_version_id"
        " JOIN call_event event ON event.attempt_id = call.attempt_id AND event.seq = 0",
    )
    assert {row[0] for row in joined} == {"old", "new"}
    assert all(row[1] == row[2] for row in joined)
    assert all(json.loads(row[4])["digest"] == row[3] for row in joined)
    assert rows(store, "SELECT count(*) FROM lead WHERE arm IS NULL") == [(0,)]


def test_the_customers_of_an_arm_hear_its_words(ran: tuple[Store, str]) -> None:
    store, _ = ran
    said = rows(
        store,
        "SELECT DISTINCT lead.arm FROM said JOIN attempt ON attempt.id = said.attempt_id"
        f" JOIN lead ON lead.id = attempt.lead_id WHERE said.text LIKE '%{OTHER_WORDS}%'",
    )
    assert set(said) <= {("new",)}


def test_the_report_has_all_leads(ran: tuple[Store, str]) -> None:
    found = arm_report(ran[0], ran[1])
    assert sum(row.leads for row in found.arms) == sum(row.attempts for row in found.arms) == CALLS
    assert all(row.other_version == 0 for row in found.arms)
    assert found.missing > 0


def test_a_version_over_its_own_real_calls_changes_nothing(ran: tuple[Store, str]) -> None:
    store, _ = ran
    versions = versions_of(store, "wecom_invite")
    assert versions
    for version in versions:
        assert version.calls > 0
        wanted = Wanted("wecom_invite", version_id=version.id)
        report = replay_report(replayed_calls(store, load_version(store, version), wanted, None, 0.5))
        assert (report.calls, report.same, report.changed, report.drifted) == (version.calls, version.calls, 0, 0)
