"""One step's work on a talk: the state that changes, the commands that are asked, what is being said and what may be.

The moves that are made of it are in moves.py and ladders.py; nothing here looks at an event.
"""

from typing import Any

from voicebot.dialog.barge import heard_part, rest_of
from voicebot.dialog.commands import CancelTimer, Command, SetTimer, StopSaying
from voicebot.dialog.facts import TalkFacts
from voicebot.dialog.script import Node, Prompt, ReturnTo, Script
from voicebot.dialog.state import Cut, Line, LineKind, State, changed
from voicebot.dialog.wording import choose, speak

MAX_HOPS = 8
"""Nodes passed in one go without saying anything; more means that the script runs in a circle."""
PROMPT_GUARD_MS = 15_000
SPEECH_GUARD_MS = 5_000
HANDOFF_GUARD_MS = 10_000
HANG_UP_GUARD_MS = 10_000
"""What we wait beyond the longest expected time before we go on without the world's answer."""
MAX_INTERRUPTED = 8
FETCH_GUARD_MS = 1000
FETCH_GRACE_MS = 400
"""So long may the line be silent while a service is asked; then the customer is told to wait."""
BEEP_WAIT_MS = 30_000
"""Greetings of mailboxes are shorter; after so long nothing will record."""
TIMERS = (
    *("no_input", "digits", "prompt", "speech", "protect", "hold", "handoff", "fetch", "fetch_wait"),
    *("beep", "hang_up", "max_call"),
)
"""Every timer that the dialog sets."""


class Talk:
    """One step's work on a state: `state` and `commands` are its outcome. `at`: the moment, ms since the answer."""

    def __init__(self, script: Script, state: State, at: int) -> None:
        self.script = script
        self.state = state
        self.at = at
        self.commands: list[Command] = []

    @property
    def node(self) -> Node:
        return self.script.nodes[self.state.node]

    def set(self, **changes: Any) -> None:
        self.state = changed(self.state, **changes)

    def ask(self, *commands: Command) -> None:
        self.commands.extend(commands)

    def add_tag(self, tag: str) -> None:
        """Once is enough."""
        if tag not in self.state.tags:
            self.set(tags=(*self.state.tags, tag))

    def set_visit(self, **changes: Any) -> None:
        """Change the last visit."""
        visits = self.state.visits
        if visits:
            self.set(visits=(*visits[:-1], changed(visits[-1], **changes)))

    def close_visit(self, why: str) -> None:
        """The visit that goes on ends now; the first reason given stays."""
        visit = self.state.visit
        if visit is not None and visit.left is None:
            self.set_visit(left=self.at, ended_by=visit.ended_by or why)

    def silence(self, played_ms: int | None = None) -> Cut | None:
        """Stop the running line and note what was heard of it; None when nothing ran.

        Without `played_ms` it is taken from the clock.
        """
        line = self.state.line
        if line is None:
            return None
        if played_ms is None:
            played_ms = line.from_ms + self.at - self.state.said[-1].started
        cut = Cut(line, max(played_ms, line.from_ms), self.state.queue)
        self.note_heard(cut.played_ms, total=None)
        self.set(line=None, queue=())
        self.ask(StopSaying(), CancelTimer("prompt"), CancelTimer("protect"))
        return cut

    def note_heard(self, played_ms: int, total: int | None) -> None:
        """Record how much of the running line was heard; `total` when it came to its end."""
        line, said, visit = self.state.line, self.state.said, self.state.visit
        assert line is not None and visit is not None
        heard = max(0, played_ms - line.from_ms)
        text = heard_part(line, played_ms, total)
        self.set(said=(*said[:-1], changed(said[-1], heard_ms=heard, total=total, heard_text=text)))
        whole = heard if total is not None else 0
        self.set_visit(heard_ms=visit.heard_ms + heard, prompt_ms=visit.prompt_ms + whole)

    def wait_for_words(self) -> None:
        """The customer speaks: silence is not counted, a missing utterance is."""
        limits = self.node.listen
        self.ask(CancelTimer("no_input"), SetTimer("speech", limits.max_speech_ms + SPEECH_GUARD_MS))

    def lines(self, variants: tuple[Prompt, ...], kind: LineKind, turn: int) -> tuple[Line, ...]:
        """The variant for this lead as a line; none when there is no variant."""
        values = self.state.texts
        prompt = choose(variants, values, TalkFacts(self.state), turn)
        return () if prompt is None else (Line(speak(self.script, prompt.text, values), kind, prompt.file),)

    def question(self, to: ReturnTo) -> tuple[Line, ...]:
        """The node's question again: what was cut of it, its short form, its whole prompt, or nothing."""
        node, cut = self.node, self.state.cut
        if to == "listen":
            return ()
        if to == "ask" and cut is not None and node.barge_in.after != "skip":
            return rest_of(node.barge_in, cut)
        visits = sum(visit.node == node.id for visit in self.state.visits) - 1
        asked = self.lines(node.ask, "ask", 0) if to == "ask" else ()
        return asked or self.lines(node.say, "say", visits)

    def hold_line(self) -> tuple[Line, ...]:
        """The next thing to say while the agent rings; the texts go round."""
        hold = self.script.handoffs[self.state.handoffs[-1].plan].hold
        if not hold:
            return ()
        turn = self.state.holds
        self.set(holds=turn + 1)
        return self.lines((hold[turn % len(hold)],), "hold", 0)

    def wait_line(self) -> tuple[Line, ...]:
        """The next thing to say while the service does not answer; the texts go round."""
        wait = self.script.services[self.state.fetches[-1].service].wait
        turn = self.state.holds
        self.set(holds=turn + 1)
        return self.lines((wait[turn % len(wait)],), "wait", 0)
