"""`voicebot script check` over files: scripts with their parts, a lead list's columns, recordings, rendered prompts.

The rules are the dialog's; what only the disk knows is found here.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from voicebot.dialog.bundle import PartsBeside
from voicebot.dialog.check import Policy, check
from voicebot.dialog.check_prompts import DISCLOSURE
from voicebot.dialog.findings import Finding, finding, in_order, of_faults
from voicebot.dialog.loader import load_script
from voicebot.dialog.script import Prompt, Script
from voicebot.dialog.walk import every_prompt
from voicebot.dialog.wording import render, variables_of
from voicebot.errors import InputFault, SpeechError, UsageError
from voicebot.settings import Settings
from voicebot.understanding.csv_source import csv_rows, decoded
from voicebot.understanding.nlu_yaml import load_training, training_files
from voicebot.understanding.yaml_source import Place

HEADER_BYTES = 65_536
"""Of a lead list only its first row is read, which must end within these."""


@dataclass(frozen=True)
class Checked:
    """What was found in so many scripts."""

    scripts: int
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        """How many of them are errors; the others are warnings."""
        return sum(one.severity == "error" for one in self.findings)


def check_files(settings: Settings, names: Iterable[str], leads: Path | None, rendered: bool) -> Checked:
    """Check scripts by name or path, all of dialogs/ and the parts that none of them uses when there are no names.

    `leads`: a CSV whose columns the scripts' variables must be among; `rendered`: prompts must be in the cache.
    Raises UsageError for a script that is not there, InputFault for broken intents or lead lists.
    """
    wanted = list(names)
    paths = [_path(settings, name) for name in wanted] or sorted(settings.dialogs_dir.glob("*.yaml"))
    training = load_training(training_files(settings.intents_dir))
    columns = None if leads is None else columns_of(leads)
    found: list[Finding] = []
    used: set[Path] = set()
    for path in paths:
        try:
            script = load_script(path)
        except InputFault as fault:
            found += of_faults(fault)
            continue
        used |= {path.parent / name for name in script.parts}
        besides = [*_recordings(settings, script), *(_unrendered(settings, script) if rendered else ())]
        found += check(script, training, columns, policy_of(settings), besides)
    if not wanted and not any(one.severity == "error" for one in found):
        found += _unused_parts(settings.dialogs_dir, used)
    return Checked(len(paths), in_order(found))


def policy_of(settings: Settings) -> Policy:
    """What the installation wants of every script."""
    words = tuple(word.strip().lower() for word in settings.disclosure_words.split(",") if word.strip())
    return Policy((words or DISCLOSURE) if settings.require_disclosure else (), lambda url: _may_ask(settings, url))


def _may_ask(settings: Settings, url: str) -> bool:
    from voicebot.call.services import allowed  # here: few scripts ask any, and its libraries take their time

    return allowed(settings.lookup_hosts, settings.lookup_tokens).may_ask(url)


def columns_of(leads: Path) -> Collection[str]:
    """The names in the first row of a CSV, of which no more is read. Raises InputFault."""
    shown = str(leads)
    top = Place(shown, 1, 1)
    try:
        with leads.open("rb") as file:
            data = file.read(HEADER_BYTES)
    except OSError as error:
        top.fault(f"cannot be read ({error.strerror}); check the path", "unreadable-file")
    header, end, _ = data.partition(b"\n")
    if not end and len(data) == HEADER_BYTES:
        top.fault(f"the first row is longer than {HEADER_BYTES} bytes; is it a lead list?", "bad-table")
    rows = list(csv_rows(decoded(header, shown), shown, 1))
    if not rows:
        top.fault("the first row is empty; it must name the columns", "bad-table")
    return frozenset(rows[0].values)


def _path(settings: Settings, name: str) -> Path:
    for candidate in (Path(name), settings.dialogs_dir / f"{name}.yaml"):
        if candidate.exists():
            return candidate
    known = ", ".join(sorted(path.stem for path in settings.dialogs_dir.glob("*.yaml"))) or "none"
    raise UsageError(f"no script {name!r}: neither a file nor a name in {settings.dialogs_dir} (there: {known})")


def _unused_parts(directory: Path, used: set[Path]) -> Iterator[Finding]:
    for name in PartsBeside(directory):
        if directory / name not in used:
            yield finding("part-unused", Place(str(directory / name), 1, 1), f"no script uses {name}")


def _prompts(script: Script) -> Iterator[tuple[str | None, Prompt]]:
    """Every wording with its node, if it has one of its own; each once."""
    owners: dict[Place, str] = {}
    for node in script.nodes.values():
        owners |= dict.fromkeys((prompt.place for prompt in (*node.say, *node.ask)), node.id)
    by_place = {prompt.place: prompt for prompt in every_prompt(script)}
    yield from ((owners.get(place), prompt) for place, prompt in by_place.items())


def _recordings(settings: Settings, script: Script) -> Iterator[Finding]:
    for node, prompt in _prompts(script):
        if prompt.file is not None and (why := _unplayable(settings.dialogs_dir, prompt.file)):
            yield finding("recording-missing", prompt.place, why, node)


def _unplayable(directory: Path, name: str) -> str:
    """Why a recording cannot be played, empty when it can."""
    from voicebot.speech.prompts import recording  # here: few scripts have any, and its libraries take their time

    path = directory / name
    if not path.resolve().is_relative_to(directory.resolve()):
        return f"{path} is a link that leads out of {directory}"
    try:
        recording(path)
    except SpeechError as error:
        return str(error)
    return ""


def _unrendered(settings: Settings, script: Script) -> Iterator[Finding]:
    """Prompts that are not in the cache, with the example of every variable; those without examples are left out."""
    from voicebot.app.prompts import prompt_cache  # here: its libraries take their time

    values = {need.name: need.example or need.default or "" for need in script.needs.values()}
    with prompt_cache(settings) as cache:
        for node, prompt in _prompts(script):
            known = all(values.get(name) for name in variables_of(prompt.text))
            if prompt.file is None and known and not cache.has(render(prompt.text, values), script.voice):
                yield finding("prompt-not-rendered", prompt.place, f"{prompt.text!r} is not in the cache", node)
