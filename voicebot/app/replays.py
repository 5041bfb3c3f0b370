"""Recorded calls of the store through another version of a script, on one processor or several."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from multiprocessing import get_context

from voicebot.app.leads import lead_variables
from voicebot.app.library import Library
from voicebot.dialog.journal import from_json
from voicebot.dialog.replay import Versions, replay_call
from voicebot.dialog.replay_report import ReplayedCall
from voicebot.dialog.script import Script
from voicebot.errors import InputFault, MissingVariable
from voicebot.store.recorded import RecordedTalk, Wanted, recorded_talks
from voicebot.store.store import Store
from voicebot.understanding.types import Classifier

LACKS_VARIABLE = "lacks a variable"
NO_OLD_VERSION = "its version cannot be read"
NO_EVENTS = "its events cannot be read"


@dataclass(frozen=True)
class Replayer:
    """What replays a talk. `olds`: the versions that were used, by row; a text says why one cannot be read."""

    new: Script
    olds: Mapping[int, Script | str]
    classifier: Classifier | None
    min_confidence: float
    versions: dict[int, Versions] = field(default_factory=dict, init=False)
    """What is worked out once for each of `olds`."""

    def all(self, talks: list[RecordedTalk]) -> list[ReplayedCall]:
        """Talks of the versions in `olds`, in their order."""
        versions = self.versions
        for key, old in self.olds.items():
            if isinstance(old, Script) and key not in versions:
                versions[key] = Versions(old, self.new, self.classifier, self.min_confidence)
        return [self._one(talk, versions.get(talk.version_id)) for talk in talks]

    def _one(self, talk: RecordedTalk, versions: Versions | None) -> ReplayedCall:
        if versions is None:
            return ReplayedCall(talk.attempt_id, None, str(self.olds[talk.version_id]), NO_OLD_VERSION)
        try:
            variables = talk.variables
            for script in (self.new, versions.scripts[0]):
                variables = lead_variables(script, talk.number, variables)
            result = replay_call(versions, variables, tuple(map(from_json, talk.events)))
        except MissingVariable as fault:
            return ReplayedCall(talk.attempt_id, None, str(fault), LACKS_VARIABLE)
        except ValueError as fault:
            return ReplayedCall(talk.attempt_id, None, str(fault), NO_EVENTS)
        drifted = (result.old.grade, result.old.ending) != (talk.grade, talk.ending)
        return ReplayedCall(talk.attempt_id, result, drifted=drifted)


def replayed_calls(
    store: Store, new: Script, wanted: Wanted, classifier: Classifier | None, min_confidence: float, jobs: int = 1
) -> Iterator[ReplayedCall]:
    """Every talk that is `wanted`, the latest first. `jobs`: processes that replay. Raises StoreError."""
    olds: dict[int, Script | str] = {}
    batches = _with_versions(Library(store), recorded_talks(store, wanted), olds)
    if jobs == 1:
        replayer = Replayer(new, olds, classifier, min_confidence)
        for batch in batches:
            yield from replayer.all(batch)
        return
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        running = [pool.submit(Replayer(new, dict(olds), classifier, min_confidence).all, batch) for batch in batches]
        yield from chain.from_iterable(one.result() for one in running)


def _with_versions(
    library: Library, batches: Iterator[list[RecordedTalk]], olds: dict[int, Script | str]
) -> Iterator[list[RecordedTalk]]:
    """The batches, and before each the versions that it needs in `olds`."""
    for batch in batches:
        for key in {talk.version_id for talk in batch} - olds.keys():
            olds[key] = _loaded(library, key)
        yield batch


def _loaded(library: Library, version_id: int) -> Script | str:
    try:
        return library.script(version_id)
    except InputFault as fault:
        return str(fault)
