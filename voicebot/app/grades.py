"""Grades of recorded talks: why a talk has its grade, and grading anew by the rules of another version.

The talk is what its events make of it by the version that it was held with; only the rules are another's. Reading and
writing the rows is the store's, the rules are the dialog's.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from voicebot.app.leads import lead_variables
from voicebot.app.library import Library
from voicebot.app.scripts import load_version, register
from voicebot.campaign.policy.masking import masked
from voicebot.dialog import engine
from voicebot.dialog.grading import Grade, Judged, explain, grade
from voicebot.dialog.journal import from_json
from voicebot.dialog.loader import load_script
from voicebot.dialog.script import Script
from voicebot.dialog.state import State
from voicebot.errors import InputFault, UsageError
from voicebot.settings import Settings
from voicebot.store.grades import NewGrade, Regraded, add_grades, regraded
from voicebot.store.recorded import RecordedTalk, Wanted, calls_like, recorded_talk, recorded_talks, scripts_of
from voicebot.store.records import EvidenceRecord
from voicebot.store.store import Store
from voicebot.store.versions import Version, find_version, version_with_digest, version_with_id


@dataclass(frozen=True)
class Explained:
    """A talk's grade, rule by rule. `stored`: the grade it got then; `number` is masked."""

    attempt_id: str
    number: str
    version: str
    state: State
    stored: Grade
    given: Grade
    rules: tuple[Judged, ...]


@dataclass(frozen=True)
class Rules:
    """What talks of one script are graded by. `version_id` None: the file is not kept, since nothing is written."""

    script: Script
    label: str
    version_id: int | None


@dataclass(frozen=True)
class Unread:
    """A talk that cannot be graded anew, and why."""

    attempt_id: str
    why: str


@dataclass(frozen=True)
class Again:
    """What came of grading the talks of one script anew. `calls`: all graded by these rules, those of earlier runs too;
    `fresh`: those of this run, in `seconds`."""

    script: str
    label: str
    calls: tuple[Regraded, ...]
    fresh: int
    seconds: float
    unread: tuple[Unread, ...] = ()

    @property
    def table(self) -> Mapping[tuple[str, str], int]:
        """Talks by old and new grade."""
        return Counter((one.old, one.new) for one in self.calls)

    @property
    def changed(self) -> tuple[Regraded, ...]:
        """Talks whose grade is another now."""
        return tuple(one for one in self.calls if one.old != one.new)


def talk_state(library: Library, one: RecordedTalk) -> State:
    """The talk as it ended. Raises InputFault when its events, or their version, cannot be read any more."""
    if not one.events:
        raise InputFault(f"call {one.attempt_id}: it has no events in the store")
    script = library.script(one.version_id)
    given = {name: str(value) for name, value in one.variables.items()}
    variables = lead_variables(script, one.number, given)
    try:
        events = [from_json(body) for body in one.events]
    except ValueError as fault:
        raise InputFault(f"call {one.attempt_id}: {fault}") from fault
    return engine.replay(script, engine.start(script, variables), events)


def explain_call(store: Store, settings: Settings, wanted: str, version: str | None = None) -> Explained:
    """Why the talk has its grade, by the rules it was held with or those of `version` (as in `grade_again`).

    `wanted`: its id, or how that begins. Raises UsageError when it fits none or several, InputFault, StoreError.
    """
    one = recorded_talk(store, _call_id(store, wanted))
    library = Library(store)
    state = talk_state(library, one)
    rules = _own_rules(store, library, one) if version is None else rules_of(store, settings, one.script, version)
    given = grade(rules.script, state)
    judged = explain(rules.script, state)
    return Explained(one.attempt_id, masked(one.number), rules.label, state, Grade(one.grade, one.rule), given, judged)


def _call_id(store: Store, wanted: str) -> str:
    found = calls_like(store, wanted.strip().lower())
    if not found:
        raise UsageError(f"no call {wanted!r} in {store.name}; voicebot report page lists the calls with their ids")
    if len(found) > 1 and wanted.lower() not in found:
        raise UsageError(f"{wanted!r} may be any of {', '.join(found)}; name one by more of its id")
    return found[0]


def _own_rules(store: Store, library: Library, one: RecordedTalk) -> Rules:
    version = version_with_id(store, one.version_id)
    label = version.label if version else str(one.version_id)
    return Rules(library.script(one.version_id), label, one.version_id)


def rules_of(store: Store, settings: Settings, script: str, wanted: str | None, *, keep: bool = False) -> Rules:
    """The rules that `wanted` names for a script: a file, a kept version, or without it the script's file in dialogs/.

    `keep`: a file is registered as a version. Raises UsageError, InputFault, StoreError.
    """
    path = settings.dialogs_dir / f"{script}.yaml" if wanted is None else Path(wanted)
    if wanted is not None and not path.is_file():
        version = find_version(store, script, wanted)
        return Rules(load_version(store, version), version.label, version.id)
    if not path.is_file():
        raise UsageError(f"script {script!r} has no file {path}; name a version or a file with --version")
    if keep:
        stored = register(store, path)
        loaded, version_id = stored.script, stored.version_id
    else:
        loaded, version_id = load_script(path), None
    if loaded.name != script:
        raise UsageError(f"{path} is script {loaded.name!r}, the calls are of {script!r}; narrow them with --script")
    return Rules(loaded, f"{path.name} (version {loaded.version})", version_id)


def kept_rules(store: Store, wanted: str, script: str | None) -> Version:
    """The kept version whose rules `wanted` names: a file, or a version of `script`, which may stay unnamed where the
    store has only one.

    Raises UsageError when it was never kept, or the script cannot be told; InputFault, StoreError.
    """
    if Path(wanted).is_file():
        rules = load_script(Path(wanted))
        version = version_with_digest(store, rules.digest)
        if version is None:
            raise UsageError(f"no call was graded by {wanted}; run: voicebot grade again --version {wanted}")
        return version
    scripts = [script] if script is not None else [*scripts_of(store, Wanted())]
    if len(scripts) != 1:
        raise UsageError(
            f"version {wanted!r} of which script? name it with --script; called: {', '.join(scripts) or 'none'}"
        )
    return find_version(store, scripts[0], wanted)


def grade_again(
    store: Store,
    settings: Settings,
    which: Wanted,
    wanted: str | None,
    *,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Iterator[Again]:
    """Grade these talks anew, script by script; grades of these rules that are there already stay as they are.

    Batch by batch: after an end in between the next run goes on. `dry_run`: nothing is written, everything is graded.
    `progress` gets the talks done. Raises UsageError, InputFault for a broken script, StoreError.
    """
    scripts = scripts_of(store, which)
    if wanted is not None and Path(wanted).is_file():
        scripts = {name: calls for name, calls in scripts.items() if name == load_script(Path(wanted)).name}
    if not scripts:
        raise UsageError("no recorded calls fit; see voicebot report grades, and leave out --since or --script")
    library = Library(store)
    for script in scripts:
        rules = rules_of(store, settings, script, wanted, keep=not dry_run)
        yield _again(store, library, which.by(script), rules, dry_run, progress)


def _again(
    store: Store,
    library: Library,
    which: Wanted,
    rules: Rules,
    dry_run: bool,
    progress: Callable[[int], None],
) -> Again:
    began = time.monotonic()
    work = _Work(library, rules)
    kept = None if dry_run else rules.version_id
    for batch in recorded_talks(store, which, ungraded_by=kept):
        grades = work.graded(batch)
        if kept is not None:
            add_grades(store, kept, grades)
        progress(len(batch))
    seconds = time.monotonic() - began
    calls = tuple(work.fresh) if kept is None else regraded(store, which, kept)
    return Again(rules.script.name, rules.label, calls, len(work.fresh), seconds, tuple(work.unread))


@dataclass
class _Work:
    """Talks graded so far by the same rules."""

    library: Library
    rules: Rules
    fresh: list[Regraded] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    def graded(self, batch: list[RecordedTalk]) -> list[NewGrade]:
        """The new grades of those that can be read."""
        found = []
        for one in batch:
            try:
                new = grade(self.rules.script, talk_state(self.library, one))
            except InputFault as fault:
                self.unread.append(Unread(one.attempt_id, str(fault)))
                continue
            evidence = tuple(EvidenceRecord(each.what, each.at, each.text) for each in new.evidence)
            found.append(NewGrade(one.attempt_id, new.letter, new.rule, evidence))
            self.fresh.append(
                Regraded(one.attempt_id, one.number, one.started_at, one.grade, one.rule, new.letter, new.rule)
            )
        return found
