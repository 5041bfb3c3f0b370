"""The demo with chosen personas as a process: `python -m tests.whole_calls.run HEARD_DIR` prints one line of JSON.

The simulated switch has everybody of the population ready; only those who are worth a test are called.
"""

import json
import sys
from pathlib import Path

from voicebot import settings
from voicebot.app import demo
from voicebot.sim.personas import SimLead, population

SEED = 7
POPULATION = 24
PERSONAS = (
    "agrees",
    "busy",
    "dead_number",
    "leaves_at_once",
    "no_answer",
    "presses_keys",
    "stop_calling",
    "talks_over",
    "wants_human",
)


class Silent:
    """Shows nothing."""

    def stage(self, title: str, total: int) -> None: ...

    def step(self, done: int) -> None: ...

    def share(self, done: int, of: int) -> None: ...

    def live(self, placed: int, of: int, ringing_or_talking: int) -> None: ...


def chosen(seed: int, count: int) -> tuple[SimLead, ...]:
    """One person of each persona."""
    firsts = {lead.persona: lead for lead in reversed(population(seed, count))}
    return tuple(firsts[persona] for persona in PERSONAS)


if __name__ == "__main__":
    demo.population = chosen
    request = demo.DemoRequest(
        calls=POPULATION, concurrency=len(PERSONAS), seed=SEED, heard_dir=Path(sys.argv[1]).resolve()
    )
    run = demo.run_demo(settings.load(serve_port=0), request, Silent())
    print(json.dumps(run.as_json(), ensure_ascii=False))
