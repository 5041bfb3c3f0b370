"""The demo with chosen personas as a process, which prints one line of JSON:
`python -m tests.whole_calls.run HEARD_DIR [SCRIPT [PERSONA...]]`.

The simulated switch has everybody of the population ready; only those who are worth a test are called.
"""

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from voicebot import settings
from voicebot.app import demo
from voicebot.call.record import Recorder
from voicebot.esl.off_hub import in_thread
from voicebot.sim.personas import SimLead, population

SEED = 7
POPULATION = 24
PERSONAS = (
    "agrees",
    "assistant",
    "busy",
    "busy_told",
    "dead_number",
    "leaves_at_once",
    "no_answer",
    "presses_keys",
    "stop_calling",
    "talks_over",
    "voicemail",
    "wants_human",
)


class Silent:
    """Shows nothing."""

    def stage(self, title: str, total: int) -> None: ...

    def step(self, done: int) -> None: ...

    def share(self, done: int, of: int) -> None: ...

    def live(self, placed: int, of: int, ringing_or_talking: int) -> None: ...


def watch_stop_list(database: Path) -> list[str]:
    """Attempts are added whose entry was in the stop list, in the database, when their channel was just gone."""
    found: list[str] = []
    write_end = Recorder.finish

    def entries(attempt_id: str) -> int:
        with closing(sqlite3.connect(database)) as connection:
            query = "SELECT count(*) FROM stop_list WHERE attempt_id = ?"
            return int(connection.execute(query, (attempt_id,)).fetchone()[0])

    def finish(recorder: Recorder, *facts: Any) -> None:
        if in_thread(entries, recorder._attempt_id):
            found.append(recorder._attempt_id)
        write_end(recorder, *facts)

    Recorder.finish = finish  # type: ignore[method-assign,assignment]
    return found


def main(heard_dir: str, script: str = "wecom_invite", *personas: str) -> None:
    wanted = personas or PERSONAS

    def chosen(seed: int, count: int) -> tuple[SimLead, ...]:
        """One person of each persona."""
        firsts = {lead.persona: lead for lead in reversed(population(seed, count))}
        return tuple(firsts[persona] for persona in wanted)

    demo.population = chosen
    chosen_settings = settings.load(serve_port=0)
    stopped = watch_stop_list(chosen_settings.data_dir / "voicebot.db")
    request = demo.DemoRequest(POPULATION, len(wanted), SEED, script, heard_dir=Path(heard_dir).resolve())
    run = demo.run_demo(chosen_settings, request, Silent())
    print(json.dumps(run.as_json() | {"stopped_before_the_end": stopped}, ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
