"""The script as a frozen model: what the loader makes, what engine, linter, grading and wording read.

No behaviour but look-ups belongs here; the YAML spelling of all this is in docs/scripts.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Literal

from voicebot.dialog.expression import Expression
from voicebot.dialog.lookups import Lookup, Table
from voicebot.understanding.types import Slot
from voicebot.understanding.yaml_source import Place


@dataclass(frozen=True)
class Prompt:
    """One wording, variables not yet in. `file`: a recording instead of synthesis. `when`: only for leads like this;
    `condition`: only while this holds."""

    text: str
    place: Place
    file: str | None = None
    when: Mapping[str, str] = field(default_factory=dict)
    condition: Expression | None = None

    @property
    def always(self) -> bool:
        """Whether it may be said to every lead at any time."""
        return not self.when and self.condition is None


@dataclass(frozen=True)
class Go:
    """On to another node."""

    node: str


ReturnTo = Literal["ask", "say", "listen"]


@dataclass(frozen=True)
class Return:
    """Back to the question: its short form, its whole prompt again, or only listen."""

    to: ReturnTo = "ask"


@dataclass(frozen=True)
class End:
    """The robot hangs up with this result code of the talk."""

    reason: str


@dataclass(frozen=True)
class Transfer:
    """To a human agent, by the script's hand-off plan of this name."""

    plan: str


@dataclass(frozen=True)
class Branch:
    """One way of a `choose`, taken when its condition is the first that holds; None always does."""

    exit: "Exit"
    condition: Expression | None = None


@dataclass(frozen=True)
class Choose:
    """The first branch whose condition holds; the last one has none, so that there always is one."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True)
class Leave:
    """Out of a flow by its exit of this name. Only while a flow is loaded: a whole script has none."""

    name: str


Action = Go | Return | End | Transfer | Choose | Leave
END_REASONS = ("ROBOT_END", "SILENCE", "TRANSFER_FAILED", "ROBOT_FAULT")


TaskType = Literal["sms", "wechat", "call_back"]
TASK_TYPES: tuple[TaskType, ...] = ("sms", "wechat", "call_back")


@dataclass(frozen=True)
class Task:
    """Something to be done after the talk by a provider or a person; all texts may have variables.

    `at`: not before this date, time or both, in canonical spelling; else `in_minutes` from now; else at once.
    """

    type: TaskType
    text: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    at: str = ""
    in_minutes: int = 0

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything in which variables may stand."""
        return (self.text, *self.details.values(), self.at)


@dataclass(frozen=True)
class Effects:
    """What is noted besides moving on: slots (texts with variables, or what is worked out), score, tags, tasks.

    `stop_request`: the customer wants no more calls; so does who complains (`complaint`: of what, empty for none).
    """

    set: Mapping[str, str | Expression] = field(default_factory=dict)
    score: int = 0
    tags: tuple[str, ...] = ()
    follow_up: tuple[Task, ...] = ()
    stop_request: bool = False
    complaint: str = ""


@dataclass(frozen=True)
class Exit:
    """An action with its effects and what is said before it."""

    action: Action
    place: Place
    effects: Effects = Effects()

    @property
    def leaves(self) -> tuple["Exit", ...]:
        """The exits that it can come to, none of which chooses any more: itself, or those of its branches."""
        if not isinstance(self.action, Choose):
            return (self,)
        return tuple(leaf for branch in self.action.branches for leaf in branch.exit.leaves)

    @property
    def ends(self) -> bool:
        """Whether it ends the call, whatever it comes to."""
        return all(isinstance(leaf.action, End) for leaf in self.leaves)


@dataclass(frozen=True)
class Answer:
    """One thing that the customer may say, and what it leads to. `id` is unique in its node (or in `anywhere`).

    `condition`: it is offered only while this holds.
    All of `slots` must be heard; with `any_slot` one of them.
    """

    id: str
    exit: Exit
    place: Place
    intents: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    any_slot: bool = False
    digits: str = ""
    say: tuple[Prompt, ...] = ()
    condition: Expression | None = None


@dataclass(frozen=True)
class Rung:
    """One step of a no-input or no-match ladder: say, perhaps ask again, and go on listening; or act."""

    place: Place
    say: tuple[Prompt, ...] = ()
    ask: bool = False
    exit: Exit | None = None


@dataclass(frozen=True)
class BargeIn:
    """When the customer may interrupt a prompt, and where it goes on after a false interruption.

    `protect_ms`: the first milliseconds of a prompt that nothing interrupts. `min_chars`: what must be heard without
    the `ignore` words (Chinese characters, words of other scripts); a `stop` word needs no length. `trigger`: `words`,
    or `speech` to fall silent at the first sound. `tail_ms`: words that did not interrupt but began at most this long
    before the prompt's end are its answer.
    """

    allow: bool = True
    trigger: Literal["words", "speech"] = "words"
    protect_ms: int = 500
    min_chars: int = 2
    ignore: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()
    after: Literal["resume", "restart", "skip"] = "resume"
    tail_ms: int = 2000


@dataclass(frozen=True)
class ListenLimits:
    """Milliseconds: silence before the no-input ladder, silence that ends an utterance, its longest length,
    silence that ends a row of digits."""

    no_input_ms: int = 5000
    end_silence_ms: int = 700
    max_speech_ms: int = 12_000
    digits_ms: int = 2500


@dataclass(frozen=True)
class Service:
    """An outside program that is asked by HTTP. `fill`: slot to the field of the answer that it gets, a path by dots.

    `wait` is said in turn, `wait_gap_ms` apart, while no answer is there; after `deadline_ms` none is waited for.
    An answer is used again for `cache_s` seconds.
    """

    name: str
    url: str
    place: Place
    fill: Mapping[str, str]
    wait: tuple[Prompt, ...]
    wait_gap_ms: int = 2500
    deadline_ms: int = 1500
    cache_s: int = 0


@dataclass(frozen=True)
class Node:
    """One step of the talk. It either listens for `answers` or, after speaking, does `then`.

    `ask` is the short form of its question. `closing` nodes end the call: what is said there is noted, not acted upon.
    """

    id: str
    role: str
    say: tuple[Prompt, ...]
    place: Place
    ask: tuple[Prompt, ...] = ()
    answers: tuple[Answer, ...] = ()
    then: Exit | None = None
    no_input: tuple[Rung, ...] = ()
    no_match: tuple[Rung, ...] = ()
    barge_in: BargeIn = BargeIn()
    listen: ListenLimits = ListenLimits()
    max_visits: int = 2
    too_often: Exit | None = None
    lookup: Lookup | None = None

    @property
    def closing(self) -> bool:
        """Whether the robot hangs up as soon as it has spoken."""
        return self.then is not None and self.then.ends


@dataclass(frozen=True)
class HandoffPlan:
    """`target` names an entry of the installation. `hold`: said in turn, `hold_gap_ms` apart, while the agent rings."""

    name: str
    target: str
    place: Place
    timeout_ms: int = 20_000
    hold: tuple[Prompt, ...] = ()
    hold_gap_ms: int = 5000
    on_fail: str | None = None


@dataclass(frozen=True)
class SlotPlan:
    """What may be heard for a slot. `invalid`: said to a value out of bounds in place of the no-match step's words."""

    slot: Slot
    place: Place
    about: str = ""
    invalid: tuple[Prompt, ...] = ()


@dataclass(frozen=True)
class Need:
    """A variable of the lead that the script speaks of; without a default the lead must have it."""

    name: str
    place: Place
    about: str = ""
    example: str = ""
    default: str | None = None


@dataclass(frozen=True)
class Condition:
    """All parts that are given must hold; within one part any of the names is enough."""

    reached: tuple[str, ...] = ()
    intent: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()
    slot: tuple[str, ...] = ()
    slot_is: Mapping[str, str] = field(default_factory=dict)
    tag: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    handed_off: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    stop_requested: bool | None = None
    least: Mapping[str, int] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)
    expression: Expression | None = None
    any_of: tuple["Condition", ...] = ()
    none_of: tuple["Condition", ...] = ()


@dataclass(frozen=True)
class GradeRule:
    """The first rule whose condition holds gives the grade."""

    grade: str
    name: str
    when: Condition
    place: Place


@dataclass(frozen=True)
class Allowance:
    """A finding of the linter that the designer means: its code, the node or all (None), and why. `severity`: taken so
    seriously instead; None: not told at all."""

    code: str
    because: str
    place: Place
    node: str | None = None
    severity: Literal["error", "warning"] | None = None


@dataclass(frozen=True)
class Script:
    """One whole script, its flows and knowledge in it. `parts`: name to text of the files beside the main one.

    `digest`: SHA-256 of all its texts (bundle.digest_of), by which a version is kept. `disclose`: the opening must have
    one of these words; the installation's when empty.
    """

    name: str
    version: str
    title: str
    language: str
    voice: str
    start: str
    nodes: Mapping[str, Node]
    place: Place
    digest: str
    parts: Mapping[str, str] = field(default_factory=dict)
    needs: Mapping[str, Need] = field(default_factory=dict)
    slots: Mapping[str, SlotPlan] = field(default_factory=dict)
    anywhere: tuple[Answer, ...] = ()
    tables: Mapping[str, Table] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    handoffs: Mapping[str, HandoffPlan] = field(default_factory=dict)
    grading: tuple[GradeRule, ...] = ()
    allow: tuple[Allowance, ...] = ()
    disclose: tuple[str, ...] = ()
    max_call_ms: int = 300_000
    max_turns: int = 30
    sound: bool = True
    """Whether words that only sound like a keyword count as it."""

    def local(self, place: Place) -> str:
        """A place without the main file's name, parts as `flows/x.yaml:3:5`: the same wherever the script came from."""
        at = f"{place.line}:{place.column}"
        if place.file == self.place.file:
            return at
        return f"{PurePath(place.file).relative_to(PurePath(self.place.file).parent)}:{at}"

    def slot(self, name: str) -> Slot:
        """What may be heard for a slot; one that the script does not declare is a name of intents/."""
        plan = self.slots.get(name)
        return plan.slot if plan else Slot(name)
