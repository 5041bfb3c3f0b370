"""Recorded talks for tests and benchmarks: simulated customers who do anything, with the events that are kept."""

import random
from collections.abc import Sequence

from voicebot.dialog.events import Event
from voicebot.dialog.rehearsal import Rehearsal
from voicebot.dialog.script import Script
from voicebot.understanding.types import Classifier

WORDS = ("可以", "好的", "没空", "不需要", "你是谁", "别打了", "嗯", "你们怎么有我的号码", "我考虑一下", "加吧", "")


class Recorder(Rehearsal):
    """A rehearsal that keeps its events."""

    def __init__(self, script: Script, variables: dict[str, str], classifier: Classifier | None) -> None:
        super().__init__(script, variables, classifier)
        self.events: list[Event] = []

    def _step(self, event: Event) -> None:
        self.events.append(event)
        super()._step(event)


def recorded(
    script: Script, variables: dict[str, str], classifier: Classifier | None, seed: int, words: Sequence[str] = WORDS
) -> tuple[Event, ...]:
    """The events of one talk; the same seed, the same customer."""
    dice = random.Random(seed)
    talk = Recorder(script, variables, classifier)
    talk.pick_up()
    while not talk.over:
        act = dice.random()
        if talk.state.phase == "waiting":
            talk.agent(dice.choice(("busy", "answered", "no_answer")))
            if talk.state.phase == "with_agent":
                talk.hang_up()
        elif act < 0.5:
            talk.say(dice.choice(words))
        elif act < 0.65:
            talk.say(dice.choice(words), at_ms=dice.randint(0, 4000))
        elif act < 0.75:
            talk.press(dice.choice("129"))
        elif act < 0.9:
            talk.wait()
        else:
            talk.hang_up(dice.choice((None, 700, 2500)))
    return tuple(talk.events)
