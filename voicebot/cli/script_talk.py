"""`voicebot script talk`: a chat with a script. What is typed is what the customer says; a WAV file is heard.

After each turn it tells what was made of it: node, intent with score, slots, and the grade so far with its reasons.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from voicebot import settings as settings_list
from voicebot.app.engine import installed_engine
from voicebot.app.prompts import prompt_cache, speaker
from voicebot.app.scripts import script_path
from voicebot.app.voice_files import WHOLE_TALK, customer_turn, write_sounds
from voicebot.app.voiced_talk import VoicedTalk
from voicebot.cli import service_stub
from voicebot.cli.variables import pairs
from voicebot.dialog.conversation import AgentDoes, HangsUp, IsSilent, Presses, Says, ServiceDoes
from voicebot.dialog.events import HandoffReason
from voicebot.dialog.grading import grade
from voicebot.dialog.loader import load_script
from voicebot.dialog.rehearsal import Asked, HandedOff, Over, Passed, Rehearsal, RobotSaid, ServiceAnswer, Understood
from voicebot.dialog.script import Script
from voicebot.dialog.transcript import Did, Doing, as_conversation
from voicebot.errors import UsageError
from voicebot.settings import Settings
from voicebot.speech.hearing import Hearing
from voicebot.speech.languages import Models
from voicebot.speech.vad import default_vad

AGENT_OUTCOMES: dict[str, HandoffReason] = {
    "answered": "answered",
    "busy": "busy",
    "no_answer": "no_answer",
    "declined": "declined",
    "unreachable": "unreachable",
}
HELP = (
    "type what the customer says; empty line: silence; digits: keys; @FILE.wav: said in a recording; /at MS WORDS: over"
    " the prompt; /hangup; /agent busy|no_answer|answered; /state"
)


@dataclass
class Chat:
    """One talk with what was done in it. `moment`: when the last doing was over; prompts began then."""

    script: Script
    talk: Rehearsal
    console: Console
    doings: list[Did] = field(default_factory=list)
    moment: int = 0


@click.command("talk")
@click.argument("script")
@click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="A variable of the lead.")
@click.option("--voice", is_flag=True, help="Prompts last as long as they sound, and @FILE.wav is recognised.")
@click.option(
    "--say-dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help=f"Write each prompt as a WAV file, and the talk as {WHOLE_TALK}: customer left, robot right.",
)
@click.option(
    "--hear",
    "turns",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.wav",
    help="The customer's turns, one option each; what is typed comes after them.",
)
@click.option(
    "--at-ms",
    "moments",
    multiple=True,
    type=click.IntRange(0, 600_000),
    metavar="MS",
    help="The first --hear so long into the prompt, the second, ... ; without it after the prompt.",
)
@click.option(
    "--services",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What services answer, in YAML: NAME: {field: value}, NAME: missing, NAME: fails. Without it you are asked.",
)
@click.option(
    "--transcript",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the chat as a conversation test, ready for dialogs/tests.",
)
def command(
    script: str,
    variables: tuple[str, ...],
    voice: bool,
    say_dir: Path | None,
    turns: tuple[Path, ...],
    moments: tuple[int, ...],
    services: Path | None,
    transcript: Path | None,
) -> None:
    """Chat with SCRIPT: what is typed is what the customer says."""
    if len(moments) > len(turns):
        raise UsageError(f"{len(moments)} times --at-ms for {len(turns)} times --hear; give each its own --hear")
    if transcript is not None and transcript.exists():
        raise UsageError(f"{transcript} is there already; choose another name, or remove it")
    settings = settings_list.load()
    loaded, given = load_script(script_path(settings, script)), pairs(variables)
    given_turns = [f"@{path}" if at is None else f"/at {at} @{path}" for path, at in _timed(turns, moments)]
    for path in turns:
        customer_turn(path)  # all of them, before the talk begins
    local = datetime.now().isoformat(timespec="minutes")
    with _talk(settings, loaded, given, local, voice=bool(voice or turns or say_dir)) as talk:
        chat = Chat(loaded, talk, Console(highlight=False))
        answers = service_stub.typed(chat.console) if services is None else service_stub.from_file(services)
        talk.services = service_stub.noted(answers, lambda name, one: _note_service(chat, name, one))
        _hold(chat, given_turns)
        if say_dir is not None and isinstance(talk, VoicedTalk):
            written = write_sounds(talk, say_dir)
            chat.console.print(Text(f"{len(written) - 1} prompts and {WHOLE_TALK} in {say_dir}"), soft_wrap=True)
    if transcript is not None:
        written_down = as_conversation(loaded, f"chat of {local}", given, chat.doings, talk.state, local)
        transcript.write_text(written_down, encoding="utf-8")
        chat.console.print(Text(f"conversation test: {transcript}"), soft_wrap=True)


def _timed(turns: Sequence[Path], moments: Sequence[int]) -> Iterator[tuple[Path, int | None]]:
    yield from ((path, moments[place] if place < len(moments) else None) for place, path in enumerate(turns))


@contextmanager
def _talk(settings: Settings, script: Script, given: dict[str, str], local: str, *, voice: bool) -> Iterator[Rehearsal]:
    variables = {need.name: need.example for need in script.needs.values() if need.example} | given
    with ExitStack() as stack:
        engine = stack.enter_context(installed_engine(settings))
        if not voice:
            yield Rehearsal(script, variables, engine, local)
            return
        speak = speaker(stack.enter_context(prompt_cache(settings)), settings)
        ears = Hearing(Models(settings).of(script.language).open(), default_vad())
        yield VoicedTalk(script, variables, engine, ears, settings.min_confidence, prompt_audio=speak, local=local)


def _hold(chat: Chat, given: list[str]) -> None:
    """The talk from its beginning to its end: first the turns that were given, then what is typed."""
    title = f"{chat.script.title} ({chat.script.name}, version {chat.script.version}); {HELP}"
    chat.console.print(Text(title, style="dim"))
    chat.talk.pick_up()
    chat.talk.settle()
    _show(chat)
    while not chat.talk.over:
        line = given.pop(0) if given else _typed(chat)
        before = len(chat.doings)
        try:
            _tell(chat, line)
        except UsageError as error:
            chat.console.print(Text(str(error), style="yellow"))
        if len(chat.doings) > before:
            chat.moment = chat.talk.now
        chat.talk.settle()
        if len(chat.doings) > before:
            chat.doings[-1] = replace(chat.doings[-1], rest=chat.talk.state)
        _show(chat, told=len(chat.doings) > before)
    verdict = grade(chat.script, chat.talk.state)
    chat.console.print(f"[bold]grade {verdict.letter}[/bold]: {verdict.rule}")
    for evidence in verdict.evidence:
        chat.console.print(Text(f"  {evidence.at / 1000:6.1f} s {evidence.what}: {evidence.text}"))


def _typed(chat: Chat) -> str:
    try:
        prompt = f"[dim]{chat.talk.state.node}[/dim] [bold green]客户>[/bold green] "
        return chat.console.input(prompt).strip()
    except (EOFError, KeyboardInterrupt):
        return "/hangup"


# --- what a line means ------------------------------------------------------------------------------
def _tell(chat: Chat, typed: str, at_ms: int | None = None) -> None:
    """Carry out a line. Raises UsageError for one that means nothing, or a file that cannot be heard."""
    word, _, rest = typed.partition(" ")
    match word:
        case "/at" if at_ms is None:
            moment, _, what = rest.partition(" ")
            if not moment.isdecimal() or not what:
                raise UsageError("/at MS WORDS, for example: /at 1500 等一下")
            _tell(chat, what.strip(), int(moment))
        case "/hangup":
            _do(chat, HangsUp(_since(chat, at_ms)), lambda: chat.talk.hang_up(at_ms))
        case "/agent" if rest in AGENT_OUTCOMES and chat.talk.state.phase == "waiting":
            reason = AGENT_OUTCOMES[rest]
            chat.talk.finish()
            _do(chat, AgentDoes(reason), lambda: chat.talk.agent(reason))
        case "/state":
            chat.console.print(Text(_state(chat)))
        case "" if at_ms is None:
            _do(chat, IsSilent(1), chat.talk.wait)
        case _ if typed.startswith("@"):
            _hear(chat, Path(typed[1:]), at_ms)
        case _ if typed.startswith("/") or not typed:
            raise UsageError(HELP)
        case _ if all(character in "0123456789*#" for character in typed):
            _do(chat, Presses(typed, _since(chat, at_ms)), lambda: chat.talk.press(typed, at_ms))
        case _:
            _do(chat, Says(typed, _since(chat, at_ms)), lambda: chat.talk.say(typed, at_ms))


def _do(chat: Chat, action: Doing, carry_out: Callable[[], object]) -> None:
    before = chat.talk.state
    carry_out()
    chat.doings.append(Did(action, before, chat.talk.state))
    if isinstance(action, Presses):
        taken = chat.talk.state.turns[len(before.turns) :]
        chat.console.print(Text(f"    {action.digits} → {taken[-1].choice or 'no match' if taken else 'nothing'}"))


def _note_service(chat: Chat, name: str, answer: ServiceAnswer) -> None:
    """Before the doing that led to the question: the test must know the answer by then."""
    chat.doings.append(Did(ServiceDoes({name: answer}), chat.talk.state, None))


def _since(chat: Chat, at_ms: int | None) -> int | None:
    """A moment of the last prompt as conversation tests count it: since the robot began to answer the last doing."""
    return None if at_ms is None else chat.talk.now - chat.moment + at_ms


def _hear(chat: Chat, path: Path, at_ms: int | None) -> None:
    """A recorded turn: each utterance that was recognised in it is a doing."""
    if not isinstance(chat.talk, VoicedTalk):
        raise UsageError("recordings are heard with --voice; start again with it, or type the words")
    pcm, before, moment = customer_turn(path), chat.talk.state, _since(chat, at_ms)
    heard = chat.talk.speak(pcm, at_ms)
    if not heard:
        chat.console.print(Text(f"    nothing was heard in {path}", style="yellow"))
    for number, one in enumerate(heard):
        last = number == len(heard) - 1
        remark = f"said in {path.name}, recognised with confidence {one.confidence:.2f}"
        says = Says(one.text, None if number else moment)
        chat.doings.append(Did(says, before, chat.talk.state if last else None, remark))


# --- what is shown ----------------------------------------------------------------------------------
def _show(chat: Chat, *, told: bool = False) -> None:
    """What happened since the last time; `told`: also where the talk is now, and what grade it has and why."""
    console = chat.console
    for note in chat.talk.notes():
        match note:
            case RobotSaid(text):
                console.print("机器人", style="bold blue", end=" ")
                console.print(Text(text))
            case Understood(text, found):
                what = f"{found.intent or 'no intent'} {found.score:.2f} by {found.by} ({found.evidence})"
                engine = f", engine {found.engine}" if found.engine else ""
                line = f"    {text or 'sound without words'} → {found.choice or 'no match'}: {what}{engine}"
                console.print(Text(line, style="dim"))
            case Passed(timer):
                console.print(f"    … {timer}", style="dim")
            case Asked(service, _, outcome, values):
                got = ", ".join(f"{name} = {value}" for name, value in values.items())
                console.print(Text(f"    service {service}: {outcome} {got}".rstrip(), style="dim"))
            case HandedOff(target):
                console.print(f"    ☎ ringing {target}; /agent answered or /agent busy", style="yellow")
            case Over(reason):
                console.print(f"    robot hung up: {reason}", style="bold")
    if told:
        console.print(Text(_state(chat), style="dim"), soft_wrap=True)


def _state(chat: Chat) -> str:
    """Node, slots, tags, score, and the grade so far with its reasons."""
    state = chat.talk.state
    slots = [f"{name} = {value}" for name, value in state.slots.items() if value]
    parts = [f"node {state.node}", *slots, *state.tags, f"score {state.score}"]
    verdict = grade(chat.script, state)
    why = "; ".join(f"{one.what}: {one.text} at {one.at / 1000:.1f} s" for one in verdict.evidence)
    return f"    {' · '.join(parts)}\n    grade so far {verdict.letter} {verdict.rule}" + (f" ({why})" if why else "")
