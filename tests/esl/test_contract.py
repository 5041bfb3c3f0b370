"""One contract for both switches: whatever the robot relies on works on the simulated one and on a real FreeSWITCH.

The real one: VOICEBOT_TEST_FREESWITCH=HOST:PORT[:PASSWORD] pytest -m freeswitch, a FreeSWITCH with freeswitch_conf/.
"""

import os
from collections.abc import Callable, Iterator
from uuid import uuid4

import gevent
import pytest
from gevent.event import Event as Signal

from tests.esl import switches
from tests.esl.switches import BEEP_HERTZ, Bench, pitch, tone
from voicebot.call.after_answer import AVMD_BEEP
from voicebot.errors import ChannelGone, SwitchRefused, UsageError
from voicebot.esl.audio import UnicastAudio
from voicebot.esl.codec import Event, Headers
from voicebot.esl.control import Job, JobResult
from voicebot.esl.originate import Originate, OriginateAgent
from voicebot.esl.park import Park
from voicebot.esl.session import CallSession

ROBOT_HERTZ = 700.0
REAL = pytest.mark.skipif("VOICEBOT_TEST_FREESWITCH" not in os.environ, reason="no FreeSWITCH is named")


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(switches.simulated, id="simulated"),
        pytest.param(switches.freeswitch, id="freeswitch", marks=[pytest.mark.freeswitch, REAL]),
    ],
)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    with request.param() as made:
        yield made


class Call:
    """A robot that says a tone and keeps what it hears."""

    def __init__(self, session: CallSession) -> None:
        self.session = session
        self.heard = bytearray()
        self.stalled = Signal()
        self.events: list[str] = []
        session.on_event(lambda event: self.events.append(event.name))
        self.audio = UnicastAudio(self._on_frame, on_stall=self.stalled.set)
        session.start_audio(self.audio)

    def _on_frame(self, frame: bytes, _arrived: float) -> bytes:
        self.heard += frame
        return tone(ROBOT_HERTZ, len(self.heard) // len(frame), len(frame))

    def hears(self, hertz: float) -> None:
        """Wait until the last 0.3 s were that tone."""
        until(lambda: abs(pitch(bytes(self.heard[-4800:])) - hertz) < 15)

    def end(self) -> str:
        """Wait for the end; the cause."""
        assert self.session.closed.wait(15)
        self.audio.close()
        return self.session.hangup_cause


def until(true: Callable[[], bool]) -> None:
    while not true():
        gevent.sleep(0.01)


def dial(bench: Bench, number: str, place: str = "", **limits: int) -> tuple[str, Job]:
    bench.people[number].heard.clear()
    attempt = Originate(str(uuid4()), f"sofia/gateway/demo/{number}", bench.address, place=place, **limits)
    return attempt.attempt_id, bench.control.originate(attempt)


def answered(bench: Bench, number: str, place: str = "", **limits: int) -> Call:
    uuid, job = dial(bench, number, place, **limits)
    session = bench.sessions.get()
    assert session.uuid == uuid
    assert job.wait(10) == JobResult(True, uuid)
    return Call(session)


def heard_by(bench: Bench, number: str, hertz: float) -> None:
    until(lambda: abs(pitch(bytes(bench.people[number].heard[-4800:])) - hertz) < 15)


def test_both_hear_each_other_and_the_robot_hangs_up(bench: Bench) -> None:
    call = answered(bench, "20001")
    assert call.session.answer_state == "answered"
    call.hears(440)
    heard_by(bench, "20001", ROBOT_HERTZ)
    call.session.hangup()
    assert call.end() == "NORMAL_CLEARING"
    assert call.events[-1] == "CHANNEL_HANGUP_COMPLETE"
    assert call.session.hangup_complete is not None
    assert call.session.hangup_complete.headers.get("variable_sip_hangup_disposition") == "send_bye"
    stats = call.audio.stats()
    assert stats.frames_in == stats.frames_out
    with pytest.raises(ChannelGone):
        call.session.api("status")


def test_the_customer_hangs_up(bench: Bench) -> None:
    call = answered(bench, "20002")
    assert call.end() == "NORMAL_CLEARING"
    assert call.session.hangup_complete is not None
    assert call.session.hangup_complete.headers.get("variable_sip_hangup_disposition") == "recv_bye"


def test_busy(bench: Bench) -> None:
    _, job = dial(bench, "20486")
    assert job.wait(10) == JobResult(False, "USER_BUSY")


def test_nobody_answers(bench: Bench) -> None:
    _, job = dial(bench, "20180", ring_timeout_s=2)
    assert job.wait(10) == JobResult(False, "NO_ANSWER")


def test_unknown_gateway(bench: Bench) -> None:
    attempt = Originate(str(uuid4()), "sofia/gateway/nosuch/1", bench.address)
    assert bench.control.originate(attempt).wait(10) == JobResult(False, "INVALID_GATEWAY")


def test_announcement_is_heard_before_the_refusal(bench: Bench) -> None:
    uuid, job = dial(bench, "20183")
    session = bench.sessions.get()
    assert session.answer_state == "early"
    call = Call(session)
    assert job.wait(10) == JobResult(True, uuid)  # media, not an answer
    call.hears(500)
    assert call.end() == "UNALLOCATED_NUMBER"
    assert session.hangup_complete is not None
    assert session.hangup_complete.headers.get("variable_sip_term_status") == "404"


def test_answer_after_early_media(bench: Bench) -> None:
    call = answered(bench, "20200")
    assert call.session.answer_state == "early"
    call.hears(500)
    until(lambda: call.session.answer_state == "answered")
    assert "CHANNEL_ANSWER" in call.events
    call.hears(440)
    assert call.session.api(f"uuid_getvar {call.session.uuid} endpoint_disposition") == "ANSWER"
    call.session.hangup()
    call.end()


def test_a_beep_is_told_while_it_sounds_and_told_twice(bench: Bench) -> None:
    call = answered(bench, "20003")
    told: list[tuple[Headers, int]] = []

    def keep(event: Event) -> None:
        if event.headers.get("Event-Subclass") == AVMD_BEEP:
            told.append((event.headers, len(call.heard)))

    call.session.on_event(keep)
    with pytest.raises(SwitchRefused):
        call.session.myevents("CUSTOM", AVMD_BEEP)  # whose first half the call server has asked for already
    call.session.request(f"event plain CUSTOM {AVMD_BEEP}")
    call.session.execute("avmd_start")
    until(lambda: len(told) == 2)
    call.hears(BEEP_HERTZ)
    until(lambda: pitch(bytes(call.heard[-1600:])) == 0.0)
    (first, at), (second, _) = told
    assert abs(pitch(bytes(call.heard[at : at + 1600])) - BEEP_HERTZ) < 15, "the next tenth of a second is tone"
    for headers in (first, second):
        assert headers.get("Unique-ID") == call.session.uuid
        assert abs(float(headers.get("Frequency")) - BEEP_HERTZ) < 15
    assert ("Channel-State" in first, "Channel-State" in second) == (False, True)
    call.session.execute("avmd_stop")
    assert len(told) == 2
    call.session.hangup()
    call.end()


def test_lost_audio_is_noticed_and_renewed(bench: Bench) -> None:
    call = answered(bench, "20001")
    call.hears(440)
    with pytest.raises(UsageError, match="this park's unicast is used"):
        call.session.unicast("127.0.0.1", call.audio.port)
    # Playback ends unicast without a word: the product has no way to send it, so by hand.
    call.session.request(
        "sendmsg",
        [
            ("call-command", "execute"),
            ("execute-app-name", "playback"),
            ("execute-app-arg", "tone_stream://%(100,0,1000)"),
        ],
    )
    assert call.stalled.wait(10)
    until(lambda: "CHANNEL_EXECUTE_COMPLETE" in call.events)
    for _ in range(3):
        call.session.renew_audio()
        bench.people["20001"].heard.clear()
        call.heard.clear()
        call.hears(440)
        heard_by(bench, "20001", ROBOT_HERTZ)
    assert call.audio.stats().stalls >= 1
    call.session.hangup()
    call.end()


def test_agent_is_called_apart_bridged_and_the_customer_comes_back(bench: Bench) -> None:
    call = answered(bench, "20001")
    call.hears(440)
    agent = OriginateAgent(str(uuid4()), "sofia/gateway/demo/agent1")
    job = bench.control.originate_agent(agent)
    assert job.wait(10) == JobResult(True, agent.leg_id)
    call.hears(440)  # meanwhile the robot goes on
    call.session.return_after_bridge("robot", "robot")
    bench.control.bridge(call.session.uuid, agent.leg_id)
    heard_by(bench, "20001", 1000)
    assert call.session.park is Park.LEFT
    assert not call.audio.watching
    back = Call(bench.sessions.get())  # the agent left
    assert back.session.uuid == call.session.uuid
    back.hears(440)
    bench.people["20001"].heard.clear()
    heard_by(bench, "20001", ROBOT_HERTZ)
    back.session.hangup()
    assert back.end() == "NORMAL_CLEARING"
    assert call.end() == "NORMAL_CLEARING"


def test_agent_who_does_not_answer_costs_the_customer_nothing(bench: Bench) -> None:
    call = answered(bench, "20001")
    agent = OriginateAgent(str(uuid4()), "sofia/gateway/demo/20180")
    job = bench.control.originate_agent(agent)
    call.hears(440)
    assert bench.control.kill(agent.leg_id, "ORIGINATOR_CANCEL")
    assert job.wait(10) == JobResult(False, "ORIGINATOR_CANCEL")
    call.heard.clear()
    call.hears(440)
    assert not bench.control.kill(agent.leg_id)
    call.session.hangup()
    call.end()


def test_the_switch_ends_a_call_that_is_too_long(bench: Bench) -> None:
    call = answered(bench, "20001", max_call_s=2)
    assert call.end() == "ALLOTTED_TIMEOUT"


def with_agent(bench: Bench, agent: str, **limits: int) -> tuple[Call, OriginateAgent]:
    """A customer who has been passed to an agent."""
    call = answered(bench, "20001", **limits)
    leg = OriginateAgent(str(uuid4()), f"sofia/gateway/demo/{agent}")
    assert bench.control.originate_agent(leg).wait(10).ok
    bench.control.bridge(call.session.uuid, leg.leg_id)
    return call, leg


def test_the_limit_of_the_robots_talk_is_lifted_for_the_agents(bench: Bench) -> None:
    call, _ = with_agent(bench, "agent2", max_call_s=3)  # who stays for four seconds
    bench.control.limit(call.session.uuid, 60)
    assert call.end() == "NORMAL_CLEARING"
    assert "CHANNEL_UNBRIDGE" in call.events


def test_the_talk_with_an_agent_has_a_limit_of_its_own(bench: Bench) -> None:
    call, leg = with_agent(bench, "agent3")  # who never leaves
    bench.control.limit(call.session.uuid, 2)
    assert call.end() == "ALLOTTED_TIMEOUT"
    until(lambda: bench.control.api(f"uuid_exists {leg.leg_id}") == "false")


def test_the_talk_with_an_agent_outlives_the_call_server(bench: Bench) -> None:
    call, leg = with_agent(bench, "agent1")
    heard_by(bench, "20001", 1000)
    call.session.close()
    bench.people["20001"].heard.clear()
    heard_by(bench, "20001", 1000)
    until(lambda: bench.control.api(f"uuid_exists {leg.leg_id}") == "false")  # the agent leaves, as always
    until(lambda: bench.control.api(f"uuid_exists {call.session.uuid}") == "false")
    assert bench.spare_sessions.empty()


def test_behind_a_dead_call_server_stands_the_spare_and_behind_it_an_apology(bench: Bench) -> None:
    ends: list[Headers] = []
    bench.control.subscribe("CHANNEL_HANGUP_COMPLETE")
    bench.control.on_event(lambda event: ends.append(event.headers) if event.uuid == uuid else None)
    call = answered(bench, "20001", place="robot:XML:robot")
    uuid = call.session.uuid
    call.hears(440)
    call.session.close()
    spare = Call(bench.spare_sessions.get())
    assert spare.session.uuid == uuid
    spare.hears(440)
    bench.people["20001"].heard.clear()
    heard_by(bench, "20001", ROBOT_HERTZ)
    spare.session.close()
    until(lambda: bool(ends))
    assert ends[0].get("Hangup-Cause") == "NORMAL_TEMPORARY_FAILURE"
    assert ends[0].get("variable_voicebot_rescued") == "true"


def test_the_switch_lists_its_channels_and_forgets_those_that_are_over(bench: Bench) -> None:
    first, second = answered(bench, "20001"), answered(bench, "20001")
    until(lambda: {first.session.uuid, second.session.uuid} <= bench.control.channel_ids())
    first.session.hangup()
    first.end()
    until(lambda: first.session.uuid not in bench.control.channel_ids())
    assert second.session.uuid in bench.control.channel_ids()
    second.session.hangup()
    second.end()
    until(lambda: bench.control.channel_ids() == frozenset())


def test_nothing_is_left(bench: Bench) -> None:
    until(lambda: "0 total" in bench.control.api("show channels count"))
