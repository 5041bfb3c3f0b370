"""A written conversation: what the customer does, step by step, and what is expected of the robot. Model and loader.

Playing it is conversation_run.py's; the YAML spelling of all this is in docs/scripts.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from voicebot.dialog.events import FetchOutcome, HandoffReason
from voicebot.dialog.load_grading import ENDINGS, GRADES, optional_flag
from voicebot.dialog.load_parts import DIGITS, texts_by_name
from voicebot.dialog.rehearsal import LOCAL, SERVICE_MS, ServiceAnswer
from voicebot.dialog.script import TASK_TYPES
from voicebot.understanding.yaml_reader import Reader, suggestion, text_of
from voicebot.understanding.yaml_source import Fields, Items, Place, Tree, parse, read_source

MAX_AT_MS = 600_000
MAX_TIMES = 20
PARTIES = ("customer", "robot", "agent", "switch")
AGENT: dict[str, HandoffReason] = {
    "answers": "answered",
    "busy": "busy",
    "no_answer": "no_answer",
    "declined": "declined",
    "unreachable": "unreachable",
}
"""What `agent` of a step may be, and what it is in the talk."""


@dataclass(frozen=True)
class Says:
    """The customer says something, after the prompt or `at_ms` into it; without text it is a sound without words.

    `heard_as`: what a recogniser is known to make of it, given to the talk in its place when nothing is spoken.
    `audio`: whether it is spoken where conversations are held with audio.
    """

    text: str
    at_ms: int | None = None
    heard_as: str = ""
    audio: bool = True

    @property
    def typed(self) -> str:
        """What a talk without audio is given."""
        return self.heard_as or self.text


@dataclass(frozen=True)
class Presses:
    """The customer presses keys, after the prompt or `at_ms` into it."""

    digits: str
    at_ms: int | None = None


@dataclass(frozen=True)
class IsSilent:
    """Nobody says anything until the robot has acted so many times."""

    times: int


@dataclass(frozen=True)
class HangsUp:
    """The customer leaves, after the prompt or `at_ms` after its beginning."""

    at_ms: int | None = None


@dataclass(frozen=True)
class AgentDoes:
    """What came of ringing the agent."""

    reason: HandoffReason


@dataclass(frozen=True)
class ServiceDoes:
    """What these services answer from now on; a step before all others holds from the beginning."""

    answers: Mapping[str, ServiceAnswer]


Action = Says | Presses | IsSilent | HangsUp | AgentDoes | ServiceDoes


@dataclass(frozen=True)
class Expect:
    """What must hold; None or empty: not looked at. `places` says where each was written.

    `prompt` must be contained in what the robot says since the customer's last doing, `no_prompt` must not. `answer`:
    the choice of the last turn, `anywhere/ID` for those of everywhere, `none` for no match. `path`: the nodes visited
    so far, all of them. `slot`, `tag`: these at least; `no_tag`: none of these. `rule`: the name of the grade's rule.
    `follow_up`: tasks that the talk has left so far, these at least, each by what is given of it.
    """

    places: Mapping[str, Place]
    node: str | None = None
    path: tuple[str, ...] = ()
    prompt: tuple[str, ...] = ()
    no_prompt: tuple[str, ...] = ()
    answer: str | None = None
    slot: Mapping[str, str] = field(default_factory=dict)
    tag: tuple[str, ...] = ()
    no_tag: tuple[str, ...] = ()
    score: int | None = None
    grade: str | None = None
    rule: str | None = None
    ending: str | None = None
    hung_up_by: str | None = None
    follow_up: tuple[Mapping[str, str], ...] = ()
    stop_requested: bool | None = None


@dataclass(frozen=True)
class Step:
    """One doing of the customer or the agent (None: only look), and what is expected after it."""

    place: Place
    action: Action | None = None
    expect: Expect | None = None


@dataclass(frozen=True)
class Conversation:
    """One test. It begins with the customer's picking up; `expect` is looked at after the last step.

    `now`: the customer's wall clock then, ISO.
    """

    name: str
    place: Place
    steps: tuple[Step, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    expect: Expect | None = None
    now: str = LOCAL


@dataclass(frozen=True)
class ConversationFile:
    """The conversations of a file, with the script that they are held with: a name, or a path from the file."""

    script: str
    script_place: Place
    conversations: tuple[Conversation, ...]


def load_conversations(path: Path) -> ConversationFile:
    """The conversations in a file. Raises InputFault (file:line:column, remedy) at the first fault."""
    text, shown = read_source(path)
    return load_conversations_text(text, shown)


def load_conversations_text(text: str, shown: str) -> ConversationFile:
    """The conversations in `text`; `shown` is the file's name in faults. Raises InputFault."""
    reader = Reader(parse(text, shown), "the test file")
    script = reader.text("script")
    shared, now = texts_by_name(reader, "variables"), _now(reader, LOCAL)
    found = tuple(_conversation(Reader(tree, "a conversation"), shared, now) for tree in reader.items("conversations"))
    reader.done()
    if not found:
        reader.place.fault("the file has no conversations; write at least one under 'conversations'")
    names: dict[str, Conversation] = {}
    for one in found:
        if one.name in names:
            one.place.fault(f"a second conversation {one.name!r}, the first is in line {names[one.name].place.line}")
        names[one.name] = one
    return ConversationFile(script, reader.at("script"), found)


def _now(reader: Reader, default: str) -> str:
    text = reader.text("now", default)
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        reader.at("now").fault(f"'now' is {text!r}; write day and time as {LOCAL}")
    if when.tzinfo is not None:
        reader.at("now").fault(f"'now' is {text!r}; it is the customer's wall clock, without a zone")
    return when.isoformat(timespec="minutes")


def _conversation(reader: Reader, shared: Mapping[str, str], now: str) -> Conversation:
    name = reader.text("name")
    reader.what = f"the conversation {name!r}"
    conversation = Conversation(
        name=name,
        place=reader.at("name"),
        variables={**shared, **texts_by_name(reader, "variables")},
        steps=tuple(_step(Reader(tree, "a step")) for tree in reader.items("steps")),
        expect=_expect(reader),
        now=_now(reader, now),
    )
    reader.done()
    if conversation.expect is None and not any(step.expect for step in conversation.steps):
        reader.place.fault(f"{reader.what} expects nothing; give it or one of its steps 'expect'")
    return conversation


ACTIONS = ("says", "noise", "digits", "silence", "hangs_up", "agent", "service")
SERVICE: dict[str, FetchOutcome] = {"fails": "failed", "missing": "missing"}
"""What a service may do besides answering."""


def _step(reader: Reader) -> Step:
    named = [key for key in ACTIONS if reader.has(key)]
    if len(named) > 1:
        reader.place.fault(f"a step is one thing: {' or '.join(named)}; make it {len(named)} steps")
    step = Step(reader.place, _action(reader, named[0]) if named else None, _expect(reader))
    for key in ACTIONS:
        reader.take(key)  # so that a misspelt name is told what it may have meant
    reader.done()
    if step.action is None and step.expect is None:
        reader.place.fault(f"a step needs one of {', '.join(ACTIONS)}, or 'expect' alone")
    return step


def _action(reader: Reader, key: str) -> Action:
    match key:
        case "says":
            return Says(reader.text(key), _at_ms(reader), reader.text("heard_as", ""), _spoken(reader))
        case "noise":
            _must_be_true(reader, key)
            return Says("", _at_ms(reader), audio=False)
        case "digits":
            digits = reader.text(key)
            if not DIGITS.fullmatch(digits):
                reader.at(key).fault(f"digits {digits!r} are not keys of a telephone (0-9 * # A-D)")
            return Presses(digits, _at_ms(reader))
        case "silence":
            return IsSilent(reader.integer(key, 1, 1, MAX_TIMES))
        case "hangs_up":
            _must_be_true(reader, key)
            return HangsUp(_at_ms(reader))
        case "service":
            takes_ms = reader.integer("takes_ms", SERVICE_MS, 0, MAX_AT_MS)
            answers = reader.mapping(key).items()
            return ServiceDoes({name: service_answer(tree, takes_ms) for name, tree in answers})
    return AgentDoes(AGENT[reader.word(key, AGENT, "answers")])


def _spoken(reader: Reader) -> bool:
    return reader.word("audio", ("on", "off"), "on") == "on"


def service_answer(tree: Tree, takes_ms: int) -> ServiceAnswer:
    """A word of SERVICE, or the fields of an answer."""
    if isinstance(tree, Fields):
        values = {path: text_of(value, f"{path!r} of a service's answer") for path, value in tree.values.items()}
        return ServiceAnswer("found", values, takes_ms)
    word = text_of(tree, "what a service does")
    if word not in SERVICE:
        tree.place.fault(f"a service does {word!r}; write its fields as a mapping, or {' or '.join(SERVICE)}")
    return ServiceAnswer(SERVICE[word], {}, takes_ms)


def _must_be_true(reader: Reader, key: str) -> None:
    if not reader.flag(key, True):
        reader.at(key).fault(f"{key!r} of a step can only be true; leave the step out otherwise")


def _at_ms(reader: Reader) -> int | None:
    return reader.integer("at_ms", 0, 0, MAX_AT_MS) if reader.has("at_ms") else None


def _expect(parent: Reader) -> Expect | None:
    reader = parent.sub("expect")
    if reader is None:
        return None
    expect = Expect(
        places={key: reader.at(key) for key in KEYS},
        node=reader.text("node", "") or None,
        path=reader.texts("path"),
        prompt=reader.texts("prompt"),
        no_prompt=reader.texts("no_prompt"),
        answer=reader.text("answer", "") or None,
        slot=texts_by_name(reader, "slot"),
        tag=reader.texts("tag"),
        no_tag=reader.texts("no_tag"),
        score=reader.integer("score", 0, -10_000, 10_000) if reader.has("score") else None,
        grade=_word(reader, "grade", GRADES),
        rule=reader.text("rule", "") or None,
        ending=_word(reader, "ending", ENDINGS),
        hung_up_by=_word(reader, "hung_up_by", PARTIES),
        follow_up=_tasks(reader),
        stop_requested=optional_flag(reader, "stop_requested"),
    )
    reader.done()
    if not any(reader.has(key) for key in KEYS):
        reader.place.fault(f"{reader.what} is empty; it can have {', '.join(KEYS)}")
    return expect


KEYS = (
    *("node", "path", "prompt", "no_prompt", "answer", "slot", "tag", "no_tag"),
    *("score", "grade", "rule", "ending", "hung_up_by", "follow_up", "stop_requested"),
)
"""What an expectation may name."""


def _tasks(reader: Reader) -> tuple[Mapping[str, str], ...]:
    """Each task by its type, or by what is given of type, text, at and in_minutes."""
    tree = reader.take("follow_up")
    if tree is None:
        return ()
    found: list[Mapping[str, str]] = []
    for one in tree.values if isinstance(tree, Items) else (tree,):
        if not isinstance(one, Fields):
            found.append({"type": text_of(one, "a task")})
            continue
        task = Reader(one, "an expected task")
        found.append({key: text for key in TASK_KEYS if (text := task.text(key, ""))})
        task.done()
    for given in found:
        if given.get("type", TASK_TYPES[0]) not in TASK_TYPES:
            tree.place.fault(f"no task has the type {given['type']!r}{suggestion(given['type'], TASK_TYPES)}")
    return tuple(found)


TASK_KEYS = ("type", "text", "at", "in_minutes")


def _word(reader: Reader, key: str, allowed: tuple[str, ...]) -> str | None:
    return reader.word(key, allowed, allowed[0]) if reader.has(key) else None
