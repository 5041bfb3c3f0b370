"""The search for a customer's agent: from the store one after the other, or by the setting; what becomes of each.

Legs on the switch are test_agent_legs.py's.
"""

from collections.abc import Callable, Iterator

import gevent
import pytest
from gevent.event import Event as Signal

from voicebot.call import handoff
from voicebot.call.agent_legs import CAUSE_TO_REASON, LEG_GRACE_S
from voicebot.call.handoff import AgentAnswered, Agents, HandoffFailed, Outcome, Rung, Seeking
from voicebot.errors import SwitchRefused, SwitchUnreachable, VoicebotError
from voicebot.esl.control import JobResult
from voicebot.esl.originate import OriginateAgent
from voicebot.store.agent_desk import Absence, Ask, Given

CUSTOMER = "0f4e2a52-1111-4222-8333-444455556666"
DIAL = "sofia/gateway/demo/agent1"
CHEN, LI = Given("chen", "sofia/gateway/office/1001"), Given("li", "sofia/gateway/office/1002")
OK = JobResult(True, "")
DEADLINE_S = 30


class FakeControl:
    """Notes what it is told; jobs end as the test says, one after the other."""

    def __init__(self, *outcomes: JobResult | VoicebotError, refuses: str = "") -> None:
        self._outcomes = list(outcomes)
        self._refuses = refuses
        self.told: list[tuple[object, ...]] = []
        self.killed = Signal()
        self.rings = Signal()

    def originate_agent(self, leg: OriginateAgent) -> "FakeControl":
        self.told.append(("originate", leg.dial, leg.ring_timeout_s, leg.max_call_s))
        self.rings.set()
        return self

    def wait(self, deadline: float) -> JobResult:
        if not self._outcomes:  # rings until it is killed
            self.killed.wait()
            return JobResult(False, "ORIGINATOR_CANCEL")
        outcome = self._outcomes.pop(0)
        if isinstance(outcome, VoicebotError):
            raise outcome
        return outcome

    def kill(self, uuid: str, cause: str) -> bool:
        self.told.append(("kill", cause))
        self.killed.set()
        return True

    def __getattr__(self, name: str) -> Callable[..., None]:
        def told(*arguments: object) -> None:
            self.told.append((name,))
            if name == self._refuses:
                raise SwitchRefused(f"{name}: -ERR No such channel!")

        return told

    @property
    def dialled(self) -> list[object]:
        return [one[1] for one in self.told if one[0] == "originate"]


class FakeDesk:
    """Gives what the test says, one after the other; None: all are busy until the customer's patience ends."""

    def __init__(self, *answers: Given | Absence | None) -> None:
        self._answers = list(answers)
        self.asks: list[Ask] = []
        self.patience: list[float] = []
        self.notes: list[str] = []

    def ask(self, ask: Ask, patience_s: float) -> Given | Absence | None:
        self.asks.append(ask)
        self.patience.append(patience_s)
        return self._answers.pop(0)

    def told(self, leg_id: str, what: str) -> None:
        self.notes.append(what)

    def gone(self, attempt_id: str) -> None:
        assert attempt_id == CUSTOMER
        self.notes.append("gone")

    def forget(self, leg_id: str) -> None:
        self.notes.append("forget")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The time that searches see."""
    now = [0.0]
    monkeypatch.setattr(handoff, "monotonic", lambda: now[0])
    yield now


def sought(
    control: FakeControl, desk: FakeDesk | None = None, targets: dict[str, str] | None = None, target: str = "sales"
) -> tuple[Seeking, list[Outcome]]:
    outcomes: list[Outcome] = []
    agents = Agents(control, targets or {}, 600, 12, desk)  # type: ignore[arg-type]
    return agents.ring(CUSTOMER, target, 20_000, outcomes.append), outcomes


def came(outcomes: list[Outcome]) -> Outcome:
    with gevent.Timeout(DEADLINE_S):
        while not outcomes:
            gevent.sleep(0)
    (outcome,) = outcomes
    return outcome


# --- by the setting, where the store knows nobody ---------------------------------------------------
def test_an_agent_of_the_setting_rings_for_the_whole_limit() -> None:
    control = FakeControl(OK)
    seeking, outcomes = sought(control, targets={"default": DIAL})
    assert came(outcomes) == AgentAnswered(seeking.agent_id)
    assert control.told == [("originate", DIAL, 20, 600 + LEG_GRACE_S)]
    assert seeking.rung == Rung(None, 0)


def test_a_target_of_its_own_goes_before_the_default() -> None:
    control = FakeControl(OK)
    came(sought(control, targets={"default": DIAL, "sales": "user/1001"})[1])
    assert control.dialled == ["user/1001"]


@pytest.mark.parametrize(("cause", "reason"), CAUSE_TO_REASON.items())
def test_causes_become_reasons(cause: str, reason: str) -> None:
    outcomes = sought(FakeControl(JobResult(False, cause)), targets={"default": DIAL})[1]
    assert came(outcomes) == HandoffFailed(reason)  # type: ignore[arg-type]


@pytest.mark.parametrize("cause", ["GATEWAY_DOWN", "NORMAL_TEMPORARY_FAILURE", "UNALLOCATED_NUMBER"])
def test_any_other_cause_is_unreachable(cause: str) -> None:
    outcomes = sought(FakeControl(JobResult(False, cause)), targets={"default": DIAL})[1]
    assert came(outcomes) == HandoffFailed("unreachable")


def test_a_lost_switch_is_unreachable() -> None:
    outcomes = sought(FakeControl(SwitchUnreachable("lost")), targets={"default": DIAL})[1]
    assert came(outcomes) == HandoffFailed("unreachable")


def test_a_dial_string_that_may_not_travel_is_unreachable() -> None:
    control = FakeControl(OK)
    assert came(sought(control, targets={"default": "sofia/gateway/a/1 &system(x)"})[1]) == HandoffFailed("unreachable")
    assert control.told == []


@pytest.mark.parametrize("targets", [{}, {"default": ""}])
def test_nobody_is_configured(targets: dict[str, str]) -> None:
    assert came(sought(FakeControl(), targets=targets)[1]) == HandoffFailed("not_configured")


# --- from the store ---------------------------------------------------------------------------------
def test_the_agent_of_the_store_goes_before_the_setting_and_talks() -> None:
    control, desk = FakeControl(OK), FakeDesk(CHEN)
    seeking, outcomes = sought(control, desk, {"default": DIAL})
    assert came(outcomes) == AgentAnswered(seeking.agent_id)
    assert control.told == [("originate", CHEN.dial, 12, 600 + LEG_GRACE_S)]
    assert (desk.asks[0].target, desk.asks[0].leg_id) == ("sales", seeking.agent_id)
    seeking.bridge()
    seeking.end()
    seeking.end()
    assert desk.notes == ["talking", "over", "gone"]
    assert seeking.rung.name == "chen"


def test_who_does_not_take_it_is_told_and_the_next_rings_within_the_limit(clock: list[float]) -> None:
    control, desk = FakeControl(JobResult(False, "NO_ANSWER"), OK), FakeDesk(CHEN, LI)
    seeking, outcomes = sought(control, desk)
    wait = control.wait

    def rings(deadline: float) -> JobResult:
        clock[0] += 12 if control.dialled == [CHEN.dial] else 3
        return wait(deadline)

    control.wait = rings  # type: ignore[method-assign]
    assert came(outcomes) == AgentAnswered(seeking.agent_id)
    assert [one[1:3] for one in control.told] == [(CHEN.dial, 12), (LI.dial, 8)]
    assert desk.notes == ["no_answer"]
    assert desk.asks[1].tried == {"chen"}
    assert desk.asks[0].since == desk.asks[1].since, "he keeps his place in the queue"
    assert seeking.rung == Rung("li", 3_000)


def test_when_the_limit_is_over_nobody_else_rings(clock: list[float]) -> None:
    control, desk = FakeControl(JobResult(False, "USER_BUSY")), FakeDesk(CHEN, LI)
    wait = control.wait

    def rings(deadline: float) -> JobResult:
        clock[0] += 19
        return wait(deadline)

    control.wait = rings  # type: ignore[method-assign]
    seeking, outcomes = sought(control, desk)
    assert came(outcomes) == HandoffFailed("busy")
    assert desk.notes == ["busy", "gone"]
    assert seeking.rung == Rung("chen", 19_000)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(None, "busy"), (Absence.NOBODY_AT_WORK, "unreachable"), (Absence.NONE_KNOWN, "not_configured")],
)
def test_no_agent_at_all(answer: Absence | None, reason: str) -> None:
    control, desk = FakeControl(), FakeDesk(answer)
    assert came(sought(control, desk)[1]) == HandoffFailed(reason)  # type: ignore[arg-type]
    assert control.told == []
    assert desk.patience == [20]
    assert desk.notes == ["gone"]


def test_the_last_reason_is_told_when_nobody_else_is_there() -> None:
    control, desk = FakeControl(JobResult(False, "CALL_REJECTED")), FakeDesk(CHEN, Absence.NOBODY_AT_WORK)
    assert came(sought(control, desk)[1]) == HandoffFailed("declined")


def test_a_customer_who_leaves_while_it_rings_takes_the_agent_with_him_and_blames_nobody() -> None:
    control, desk = FakeControl(), FakeDesk(CHEN)
    seeking, outcomes = sought(control, desk)
    assert control.rings.wait(DEADLINE_S)
    seeking.end()
    assert came(outcomes) == HandoffFailed("customer_left")
    assert control.told[-1] == ("kill", "ORIGINATOR_CANCEL")
    assert desk.notes[:2] == ["gone", "customer_left"]
    assert seeking.rung.name == "chen"


def test_a_bridge_that_is_refused_frees_the_agent() -> None:
    control, desk = FakeControl(OK, refuses="bridge"), FakeDesk(CHEN)
    seeking, outcomes = sought(control, desk)
    came(outcomes)
    with pytest.raises(SwitchRefused):
        seeking.bridge()
    seeking.end()
    assert desk.notes == ["over", "gone"]


def test_an_agent_who_talks_on_without_us_is_not_ended_by_us() -> None:
    control, desk = FakeControl(OK), FakeDesk(CHEN)
    seeking, outcomes = sought(control, desk)
    came(outcomes)
    seeking.bridge()
    seeking.forget()
    seeking.end()
    assert desk.notes == ["talking", "forget"]
    assert ("kill", "ORIGINATOR_CANCEL") not in control.told
