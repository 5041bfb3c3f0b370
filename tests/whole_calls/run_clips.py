"""The demo over clips in place of people, as a process that prints one line of JSON:
`python -m tests.whole_calls.run_clips HEARD_DIR CLIPS_DIR [HOST:PORT]`.

Mailboxes get a message after the beep. With HOST:PORT the calls go through that FreeSWITCH.
"""

import json
import sys
from pathlib import Path
from typing import Any

from tests.whole_calls.clips import SPOKEN
from tests.whole_calls.run import Silent
from voicebot import settings
from voicebot.app import demo
from voicebot.campaign.importing import ImportReport
from voicebot.store import campaigns
from voicebot.store.store import Store

MESSAGE = "您好，我们稍后再联系您，再见。"
plain_campaign = demo.begin


def with_message(store: Store, *rest: Any) -> ImportReport:
    """The campaign as ever, but for what follows a mailbox."""
    loaded = plain_campaign(store, *rest)
    plan = json.loads(campaigns.plan_text(store, loaded.campaign))
    plan["answered_by"] = {"voicemail": {"message": MESSAGE, "again": True}}
    campaigns.change_plan(store, loaded.campaign, json.dumps(plan), "the test's plan")
    return loaded


def main(heard_dir: str, clips: str, switch: str = "") -> None:
    demo.begin = with_message
    host, _, port = switch.partition(":")
    request = demo.DemoRequest(
        calls=len(SPOKEN),
        concurrency=3,
        clips=Path(clips),
        switch=(host, int(port)) if switch else None,
        heard_dir=None if switch else Path(heard_dir).resolve(),
    )
    run = demo.run_demo(settings.load() if switch else settings.load(serve_port=0), request, Silent())
    print(json.dumps(run.as_json(), ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
