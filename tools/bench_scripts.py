"""What the script designer's bench costs: check and one step of a 300-node script, ten thousand text test turns.

The big script is made here; the turns are the shipped conversation tests, held again and again. All is CPU time of one
thread, so that other work on the machine counts little.
"""

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import process_time, process_time_ns

import click
from rich.console import Console
from rich.table import Table

from voicebot import settings as settings_list
from voicebot.app.classifier import installed_classifier
from voicebot.app.conversations import run_conversations
from voicebot.dialog import engine, events
from voicebot.dialog.check import check
from voicebot.dialog.conversation_run import play
from voicebot.dialog.loader import load_script, load_text
from voicebot.dialog.rehearsal import Rehearsal
from voicebot.dialog.script import Script
from voicebot.understanding.match import match
from voicebot.understanding.nlu_yaml import load_training, training_files
from voicebot.understanding.types import Classifier

NODES = 300
TURNS = 10_000
STEPS = 5_000
REPEATS = 5
HEAD = """script: big
start: n0
needs: {surname: {default: 张}}
defaults:
  no_input: [{say: 您好，能听到吗？, ask: true}, {go: bye}]
  no_match: [{say: 没听清。, ask: true}, {go: bye}]
nodes:
"""
NODE = """  n%(here)d:
    role: question
    say: "{surname}先生，第%(here)d个问题，您觉得可以吗？"
    ask: 您觉得可以吗？
    answers:
      - {id: yes, intent: [affirm, interested], keywords: [可以第%(here)d, 没问题], digits: "1", go: n%(next)d}
      - {id: no, intent: [deny, not_interested], keywords: [不行第%(here)d, 算了], digits: "2", go: n%(over)d}
      - {id: later, intent: busy, keywords: [没空], tag: CALLBACK, go: bye}
"""
PLAIN = 'digits: "1", go: n%(next)d}'
CHOOSING = """digits: "1", set: {sum: = score * %(here)d + 1, more: = sum / 3},
          choose: [{if: sum > %(here)d + 1 and visits('n%(here)d') < 3, go: n%(over)d}, {go: n%(next)d}]}"""
"""What takes the place of PLAIN for the dearest kind of answer."""
TAIL = """  bye:
    say: 好的，再见！
    then: {hang_up: ROBOT_END}
anywhere:
  - {id: stop, intent: stop_calling, keywords: [别打了], tag: STOP_REQUEST, go: bye}
  - {id: who, intent: who_is_it, keywords: [你是谁], say: 我是智能助理。, return: ask}
grading:
  - {grade: D, name: stop, when: {tag: STOP_REQUEST}}
  - {grade: E, name: other}
"""


def big_script(node: str = NODE) -> str:
    """A script of NODES nodes."""
    nodes = (node % {"here": n, "next": (n + 1) % (NODES - 1), "over": (n + 7) % (NODES - 1)} for n in range(NODES - 1))
    return HEAD + "".join(nodes) + TAIL


def step_us(script: Script, classifier: Classifier) -> float:
    """The median of one step over an answer, in microseconds."""
    talk = Rehearsal(script, {}, classifier)
    talk.pick_up()
    talk.finish()
    heard = match("没问题", engine.expectation(script, talk.state), classifier)
    event = events.Heard(talk.now + 900, "没问题", heard, talk.now + 100, talk.now + 500)
    spans = []
    for _ in range(STEPS):
        began_ns = process_time_ns()
        engine.step(script, talk.state, event)
        spans.append((process_time_ns() - began_ns) / 1e3)
    return median(spans)


def median(spans: list[float]) -> float:
    """The middle one."""
    return sorted(spans)[len(spans) // 2]


def command_s(path: Path) -> float:
    """CPU seconds of the whole command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "voicebot", "script", "check", str(path)], check=False, stdout=subprocess.DEVNULL
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measured() -> dict[str, float]:
    """Every figure by name: seconds, and microseconds where the name says so."""
    settings = settings_list.load()
    classifier, training = installed_classifier(settings), load_training(training_files(settings.intents_dir))
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "big.yaml"
        path.write_text(big_script(), encoding="utf-8")
        loads, checks = [], []
        for _ in range(REPEATS):
            began = process_time()
            script = load_script(path)
            loaded = process_time()
            check(script, training)
            loads.append(loaded - began)
            checks.append(process_time() - loaded)
        commands = [command_s(path) for _ in range(REPEATS)]
    figures[f"load of {NODES} nodes, s"] = median(loads)
    figures[f"check of {NODES} nodes, s"] = median(checks)
    figures["load and check, s"] = median([a + b for a, b in zip(loads, checks, strict=True)])
    figures["`voicebot script check` of it, a whole process with intents and imports, s"] = median(commands)

    figures[f"step on {NODES} nodes, an answer, median µs"] = step_us(script, classifier)
    branching = load_text(big_script(NODE.replace(PLAIN, CHOOSING)), "choosing.yaml")
    figures["the same with set, two sums and a choice, median µs"] = step_us(branching, classifier)

    run = run_conversations(settings, (), classifier)
    turns, began = 0, process_time()
    while turns < TURNS:
        for one in run.scripts:
            for outcome in one.outcomes:
                state = play(one.script, outcome.conversation, classifier).state
                turns += len(state.turns) if state else 0
    figures[f"{TURNS} text test turns, s"] = (process_time() - began) * TURNS / turns
    return figures


@click.command()
@click.option("--json", "as_json", is_flag=True)
def main(as_json: bool) -> None:
    """Print the figures."""
    figures = measured()
    if as_json:
        click.echo(json.dumps({name: round(value, 4) for name, value in figures.items()}, ensure_ascii=False))
        return
    table = Table("what", "measured")
    for name, value in figures.items():
        table.add_row(name, f"{value:.3f}")
    Console().print(table)


if __name__ == "__main__":
    main()
