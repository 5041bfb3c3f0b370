"""The one way by which records reach the database while calls run: a queue and a native thread behind it.

The caller never waits for a commit or a disk. What the database does not take is kept on disk and ingested later.
"""

import collections
import contextlib
import logging
import queue
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    wait_random_exponential,
)

from voicebot.errors import StoreError
from voicebot.store import spill
from voicebot.store.ingest import put, recover
from voicebot.store.records import (
    AgentDialled,
    AttemptResult,
    AttemptStarted,
    CallResult,
    EventRecord,
    FollowUpAsked,
    PickUpHeard,
    Record,
    RecordingMade,
    StopAsked,
)
from voicebot.store.store import Store, store_error

CAPACITY = 20_000
"""Records that wait in memory at most: some minutes of a hundred calls."""
BATCH = 200
"""Records in one transaction at most."""
LINGER_S = 0.05
"""How long a batch is gathered: at most twenty commits a second."""
PATIENCE_S = 5.0
"""How long one batch is tried before it goes to disk."""
ERRORS_KEPT = 100
"""The latest errors that `errors` tells."""
RETRY_S = 2.0
"""How often a database that is down is asked whether it is back."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WriterStats:
    """Records by what became of them. `down`: the database does not take any at present."""

    queued: int
    written: int
    spilled: int
    refused: int
    down: bool


class Writer:
    """Takes records from any thread or greenlet and writes each once. Close it to be sure of the last ones."""

    def __init__(
        self, store: Store, *, capacity: int = CAPACITY, patience_s: float = PATIENCE_S, retry_s: float = RETRY_S
    ) -> None:
        """Starts the thread, which first ingests what an earlier process left in `store.spill_dir`."""
        self._store = store
        self._queue: queue.Queue[Record | None] = queue.Queue(capacity)  # None only wakes the thread
        self._patience_s = patience_s
        self._retry_s = retry_s
        self._errors: collections.deque[str] = collections.deque(maxlen=ERRORS_KEPT)
        self._settling = threading.Condition()
        self._accepted = self._settled = 0
        self._written = self._spilled = self._refused = 0
        self._down = False
        self._recovery_due = 0.0
        self._hurry = threading.Event()  # somebody waits: no patience with a failing database
        self._closing = threading.Event()
        self._abandoned = threading.Event()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    # --- what callers do; none of these waits ------------------------------------------------------
    def attempt_started(self, record: AttemptStarted) -> None:
        """The attempt exists. Raises StoreError as `put` does."""
        self.put(record)

    def attempt_ended(self, record: AttemptResult) -> None:
        """The attempt has its code. Raises StoreError as `put` does."""
        self.put(record)

    def event(self, attempt_id: str, seq: int, body: Mapping[str, Any]) -> None:
        """Something happened in a call. Raises StoreError as `put` does."""
        self.put(EventRecord(attempt_id, seq, body))

    def call_ended(self, record: CallResult) -> None:
        """The talk is over. Raises StoreError as `put` does."""
        self.put(record)

    def recording_made(self, record: RecordingMade) -> None:
        """A recording is complete. Raises StoreError as `put` does."""
        self.put(record)

    def pick_up(self, record: PickUpHeard) -> None:
        """What picked up, or what was heard while it rang. Raises StoreError as `put` does."""
        self.put(record)

    def follow_up(self, record: FollowUpAsked) -> None:
        """The call leaves a task. Raises StoreError as `put` does."""
        self.put(record)

    def stop(self, record: StopAsked) -> None:
        """The customer wants no more calls. Raises StoreError as `put` does."""
        self.put(record)

    def agent_dialled(self, record: AgentDialled) -> None:
        """An agent dialled a customer himself. Raises StoreError as `put` does."""
        self.put(record)

    def put(self, record: Record) -> None:
        """Take `record` over. Raises StoreError when neither the database nor the disk has taken any for long."""
        with self._settling:
            if self._closing.is_set():
                raise StoreError(f"database {self._store.name}: the writer is closed; {_of(record)} was not taken")
            if not self._thread.is_alive():
                raise StoreError(f"database {self._store.name}: the writer has failed; {_of(record)} was not taken")
            try:
                self._queue.put_nowait(record)
            except queue.Full:
                raise StoreError(
                    f"database {self._store.name}: {self._queue.maxsize} records wait in memory and neither it nor "
                    f"{self._store.spill_dir} takes them; {_of(record)} was not taken; free disk space"
                ) from None
            self._accepted += 1

    @property
    def errors(self) -> tuple[str, ...]:
        """What went wrong so far, each outage once, for the end of a run."""
        return tuple(self._errors)

    @property
    def stats(self) -> WriterStats:
        """The present counts."""
        return WriterStats(self._queue.qsize(), self._written, self._spilled, self._refused, self._down)

    # --- these wait: not on an event loop -----------------------------------------------------------
    def flush(self, deadline_s: float) -> bool:
        """Wait until all that was put before is in the database or on disk; False when the deadline came first."""
        self._hurry.set()
        try:
            with self._settling:
                target = self._accepted
                return self._settling.wait_for(lambda: self._settled >= target, deadline_s)
        finally:
            self._hurry.clear()

    def close(self, deadline_s: float = 10.0) -> None:
        """Flush and end the thread. Raises StoreError naming the count when records could be kept nowhere."""
        with self._settling:
            self._closing.set()
        with contextlib.suppress(queue.Full):  # a full queue keeps the thread awake anyway
            self._queue.put_nowait(None)
        kept = self.flush(deadline_s)
        if not kept:
            self._abandoned.set()
        self._thread.join(deadline_s)
        if not kept:
            raise StoreError(
                f"database {self._store.name}: {self._accepted - self._settled} records are lost: neither it nor "
                f"{self._store.spill_dir} took them within {deadline_s:g} s; "
                f"{self._errors[-1] if self._errors else 'it is too slow'}"
            )

    # --- the native thread --------------------------------------------------------------------------
    def _run(self) -> None:
        while not self._abandoned.is_set() and not (self._closing.is_set() and self._queue.empty()):
            self._recover_if_due()
            if batch := self._take():
                self._keep(batch)
        self._recovery_due = 0.0
        self._recover_if_due()

    def _take(self) -> list[Record]:
        """The next batch; empty when none came for a while."""
        try:
            taken = [self._queue.get(timeout=self._retry_s)]
        except queue.Empty:
            return []
        ends = time.monotonic() + LINGER_S
        while taken[-1] is not None and len(taken) < BATCH and (left := ends - time.monotonic()) > 0:
            try:
                taken.append(self._queue.get(timeout=left))
            except queue.Empty:
                break
        return [record for record in taken if record is not None]

    def _keep(self, batch: list[Record]) -> None:
        """Bring `batch` into the database or to disk, and take no more from the queue before that is done."""
        kept = (not self._down and self._commit(batch)) or self._spill(batch)
        while not kept:
            if self._abandoned.wait(self._retry_s):
                return
            kept = self._commit(batch) or self._spill(batch)
        with self._settling:
            self._settled += len(batch)
            self._settling.notify_all()

    def _commit(self, batch: list[Record]) -> bool:
        retrying = Retrying(
            retry=retry_if_exception_type(SQLAlchemyError),
            wait=wait_random_exponential(multiplier=0.1, max=self._retry_s),
            stop=self._gives_up,
            sleep=self._pause,
            reraise=True,
        )
        try:
            refused = retrying(put, self._store.engine, batch)
            for refusal in refused:
                spill.save(self._store.spill_dir, [refusal.record], refusal.reason)
        except (SQLAlchemyError, OSError) as fault:
            self._goes_down(store_error(self._store.name, fault))
            return False
        self._comes_up()
        self._count(len(batch) - len(refused), [refusal.reason for refusal in refused])
        return True

    def _gives_up(self, state: RetryCallState) -> bool:
        """Whether the batch is tried no longer: patience is over, somebody waits, or the queue fills."""
        late = (state.seconds_since_start or 0.0) > self._patience_s
        return late or self._hurry.is_set() or self._queue.qsize() > self._queue.maxsize // 2

    def _pause(self, seconds: float) -> None:
        self._hurry.wait(seconds)

    def _spill(self, batch: list[Record]) -> bool:
        try:
            spill.save(self._store.spill_dir, batch)
        except OSError as fault:
            self._goes_down(StoreError(f"{self._store.spill_dir} takes no records either: {fault}; free disk space"))
            return False
        self._spilled += len(batch)
        return True

    def _recover_if_due(self) -> None:
        """Ask a database that was down whether it is back, by giving it what waits on disk."""
        if time.monotonic() < self._recovery_due or not spill.waiting(self._store.spill_dir):
            return
        try:
            recovered = recover(self._store, with_refused=False)
        except StoreError as error:
            self._goes_down(error)
        else:
            self._comes_up()
            self._count(recovered.written, recovered.refusals)
            self._errors.extend(text for text in recovered.unreadable if text not in self._errors)
        self._recovery_due = time.monotonic() + self._retry_s

    def _goes_down(self, error: StoreError) -> None:
        if not self._down:
            self._down = True
            self._errors.append(str(error))
            log.error("%s; records are kept in %s", error, self._store.spill_dir)

    def _comes_up(self) -> None:
        if self._down:
            self._down = False
            log.warning("database %s takes records again", self._store.name)

    def _count(self, written: int, refusals: Sequence[str]) -> None:
        self._written += written
        self._refused += len(refusals)
        for reason in refusals:
            text = f"database {self._store.name}: a record was refused and kept in {self._store.spill_dir}: {reason}"
            self._errors.append(text)
            log.error("%s", text)


def _of(record: Record) -> str:
    return f"{type(record).__name__} of attempt {record.attempt_id}"
