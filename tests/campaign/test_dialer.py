"""The dialer between a switch that the test plays and a real database: every attempt gets one result code."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import gevent
import pytest
from gevent.event import AsyncResult
from sqlalchemy import text

from tests.store.samples import prepare
from voicebot.campaign import dialer as dialer_module
from voicebot.campaign.dialer import Dialer, PlannedCall
from voicebot.campaign.policy.codes import Code
from voicebot.errors import StoreError, SwitchUnreachable, VoicebotError
from voicebot.esl.codec import Event, Headers
from voicebot.esl.control import Job, JobResult
from voicebot.esl.off_hub import in_thread
from voicebot.esl.originate import Originate
from voicebot.settings import Settings
from voicebot.store.records import AttemptResult, StopAsked
from voicebot.store.store import Store, open_store
from voicebot.store.writer import Writer

DEADLINE_S = 20


class FakeControl:
    """A switch that does as `plan` says for each attempt: `plan(self, attempt)` runs in a greenlet of its own."""

    def __init__(self, plan: Callable[["FakeControl", Originate], None]) -> None:
        self._plan = plan
        self._events: list[Callable[[Event], None]] = []
        self._lost: list[Callable[[VoicebotError], None]] = []
        self._jobs: dict[str, Job] = {}
        self.dialled: list[str] = []
        self.killed: list[tuple[str, str]] = []
        self.fault: VoicebotError | None = None

    def on_event(self, callback: Callable[[Event], None]) -> None:
        self._events.append(callback)

    def on_lost(self, callback: Callable[[VoicebotError], None]) -> None:
        self._lost.append(callback)

    def subscribe(self, *names: str) -> None:
        assert "CHANNEL_HANGUP_COMPLETE" in names

    def originate(self, attempt: Originate) -> Job:
        if self.fault is not None:
            raise self.fault
        self.dialled.append(attempt.attempt_id)
        job = self._jobs[attempt.attempt_id] = Job(str(uuid.uuid4()))
        gevent.spawn(self._plan, self, attempt)
        return job

    def kill(self, attempt_id: str, cause: str) -> bool:
        self.killed.append((attempt_id, cause))
        self.hang_up(attempt_id, cause)
        self.done(attempt_id, f"-ERR {cause}")
        return True

    # --- what the switch tells ---
    def event(self, attempt_id: str, name: str, **headers: str) -> None:
        pairs = tuple(
            (key if "_" in key[1:] and key[0].islower() else key.replace("_", "-"), headers[key]) for key in headers
        )
        event = Event(name, Headers((("Event-Name", name), ("Unique-ID", attempt_id), *pairs)), "")
        for callback in self._events:
            callback(event)

    def hang_up(self, attempt_id: str, cause: str, **facts: str) -> None:
        self.event(attempt_id, "CHANNEL_HANGUP_COMPLETE", Hangup_Cause=cause, **facts)

    def done(self, attempt_id: str, body: str) -> None:
        self._jobs[attempt_id].settle(body)

    def lose(self) -> None:
        self.fault = SwitchUnreachable("the switch closed the connection")
        for job in self._jobs.values():
            job.fail(self.fault)
        for callback in self._lost:
            callback(self.fault)


class Campaign:
    """A store with leads, a writer, and what a dialer did with them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.lead, _ = prepare(store)
        self.writer = Writer(store)

    def calls(self, count: int) -> list[PlannedCall]:
        return [PlannedCall(str(uuid.uuid4()), "spring", self.lead, "+8613800001234") for _ in range(count)]

    def dialer(self, control: FakeControl) -> Dialer:
        settings = Settings(calls_per_second=1000.0, ring_timeout_s=5, max_call_s=5)
        return Dialer(control, self.writer, self.store, settings, ("127.0.0.1", 8084))  # type: ignore[arg-type]

    def results(self) -> list[dict[str, object]]:
        assert in_thread(self.writer.flush, DEADLINE_S)
        with self.store.reading() as connection:
            return [
                dict(row) for row in connection.execute(text("SELECT * FROM attempt ORDER BY started_at")).mappings()
            ]

    def codes(self) -> list[object]:
        return [row["code"] for row in self.results()]


@pytest.fixture
def campaign(template: Callable[[str, Path], str], tmp_path: Path) -> Iterator[Campaign]:
    store = open_store(template("sqlite", tmp_path), tmp_path / "spill", migrate=False)
    made = Campaign(store)
    yield made
    made.writer.close()
    store.close()


@pytest.fixture(autouse=True)
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the dialer grants the call server and the switch is not waited for here."""
    monkeypatch.setattr(dialer_module, "RECORD_GRACE_S", 0.02)
    monkeypatch.setattr(dialer_module, "RECORD_POLL_S", 0.01)
    monkeypatch.setattr(dialer_module, "HANGUP_GRACE_S", 0.02)


def test_a_refused_dial_without_a_channel(campaign: Campaign) -> None:
    control = FakeControl(lambda switch, attempt: switch.done(attempt.attempt_id, "-ERR GATEWAY_DOWN"))
    campaign.dialer(control).run(campaign.calls(1), 1)
    (row,) = campaign.results()
    assert (row["code"], row["cause"], row["rang_at"]) == ("GATEWAY_DOWN", "GATEWAY_DOWN", None)


def test_who_got_on_the_stop_list_since_the_plan_was_made_is_not_dialled(campaign: Campaign) -> None:
    calls = campaign.calls(1)
    campaign.writer.stop(StopAsked(calls[0].attempt_id, calls[0].number, "stop_request: 别再打了", datetime.now(UTC)))
    control = FakeControl(lambda switch, attempt: switch.done(attempt.attempt_id, "-ERR USER_BUSY"))
    campaign.dialer(control).run(calls, 1)
    (row,) = campaign.results()
    assert (row["code"], row["layer"], row["rang_at"]) == ("STOP_LIST", "refused", None)
    assert control.dialled == []


def test_nobody_is_dialled_while_the_stop_list_cannot_be_asked(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object) -> None:
        raise StoreError("the database is gone")

    monkeypatch.setattr(dialer_module, "stopped", unknown)
    control = FakeControl(lambda switch, attempt: switch.done(attempt.attempt_id, "-ERR USER_BUSY"))
    campaign.dialer(control).run(campaign.calls(1), 1)
    assert (campaign.codes(), control.dialled) == (["CANCELLED"], [])


def test_the_hang_up_comes_before_the_job_ends(campaign: Campaign) -> None:
    def busy(switch: FakeControl, attempt: Originate) -> None:
        switch.event(attempt.attempt_id, "CHANNEL_CREATE")
        switch.event(attempt.attempt_id, "CHANNEL_PROGRESS")
        switch.hang_up(
            attempt.attempt_id, "USER_BUSY", variable_hangup_cause_q850="17", variable_sip_invite_failure_status="486"
        )
        switch.done(attempt.attempt_id, "-ERR USER_BUSY")

    campaign.dialer(FakeControl(busy)).run(campaign.calls(1), 1)
    (row,) = campaign.results()
    assert (row["code"], row["cause"], row["q850"], row["sip_status"]) == ("BUSY", "USER_BUSY", 17, 486)
    assert row["rang_at"] is not None
    assert row["answered_at"] is None


def test_the_job_ends_before_the_hang_up(campaign: Campaign) -> None:
    def no_answer(switch: FakeControl, attempt: Originate) -> None:
        switch.event(attempt.attempt_id, "CHANNEL_CREATE")
        switch.event(attempt.attempt_id, "CHANNEL_PROGRESS")
        switch.done(attempt.attempt_id, "-ERR NO_ANSWER")
        switch.hang_up(attempt.attempt_id, "NO_ANSWER", variable_hangup_cause_q850="19")

    campaign.dialer(FakeControl(no_answer)).run(campaign.calls(1), 1)
    (row,) = campaign.results()
    assert (row["code"], row["q850"]) == ("NO_ANSWER", 19)


def answered(switch: FakeControl, attempt: Originate) -> None:
    switch.event(attempt.attempt_id, "CHANNEL_CREATE")
    switch.event(attempt.attempt_id, "CHANNEL_ANSWER")
    switch.done(attempt.attempt_id, f"+OK {attempt.attempt_id}")


def test_what_the_call_server_writes_stays(campaign: Campaign) -> None:
    def talk(switch: FakeControl, attempt: Originate) -> None:
        answered(switch, attempt)
        campaign.writer.attempt_ended(
            AttemptResult(attempt.attempt_id, Code.ROBOT_END, dialer_module.datetime.now(dialer_module.UTC))
        )
        switch.hang_up(attempt.attempt_id, "NORMAL_CLEARING")

    campaign.dialer(FakeControl(talk)).run(campaign.calls(3), 2)
    assert campaign.codes() == ["ROBOT_END"] * 3


def test_a_call_server_that_never_writes(campaign: Campaign) -> None:
    def die(switch: FakeControl, attempt: Originate) -> None:
        answered(switch, attempt)
        switch.hang_up(attempt.attempt_id, "NORMAL_CLEARING", variable_sip_hangup_disposition="send_bye")

    campaign.dialer(FakeControl(die)).run(campaign.calls(1), 1)
    (row,) = campaign.results()
    assert (row["code"], row["who_hung_up"]) == ("NODE_LOST", "switch")
    assert row["answered_at"] is not None


def test_a_customer_who_leaves_before_the_call_server_talks(campaign: Campaign) -> None:
    def leave(switch: FakeControl, attempt: Originate) -> None:
        answered(switch, attempt)
        switch.hang_up(attempt.attempt_id, "NORMAL_CLEARING", variable_sip_hangup_disposition="recv_bye")

    campaign.dialer(FakeControl(leave)).run(campaign.calls(1), 1)
    (row,) = campaign.results()
    assert (row["code"], row["who_hung_up"]) == ("CUSTOMER_HANGUP", "customer")


def test_a_lost_switch_ends_the_run_and_every_attempt_has_a_code(campaign: Campaign) -> None:
    ringing: list[str] = []

    def ring(switch: FakeControl, attempt: Originate) -> None:
        switch.event(attempt.attempt_id, "CHANNEL_CREATE")
        ringing.append(attempt.attempt_id)
        if len(ringing) == 3:
            switch.lose()

    control = FakeControl(ring)
    with pytest.raises(SwitchUnreachable, match=r"closed the connection.*no more were dialled"):
        campaign.dialer(control).run(campaign.calls(20), 3)
    assert len(control.dialled) == 3
    assert campaign.codes() == ["NODE_LOST"] * 3


def test_a_talk_that_outlives_the_connection_keeps_its_own_result(campaign: Campaign) -> None:
    """Only the dialer's connection broke: the call server talks on, and what it writes holds."""
    control: FakeControl

    def talk(switch: FakeControl, attempt: Originate) -> None:
        answered(switch, attempt)
        switch.lose()
        polled.get()
        campaign.writer.attempt_ended(
            AttemptResult(attempt.attempt_id, Code.TRANSFERRED, dialer_module.datetime.now(dialer_module.UTC))
        )

    polled: AsyncResult[None] = AsyncResult()
    control = FakeControl(talk)
    dialer = campaign.dialer(control)
    asked = dialer._is_in_store

    def is_in_store(question: Callable[[Store, str], object], attempt_id: str) -> bool:
        if question is dialer_module.has_code and not polled.ready():
            polled.set(None)
        return asked(question, attempt_id)

    dialer._is_in_store = is_in_store  # type: ignore[method-assign]
    with pytest.raises(SwitchUnreachable):
        dialer.run(campaign.calls(1), 1)
    assert campaign.codes() == ["TRANSFERRED"]


def test_stopped_what_is_in_the_air_is_hung_up_and_no_more_are_placed(campaign: Campaign) -> None:
    dialer: Dialer

    def ring(switch: FakeControl, attempt: Originate) -> None:
        switch.event(attempt.attempt_id, "CHANNEL_CREATE")
        if len(switch.dialled) == 2:
            dialer.stop()

    control = FakeControl(ring)
    dialer = campaign.dialer(control)
    dialer.run(campaign.calls(10), 2)
    assert sorted(control.killed) == sorted((attempt, "MANAGER_REQUEST") for attempt in control.dialled)
    assert campaign.codes() == ["CANCELLED"] * 2


def test_a_database_that_takes_nothing_keeps_us_from_dialling(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(store: Store, attempt_id: str) -> None:
        raise StoreError("database x: database or disk is full")

    monkeypatch.setattr(dialer_module, "planned_attempt", refuse)
    control = FakeControl(lambda switch, attempt: None)
    with pytest.raises(StoreError, match="nobody was dialled"):
        campaign.dialer(control).run(campaign.calls(5), 5)
    assert control.dialled == []
    assert campaign.codes() == ["CANCELLED"]


def test_a_fault_of_ours_in_one_attempt_is_a_result_too(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    control = FakeControl(answered)
    monkeypatch.setattr(control, "originate", lambda attempt: 1 / 0)
    campaign.dialer(control).run(campaign.calls(2), 1)
    assert campaign.codes() == ["NODE_LOST"] * 2
    assert "is given up" in caplog.text


def test_the_result_of_a_job_as_the_dialer_reads_it() -> None:
    job = Job(str(uuid.uuid4()))
    job.settle("-ERR USER_BUSY\n")
    assert job.wait(DEADLINE_S) == JobResult(False, "USER_BUSY")
