"""An agent calls leads himself on the simulated switch: rung first, the customer dialled under every check, bridged."""

import json
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import gevent
import numpy as np
import pytest
from sqlalchemy import select

from voicebot.app.call_server import connected
from voicebot.app.child import Child
from voicebot.app.demo_campaign import ALWAYS
from voicebot.app.direct_call import NOT_REACHED, DirectCall, DirectDialler
from voicebot.campaign.policy.agent_states import AgentState
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.states import CampaignState
from voicebot.campaign.policy.windows import DAYS
from voicebot.errors import UsageError
from voicebot.settings import Settings
from voicebot.sim.agent import AGENTS
from voicebot.sim.personas import population
from voicebot.store import agents, campaigns, stop_list
from voicebot.store.asked import customers_who_asked
from voicebot.store.stop_list import Entry
from voicebot.store.store import NewLead, Store, open_store
from voicebot.store.tables import Attempt, Handoff, Lead
from voicebot.store.writer import Writer

pytestmark = pytest.mark.audio

SEED, POPULATION = 7, 24
SETTINGS = Settings(gateway="demo", ring_timeout_s=4, handoff_talk_s=60, agent_ring_s=3)
PLAN = {
    "campaign": "spring",
    "script": "any",
    "holidays": "none",
    "window": {"ranges": ["0:00-24:00"], "days": sorted(DAYS), "breaks": []},
    "caps": [{"calls": 100, "days": 1}],
    "retry": {"max_attempts": 1},
}
CHEN, BUSY = "chen", "bai"
PEOPLE = {lead.persona: lead for lead in population(SEED, POPULATION)}


@dataclass
class Floor:
    """A switch with its people, a campaign that runs, two agents at work."""

    store: Store
    dialler: DirectDialler

    def call(self, persona: str, agent: str = CHEN) -> DirectCall:
        return self.dialler.call(agent, "spring", persona)

    def lead(self, persona: str) -> tuple[str, str | None]:
        with self.store.reading() as connection:
            row = connection.execute(select(Lead.state, Lead.code).where(Lead.key == persona)).one()
        return row.state, row.code

    def states(self, agent: str) -> list[str]:
        """Since it came to work."""
        return [str(spell.state) for spell in reversed(agents.spells(self.store, agent, 99))][1:]


@pytest.fixture(scope="module")
def heard_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What each telephone heard."""
    return tmp_path_factory.mktemp("heard")


@pytest.fixture(scope="module")
def switch(tmp_path_factory: pytest.TempPathFactory, heard_dir: Path) -> Iterator[int]:
    sounds = str(tmp_path_factory.mktemp("sounds"))
    arguments = ["--calls", str(POPULATION), "--script", "wecom_invite", "--population-seed", str(SEED)]
    arguments += ["--sounds-dir", sounds, "--heard-dir", str(heard_dir), "--password", "ClueCon"]
    with Child("voicebot.sim.switch", arguments) as child:
        yield int(child.ready["esl_port"])


@pytest.fixture
def floor(switch: int, tmp_path: Path) -> Iterator[Floor]:
    store = open_store(f"sqlite:///{tmp_path / 'voicebot.db'}", tmp_path)
    campaigns.create(store, json.dumps(PLAN), "plan.yaml", simulated=True)
    store.add_leads("spring", [NewLead(persona, lead.number) for persona, lead in PEOPLE.items()])
    for state in (CampaignState.CHECKING, CampaignState.READY, CampaignState.RUNNING):
        campaigns.step_to(store, "spring", state)
    since = datetime.now(UTC) - timedelta(minutes=1)
    for name, number in ((CHEN, "agent4"), (BUSY, "agent2")):
        agents.add(store, name, {"dial": f"sofia/gateway/demo/{number}"}, since)
        agents.set_state(store, name, AgentState.IDLE, since)
    writer = Writer(store)
    with connected("127.0.0.1", switch, "ClueCon") as control:
        dialler = DirectDialler(SETTINGS, store, control, writer, simulated=True, outer=ALWAYS)
        dialler.start()
        yield Floor(store, dialler)
        dialler.close()
    gevent.get_hub().threadpool.apply(writer.close)
    store.close()


def test_agent_and_customer_talk_and_it_stands_with_the_attempt(floor: Floor) -> None:
    came = floor.call("agrees")
    manner = AGENTS["agent4"]
    assert (came.code, came.outcome) == (Code.TRANSFERRED, "answered")
    assert 0 < came.talked_ms < manner.stays_ms
    assert abs(came.hold_ms - (manner.hold_ms[1] - manner.hold_ms[0])) < 300
    assert floor.lead("agrees") == ("done", "TRANSFERRED")
    assert floor.states(CHEN) == ["idle", "ringing", "talking", "idle"]
    with floor.store.reading() as connection:
        (row,) = connection.execute(select(Handoff.__table__)).all()
        (attempt,) = connection.execute(select(Attempt.__table__)).all()
        assert connection.execute(select(customers_who_asked())).all() == [], "nobody asked, nobody waited"
    assert (row.agent, row.target, row.outcome, row.talked_ms) == (CHEN, "direct", "answered", came.talked_ms)
    assert (attempt.id, attempt.code, attempt.gateway) == (came.attempt_id, "TRANSFERRED", "demo")
    assert attempt.answered_at is not None


def test_the_agent_hears_ring_back_until_the_customer_answers_and_then_the_customer(
    floor: Floor, heard_dir: Path
) -> None:
    before = set(heard_dir.iterdir())
    came = floor.call("agrees")
    (path,) = {one for one in heard_dir.iterdir() if one.stem != came.attempt_id} - before
    with wave.open(str(path)) as file:
        heard = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16).astype(float)
    talked = len(heard) - came.talked_ms * 8
    rings, talk = heard[:talked], heard[talked:]
    first = rings[int(np.argmax(np.abs(rings) > 100)) :][:4000]
    assert pure_hz(first) == pytest.approx(450, abs=2), "half a second of ring-back"
    assert np.abs(talk).max() > 500, "the customer speaks"
    assert not any(share_of_450_hz(talk[begin : begin + 4000]) > 0.9 for begin in range(2000, len(talk) - 4000, 2000))


def pure_hz(samples: np.ndarray) -> float:
    """The frequency of a tone; 0 when it is none."""
    share = share_of_450_hz(samples)
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.argmax(spectrum) * 8000 / len(samples)) if share > 0.9 else 0.0


def share_of_450_hz(samples: np.ndarray) -> float:
    """Of the power, from 440 to 460 Hz."""
    power = np.abs(np.fft.rfft(samples)) ** 2
    hz = np.arange(len(power)) * 8000 / len(samples)
    return float(power[(hz >= 440) & (hz <= 460)].sum() / max(power.sum(), 1.0))


def test_a_customer_who_is_busy_is_an_attempt_with_its_result_and_the_agent_is_free(floor: Floor) -> None:
    came = floor.call("busy")
    assert (came.code, came.outcome, came.talked_ms) == (Code.BUSY, NOT_REACHED, 0)
    assert floor.lead("busy") == ("done", "BUSY")
    assert floor.states(CHEN) == ["idle", "ringing", "idle"]


def test_who_must_not_be_called_is_not_and_the_agent_is_not_rung(floor: Floor) -> None:
    stop_list.add(floor.store, [Entry(PEOPLE["agrees"].number, "*", "stop_request", "person", datetime.now(UTC))])
    came = floor.call("agrees")
    assert (came.code, came.attempt_id) == (None, None)
    assert "STOP_LIST" in came.why
    assert floor.lead("agrees") == ("refused", "STOP_LIST")
    assert floor.states(CHEN) == ["idle"]


def test_an_agent_who_does_not_pick_up_leaves_the_lead_as_it_was(floor: Floor) -> None:
    came = floor.call("agrees", BUSY)
    assert (came.code, came.outcome) == (None, "busy")
    assert floor.lead("agrees") == ("waiting", None)
    assert floor.states(BUSY) == ["idle", "ringing", "pause"]


def test_a_campaign_that_does_not_run_calls_nobody(floor: Floor) -> None:
    campaigns.step_to(floor.store, "spring", CampaignState.PAUSING)
    came = floor.call("agrees")
    assert came.code is None
    assert "spring is pausing" in came.why
    assert floor.states(CHEN) == ["idle"]


@pytest.mark.parametrize(
    ("agent", "campaign", "lead", "fault"),
    [
        ("li", "spring", "agrees", "there is no agent 'li'; there are: bai, chen"),
        (CHEN, "autumn", "agrees", "there is no campaign 'autumn'"),
        (CHEN, "spring", "nobody", "campaign 'spring' has no lead 'nobody'"),
    ],
)
def test_unknown_names_are_told(floor: Floor, agent: str, campaign: str, lead: str, fault: str) -> None:
    with pytest.raises(UsageError, match=fault):
        floor.dialler.call(agent, campaign, lead)


def test_an_agent_who_is_not_idle_is_not_rung_and_the_lead_is_given_back(floor: Floor) -> None:
    agents.set_state(floor.store, CHEN, AgentState.PAUSE, datetime.now(UTC))
    with pytest.raises(UsageError, match="agent 'chen' is pause and cannot become ringing"):
        floor.call("agrees")
    assert floor.lead("agrees") == ("waiting", None)


def test_a_call_that_is_stopped_ends_and_is_written_down(floor: Floor) -> None:
    running = gevent.spawn(floor.call, "no_answer")
    with gevent.Timeout(60):
        while floor.dialler._placer is None or not floor.dialler._placer.live:
            gevent.sleep(0.01)
    floor.dialler.stop()
    assert running.get(timeout=60).code == Code.CANCELLED
    assert floor.states(CHEN) == ["idle", "ringing", "idle"]
