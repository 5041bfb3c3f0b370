from pathlib import Path

from voicebot.sim.agent import AGENTS, Agent
from voicebot.sim.callees import SILENCE, HangUp, Hold
from voicebot.sim.people import People
from voicebot.sim.personas import population
from voicebot.sim.sounds import Sounds
from voicebot.speech.espeak import EspeakVoice


def test_numbers_lead_to_their_people(bench: People) -> None:
    assert bench.pick_up("demo", "8619900000003").line.status == 486
    assert bench.pick_up("demo", "+8619900000003").line.status == 486
    assert bench.pick_up("internal", "8619900000003@127.0.0.1").line.status == 486


def test_an_unknown_number_does_not_exist(bench: People) -> None:
    assert bench.pick_up("demo", "8613800000000").line.status == 404


def test_each_call_is_a_new_one(bench: People) -> None:
    once, again = (bench.pick_up("demo", "8619900000001") for _ in range(2))
    assert once is not again


def test_all_of_a_population_can_be_called(sounds_dir: Path) -> None:
    leads = population(3, 6)
    told: list[tuple[int, int]] = []
    people = People(leads, "lead_cleaning")
    with EspeakVoice() as espeak:
        people.prepare(Sounds(sounds_dir, espeak), lambda done, of: told.append((done, of)))
    assert told == [(number, 6) for number in range(1, 7)]
    assert all(people.pick_up("demo", lead.number).line.status != 404 for lead in leads if lead.persona == "agrees")


def test_an_agent_stays_its_time_and_leaves_once() -> None:
    manner = AGENTS["agent1"]
    agent = Agent(manner, b"\x05\x00" * 800)
    frames = [agent.on_frame(SILENCE) for _ in range(manner.stays_ms // 20 - 1)]
    assert agent.actions() == ()
    assert b"\x05\x00" * 160 in frames
    agent.on_frame(SILENCE)
    assert agent.actions() == (HangUp(),)
    assert agent.actions() == ()


def test_an_agent_holds_the_call_for_its_time() -> None:
    manner = AGENTS["agent4"]
    agent = Agent(manner, b"")
    did = []
    for _ in range(manner.stays_ms // 20):
        agent.on_frame(SILENCE)
        did += [(action, agent._at_ms) for action in agent.actions()]
    assert did == [(Hold(True), manner.hold_ms[0]), (Hold(False), manner.hold_ms[1]), (HangUp(), manner.stays_ms)]
