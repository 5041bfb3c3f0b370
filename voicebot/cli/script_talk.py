"""`voicebot script talk`: chat with a script in the terminal."""

from datetime import datetime

import click
from rich.console import Console
from rich.table import Table

from voicebot import settings as settings_list
from voicebot.app.engine import installed_engine
from voicebot.app.scripts import script_path
from voicebot.cli.variables import pairs
from voicebot.dialog.events import HandoffReason
from voicebot.dialog.grading import grade
from voicebot.dialog.loader import load_script
from voicebot.dialog.rehearsal import HandedOff, Over, Passed, Rehearsal, RobotSaid, Understood

AGENT_OUTCOMES: dict[str, HandoffReason] = {
    "answered": "answered",
    "busy": "busy",
    "no_answer": "no_answer",
    "declined": "declined",
    "unreachable": "unreachable",
}
HELP = "type what the customer says; empty line: silence; digits: keys; /hangup; /agent busy|no_answer|answered; /state"


@click.command("talk")
@click.argument("script")
@click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="A variable of the lead.")
def command(script: str, variables: tuple[str, ...]) -> None:
    """Chat with SCRIPT: what is typed is what the customer says."""
    settings = settings_list.load()
    loaded = load_script(script_path(settings, script))
    examples = {need.name: need.example for need in loaded.needs.values() if need.example}
    engine = click.get_current_context().with_resource(installed_engine(settings))
    chat = Rehearsal(loaded, examples | pairs(variables), engine, datetime.now().isoformat(timespec="minutes"))
    console = Console(highlight=False)
    console.print(f"[dim]{loaded.title} ({loaded.name}, version {loaded.version}); {HELP}[/dim]")
    chat.pick_up()
    _show(console, chat)
    while not chat.over:
        try:
            typed = console.input(f"[dim]{chat.state.node}[/dim] [bold green]客户>[/bold green] ").strip()
        except (EOFError, KeyboardInterrupt):
            typed = "/hangup"
        _tell(chat, typed)
        _show(console, chat)
    verdict = grade(loaded, chat.state)
    console.print(f"[bold]grade {verdict.letter}[/bold]: {verdict.rule}")
    for evidence in verdict.evidence:
        console.print(f"  [dim]{evidence.at / 1000:6.1f} s[/dim] {evidence.what}: {evidence.text}", markup=True)


def _tell(chat: Rehearsal, typed: str) -> None:
    """What a typed line means."""
    word, _, rest = typed.partition(" ")
    match word:
        case "":
            chat.wait()
        case "/hangup":
            chat.hang_up()
        case "/agent" if rest in AGENT_OUTCOMES:
            chat.agent(AGENT_OUTCOMES[rest])
        case "/state":
            pass
        case _ if typed.startswith("/"):
            Console().print(HELP, style="yellow")
        case _ if all(character in "0123456789*#" for character in typed):
            chat.press(typed)
        case _:
            chat.say(typed)


def _show(console: Console, chat: Rehearsal) -> None:
    """Let the robot finish, and print what happened."""
    chat.finish()
    for note in chat.notes():
        match note:
            case RobotSaid(text):
                console.print("机器人", style="bold blue", end=" ")
                console.print(text, markup=False)
            case Understood(_, found):
                what = f"{found.intent or 'no intent'} {found.score:.2f} by {found.by} ({found.evidence})"
                console.print(f"    → {found.choice or 'no match'}: {what}", style="dim", markup=False)
            case Passed(timer):
                console.print(f"    … {timer}", style="dim")
            case HandedOff(target):
                console.print(f"    ☎ ringing {target}; /agent answered or /agent busy", style="yellow")
            case Over(reason):
                console.print(f"    robot hung up: {reason}", style="bold")
    state = chat.state
    if state.slots or state.tags or state.score:
        table = Table.grid(padding=(0, 2))
        table.add_row("slots", str(dict(state.slots)), "tags", ", ".join(state.tags), "score", str(state.score))
        console.print(table, style="dim")
