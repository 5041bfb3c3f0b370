"""The moves of a talk: speak, listen, enter a node, leave it, hand off, hang up. Each changes state and asks commands.

Which event makes which move is engine.py's; nothing here looks at an event.
"""

from typing import Any

from voicebot.dialog.aftermath import with_aftermath
from voicebot.dialog.barge import CHAR_MS, heard_part, rest_of
from voicebot.dialog.commands import CancelTimer, Command, Fetch, HandOff, HangUp, Listen, Say, SetTimer, StopSaying
from voicebot.dialog.expression import Expression
from voicebot.dialog.expression_values import holds, worked_out
from voicebot.dialog.facts import TalkFacts
from voicebot.dialog.script import (
    Answer,
    Choose,
    Effects,
    End,
    Exit,
    Go,
    Node,
    Prompt,
    Return,
    ReturnTo,
    Rung,
    Script,
    Transfer,
)
from voicebot.dialog.state import (
    Chosen,
    Cut,
    Ending,
    FetchRecord,
    HandoffRecord,
    Line,
    LineKind,
    Said,
    State,
    Visit,
    changed,
)
from voicebot.dialog.wording import choose, render, speak

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
TIMERS = (
    *("no_input", "digits", "prompt", "speech", "protect", "hold", "handoff", "fetch", "fetch_wait"),
    *("hang_up", "max_call"),
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

    # --- speaking ---------------------------------------------------------------------------------
    def speak(self, lines: tuple[Line, ...]) -> None:
        """Say the lines one after the other in place of what runs, then go on as the node says."""
        self.silence()
        if not lines:
            self.drained()
            return
        line, said = lines[0], self.state.said
        number = said[-1].say_id + 1 if said else 1
        self.set(
            phase=self.state.phase if self.state.phase in ("waiting", "fetching") else "speaking",
            line=line,
            queue=lines[1:],
            cut=None,
            early=None,
            said=(*said, Said(number, self.state.node, line.text, self.at)),
        )
        self.ask(
            CancelTimer("no_input"),
            Say(number, self.state.node, line.text, self.script.voice, line.file, line.from_ms),
            SetTimer("prompt", PROMPT_GUARD_MS + 2 * CHAR_MS * len(line.text)),
        )

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

    def drained(self) -> None:
        """All lines are said: hang up, wait for the agent, go on, or listen."""
        self.set(quiet_since=self.at)
        if self.state.hang_up_after is not None:
            self.hang_up(self.state.hang_up_after)
        elif self.state.phase == "fetching":
            self.fetch_goes_on()
        elif self.state.phase == "waiting":
            plan = self.script.handoffs[self.state.handoffs[-1].plan]
            self.ask(*([SetTimer("hold", plan.hold_gap_ms)] if plan.hold else []))
        elif self.node.then is not None:
            self.leave(self.node.then, "finished")
        else:
            self.listen()

    def listen(self) -> None:
        """Wait for the customer; silence and endless speech are both bounded."""
        self.set(phase="listening")
        if self.state.customer_speaking:
            self.wait_for_words()
        else:
            self.ask(SetTimer("no_input", self.node.listen.no_input_ms))

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

    # --- nodes ------------------------------------------------------------------------------------
    def enter(self, name: str, lead: tuple[Line, ...] = (), to: ReturnTo = "say") -> None:
        """Begin a visit: `lead` first, then the node's prompt (`to`: another form of it).

        A node that was visited too often, or whose look-up finds nothing, sends the talk on.
        """
        for _ in range(MAX_HOPS):
            node = self.script.nodes[name]
            if self._too_often(node):
                leave = node.too_often and self.decide(node.too_often, node.id)
                if leave is None or not isinstance(leave.action, Go):
                    self._turned_away(leave, lead)
                    return
                name = leave.action.node
            elif node.lookup is not None and node.lookup.service:
                self._fetch(node, lead)
                return
            elif node.lookup is not None and not self._look_up(node):
                name = node.lookup.otherwise
            else:
                self._begin_visit(node, lead, to)
                return
        self.end_talk("ROBOT_FAULT", "fault", lead)

    def _turned_away(self, leave: Exit | None, lead: tuple[Line, ...]) -> None:
        """A node was visited too often, and no other is to be entered. An agent is rung for that only once."""
        match leave and leave.action:
            case Transfer(plan) if all(tried.plan != plan for tried in self.state.handoffs):
                self._hand_off(plan, lead, everywhere=False)
            case End(reason):
                self.end_talk(reason, "too_often", lead)
            case _:
                self.end_talk("ROBOT_END", "too_often", lead)

    def _too_often(self, node: Node) -> bool:
        """Closing nodes are always open: whoever enters one is on the way out."""
        return not node.closing and sum(v.node == node.id for v in self.state.visits) >= node.max_visits

    def _look_up(self, node: Node) -> bool:
        assert node.lookup is not None
        row = self.script.tables[node.lookup.table].row(self.state.texts.get(node.lookup.by, ""))
        if row is not None:
            self.set(slots={**self.state.slots, **row})
        return row is not None

    def _begin_visit(self, node: Node, lead: tuple[Line, ...], to: ReturnTo) -> None:
        self._arrive(node)
        self.speak((*lead, *self.question(to)))

    def _arrive(self, node: Node) -> None:
        visits = self.state.visits
        visit = Visit(len(visits) + 1, node.id, node.role, self.at)
        self.silence()
        self.set(node=node.id, visits=(*visits, visit), no_input=0, no_match=0, noises=0, digits="", cut=None)
        self.ask(CancelTimer("digits"), Listen(node.listen.end_silence_ms, node.listen.max_speech_ms))

    # --- asking a service -------------------------------------------------------------------------
    def _fetch(self, node: Node, lead: tuple[Line, ...]) -> None:
        """Begin a visit by asking its service; `lead` is said meanwhile."""
        assert node.lookup is not None
        self._arrive(node)
        number = len(self.state.fetches) + 1
        record = FetchRecord(number, node.lookup.service, node.id, self.at)
        self.set(phase="fetching", fetches=(*self.state.fetches, record), holds=0, early=None)
        self.ask(CancelTimer("no_input"), CancelTimer("speech"))
        self.ask_service()
        self.speak(lead)

    def ask_service(self) -> None:
        """Send the question of the last fetch."""
        lookup = self.node.lookup
        assert lookup is not None
        service = self.script.services[lookup.service]
        values = self.state.texts
        params = {name: render(text, values) for name, text in lookup.params.items()}
        fields = tuple(dict.fromkeys(service.fill.values()))
        number = self.state.fetches[-1].request
        self.ask(
            Fetch(number, service.name, service.url, params, fields, service.deadline_ms, service.cache_s),
            SetTimer("fetch", service.deadline_ms + FETCH_GUARD_MS),
        )

    def fetch_goes_on(self) -> None:
        """Nothing is being said: go on with the answer of the service, or after a while tell the customer to wait."""
        fetch, lookup = self.state.fetches[-1], self.node.lookup
        assert lookup is not None
        if fetch.outcome is None:
            waited = self.state.holds
            gap_ms = self.script.services[fetch.service].wait_gap_ms
            self.ask(SetTimer("fetch_wait", gap_ms if waited else FETCH_GRACE_MS))
            return
        if self.state.customer_speaking:  # nobody talks him down; that his words come is guarded
            self.ask(SetTimer("fetch", self.node.listen.max_speech_ms + SPEECH_GUARD_MS), CancelTimer("fetch_wait"))
            return
        self.fetch_over()
        if fetch.outcome == "found":
            self.speak(self.question("say"))
        else:
            self.close_visit("lookup")
            self.enter(lookup.otherwise)

    def fetch_over(self) -> None:
        """No answer of a service is waited for any more."""
        if self.state.phase == "fetching":
            self.set(phase="speaking")
            self.ask(CancelTimer("fetch"), CancelTimer("fetch_wait"))

    def wait_line(self) -> tuple[Line, ...]:
        """The next thing to say while the service does not answer; the texts go round."""
        wait = self.script.services[self.state.fetches[-1].service].wait
        turn = self.state.holds
        self.set(holds=turn + 1)
        return self.lines((wait[turn % len(wait)],), "wait", 0)

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

    # --- leaving ----------------------------------------------------------------------------------
    def apply(self, effects: Effects) -> None:
        """Note slots, score and tags, tasks and wishes to be left alone."""
        slots = {**self.state.slots}
        for name, value in effects.set.items():
            if isinstance(value, Expression):
                slots[name] = worked_out(value, TalkFacts(self.state, slots))
            else:
                slots[name] = render(value, {**self.state.values, **slots})
        tags = tuple(dict.fromkeys((*self.state.tags, *effects.tags)))
        self.set(slots=slots, score=self.state.score + effects.score, tags=tags)
        self.state = with_aftermath(self.state, effects, self.at)

    def decide(self, leave: Exit, owner: str | None = None) -> Exit:
        """Note what an exit and its branches say, down to the exit with a plain action; that one is returned.

        `owner`: the node whose exit it is, the present one unless given.
        """
        self.apply(leave.effects)
        leaf, number = leave, 0
        while isinstance(leaf.action, Choose):
            facts = TalkFacts(self.state)
            for branch in leaf.action.branches:
                leaf = branch.exit
                if branch.condition is None or holds(branch.condition, facts):
                    break
                number += len(leaf.leaves)
            self.apply(leaf.effects)
        if leaf is not leave:
            visit = self.state.visits[-1].seq if self.state.visits else 0
            taken = Chosen(visit, owner or self.state.node, self.script.local(leave.place), number)
            self.set(chosen=(*self.state.chosen, taken))
        return leaf

    def leave(self, leave: Exit, why: str, lead: tuple[Line, ...] = (), *, everywhere: bool = False) -> None:
        """Do what an exit says. `everywhere`: it belongs to an answer of everywhere, so the node may be returned to."""
        action = self.decide(leave).action
        if not isinstance(action, Return):
            self.fetch_over()
        match action:
            case Go(name):
                self._move(name, why, lead, everywhere)
            case Return(to):
                self._return(to, why, lead, everywhere)
            case End(reason):
                self.end_talk(reason, why, lead)
            case Transfer(plan):
                self._hand_off(plan, lead, everywhere)

    def _remember(self, everywhere: bool) -> None:
        if everywhere:
            self.set(interrupted=(*self.state.interrupted, self.state.node)[-MAX_INTERRUPTED:])

    def _move(self, name: str, why: str, lead: tuple[Line, ...], everywhere: bool, to: ReturnTo = "say") -> None:
        self._remember(everywhere)
        self.silence()
        self.close_visit(why)
        self.enter(name, lead, to)

    def _return(self, to: ReturnTo, why: str, lead: tuple[Line, ...], everywhere: bool) -> None:
        interrupted = self.state.interrupted
        if self.state.phase == "fetching":
            self.speak(lead)  # a reply while the service is being asked; the question comes after
        elif interrupted and not everywhere:
            self.set(interrupted=interrupted[:-1])
            self._move(interrupted[-1], why, lead, everywhere=False, to=to)
        elif why == "finished":
            self.end_talk("ROBOT_END", why, lead)
        else:
            self.speak((*lead, *self.question(to)))

    def end_talk(self, code: str, why: str, lead: tuple[Line, ...] = ()) -> None:
        """Say `lead`, then hang up."""
        self.fetch_over()
        self.set_visit(ended_by=why)
        if lead:
            self.set(hang_up_after=code)
            self.speak(lead)
        else:
            self.hang_up(code)

    def hang_up(self, code: str, why: str = "finished") -> None:
        """Hang up now. Who really hung up first is known when the channel is gone."""
        self.silence()
        self.close_visit(why)
        self.set(phase="hanging_up", ending=Ending(code, self.state.node, self.at))
        self.ask(*(CancelTimer(name) for name in TIMERS), HangUp(code), SetTimer("hang_up", HANG_UP_GUARD_MS))

    def _hand_off(self, name: str, lead: tuple[Line, ...], everywhere: bool) -> None:
        plan = self.script.handoffs[name]
        self._remember(everywhere)
        record = HandoffRecord(name, plan.target, self.state.node, self.at)
        self.silence()
        self.set(phase="waiting", handoffs=(*self.state.handoffs, record), holds=0)
        self.ask(
            *(CancelTimer(timer) for timer in ("no_input", "digits", "speech")),
            HandOff(plan.target, plan.timeout_ms),
            SetTimer("handoff", plan.timeout_ms + HANDOFF_GUARD_MS),
        )
        self.speak((*lead, *self.hold_line()))

    def hold_line(self) -> tuple[Line, ...]:
        """The next thing to say while the agent rings; the texts go round."""
        hold = self.script.handoffs[self.state.handoffs[-1].plan].hold
        if not hold:
            return ()
        turn = self.state.holds
        self.set(holds=turn + 1)
        return self.lines((hold[turn % len(hold)],), "hold", 0)

    # --- ladders and answers ----------------------------------------------------------------------
    def climb(self, ladder: tuple[Rung, ...], step: int, why: str, instead: tuple[Prompt, ...] = ()) -> None:
        """One step of a ladder; past its end the robot hangs up. A prompt that was cut is asked again in any case.

        `instead`: what is said in place of a step's own words, with the question, while the step leads nowhere.
        """
        if step >= len(ladder):
            self.end_talk("SILENCE" if why == "no_input" else "ROBOT_END", why)
            return
        rung = ladder[step]
        lines = self.lines(rung.say, "rung", step)
        if rung.exit is not None:
            self.leave(rung.exit, why, lines)
        elif instead:
            self.speak((*self.lines(instead, "rung", step), *self.question("ask")))
        else:
            again = rung.ask or self.state.cut is not None
            self.speak((*lines, *(self.question("ask") if again else ())))

    def no_input(self) -> None:
        """The customer is silent."""
        step = self.state.no_input
        self.set(no_input=step + 1)
        self.set_visit(no_inputs=step + 1)
        self.climb(self.node.no_input, step, "no_input")

    def no_match(self, refused: str = "") -> None:
        """What the customer said fits nothing here. A node that asks nothing just goes on.

        `refused`: the slot for which a value out of bounds was said.
        """
        if self.node.then is not None:
            cut = self.state.cut
            self.speak(rest_of(self.node.barge_in, cut) if cut is not None else ())
            return
        step = self.state.no_match
        self.set(no_match=step + 1, noises=0)
        self.set_visit(no_matches=step + 1)
        instead = self.script.slots[refused].invalid if refused in self.script.slots else ()
        self.climb(self.node.no_match, step, "no_match", instead)

    def take(self, answer: Answer, uses: int, *, everywhere: bool) -> None:
        """Follow an answer; `uses`: how often it was given before, for its variants."""
        lead = self.lines(answer.say, "reply", uses)
        self.leave(answer.exit, f"answer:{answer.id}", lead, everywhere=everywhere)
