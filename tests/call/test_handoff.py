"""Agents: dialled, bridged, released; what the switch says of their leg becomes a reason."""

from collections.abc import Callable

import gevent
import pytest

from voicebot.call.handoff import CAUSE_TO_REASON, LEG_GRACE_S, AgentAnswered, Agents, HandoffFailed
from voicebot.errors import SwitchRefused, SwitchUnreachable, VoicebotError
from voicebot.esl.control import JobResult
from voicebot.esl.originate import OriginateAgent

CUSTOMER = "0f4e2a52-1111-4222-8333-444455556666"
AGENT = "0f4e2a52-1111-4222-8333-444455557777"
DIAL = "sofia/gateway/demo/agent1"


class FakeControl:
    """Notes what it is told; the job ends as the test says."""

    def __init__(self, outcome: JobResult | VoicebotError | None = None, refuses: str = "") -> None:
        self._outcome = outcome
        self._refuses = refuses
        self.told: list[tuple[object, ...]] = []

    def originate_agent(self, leg: OriginateAgent) -> "FakeControl":
        self.told.append(("originate", leg.dial, leg.ring_timeout_s, leg.max_call_s))
        return self

    def wait(self, deadline: float) -> JobResult:
        if isinstance(self._outcome, VoicebotError):
            raise self._outcome
        assert self._outcome is not None
        return self._outcome

    def __getattr__(self, name: str) -> Callable[..., None]:
        def told(*arguments: object) -> None:
            self.told.append((name, *arguments))
            if name == self._refuses:
                raise SwitchRefused(f"{name}: -ERR No such channel!")

        return told


def rung(control: FakeControl, targets: dict[str, str], target: str = "sales") -> AgentAnswered | HandoffFailed:
    outcomes: list[AgentAnswered | HandoffFailed] = []
    ringing = Agents(control, targets, talk_s=600).ring(target, 20_000, outcomes.append)  # type: ignore[arg-type]
    while not outcomes:
        gevent.sleep(0)
    (outcome,) = outcomes
    if isinstance(outcome, AgentAnswered):
        assert outcome.agent_id == ringing.agent_id
    return outcome


def test_an_agent_answers() -> None:
    control = FakeControl(JobResult(True, AGENT))
    assert isinstance(rung(control, {"default": DIAL}), AgentAnswered)
    assert control.told == [("originate", DIAL, 20, 600 + LEG_GRACE_S)]


def test_a_target_of_its_own_goes_before_the_default() -> None:
    control = FakeControl(JobResult(True, AGENT))
    rung(control, {"default": DIAL, "sales": "user/1001"})
    assert control.told[0][1] == "user/1001"


@pytest.mark.parametrize(("cause", "reason"), CAUSE_TO_REASON.items())
def test_causes_become_reasons(cause: str, reason: str) -> None:
    assert rung(FakeControl(JobResult(False, cause)), {"default": DIAL}) == HandoffFailed(reason)  # type: ignore[arg-type]


@pytest.mark.parametrize("cause", ["GATEWAY_DOWN", "NORMAL_TEMPORARY_FAILURE", "UNALLOCATED_NUMBER"])
def test_any_other_cause_is_unreachable(cause: str) -> None:
    assert rung(FakeControl(JobResult(False, cause)), {"default": DIAL}) == HandoffFailed("unreachable")


def test_a_lost_switch_is_unreachable() -> None:
    assert rung(FakeControl(SwitchUnreachable("lost")), {"default": DIAL}) == HandoffFailed("unreachable")


def test_a_dial_string_that_may_not_travel_is_unreachable() -> None:
    control = FakeControl(JobResult(True, AGENT))
    assert rung(control, {"default": "sofia/gateway/demo/1 &system(x)"}) == HandoffFailed("unreachable")
    assert control.told == []


def test_nobody_is_configured() -> None:
    assert rung(FakeControl(), {}) == HandoffFailed("not_configured")
    assert rung(FakeControl(), {"default": ""}) == HandoffFailed("not_configured")


def test_the_bridge_moves_the_calls_limit() -> None:
    control = FakeControl()
    Agents(control, {}, talk_s=600).bridge(CUSTOMER, AGENT)  # type: ignore[arg-type]
    assert control.told == [("bridge", CUSTOMER, AGENT), ("limit", CUSTOMER, 600)]


def test_a_limit_that_cannot_be_moved_does_not_undo_the_bridge() -> None:
    control = FakeControl(refuses="limit")
    Agents(control, {}, talk_s=600).bridge(CUSTOMER, AGENT)  # type: ignore[arg-type]
    assert control.told[-1] == ("limit", CUSTOMER, 600)


def test_a_bridge_that_is_refused_leaves_the_limit_alone() -> None:
    control = FakeControl(refuses="bridge")
    with pytest.raises(SwitchRefused):
        Agents(control, {}, talk_s=600).bridge(CUSTOMER, AGENT)  # type: ignore[arg-type]
    assert control.told == [("bridge", CUSTOMER, AGENT)]
