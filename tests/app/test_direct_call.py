"""An agent's own call before anybody is dialled; the call itself is tests/whole_calls/test_direct_call.py's."""

from datetime import UTC, datetime, timedelta

import gevent
import pytest
from sqlalchemy import select

from tests.campaign.dialling import DEADLINE_S, answers, running, wait_until
from tests.campaign.switch import FakeControl
from voicebot.app import direct_call
from voicebot.app.demo_campaign import ALWAYS
from voicebot.app.direct_call import DirectDialler
from voicebot.campaign.policy.agent_states import AgentState
from voicebot.esl.control import Job
from voicebot.esl.originate import OriginateAgent
from voicebot.settings import Settings
from voicebot.store import agents
from voicebot.store.store import Store
from voicebot.store.tables import Lead
from voicebot.store.writer import Writer

ALL_DAY = "holidays: none\nwindow: {ranges: [0:00-24:00], days: [workday, weekend, holiday], breaks: []}\n"


class Ringing(FakeControl):
    """An agent's telephone rings until the test says otherwise."""

    def __init__(self) -> None:
        super().__init__(answers)
        self.rung: Job | None = None

    def originate_agent(self, leg: OriginateAgent) -> Job:
        self.rung = Job(leg.leg_id)
        return self.rung


def test_the_lead_stays_ours_while_the_agent_is_rung(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct_call, "ROUND_S", 0.01)
    running(store, 1, more=ALL_DAY)
    since = datetime.now(UTC) - timedelta(minutes=1)
    agents.add(store, "chen", {"dial": "sofia/gateway/demo/agent1"}, since)
    agents.set_state(store, "chen", AgentState.IDLE, since)
    control, writer = Ringing(), Writer(store)
    dialler = DirectDialler(Settings(), store, control, writer, outer=ALWAYS)  # type: ignore[arg-type]
    dialler.start()
    call = gevent.spawn(dialler.call, "chen", "spring", "0")
    wait_until(lambda: control.rung is not None)
    claimed = lease(store)
    assert claimed is not None
    wait_until(lambda: (lease(store) or claimed) > claimed)
    assert control.rung is not None
    control.rung.settle("-ERR NO_ANSWER")
    assert call.get(timeout=DEADLINE_S).outcome == "no_answer"
    dialler.close()
    gevent.get_hub().threadpool.apply(writer.close)


def lease(store: Store) -> datetime | None:
    with store.reading() as connection:
        return connection.scalar(select(Lead.lease_until))
