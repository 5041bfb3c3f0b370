"""A list of leads into a campaign: each row checked, the refused kept with their reason, faults in a file of their own.

Memory does not grow with the list; every chunk is a transaction, so a broken import loses nothing that it wrote.
"""

import gc
import hashlib
import sys
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from voicebot.campaign.faults_file import FaultsFile
from voicebot.campaign.key_sieve import KeySieve
from voicebot.campaign.list_file import open_list
from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.list_columns import Columns, Row, RowFault, columns_of, read_row
from voicebot.campaign.policy.number_runs import runs
from voicebot.campaign.policy.order import Lane
from voicebot.campaign.policy.plan import Plan
from voicebot.campaign.policy.states import LeadState
from voicebot.store.lead_import import (
    LeadRow,
    add_rows,
    begin_batch,
    check_open,
    flag_numbers,
    has_leads,
    known_keys,
    note_progress,
)
from voicebot.store.refusals import Refusal, refusals
from voicebot.store.store import Store, Transaction

CHUNK = 5_000
"""Rows a transaction. Fewer touch the same pages of the indexes more often, more take memory."""
SWITCH_S = 0.0005
RUN_FLAG = "one of a run of numbers"


@dataclass
class ImportReport:
    """What came of an import. `refused`: kept as leads that are not called, by result code; `faults`: rows that became
    no lead, by code. `postponed`: called later, since the person was called of late."""

    campaign: str
    file: str
    rows: int = 0
    loaded: int = 0
    ready: int = 0
    postponed: int = 0
    flagged: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    first_faults: list[tuple[int, str, str]] = field(default_factory=list)
    batch_id: int | None = None
    errors_file: Path | None = None

    def as_json(self) -> dict[str, Any]:
        """The figures by name."""
        plain = {name: getattr(self, name) for name in ("campaign", "file", "rows", "loaded", "ready", "postponed")}
        return plain | {
            "flagged": self.flagged,
            "refused": dict(self.refused),
            "faults": dict(self.faults),
            "batch": self.batch_id,
            "errors_file": str(self.errors_file) if self.errors_file else None,
        }


@dataclass(frozen=True)
class ImportRequest:
    """What to import. `mapping`: field or variable -> heading; `needed`: the scripts' variables, true without default.

    `dry_run`: everything but writing. `errors`: where faults are listed, CSV; None: nowhere.
    """

    path: Path
    mapping: Mapping[str, str] = field(default_factory=dict)
    needed: Mapping[str, bool] = field(default_factory=dict)
    sheet: str | None = None
    dry_run: bool = False
    errors: Path | None = None
    by: str = ""


SHOWN_FAULTS = 10
Progress = Callable[[int, float], None]
"""Rows so far, and the share of the file that was read, 0 to 1."""


def import_list(
    store: Store, plan: Plan, request: ImportRequest, at: datetime, progress: Progress = lambda rows, share: None
) -> ImportReport:
    """Load the list into the campaign of `plan` as of `at` (aware). Raises InputFault, UsageError, StoreError."""
    report = ImportReport(plan.name, request.path.name, errors_file=request.errors)
    today = at.astimezone(ZoneInfo(plan.zone)).date()
    numbers = array("q")
    with ExitStack() as stack:
        lead_list = stack.enter_context(open_list(request.path, request.sheet))
        columns = columns_of(lead_list.headings, request.mapping, request.needed)
        errors = stack.enter_context(FaultsFile(request.errors, lead_list.headings, columns))
        if not request.dry_run:
            report.batch_id = begin_batch(store, plan.name, report.file, _digest(request.path), request.by)
        opened = store.reading if request.dry_run else stack.enter_context(store.loading())
        loading = _Loading(store, opened, plan, report, errors, at, f"@{today}")
        stack.enter_context(_two_threads())
        # The next chunk is read and looked at while the driver writes the last: it lets go of Python's lock meanwhile.
        writer = stack.enter_context(ThreadPoolExecutor(1))
        pending: Future[None] | None = None
        while (chunk := _read(islice(lead_list.rows, CHUNK), columns, plan, request.needed, today)).size:
            numbers.extend(int(row.number.e164) for _, row in chunk.good)
            refused = loading.refused(chunk)
            if pending is not None:
                pending.result()
            pending = writer.submit(loading.load, chunk, refused)
            progress(report.rows, lead_list.share())
            gc.collect()
        if pending is not None:
            pending.result()
        progress(report.rows, 1.0)
    odd = runs(numbers)
    report.flagged = len(odd)
    if report.batch_id is not None:
        flag_numbers(store, report.batch_id, [f"+{number}" for number in odd], RUN_FLAG)
    return report


@contextmanager
def _two_threads() -> Iterator[None]:
    """What reader and writer want of the interpreter. Cycles are looked for once a chunk and only among what is new,
    since statements make some with their rows in them; else it takes a third of an import's time. And who waits for
    Python's lock gets it soon: the driver needs it for a moment between long statements."""
    enabled, interval = gc.isenabled(), sys.getswitchinterval()
    gc.collect()
    gc.freeze()
    gc.disable()
    sys.setswitchinterval(SWITCH_S)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        gc.unfreeze()
        if enabled:
            gc.enable()


class _Chunk(NamedTuple):
    """Some rows as read: line and lead, and line, cells and fault."""

    good: list[tuple[int, Row]]
    bad: list[tuple[int, list[str], RowFault]]

    @property
    def size(self) -> int:
        return len(self.good) + len(self.bad)


def _read(
    lines: Iterable[tuple[int, list[str]]], columns: Columns, plan: Plan, needed: Mapping[str, bool], today: date
) -> _Chunk:
    chunk = _Chunk([], [])
    for line, cells in lines:
        try:
            chunk.good.append((line, read_row(cells, columns, plan.list, needed, today)))
        except RowFault as fault:
            # Its traceback would hold this frame, and so the chunk itself.
            chunk.bad.append((line, cells, fault.with_traceback(None)))
    return chunk


class _Loading:
    """The writing half of an import: duplicates out, the refused marked, the rest written, all counted. One chunk may
    be loaded while who is refused of the next is looked up. `opened`: a transaction for a chunk."""

    def __init__(
        self,
        store: Store,
        opened: Transaction,
        plan: Plan,
        report: ImportReport,
        errors: FaultsFile,
        at: datetime,
        day: str,
    ) -> None:
        self._store, self._opened, self._plan, self._report, self._errors = store, opened, plan, report, errors
        self._at, self._day = at, day
        self._sieve = KeySieve()
        self._before = has_leads(store, plan.name)
        self._seen: set[int] = set()
        """Hashes of the keys of a dry run, which writes nothing that could be asked."""

    def refused(self, chunk: _Chunk) -> Mapping[str, Refusal]:
        """Who of the chunk must not be called, by number; asked again whenever somebody is to be dialled."""
        numbers = list({row.number.e164 for _, row in chunk.good})
        with self._store.reading() as connection:
            return refusals(connection, numbers, self._plan, self._at)

    def load(self, chunk: _Chunk, refused: Mapping[str, Refusal]) -> None:
        """One chunk, one transaction."""
        report = self._report
        report.rows += chunk.size
        for line, cells, fault in chunk.bad:
            self._fault(line, cells, fault)
        with self._opened() as connection:
            check_open(connection, self._plan.name)
            keys = [row.key + self._day for _, row in chunk.good]
            # A key that the sieve has not seen is new, unless an earlier import brought it.
            doubtful = keys if self._before else [key for key in keys if self._sieve.maybe(key)]
            known = known_keys(connection, self._plan.name, doubtful) if doubtful else set()
            rows = self._rows(keys, chunk.good, known, refused)
            report.loaded += len(rows)
            report.ready += sum(row.code is None and row.due_at is None for row in rows)
            report.postponed += sum(row.due_at is not None for row in rows)
            report.refused.update(row.code for row in rows if row.code)
            if report.batch_id is not None:
                add_rows(connection, self._plan.name, report.batch_id, rows)
                note_progress(connection, report.batch_id, report.rows, report.loaded, report.refused + report.faults)

    def _rows(
        self, keys: list[str], good: list[tuple[int, Row]], known: set[str], refused: Mapping[str, Refusal]
    ) -> list[LeadRow]:
        """The leads among the rows; those whose keys are known are faults."""
        rows: list[LeadRow] = []
        for key, (line, row) in zip(keys, good, strict=True):
            if key in known or hash(key) in self._seen:
                why = f"{row.key!r} was in a list of {self._day[1:]} already"
                self._fault(line, [], RowFault("key", Code.DUPLICATE, why))
                continue
            known.add(key)
            self._sieve.add(key)
            rows.append(_lead(key, row, refused.get(row.number.e164)))
        if self._report.batch_id is None:
            self._seen.update(map(hash, known))
        return rows

    def _fault(self, line: int, cells: list[str], fault: RowFault) -> None:
        self._report.faults[fault.code] += 1
        if len(self._report.first_faults) < SHOWN_FAULTS:
            self._report.first_faults.append((line, fault.column, fault.reason))
        self._errors.write(line, fault, cells)


def _lead(key: str, row: Row, refusal: Refusal | None) -> LeadRow:
    later = refusal.until if refusal is not None else None
    gone = refusal if refusal is not None and later is None else None
    return LeadRow(
        key,
        row.number.e164,
        row.variables,
        row.source,
        row.persona,
        row.need,
        row.score,
        row.zone,
        row.number.area,
        row.number.carrier,
        Lane.NEED if row.need else Lane.FRESH,
        LeadState.REFUSED if gone else LeadState.WAITING,
        later,
        str(gone.code) if gone else None,
        refusal.why if refusal else "",
        row.dated,
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def needed_by(scripts: Iterable[Mapping[str, bool]]) -> dict[str, bool]:
    """The variables of several scripts: required where one of them requires it."""
    needed: dict[str, bool] = {}
    for one in scripts:
        for name, required in one.items():
            needed[name] = needed.get(name, False) or required
    return needed
