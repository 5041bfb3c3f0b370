"""The demo with two arms, as a process: `python -m tests.whole_calls.run_arms OTHER.yaml` prints one line of JSON."""

import json
import sys
from pathlib import Path
from typing import Any

from tests.whole_calls.run import Silent
from voicebot import settings
from voicebot.app import demo
from voicebot.app.scripts import register, script_path
from voicebot.campaign.importing import ImportReport
from voicebot.store.arms import NewArm, set_arms
from voicebot.store.store import Store

CALLS = 10
plain_campaign = demo.begin


def with_arms(store: Store, *rest: Any) -> ImportReport:
    """The campaign as ever, with the shipped script and another one side by side."""
    loaded = plain_campaign(store, *rest)
    shipped = register(store, script_path(settings.load(), "wecom_invite"))
    other = register(store, Path(sys.argv[1]))
    set_arms(store, loaded.campaign, [NewArm("old", 1, shipped.version_id), NewArm("new", 1, other.version_id)])
    return loaded


if __name__ == "__main__":
    demo.begin = with_arms
    run = demo.run_demo(settings.load(serve_port=0), demo.DemoRequest(calls=CALLS, concurrency=CALLS, seed=3), Silent())
    print(json.dumps(run.as_json(), ensure_ascii=False))
