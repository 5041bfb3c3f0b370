"""What services answer in a chat with a script, where nothing outside is asked: from a file, or typed when asked."""

from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.text import Text

from voicebot.dialog.commands import Fetch
from voicebot.dialog.conversation import SERVICE, service_answer
from voicebot.dialog.rehearsal import SERVICE_MS, ServiceAnswer, Services
from voicebot.understanding.yaml_source import Fields, parse, read_source

ASKED = "FIELD=VALUE; FIELD=VALUE, or missing, or an empty line: it fails"


def from_file(file: Path) -> Services:
    """The answers of a YAML file, `service: {field: value}`, `service: missing` or `service: fails`. A service that it
    does not name fails. Raises InputFault.
    """
    text, shown = read_source(file)
    tree = parse(text, shown)
    if not isinstance(tree, Fields):
        tree.place.fault("the file of services must be a mapping, for example crm: {level: gold}")
    answers = {name: service_answer(one, SERVICE_MS) for name, one in tree.values.items()}
    return lambda fetch: answers.get(fetch.service, ServiceAnswer())


def typed(console: Console) -> Services:
    """Asks whoever sits at the console."""

    def ask(fetch: Fetch) -> ServiceAnswer:
        params = ", ".join(f"{name}={value}" for name, value in fetch.params.items())
        console.print(Text(f"    ? service {fetch.service} ({params}) is asked for {', '.join(fetch.fields)}; {ASKED}"))
        try:
            return _meant(console.input(f"[dim]{fetch.service}>[/dim] ").strip())
        except EOFError:
            return ServiceAnswer()

    return ask


def _meant(line: str) -> ServiceAnswer:
    if line in SERVICE:
        return ServiceAnswer(SERVICE[line])
    pairs = [part.partition("=") for part in line.split(";") if "=" in part]
    values = {name.strip(): value.strip() for name, _, value in pairs}
    return ServiceAnswer("found", values) if values else ServiceAnswer()


def noted(services: Services, note: Callable[[str, ServiceAnswer], None]) -> Services:
    """`services`, each answer told to `note` with the service's name."""

    def ask(fetch: Fetch) -> ServiceAnswer:
        answer = services(fetch)
        note(fetch.service, answer)
        return answer

    return ask
