"""Any sequence of events: nothing raises, everything ends, records stay consistent, stored talks replay to the same."""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dialog.scripts import TALK
from tests.dialog.test_choose import PARTY
from tests.dialog.test_flows import loaded as flows
from voicebot.dialog import engine
from voicebot.dialog.commands import Command, HangUp, SetTimer
from voicebot.dialog.events import (
    Answered,
    Beeped,
    DigitPressed,
    Event,
    Faulted,
    HandoffEnded,
    Heard,
    HungUp,
    PartialHeard,
    PickedUp,
    PromptFinished,
    Resumed,
    SpeechStarted,
    TimerFired,
)
from voicebot.dialog.grading import grade
from voicebot.dialog.journal import from_dict, to_dict
from voicebot.dialog.loader import load_script, load_text
from voicebot.dialog.script import Script
from voicebot.dialog.state import State
from voicebot.dialog.talk import TIMERS
from voicebot.understanding.types import Match

DIALOGS = Path(__file__).resolve().parents[2] / "dialogs"
SCRIPTS = (
    load_text(TALK, "talk.yaml"),
    load_text(PARTY, "party.yaml"),
    flows(),
    *(load_script(path) for path in sorted(DIALOGS.glob("*.yaml"))),
)
VARIABLES = {"surname": "张", "shop": "好物优选"}
WORDS = st.sampled_from(["", "嗯", "好的", "可以", "没空啊", "你是谁", "停", "yes ok", "今天天气不错"])
CODES, NODES = st.sampled_from(["HUMAN", "VOICEMAIL", "SILENT"]), st.sampled_from(["", "bye", "no such node"])
THENS = st.sampled_from(["talk_on", "hang_up", "try_later", "message"])
PLAYED = st.none() | st.integers(0, 9000)


def choices_of(script: Script) -> list[str | None]:
    own = {answer.id for node in script.nodes.values() for answer in node.answers}
    return [None, "no such answer", *sorted(own), *(engine.ANYWHERE + answer.id for answer in script.anywhere)]


def events(script: Script) -> st.SearchStrategy[Event]:
    """One event of any kind, at a moment that the test sets."""
    matches = st.builds(
        Match,
        choice=st.sampled_from(choices_of(script)),
        intent=st.none() | st.sampled_from(["affirm", "deny"]),
        score=st.floats(0, 1),
        by=st.just("keyword"),
        slots=st.dictionaries(st.sampled_from(["city", "store"]), st.sampled_from(["苏州", "拉萨"]), max_size=1),
    )
    at = st.just(0)
    return st.one_of(
        st.builds(PromptFinished, at, st.integers(1, 12), st.integers(0, 9000)),
        st.builds(SpeechStarted, at, PLAYED),
        st.builds(PartialHeard, at, WORDS, PLAYED),
        st.builds(Heard, at, WORDS, matches, st.integers(0, 9000), st.integers(0, 9000), st.floats(0, 1), PLAYED),
        st.builds(DigitPressed, at, st.sampled_from("0123456789*#A"), PLAYED),
        st.builds(TimerFired, at, st.sampled_from([*TIMERS, "unknown"])),
        st.builds(HandoffEnded, at, st.sampled_from(["answered", "busy", "customer_left"]), st.integers(0, 9000)),
        st.builds(HungUp, at, st.sampled_from(["customer", "robot", "agent", "switch"]), st.just("X"), PLAYED),
        st.builds(Faulted, at, st.just("audio gone"), PLAYED),
        st.builds(Answered, at),
        st.builds(Resumed, at),
        st.builds(PickedUp, at, CODES, st.floats(0, 1), THENS, st.sampled_from(["", "请回电"]), NODES, PLAYED),
        st.builds(Beeped, at),
    )


def runs(script: Script) -> st.SearchStrategy[list[Event]]:
    timed = st.tuples(events(script), st.integers(0, 5000))
    return st.lists(timed, max_size=40).map(_timed)


def _timed(pairs: list[tuple[Event, int]]) -> list[Event]:
    at, run = 0, [Answered(0)]
    for event, later in pairs:
        at += later
        run.append(type(event)(**{**vars(event), "at": at}))
    return run  # type: ignore[return-value]


def play(script: Script, run: list[Event]) -> list[State]:
    states = [engine.start(script, VARIABLES)]
    for event in run:
        states.append(engine.step(script, states[-1], event)[0])
    return states


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_any_events_leave_consistent_records(script: Script) -> None:
    @settings(max_examples=150, deadline=None)
    @given(runs(script))
    def check(run: list[Event]) -> None:
        states = play(script, run)
        for before, after in itertools.pairwise(states):
            assert_grows(before, after)
        assert_consistent(script, states[-1])

    check()


def assert_grows(before: State, after: State) -> None:
    """What was recorded stays: closed visits, turns, finished prompts, the result code."""
    closed = [visit for visit in before.visits if visit.left is not None]
    assert list(after.visits[: len(closed)]) == closed
    assert after.turns[: len(before.turns)] == before.turns
    if before.ending is not None:
        assert after.ending is not None
        assert after.ending.code == before.ending.code


def assert_consistent(script: Script, state: State) -> None:
    assert [visit.seq for visit in state.visits] == list(range(1, len(state.visits) + 1))
    assert [turn.seq for turn in state.turns] == list(range(1, len(state.turns) + 1))
    assert all(visit.left is not None and visit.ended_by for visit in state.visits[:-1])
    for one, following in zip(state.visits, state.visits[1:], strict=False):
        assert one.left is not None
        assert one.entered <= one.left <= following.entered
    for visit in state.visits:
        limit = script.nodes[visit.node].max_visits
        assert script.nodes[visit.node].closing or sum(v.node == visit.node for v in state.visits) <= limit
        assert (visit.hangup_phase is None) == (visit.offset_ms is None)
        assert 0 <= visit.prompt_ms <= visit.heard_ms
    assert sum(not turn.aside for turn in state.turns) <= script.max_turns + 4
    if state.phase == "over":
        assert state.ending is not None
        assert state.ending.by is not None
        assert all(visit.left is not None for visit in state.visits)
    for said in state.said:
        assert said.heard_text in said.text
    grade(script, state)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_stored_talk_replays_to_the_same_state(script: Script) -> None:
    @settings(max_examples=60, deadline=None)
    @given(runs(script))
    def check(run: list[Event]) -> None:
        stored = json.loads(json.dumps([to_dict(event) for event in run]))
        last = play(script, run)[-1]
        assert play(script, [from_dict(data) for data in stored])[-1] == last

    check()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_every_call_ends_whatever_the_customer_does(script: Script) -> None:
    """A world that answers every command, with a customer who says anything: the robot hangs up within bounds."""

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.sampled_from([*choices_of(script), "silence"]), max_size=60), st.booleans())
    def check(wishes: list[str | None], agents_answer: bool) -> None:
        world = World(script, wishes, agents_answer)
        assert world.run(500), world.state

    check()


class World:
    """Prompts end, agents answer or not, timers run out in order; the customer follows a list of wishes."""

    def __init__(self, script: Script, wishes: list[str | None], agents_answer: bool) -> None:
        self.script = script
        self.wishes = wishes
        self.agents_answer = agents_answer
        self.state = engine.start(script, VARIABLES)
        self.timers: dict[str, int] = {}
        self.at = 0
        self.over = False

    def run(self, events: int) -> bool:
        """Whether the call was over within this many events."""
        self.send(Answered(0))
        for _ in range(events):
            if self.over or self.state.phase == "with_agent":
                return True
            self.send(self.next_event())
        return False

    def send(self, event: Event) -> None:
        self.state, commands = engine.step(self.script, self.state, event)
        for command in commands:
            self.obey(command)

    def obey(self, command: Command) -> None:
        if isinstance(command, SetTimer):
            self.timers[command.name] = self.at + command.after_ms
        elif isinstance(command, HangUp):
            self.over = True

    def next_event(self) -> Event:
        self.at += 1000
        if self.state.line is not None:
            return PromptFinished(self.at, self.state.said[-1].say_id, 1000)
        if self.state.phase == "waiting":
            return HandoffEnded(self.at, "answered" if self.agents_answer else "busy", 1000)
        wish = self.wishes.pop(0) if self.wishes else "silence"
        if wish == "silence":
            self.at = max(self.at, self.timers["no_input"])
            return TimerFired(self.at, "no_input")
        return Heard(self.at, "话", Match(wish, wish, 1.0, "keyword"), self.at - 900, self.at - 500)
