"""A recorded call through another version of its script: how far the record speaks for it, and what it did until there.

Both versions take the same events in step. The record is a fact for the new version as long as the customer heard from
it what was heard then; what lies behind the first difference was never seen, so nothing is told about it. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from voicebot.dialog import engine
from voicebot.dialog.alike import content, nodes_alike, nodes_equal
from voicebot.dialog.commands import CancelTimer, Command, Fetch, HandOff, HangUp, Listen, Say, SetTimer, StopSaying
from voicebot.dialog.events import Event, Heard, HungUp, TimerFired
from voicebot.dialog.rematch import Rematcher
from voicebot.dialog.replay_moves import move_of, outcome_of, said_out, words_of
from voicebot.dialog.replayed import Doubt, Parting, Replayed, Supposition
from voicebot.dialog.script import Script
from voicebot.dialog.state import Said, State, changed
from voicebot.understanding.types import Classifier

SLACK_CHARS = 2
"""Where a prompt was cut, how much was heard is an estimate: so much more of both wordings must agree."""
GUARD = "prompt"
"""The timer that only guards a prompt whose end nobody tells; its length follows the wording."""


class Versions:
    """Two versions to be compared over many calls: what is worked out once for all of them."""

    def __init__(self, old: Script, new: Script, classifier: Classifier | None, min_confidence: float) -> None:
        """`min_confidence`: words recognised with less, 0 to 1, were and are taken for not understood."""
        self.scripts = old, new
        self.rematch = Rematcher(old, new, classifier, min_confidence)
        self.alike = nodes_alike(old, new)
        self.equal = nodes_equal(old, new)
        self.no_hidden_changes = not any(
            node.lookup for each in self.scripts for name, node in each.nodes.items() if name not in self.equal
        )
        """A changed node with a look-up can be passed without being entered."""
        self.same_start = old.start in (self.equal if self.no_hidden_changes else self.alike)
        self.same_grading = content(old.grading) == content(new.grading)


def replay_call(versions: Versions, variables: Mapping[str, str], happened: Sequence[Event]) -> Replayed:
    """What becomes of a recorded talk of the old version in the new one.

    Raises MissingVariable when the lead lacks what the new version needs.
    """
    pair = _Pair(versions, variables)
    for index, event in enumerate(happened):
        parting = pair.before(event)
        if parting is not None:
            return pair.parted(parting, happened[index:])
        parting = pair.take(event)
        if parting is not None:
            return pair.parted(parting, happened[index + 1 :])
    return pair.together()


class _Pair:
    """Both versions in step; only the old one is stepped while the talk is in nodes that are alike.

    `timers` by name: when it was set, and for how long.
    """

    def __init__(self, versions: Versions, variables: Mapping[str, str]) -> None:
        self._versions = versions
        self._scripts = versions.scripts
        self._old = engine.start(self._scripts[0], variables)
        self._new = engine.start(self._scripts[1], variables)
        self._shared = versions.same_start
        self._untouched = versions.no_hidden_changes
        """No changed node was entered yet, so that a step is the same as long as it enters none."""
        self._alike = True
        self._node = ""
        self._said: tuple[Said, ...] = ()
        self._timers: tuple[dict[str, tuple[int, int]], dict[str, tuple[int, int]]] = {}, {}
        self._limits: list[Listen | None] = [None, None]
        self._suppositions: list[Supposition] = []

    def before(self, event: Event) -> Parting | None:
        """Where they part because a timer of the new version alone would have run out before `event`."""
        if self._shared or self._alike:
            return None
        old, new = self._timers
        due = [(when + after, name) for name, (when, after) in new.items() if old.get(name) != (when, after)]
        at, name = min((one for one in due if one[1] != GUARD), default=(event.at, ""))
        if at >= event.at:
            return None
        states = self._old, self._new
        self._new, wanted = engine.step(self._scripts[1], self._new, TimerFired(at, name))
        return self._parting(TimerFired(at, name), states, (), wanted)

    def take(self, event: Event) -> Parting | None:
        """One event for both; where they part, if they do."""
        if self._old.node != self._node:
            self._node = self._old.node
            self._share_again()
        if self._shared and self._step_shared(event):
            return None
        before = self._old, self._new
        if isinstance(event, TimerFired):
            set_by = [timers.pop(event.name, None) for timers in self._timers]
            if set_by[0] != set_by[1] and event.name != GUARD:  # the new version would still have waited
                self._old, wanted = engine.step(self._scripts[0], self._old, event)
                return self._parting(event, before, wanted, ())
        anew = self._anew(event)
        self._old, old = engine.step(self._scripts[0], self._old, event)
        self._new, new = engine.step(self._scripts[1], self._new, anew)
        self._note(0, event.at, old)
        self._note(1, event.at, new)
        if old == new:
            return None
        self._alike = False
        if self._sounds_alike(event.at, old, new):
            return None
        return self._parting(event, before, old, new)

    def _anew(self, event: Event) -> Event:
        if not isinstance(event, Heard):
            return event
        if self._limits[0] != self._limits[1]:
            self._suppose("listening", event.at, str(self._limits[0]), str(self._limits[1]))
        found, by_engine = self._versions.rematch(event, self._old, self._new)
        if by_engine:
            self._suppose("understanding", event.at, str(event.match.choice), str(found.choice))
        return event if found is event.match else replace(event, match=found)

    def _step_shared(self, event: Event) -> bool:
        """One step for both, as long as nothing that it can touch has changed."""
        before, versions = self._old, self._versions
        if before.node and before.node not in (versions.equal if self._untouched else versions.alike):
            self._unshare()
            return False
        self._old, wanted = engine.step(self._scripts[0], before, event)
        if self._untouched and any(each.node not in versions.equal for each in self._old.visits[len(before.visits) :]):
            self._old = before
            self._unshare()
            return False
        if isinstance(event, TimerFired):
            self._timers[0].pop(event.name, None)
        self._note(0, event.at, wanted)
        return True

    def _share_again(self) -> None:
        """What has changed lies behind, and all that it left is another wording of earlier prompts: step one again."""
        old, new = self._old, self._new
        if self._shared or self._node not in self._versions.alike or old.said[-1:] != new.said[-1:]:
            return
        if self._timers[0] == self._timers[1] and self._limits[0] == self._limits[1]:
            self._said = new.said[:-1]
            self._shared = changed(new, script=old.script, digest=old.digest, said=old.said) == old

    def _unshare(self) -> None:
        """From here on each version has a talk of its own."""
        if self._shared:
            self._shared = self._untouched = False
            said = (*self._said, *self._old.said[len(self._said) :])
            self._new = changed(self._old, script=self._new.script, digest=self._new.digest, said=said)
            self._timers = self._timers[0], dict(self._timers[0])
            self._limits[1] = self._limits[0]

    # --- what is heard of a step ------------------------------------------------------------------
    def _sounds_alike(self, at: int, old: Sequence[Command], new: Sequence[Command]) -> bool:
        """Whether a customer would have heard the same of both, or the same prompt in other words."""
        heard, instead = [tuple(one for one in each if isinstance(one, AUDIBLE)) for each in (old, new)]
        if len(heard) != len(instead):
            return False
        for one, other in zip(heard, instead, strict=True):
            if type(one) is not type(other):
                return False
            if isinstance(one, HandOff) and isinstance(other, HandOff):
                if one.target != other.target:
                    return False
                if one.timeout_ms != other.timeout_ms:
                    self._suppose("handoff", at, f"{one.timeout_ms} ms", f"{other.timeout_ms} ms")
            if isinstance(one, Fetch) and isinstance(other, Fetch) and _asked(one) != _asked(other):
                return False
            if isinstance(one, Say) and isinstance(other, Say) and _sound(one) != _sound(other):
                if not self._same_place():
                    return False
                if one.text == other.text:
                    self._suppose("wording", at, _source(one), _source(other))
        return True

    def _same_place(self) -> bool:
        old, new = self._old.line, self._new.line
        return self._old.node == self._new.node and old is not None and new is not None and old.kind == new.kind

    def _suppose(self, what: Doubt, at: int, old: str, new: str) -> None:
        """Note it once; what happens again is no other doubt."""
        if all((one.what, one.old, one.new) != (what, old, new) for one in self._suppositions):
            self._suppositions.append(Supposition(what, at, self._new.node, old, new))

    def _wordings(self) -> Iterator[Supposition]:
        """Prompts of which the customer heard what the new version does not say."""
        for old, new in zip(self._old.said, self._new.said, strict=False):
            if old.text != new.text and not _agree(old, new.text):
                yield Supposition("wording", old.started, new.node, old.text, new.text)
        voices = [script.voice for script in self._scripts]
        if voices[0] != voices[1] and self._old.said:
            yield Supposition("wording", 0, self._new.node, *voices)

    # --- timers -----------------------------------------------------------------------------------
    def _note(self, which: Literal[0, 1], at: int, commands: Sequence[Command]) -> None:
        timers = self._timers[which]
        for command in commands:
            if isinstance(command, SetTimer):
                timers[command.name] = at, command.after_ms
            elif isinstance(command, CancelTimer):
                timers.pop(command.name, None)
            elif isinstance(command, Listen):
                self._limits[which] = command

    # --- outcomes ---------------------------------------------------------------------------------
    def _parting(
        self, event: Event, before: tuple[State, State], old: Sequence[Command], new: Sequence[Command]
    ) -> Parting:
        return Parting(
            at=event.at,
            turn=sum(not turn.aside for turn in self._old.turns),
            node=before[1].node,
            trigger=type(event).__name__,
            text=words_of(event),
            old=move_of(self._scripts[0], before[0], self._old, old),
            new=move_of(self._scripts[1], before[1], self._new, new),
        )

    def parted(self, parting: Parting, rest: Sequence[Event]) -> Replayed:
        """The old version goes on by itself; the new one only if nothing but its farewell can come."""
        turns = len(self._old.turns)
        self._old = engine.replay(self._scripts[0], self._old, rest)
        over = said_out(self._scripts[1], self._new, parting.at) if parting.new.ends else None
        left, _ = engine.step(self._scripts[1], self._new, HungUp(parting.at, "customer", "NORMAL_CLEARING"))
        return Replayed(
            level="parted",
            old=outcome_of(self._scripts[0], self._old),
            new=None if over is None else outcome_of(self._scripts[1], over),
            suppositions=(*self._wordings_until(parting.at), *self._suppositions),
            parting=parting,
            so_far=outcome_of(self._scripts[1], left),
            unknown_turns=sum(not turn.aside for turn in self._old.turns[turns:]),
        )

    def _wordings_until(self, at: int) -> Iterator[Supposition]:
        """Those that the customer had heard before the parting; what is said at it is the parting itself."""
        return (one for one in self._wordings() if one.at < at)

    def together(self) -> Replayed:
        """The record was good to its end."""
        same = self._shared and self._versions.same_grading
        self._unshare()
        suppositions = (*(() if self._alike else self._wordings()), *self._suppositions)
        old = outcome_of(self._scripts[0], self._old)
        new = old if same else outcome_of(self._scripts[1], self._new)
        return Replayed("supposed" if suppositions else "same", old, new, suppositions)


AUDIBLE = (Say, StopSaying, HandOff, Fetch, HangUp)
"""What the world answers to. A look-up is among them: what came of one is no fact about another."""


def _sound(say: Say) -> tuple[object, ...]:
    """What is heard of it, but for the voice, which is the script's."""
    return say.text, say.file, say.from_ms


def _asked(fetch: Fetch) -> tuple[object, ...]:
    return fetch.request, fetch.service, fetch.url, fetch.params, fetch.fields


def _source(say: Say) -> str:
    return f"{say.file or 'spoken'} from {say.from_ms} ms"


def _agree(old: Said, text: str) -> bool:
    """Whether what was heard of a cut prompt stands at the beginning of the other wording too."""
    heard = old.text.find(old.heard_text) + len(old.heard_text) + SLACK_CHARS
    return old.total is None and text[:heard] == old.text[:heard]
