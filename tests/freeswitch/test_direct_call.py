"""`voicebot agent call` on a real FreeSWITCH, as the agent hears it on his telephone."""

import json
import sys
from datetime import UTC, datetime

import numpy as np
from gevent import subprocess

from tests.answering.audio import Signal, tone
from tests.freeswitch.bench import DEADLINE_S, REAL, Bench
from tests.freeswitch.callees import Manner
from voicebot.campaign.policy.agent_states import AgentState
from voicebot.media import pcm
from voicebot.media.frames import RATE
from voicebot.store import agents

pytestmark = REAL

AGENT = "agent4"
RING_HZ, CUSTOMER_HZ = 450, 1000
RING_S, TALK_S = 6, 3
WINDOW = RATE // 10


def test_the_agent_hears_ring_back_until_the_customer_answers_and_then_the_customer(bench: Bench) -> None:
    customer = Manner(RING_S, TALK_S, says=pcm.to_int16(tone(CUSTOMER_HZ, TALK_S * 1000)).tobytes())
    agent = Manner(talk_s=RING_S + TALK_S + 20)
    bench.callees.manner = lambda number: agent if number == AGENT else customer
    at = datetime.now(UTC)
    agents.add(bench.store, "chen", {"dial": f"sofia/gateway/demo/{AGENT}"}, at)
    agents.set_state(bench.store, "chen", AgentState.IDLE, at)
    name, (number,) = bench.campaign(1)
    came = agent_call(bench, "chen", name, number)
    assert (came["code"], came["outcome"]) == ("TRANSFERRED", "answered")
    assert [one for one, _ in bench.callees.invites] == [AGENT, number]
    heard = [strongest(part) for part in windows(bytes(bench.callees.heard[AGENT]))]
    answered = heard.index(CUSTOMER_HZ)
    before, after = heard[:answered], heard[answered:]
    assert before.count(RING_HZ) >= 10, "a second of ring-back, and what there is of the next"
    assert set(before) <= {RING_HZ, 0, None}, "and nothing else"
    assert 0 in before[before.index(RING_HZ) :], "in its rhythm"
    assert after.count(CUSTOMER_HZ) >= 10
    assert RING_HZ not in after, "it ends with the answer"


def agent_call(bench: Bench, agent: str, campaign: str, lead: str) -> dict[str, object]:
    """What `voicebot agent call` tells."""
    command = ["agent", "call", agent, "--campaign", campaign, "--lead", lead, "--json"]
    ran = subprocess.run(
        [sys.executable, "-m", "voicebot", *command],
        env=bench.environment,
        stdout=subprocess.PIPE,
        timeout=DEADLINE_S,
        check=False,
    )
    assert ran.returncode == 0, ran
    told: dict[str, object] = json.loads(ran.stdout)
    return told


def windows(heard: bytes) -> list[Signal]:
    """Tenths of a second."""
    samples = np.frombuffer(heard, "<i2").astype(float)
    return list(samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW))


def strongest(part: Signal) -> int | None:
    """The frequency of a pure tone, to 10 Hz; 0 of silence; None of what is neither: a tone's beginning or end."""
    if np.sqrt((part**2).mean()) < 50:
        return 0
    power = np.abs(np.fft.rfft(part * np.hanning(WINDOW))) ** 2
    place = int(power.argmax())
    pure = power[max(0, place - 2) : place + 3].sum() > 0.9 * power.sum()
    return 10 * place if pure else None
