"""Campaigns whose pace goes by the agents of the store: how many they call, and how the cap holds them back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.campaign.dialling import NOW, Clock, Dialer, answers, end_call, running, wait_until
from tests.campaign.switch import FakeControl
from tests.store.agents_of import at_work, waiting
from tests.store.samples import call, ended, prepare, started
from voicebot.campaign.agent_floor import FIGURES_FOR, StoreFloor
from voicebot.campaign.floor import Floor
from voicebot.campaign.in_hand import Hands
from voicebot.campaign.policy.agent_states import AgentState
from voicebot.campaign.policy.pacing import Measured
from voicebot.campaign.policy.plan_reader import read_plan
from voicebot.store import agents
from voicebot.store.agent_desk import Round, serve
from voicebot.store.records import HandoffRecord
from voicebot.store.rows import write
from voicebot.store.store import Store

PLAN = read_plan("campaign: spring\nscript: any\n", "plan.yaml")
HOUR = timedelta(hours=1)


def sales(_: object) -> frozenset[str]:
    return frozenset({"sales"})


def past_calls(store: Store, count: int, outcomes: list[str], campaign: str = "spring") -> None:
    """So many talks an hour ago; in the first of them the customer asked, with these outcomes."""
    _, script = prepare(store)
    records = []
    for number in range(count):
        tries = (HandoffRecord(0, "sales", 30_000, outcomes[number], 4_000),) if number < len(outcomes) else ()
        begin = replace(started(number), campaign_id=campaign, started_at=NOW - HOUR, lead_id=None)
        end = replace(ended(number), rang_at=NOW - HOUR, answered_at=NOW - HOUR, ended_at=NOW - HOUR)
        records += [begin, replace(call(number, script), handoffs=tries), end]
    with store.writing() as connection:
        write(connection, records)


def dialled(store: Store, *names: str) -> list[int]:
    """How many calls a dialer begins in one round, by campaign; nobody is really dialled."""
    dialer = Dialer(store, FakeControl(answers), Clock(), floor=StoreFloor(store, sales, Clock()))
    due = dialer.rounds.run(Hands({}), 0.0).due
    dialer.writer.close()
    return [sum(one.plan.name == name for one in due) for name in names]


@pytest.mark.parametrize(
    ("mode", "outcomes", "idle", "calls"),
    [
        ("progressive", ["answered"] * 40, 5, 5),
        ("predictive", ["answered"] * 40, 5, 12),
        ("predictive", [], 5, 5),  # nothing is known of this campaign
        ("predictive", ["answered"] * 40 + ["customer_left"] * 2, 5, 5),  # 4.8 % lost
        ("predictive", ["answered"] * 40 + ["no_answer"] * 2, 5, 5),
        ("predictive", ["answered"] * 40 + ["customer_left"] * 2, 0, 0),
        ("progressive", ["answered"] * 40, 0, 0),
        ("fixed", [], 0, 50),
    ],
)
def test_how_many_are_called(store: Store, mode: str, outcomes: list[str], idle: int, calls: int) -> None:
    running(store, 100, mode=mode, concurrency=50)
    at_work(store, *(f"a{number}" for number in range(idle)), team="sales")
    past_calls(store, 200, outcomes)
    assert dialled(store, "spring") == [calls]


def test_no_agents_at_all_nobody_is_called(store: Store) -> None:
    running(store, 5, mode="predictive")
    assert dialled(store, "spring") == [0]


def test_customers_who_wait_come_first(store: Store) -> None:
    running(store, 9, mode="progressive")
    at_work(store, "chen", team="sales")
    agents.set_state(store, "chen", AgentState.PAUSE, NOW)
    serve(store, "server@switch", Round(asks=[waiting(store)]), NOW)
    agents.set_state(store, "chen", AgentState.IDLE, NOW)
    assert dialled(store, "spring") == [0]


def test_two_campaigns_of_the_same_agents_together_call_one_for_each(store: Store) -> None:
    running(store, 9, name="autumn", mode="progressive", prefix="+86139")
    running(store, 9, name="spring", mode="progressive")
    at_work(store, "chen", "li", "wu", team="sales")
    assert sum(dialled(store, "autumn", "spring")) == 3


def test_the_first_of_two_is_another_one_each_round(store: Store) -> None:
    running(store, 9, name="autumn", mode="progressive", prefix="+86139")
    running(store, 9, name="spring", mode="progressive")
    floor = Floor(pool=frozenset({"chen"}), idle=1)
    dialer = Dialer(store, FakeControl(answers), Clock(), floor=lambda plan: floor)
    held: dict[str, str] = {}
    for _ in range(2):  # the call of the first round is held, so the second round's must wait
        held |= {one.claimed.attempt_id: one.plan.name for one in dialer.rounds.run(Hands(held), 0.0).due}
    assert len(held) == 1
    dialer.writer.close()


def test_customers_who_talk_with_an_agent_are_none_of_the_robots(store: Store) -> None:
    running(store, 9, mode="progressive", concurrency=9)
    control = FakeControl(answers)
    floors = [Floor(pool=frozenset({"chen"}), idle=1)]
    dialer = Dialer(store, control, Clock(), floor=lambda plan: floors[-1])
    run = dialer.spawn()
    wait_until(lambda: len(control.dialled) == 1)
    floors.append(Floor(pool=frozenset({"chen", "li"}), idle=1, busy=1, passed_on=1))
    wait_until(lambda: len(control.dialled) == 2)
    dialer.runner.drain()
    for attempt_id in control.dialled:
        end_call(dialer, control, attempt_id)
    assert run.get(timeout=60) is None


def test_figures_hold_for_a_while_and_agents_do_not(store: Store) -> None:
    store.add_campaign("spring", "春", simulated=False)
    clock = Clock()
    floor = StoreFloor(store, sales, clock)
    assert floor(PLAN).measured == Measured(1.0, 1.0)
    past_calls(store, 5, ["answered"] * 5)
    at_work(store, "chen", team="sales")
    assert floor(PLAN).measured == Measured(1.0, 1.0)
    assert (floor(PLAN).idle, floor(PLAN).pool) == (1, {"chen"})
    clock.at += FIGURES_FOR
    assert floor(PLAN).measured.asked == 5


def test_a_campaign_whose_scripts_hand_nobody_off_has_no_floor(store: Store) -> None:
    at_work(store, "chen")
    assert StoreFloor(store, lambda plan: frozenset(), Clock())(PLAN) == Floor()
