"""A real FreeSWITCH with freeswitch_conf/, and `voicebot serve` and `voicebot dial` on one PostgreSQL and one Redis."""

import os
import signal
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import gevent
import pytest
from gevent import subprocess
from sqlalchemy import select

from tests.freeswitch.callees import Callees
from voicebot.campaign.policy.states import CampaignState, LeadState
from voicebot.esl.control import Control
from voicebot.esl.off_hub import in_thread
from voicebot.store import campaigns
from voicebot.store.lead_import import LeadRow, add_rows
from voicebot.store.store import Store
from voicebot.store.tables import Attempt, Call, Lead

REAL = [
    pytest.mark.freeswitch,
    pytest.mark.skipif("VOICEBOT_TEST_FREESWITCH" not in os.environ, reason="no FreeSWITCH is named"),
]
"""The marks of every module here."""
DEADLINE_S = 120.0
START_S = 240.0
"""For a process to be ready: it loads its model, on a machine that may have other work."""
LEASE_S = 300.0
"""For what comes only after a dead dialer's lease, 2 minutes, and the pause before the next attempt, a minute."""
RING_TIMEOUT_S = 8
PLAN = """\
campaign: {name}
script: wecom_invite
holidays: none
window: {{ranges: ["0:00-24:00"], days: [workday, weekend], breaks: []}}
caps: [{{calls: 100, days: 1}}]
retry: {{max_attempts: 1, ours_delay: {ours_delay}}}
lines: {{concurrency: {concurrency}, calls_per_second: {per_second}}}
"""


@dataclass
class Bench:
    """`environment`: of every process; `switch`: a connection of the test's own."""

    store: Store
    callees: Callees
    switch: Control
    environment: dict[str, str]
    directory: Path
    _numbers: int = field(default=0)

    def campaign(
        self, leads: int, *, concurrency: int = 5, per_second: float = 20, ours_delay: str = "1m", more: str = ""
    ) -> tuple[str, list[str]]:
        """One that runs, its plan with `more` YAML, and the numbers of its leads as their callees know them."""
        name = f"c{uuid.uuid4().hex[:8]}"
        begin = self._numbers
        self._numbers += leads
        numbers = [f"86199{n:08}" for n in range(begin, begin + leads)]
        lines = {"concurrency": concurrency, "per_second": per_second}
        plan = PLAN.format(name=name, ours_delay=ours_delay, **lines) + more
        variables = {"surname": "王", "title": "先生", "channel": "天猫", "shop": "好物优选", "benefit": "一张优惠券"}
        rows = [LeadRow(n, f"+{n}", variables, "", "", False, 0.0, "", "", "", 2) for n in numbers]
        campaigns.create(self.store, plan, "plan.yaml")
        with self.store.writing() as connection:
            add_rows(connection, name, None, rows)
        for state in (CampaignState.CHECKING, CampaignState.READY, CampaignState.RUNNING):
            campaigns.step_to(self.store, name, state)
        return name, numbers

    def leads(self, campaign: str) -> list[tuple[str, str | None, int]]:
        """State, code and tries of each, in order."""
        asked = select(Lead.state, Lead.code, Lead.tries).where(Lead.campaign_id == campaign).order_by(Lead.id)
        with self.store.reading() as connection:
            return [(state, code, tries) for state, code, tries in connection.execute(asked)]

    def attempts(self, campaign: str) -> list[tuple[str | None, str | None, str | None]]:
        """Number, gateway and code of each."""
        asked = select(Attempt.number, Attempt.gateway, Attempt.code).where(Attempt.campaign_id == campaign)
        with self.store.reading() as connection:
            return [(number, gateway, code) for number, gateway, code in connection.execute(asked)]

    def tags(self, campaign: str) -> list[tuple[str | None, tuple[str, ...]]]:
        """What answered each talk, and its tags."""
        asked = select(Call.answered_by, Call.tags).join(Attempt, Attempt.id == Call.attempt_id)
        with self.store.reading() as connection:
            rows = connection.execute(asked.where(Attempt.campaign_id == campaign))
            return [(kind, tuple(tags)) for kind, tags in rows]

    def owners(self, campaign: str) -> set[str]:
        """Who holds leases now."""
        asked = select(Lead.lease_owner).where(Lead.campaign_id == campaign, Lead.lease_owner.is_not(None))
        with self.store.reading() as connection:
            return {str(owner) for owner in connection.scalars(asked)}

    def given_back(self, campaign: str) -> set[str]:
        """Why leads that wait were not dialled when they were claimed."""
        asked = select(Lead.why).where(Lead.campaign_id == campaign, Lead.state == LeadState.WAITING, Lead.why != "")
        with self.store.reading() as connection:
            return set(connection.scalars(asked))

    def state(self, campaign: str) -> CampaignState:
        return campaigns.find(self.store, campaign).state

    def is_over(self, campaign: str) -> bool:
        return self.state(campaign) is CampaignState.DONE

    @contextmanager
    def dialer(self, campaign: str, **more: str) -> Iterator["Program"]:
        """`voicebot dial` for this campaign; ended as by Ctrl-C, twice if it must be."""
        program = Program("dial", [campaign], self.environment | more, self.directory, "dialling on")
        try:
            yield program
        finally:
            program.end()


class Program:
    """`voicebot COMMAND ...`, ready."""

    def __init__(
        self, command: str, arguments: list[str], environment: dict[str, str], directory: Path, ready: str
    ) -> None:
        self.log = directory / f"{command}-{uuid.uuid4().hex[:6]}.log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "voicebot", command, *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        until(lambda: self.said(ready) or self._process.poll() is not None, START_S)
        assert self._process.poll() is None, self.log.read_text()

    def said(self, words: str) -> bool:
        return words in self.log.read_text()

    def kill(self) -> None:
        """SIGKILL: nothing is tidied."""
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        for wait_s in (30.0, 20.0):
            if self._process.poll() is None:
                self._process.send_signal(signal.SIGTERM)
                with gevent.Timeout(wait_s, False):  # type: ignore[arg-type]  # False: end the block quietly
                    self._process.wait()
        if self._process.poll() is None:
            self.kill()


def until(happens: Callable[[], bool], deadline_s: float = DEADLINE_S) -> float:
    """Wait until it does, the database asked on a thread; when it did. Fails after the deadline."""
    with gevent.Timeout(deadline_s):
        while not in_thread(happens):
            gevent.sleep(0.02)
    return time.monotonic()


def environment(database: str, redis: str, directory: Path) -> dict[str, str]:
    """Of all processes: calls at any hour, by the switch that the test is told of."""
    host, port, password = (os.environ["VOICEBOT_TEST_FREESWITCH"] + ":ClueCon").split(":")[:3]
    own = {
        "DATA_DIR": str(directory),
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "SWITCH_HOST": host,
        "SWITCH_PORT": port,
        "SWITCH_PASSWORD": password,
        "OUTER_HOURS": "0:00-24:00",
        "RING_TIMEOUT_S": str(RING_TIMEOUT_S),
        "MAX_CALL_S": "60",
        "CALLS_PER_SECOND": "20",
        "RECORD_CALLS": "no",
        "AVMD": "yes",
    }
    return dict(os.environ) | {f"VOICEBOT_{name}": value for name, value in own.items()}
