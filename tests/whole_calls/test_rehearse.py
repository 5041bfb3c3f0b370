"""`voicebot campaign rehearse --switch`: the chosen personas, by the campaign's script, on the simulated switch."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.whole_calls.conftest import DEADLINE_S
from voicebot.store import campaigns
from voicebot.store.store import open_store
from voicebot.store.tables import Attempt, Lead

pytestmark = pytest.mark.audio


def test_the_personas_that_were_asked_for_are_called_with_audio_and_nothing_is_kept(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'voicebot.db'}", tmp_path)
    campaigns.create(store, "campaign: spring\nscript: wecom_invite\n", "plan.yaml")
    environ = os.environ | {"VOICEBOT_DATA_DIR": str(tmp_path)}
    environ.pop("VOICEBOT_DATABASE_URL", None)
    asked = ("--switch", "--leads", "4", "--personas", "busy=50,leaves_at_once=50", "--json")
    ran = subprocess.run(
        [sys.executable, "-m", "voicebot", "campaign", "rehearse", "spring", *asked],
        env=environ,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    figures = json.loads(ran.stdout.splitlines()[-1])["arms"]["only"]
    assert figures["results"] == {"BUSY": 2, "CUSTOMER_HANGUP": 2}
    assert figures["not_called"] == {}
    with store.reading() as connection:
        assert not [row for table in (Lead, Attempt) for row in connection.execute(table.__table__.select())]
    store.close()
