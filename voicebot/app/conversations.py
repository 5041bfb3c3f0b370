"""Conversation tests of an installation: found beside the scripts, played without audio, told as JSON or JUnit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from voicebot.app.scripts import script_path
from voicebot.dialog.conversation import ConversationFile, load_conversations
from voicebot.dialog.conversation_run import Outcome, play
from voicebot.dialog.coverage import Coverage, coverage
from voicebot.dialog.loader import load_script
from voicebot.dialog.script import Script
from voicebot.errors import InputFault, UsageError
from voicebot.settings import Settings
from voicebot.understanding.types import Classifier

TESTS = "tests"
"""Conversations of `dialogs/NAME.yaml` are in `dialogs/tests/NAME/`."""


@dataclass(frozen=True)
class ScriptRun:
    """One script with what came of its conversations."""

    script: Script
    outcomes: tuple[Outcome, ...]
    coverage: Coverage


@dataclass(frozen=True)
class Run:
    """All that was played. `broken`: files that could not be read, each as file:line:column and why."""

    scripts: tuple[ScriptRun, ...]
    broken: tuple[str, ...]

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Of all scripts."""
        return tuple(outcome for run in self.scripts for outcome in run.outcomes)

    @property
    def passed(self) -> int:
        """Conversations without a failure."""
        return sum(not outcome.failures for outcome in self.outcomes)

    @property
    def failed(self) -> int:
        """Conversations with one, and files that could not be read."""
        return len(self.outcomes) - self.passed + len(self.broken)

    @property
    def turns(self) -> int:
        """What customers said or pressed, in all."""
        return sum(len(outcome.state.turns) for outcome in self.outcomes if outcome.state)

    @property
    def coverage(self) -> Coverage:
        """Of all scripts together."""
        return sum((run.coverage for run in self.scripts), Coverage())


@dataclass(frozen=True)
class Found:
    """One script with the files of its conversations."""

    path: Path
    script: Script
    files: tuple[tuple[Path, ConversationFile], ...]


def find_conversations(settings: Settings, names: Iterable[str]) -> tuple[tuple[Found, ...], tuple[str, ...]]:
    """The conversations of `names`: scripts, test files or directories of them; without any, of all of dialogs/.

    Also the faults of files that could not be read. Raises UsageError for a name that is nothing of these.
    """
    scripts, files = _wanted(settings, tuple(names))
    broken: list[str] = []
    read: dict[Path, list[tuple[Path, ConversationFile]]] = {path.resolve(): [] for path in scripts}
    for file in files:
        try:
            conversations = load_conversations(file)
            read.setdefault(_script_of(settings, conversations, file).resolve(), []).append((file, conversations))
        except InputFault as fault:
            broken.append(str(fault))
    found = []
    for path, of_script in read.items():
        try:
            found.append(Found(_shown(path), load_script(_shown(path)), tuple(of_script)))
        except InputFault as fault:
            broken.append(str(fault))
    return tuple(found), tuple(broken)


def run_conversations(settings: Settings, names: Iterable[str], classifier: Classifier | None) -> Run:
    """Play what `find_conversations` finds, without audio. Raises UsageError as that does."""
    found, broken = find_conversations(settings, names)
    return Run(tuple(script_run(one.script, _play(one, classifier)) for one in found), broken)


def script_run(script: Script, outcomes: Iterable[Outcome]) -> ScriptRun:
    """What came of a script's conversations, with what they went through."""
    outcomes = tuple(outcomes)
    return ScriptRun(script, outcomes, coverage(script, (one.state for one in outcomes if one.state)))


def _play(found: Found, classifier: Classifier | None) -> Iterator[Outcome]:
    for _, file in found.files:
        yield from (play(found.script, one, classifier) for one in file.conversations)


def _shown(path: Path) -> Path:
    """The path as people read it: from the present directory when it lies below."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _wanted(settings: Settings, names: tuple[str, ...]) -> tuple[list[Path], list[Path]]:
    """Scripts and test files."""
    scripts: list[Path] = []
    files: list[Path] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            files += sorted(path.rglob("*.yaml"))
        elif path.is_file() and TESTS in path.resolve().parts:
            files.append(path)
        else:
            scripts.append(script_path(settings, name))
    if not names:
        scripts = sorted(settings.dialogs_dir.glob("*.yaml"))
    if not scripts and not files:
        raise UsageError(f"no scripts in {' '.join(names) or settings.dialogs_dir}; name a script or a test file")
    for script in scripts:
        files += sorted((script.parent / TESTS / script.stem).rglob("*.yaml"))
    return scripts, list(dict.fromkeys(_shown(file.resolve()) for file in files))


def _script_of(settings: Settings, read: ConversationFile, file: Path) -> Path:
    """The script of a test file: a path from the file, the name of the script above it, or a name in dialogs/."""
    above = file.resolve().parent.parent.parent / f"{read.script}.yaml"
    candidates = (file.parent / read.script, above, settings.dialogs_dir / f"{read.script}.yaml")
    found = next(filter(Path.is_file, candidates), None)
    if found is None:
        where = f"neither a path from this file nor a name in {settings.dialogs_dir}"
        read.script_place.fault(f"no script {read.script!r}: {where}")
    return found


# --- telling ----------------------------------------------------------------------------------------
def as_dict(run: Run) -> dict[str, object]:
    """For JSON; it ends with `passed`, `failed` and `coverage`, whose values are fractions."""
    return {
        "broken": list(run.broken),
        "failures": [
            {
                "conversation": outcome.name,
                "file": failure.place.file,
                "line": failure.place.line,
                "column": failure.place.column,
                "message": failure.message,
            }
            for outcome in run.outcomes
            for failure in outcome.failures
        ],
        "scripts": [
            {
                "script": one.script.name,
                "conversations": len(one.outcomes),
                "coverage": _fractions(one.coverage),
                "uncovered": [
                    {"file": place.file, "line": place.line, "what": what}
                    for part in (one.coverage.nodes, one.coverage.edges, one.coverage.ladders)
                    for place, what in part.missing
                ],
            }
            for one in run.scripts
        ],
        "turns": run.turns,
        "passed": run.passed,
        "failed": run.failed,
        "coverage": _fractions(run.coverage),
    }


def _fractions(found: Coverage) -> dict[str, float]:
    return {name: round(getattr(found, name).fraction, 4) for name in ("nodes", "edges", "ladders")}


def as_junit(run: Run) -> bytes:
    """The XML that build servers read: a suite for each script, and one of the files that could not be read."""
    root = ElementTree.Element("testsuites", name="conversations")
    for one in run.scripts:
        failed = sum(bool(outcome.failures) for outcome in one.outcomes)
        suite = _suite(root, one.script.name, len(one.outcomes), failures=failed)
        for outcome in one.outcomes:
            place = outcome.conversation.place
            attributes = {"classname": one.script.name, "name": outcome.name}
            case = ElementTree.SubElement(suite, "testcase", attributes, file=place.file, line=str(place.line))
            for failure in outcome.failures:
                ElementTree.SubElement(case, "failure", message=failure.message).text = str(failure)
    if run.broken:
        suite = _suite(root, "files", len(run.broken), errors=len(run.broken))
        for fault in run.broken:
            case = ElementTree.SubElement(suite, "testcase", classname="files", name=fault.split(":")[0])
            ElementTree.SubElement(case, "error", message=fault)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _suite(root: ElementTree.Element, name: str, tests: int, failures: int = 0, errors: int = 0) -> ElementTree.Element:
    counts = {"tests": str(tests), "failures": str(failures), "errors": str(errors)}
    return ElementTree.SubElement(root, "testsuite", {"name": name, **counts})
