"""The demo as a campaign that goes by the agents of the store, as a process that prints one line of JSON:
`python -m tests.whole_calls.run_agents HEARD_DIR`.

Three agents are at work: one whose telephone is busy, one who never picks up, and one who takes calls.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.whole_calls.run import Silent
from voicebot import settings
from voicebot.app import demo
from voicebot.app.scripts import register, script_path
from voicebot.campaign import agents as checked
from voicebot.campaign.importing import ImportReport
from voicebot.campaign.policy.agent_states import AgentState
from voicebot.sim.personas import SimLead, population
from voicebot.store import agents, campaigns
from voicebot.store.arms import NewArm, set_arms
from voicebot.store.store import Store, open_store

SEED, POPULATION = 7, 60
PERSONAS = ("wants_human", "wants_human", "leaves_at_once", "leaves_at_once")
TEAM = "agents"
"""The hand-off target of the shipped script."""
BUSY, ABSENT, TAKES = "bai", "cui", "chen"
NUMBERS = {BUSY: "agent2", ABSENT: "agent3", TAKES: "agent4"}
"""Who they are on the simulated switch; the first is idle longest."""
plain_campaign = demo.begin


def people(seed: int, count: int, *_: object) -> tuple[SimLead, ...]:
    """One of each of PERSONAS."""
    everybody = list(population(seed, count))
    chosen = []
    for persona in PERSONAS:
        chosen.append(next(lead for lead in everybody if lead.persona == persona))
        everybody.remove(chosen[-1])
    return tuple(chosen)


def by_agents(store: Store, *rest: Any) -> ImportReport:
    """The campaign as ever, but progressive."""
    loaded = plain_campaign(store, *rest)
    plan = json.loads(campaigns.plan_text(store, loaded.campaign))
    plan["lines"]["mode"] = "progressive"
    campaigns.change_plan(store, loaded.campaign, json.dumps(plan), "the test's plan")
    shipped = register(store, script_path(settings.load(), "wecom_invite"))
    set_arms(store, loaded.campaign, [NewArm("only", 1, shipped.version_id)])
    return loaded


def main(heard_dir: str) -> None:
    chosen = settings.load(serve_port=0)
    store = open_store(chosen.database, chosen.data_dir)
    since = datetime.now(UTC) - timedelta(minutes=1)
    for position, (name, number) in enumerate(NUMBERS.items()):
        checked.add(store, name, {"dial": f"sofia/gateway/demo/{number}", "team": TEAM}, since)
        agents.set_state(store, name, AgentState.IDLE, since + timedelta(seconds=position))
    store.close()
    demo.population = people
    demo.begin = by_agents
    run = demo.run_demo(chosen, demo.DemoRequest(POPULATION, 10, SEED, heard_dir=Path(heard_dir).resolve()), Silent())
    print(json.dumps(run.as_json(), ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
