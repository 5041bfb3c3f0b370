"""Placing between a switch that the test plays and a real database: every attempt gets one result code."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import gevent
import pytest
from sqlalchemy import text

from tests.campaign.switch import FakeControl
from tests.store.samples import prepare
from voicebot.campaign import placing
from voicebot.campaign.line import Line
from voicebot.campaign.placing import NotTaken, Placer, Wanted
from voicebot.campaign.policy.causes import Rule
from voicebot.campaign.policy.codes import Code
from voicebot.errors import StoreError, SwitchRefused
from voicebot.esl.control import Job, JobResult
from voicebot.esl.off_hub import in_thread
from voicebot.esl.originate import Originate
from voicebot.settings import Settings
from voicebot.store.records import AttemptResult
from voicebot.store.store import Store, open_store
from voicebot.store.writer import Writer

DEADLINE_S = 20
LINE = Line("demo", "051288880000")


class Campaign:
    """A store with leads, a writer, and what a dialer did with them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.lead, _ = prepare(store)
        self.writer = Writer(store)

    def placer(self, control: FakeControl) -> Placer:
        settings = Settings(ring_timeout_s=5, max_call_s=5)
        return Placer(control, self.writer, self.store, settings, ("127.0.0.1", 8084))  # type: ignore[arg-type]

    def place(self, control: FakeControl, count: int = 1, line: Line = LINE) -> list[Code | None]:
        """So many attempts at once, each by one line only; what the placer saw of each."""
        placer = self.placer(control)
        wanted = [Wanted(str(uuid.uuid4()), "+8613800001234", line) for _ in range(count)]
        placing_all = [gevent.spawn(placer.place, one) for one in wanted]
        gevent.joinall(placing_all, timeout=DEADLINE_S, raise_error=True)
        assert placer.live == 0
        return [self._ended(placer, one.value) for one in placing_all]

    def _ended(self, placer: Placer, outcome: Code | NotTaken | None) -> Code | None:
        if not isinstance(outcome, NotTaken):
            return outcome
        placer.write(outcome.result)
        return outcome.result.code

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
    monkeypatch.setattr(placing, "RECORD_GRACE_S", 0.02)
    monkeypatch.setattr(placing, "RECORD_POLL_S", 0.01)
    monkeypatch.setattr(placing, "HANGUP_GRACE_S", 0.02)


def test_a_refused_dial_without_a_channel(campaign: Campaign) -> None:
    control = FakeControl(lambda switch, attempt: switch.done(attempt.attempt_id, "-ERR GATEWAY_DOWN"))
    campaign.place(control)
    (row,) = campaign.results()
    assert (row["code"], row["cause"], row["rang_at"]) == ("GATEWAY_DOWN", "GATEWAY_DOWN", None)


def test_the_hang_up_comes_before_the_job_ends(campaign: Campaign) -> None:
    def busy(switch: FakeControl, attempt: Originate) -> None:
        switch.event(attempt.attempt_id, "CHANNEL_CREATE")
        switch.event(attempt.attempt_id, "CHANNEL_PROGRESS")
        switch.hang_up(
            attempt.attempt_id, "USER_BUSY", variable_hangup_cause_q850="17", variable_sip_invite_failure_status="486"
        )
        switch.done(attempt.attempt_id, "-ERR USER_BUSY")

    campaign.place(FakeControl(busy))
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

    campaign.place(FakeControl(no_answer))
    (row,) = campaign.results()
    assert (row["code"], row["q850"]) == ("NO_ANSWER", 19)


def answered(switch: FakeControl, attempt: Originate) -> None:
    switch.event(attempt.attempt_id, "CHANNEL_CREATE")
    switch.event(attempt.attempt_id, "CHANNEL_ANSWER")
    switch.done(attempt.attempt_id, f"+OK {attempt.attempt_id}")


def test_what_the_call_server_writes_stays(campaign: Campaign) -> None:
    def talk(switch: FakeControl, attempt: Originate) -> None:
        answered(switch, attempt)
        campaign.writer.attempt_ended(AttemptResult(attempt.attempt_id, Code.ROBOT_END, datetime.now(UTC)))
        switch.hang_up(attempt.attempt_id, "NORMAL_CLEARING")

    campaign.place(FakeControl(talk), 3)
    assert campaign.codes() == ["ROBOT_END"] * 3


def test_a_call_server_that_never_writes(campaign: Campaign) -> None:
    def die(switch: FakeControl, attempt: Originate) -> None:
        answered(switch, attempt)
        switch.hang_up(attempt.attempt_id, "NORMAL_CLEARING", variable_sip_hangup_disposition="send_bye")

    campaign.place(FakeControl(die))
    (row,) = campaign.results()
    assert (row["code"], row["who_hung_up"]) == ("NODE_LOST", "switch")
    assert row["answered_at"] is not None


def test_a_customer_who_leaves_before_the_call_server_talks(campaign: Campaign) -> None:
    def leave(switch: FakeControl, attempt: Originate) -> None:
        answered(switch, attempt)
        switch.hang_up(attempt.attempt_id, "NORMAL_CLEARING", variable_sip_hangup_disposition="recv_bye")

    campaign.place(FakeControl(leave))
    (row,) = campaign.results()
    assert (row["code"], row["who_hung_up"]) == ("CUSTOMER_HANGUP", "customer")


def test_the_result_of_a_job_as_the_dialer_reads_it() -> None:
    job = Job(str(uuid.uuid4()))
    job.settle("-ERR USER_BUSY\n")
    assert job.wait(DEADLINE_S) == JobResult(False, "USER_BUSY")


def test_a_lost_switch_leaves_what_was_in_the_air_to_those_who_can_find_out(campaign: Campaign) -> None:
    ringing: list[str] = []

    def ring(switch: FakeControl, attempt: Originate) -> None:
        switch.event(attempt.attempt_id, "CHANNEL_CREATE")
        ringing.append(attempt.attempt_id)
        if len(ringing) == 3:
            switch.lose()

    control = FakeControl(ring)
    assert campaign.place(control, 3) == [None] * 3
    assert campaign.codes() == []
    assert control.killed == []


def test_a_talk_that_outlives_the_connection_keeps_its_own_result(campaign: Campaign) -> None:
    """Only the dialer's connection broke: the call server talks on, and what it writes holds."""

    def talk(switch: FakeControl, attempt: Originate) -> None:
        answered(switch, attempt)
        switch.lose()
        campaign.writer.attempt_ended(AttemptResult(attempt.attempt_id, Code.TRANSFERRED, datetime.now(UTC)))

    assert campaign.place(FakeControl(talk)) == [None]
    assert campaign.codes() == ["TRANSFERRED"]


def test_a_switch_that_never_tells_the_outcome_is_told_to_hang_up_and_nothing_is_guessed(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "JOB_GRACE_S", -4.99)
    control = FakeControl(lambda switch, attempt: switch.event(attempt.attempt_id, "CHANNEL_CREATE"))
    assert campaign.place(control) == [None]
    assert control.killed == [(control.dialled[0], "MANAGER_REQUEST")]
    assert campaign.codes() == []


def test_what_is_in_the_air_is_hung_up(campaign: Campaign) -> None:
    def ring(switch: FakeControl, attempt: Originate) -> None:
        switch.event(attempt.attempt_id, "CHANNEL_CREATE")
        if len(switch.channels) == 2:
            placer.hang_up_all()

    control = FakeControl(ring)
    placer = campaign.placer(control)
    both = [gevent.spawn(placer.place, Wanted(str(uuid.uuid4()), "+8613800001234", LINE)) for _ in range(2)]
    gevent.joinall(both, timeout=DEADLINE_S, raise_error=True)
    assert sorted(control.killed) == sorted((attempt, "MANAGER_REQUEST") for attempt in control.dialled)
    assert campaign.codes() == ["CANCELLED"] * 2


def test_a_fault_of_ours_in_one_attempt_is_not_guessed_at_either(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    control = FakeControl(answered)
    monkeypatch.setattr(control, "originate", lambda attempt: 1 / 0)
    monkeypatch.setattr(control, "kill", lambda attempt_id, cause: False)
    assert campaign.place(control) == [None]
    assert "is given up" in caplog.text


def test_a_command_that_the_switch_refuses_is_our_line_s_fault(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(attempt: Originate) -> None:
        raise SwitchRefused("-ERR no")

    control = FakeControl(answered)
    monkeypatch.setattr(control, "originate", refuse)
    assert campaign.place(control) == [Code.LINE_ERROR]
    (row,) = campaign.results()
    assert (row["code"], row["cause"]) == ("LINE_ERROR", "COMMAND_REFUSED")


def test_what_cannot_travel_to_the_switch_is_not_dialled(campaign: Campaign) -> None:
    control = FakeControl(answered)
    assert campaign.place(control, line=Line("demo,evil")) == [Code.LINE_ERROR]
    assert control.dialled == []


def test_a_gateway_s_own_reading_of_causes_comes_first(campaign: Campaign) -> None:
    def busy(switch: FakeControl, attempt: Originate) -> None:
        switch.event(attempt.attempt_id, "CHANNEL_CREATE")
        switch.hang_up(attempt.attempt_id, "USER_BUSY")
        switch.done(attempt.attempt_id, "-ERR USER_BUSY")

    line = Line("demo", causes=(Rule(Code.CONGESTION, cause="USER_BUSY"),))
    assert campaign.place(FakeControl(busy), line=line) == [Code.CONGESTION]
    assert campaign.codes() == ["CONGESTION"]


def test_while_the_database_does_not_tell_what_a_call_server_wrote_nothing_is_written_over_it(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(store: Store, attempt_id: str) -> Code | None:
        raise StoreError("the database is gone")

    def die(switch: FakeControl, attempt: Originate) -> None:
        answered(switch, attempt)
        switch.hang_up(attempt.attempt_id, "NORMAL_CLEARING", variable_sip_hangup_disposition="send_bye")

    monkeypatch.setattr(placing, "code_of", down)
    assert campaign.place(FakeControl(die)) == [None]
    assert campaign.results() == []


def test_a_result_that_was_seen_here_alone_is_written_whatever_the_database_does(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(store: Store, attempt_id: str) -> Code | None:
        raise StoreError("the database is gone")

    def busy(switch: FakeControl, attempt: Originate) -> None:
        switch.event(attempt.attempt_id, "CHANNEL_CREATE")
        switch.hang_up(attempt.attempt_id, "USER_BUSY")
        switch.done(attempt.attempt_id, "-ERR USER_BUSY")

    monkeypatch.setattr(placing, "code_of", down)
    assert campaign.place(FakeControl(busy)) == [Code.BUSY]
    assert campaign.codes() == ["BUSY"]
