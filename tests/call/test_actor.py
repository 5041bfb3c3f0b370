"""The call actor against a switch, an ear and agents that do as the test says."""

from dataclasses import replace
from pathlib import Path

from tests.call.rehearsal import FRAME, NO_FILES, PROMPT_FRAMES, Rehearsal
from voicebot.call.handoff import AgentAnswered, HandoffFailed
from voicebot.call.timers import RanOut
from voicebot.campaign.policy.codes import Code
from voicebot.dialog.events import Answered, HungUp, PromptFinished
from voicebot.errors import SwitchUnreachable
from voicebot.esl.codec import Headers
from voicebot.speech.hearing import Began, EarFault, Ended, Partial, Paused

TINY = Path(__file__).with_name("tiny.yaml")


def answer(call: Rehearsal, text: str, began: int = 300, ended: int = 600) -> None:
    """The customer says `text` after the prompt."""
    call.hear(Began(began, began))
    call.hear(Ended(ended + 600, began, ended, text, 0.9, 5.0))


def test_a_talk_from_answer_to_the_robots_hang_up() -> None:
    with Rehearsal(TINY) as call:
        assert call.session.told == [("myevents",), ("linger",), ("start_audio",)]
        assert call.spoken == ["可以吗？"]
        heard = call.frames(PROMPT_FRAMES)
        assert all(frame != FRAME for frame in heard)
        call.frames(1)
        answer(call, "可以")
        assert call.spoken[-1] == "再见"
        call.play_out()
    assert ("hangup", "NORMAL_CLEARING") in call.session.told
    (result,), (talk,) = call.writer.results, call.writer.calls
    assert (result.code, result.who_hung_up) == (Code.ROBOT_END, "robot")
    assert (talk.grade, talk.ended_node, talk.ending) == ("A", "bye", Code.ROBOT_END)
    assert [turn.text for turn in talk.turns] == ["可以"]
    assert [said.heard_ms for said in talk.said] == [200, 200]
    assert [event["event"] for event in call.writer.events[:2]] == ["Answered", "PromptFinished"]
    assert call.ears.ear is not None and call.ears.ear.closed


def test_the_customer_leaves_inside_a_prompt() -> None:
    with Rehearsal(TINY) as call:
        call.frames(4)
        call.session.end("NORMAL_CLEARING", "recv_bye")
        call.settle()
    (result,), (talk,) = call.writer.results, call.writer.calls
    assert (result.code, result.who_hung_up) == (Code.CUSTOMER_HANGUP, "customer")
    (visit,) = talk.visits
    assert (visit.node, visit.hangup_phase, visit.offset_ms) == ("ask", "playing", 80)
    assert talk.said[0].heard_ms == 80


def test_words_over_a_prompt_silence_it_at_once() -> None:
    with Rehearsal(TINY) as call:
        call.frames(3)
        call.hear(Began(60, 20))
        call.hear(Partial(120, "我可以"))
        call.frames(1)  # the fade
        assert call.frames(1) == [FRAME]
        call.hear(Ended(700, 20, 100, "我可以", 0.9, 5.0))
        assert call.spoken[-1] == "再见"
        call.play_out()
    (talk,) = call.writer.calls
    assert talk.turns[0].barge_in
    assert talk.turns[0].barge_in_ms is not None
    assert talk.said[0].heard_ms == 60


def test_the_answers_latency_is_measured_from_the_last_voice_to_the_first_frame() -> None:
    with Rehearsal(TINY) as call:
        call.play_out()
        now = call.actor._line.now
        call.hear(Began(now, now))
        call.hear(Ended(now, now, now, "可以", 0.9, 5.0))
        call.frames(1)
        first = call.actor._line.now
        call.play_out()
    (talk,) = call.writer.calls
    assert talk.turns[0].latency_ms == first - now


def test_a_pause_after_a_whole_answer_ends_the_turn_and_a_pause_within_does_not() -> None:
    with Rehearsal(TINY) as call:
        call.play_out()
        assert call.ears.ear is not None
        call.hear(Began(300, 300))
        call.hear(Paused(500, "可以但是"))
        assert call.ears.ear.cuts == 0
        call.hear(Paused(900, "可以"))
        assert call.ears.ear.cuts == 1
        call.session.end("NORMAL_CLEARING", "recv_bye")
        call.settle()


def test_words_that_were_hardly_recognised_count_as_not_understood() -> None:
    with Rehearsal(TINY) as call:
        call.play_out()
        call.hear(Began(300, 300))
        call.hear(Ended(900, 300, 600, "可以", 0.4, 5.0))
        assert call.spoken[-1] == "没听清"
        call.session.end("NORMAL_CLEARING", "recv_bye")
        call.settle()
    (turn,) = call.writer.calls[0].turns
    assert (turn.text, turn.choice) == ("可以", None)


def test_keys_are_answers() -> None:
    with Rehearsal(TINY) as call:
        call.play_out()
        call.session.event("DTMF", DTMF_Digit="1")
        call.settle()
        assert call.spoken[-1] == "再见"
        call.play_out()
    assert call.writer.calls[0].grade == "A"


def test_a_dead_recogniser_ends_the_talk_as_a_fault_of_ours() -> None:
    with Rehearsal(TINY) as call:
        call.play_out()
        call.hear(EarFault(300, "Vosk failed"))
    assert call.writer.results[0].code is Code.ROBOT_FAULT
    assert call.writer.results[0].who_hung_up == "robot"


def test_an_agent_answers_and_leaves() -> None:
    with Rehearsal(TINY) as call:
        call.play_out()
        answer(call, "人工")
        assert call.agents.rung == [("agents", 20_000)]
        assert call.spoken[-1] == "请稍等"
        call.agents.tell(AgentAnswered("agent-leg"))
        call.settle()
        assert call.agents.bridged == [(call.session.uuid, "agent-leg")]
        assert call.actor._handoff._bridged is not None
        at, since = call.actor._handoff._bridged
        call.actor._handoff._bridged = at, since - 60
        call.session.event("CHANNEL_UNBRIDGE")
        call.settle()
    (result,), (talk,) = call.writer.results, call.writer.calls
    assert (result.code, result.who_hung_up) == (Code.TRANSFERRED, "agent")
    assert talk.handoffs[0].talked_ms >= 60_000
    assert talk.talk_ms >= 60_000
    (handoff,) = talk.handoffs
    assert (handoff.target, handoff.outcome) == ("agents", "answered")
    assert (handoff.agent, handoff.ring_ms, handoff.hold_ms) == ("chen", 3_000, 1_500)


def test_the_campaigns_longest_wait_goes_before_the_scripts_but_never_makes_it_longer() -> None:
    for longest, rung in ((5_000, 5_000), (90_000, 20_000)):
        with Rehearsal(TINY, longest_wait_ms=longest) as call:
            call.play_out()
            answer(call, "人工")
            assert call.agents.rung == [("agents", rung)]
            call.session.end("NORMAL_CLEARING", "recv_bye")
            call.settle()


def test_the_customer_leaves_while_talking_with_the_agent() -> None:
    with Rehearsal(TINY) as call:
        call.play_out()
        answer(call, "人工")
        call.agents.tell(AgentAnswered("agent-leg"))
        call.settle()
        call.session.end("NORMAL_CLEARING", "recv_bye")
        call.settle()
    assert (call.writer.results[0].code, call.writer.results[0].who_hung_up) == (Code.TRANSFERRED, "customer")


def test_the_longest_talk_with_an_agent_is_ended_by_the_switch() -> None:
    with Rehearsal(TINY) as call:
        call.play_out()
        answer(call, "人工")
        call.agents.tell(AgentAnswered("agent-leg"))
        call.settle()
        call.session.end("ALLOTTED_TIMEOUT", "send_bye")
        call.settle()
    assert (call.writer.results[0].code, call.writer.results[0].who_hung_up) == (Code.TRANSFERRED, "switch")
    assert call.agents.released == ["agent-leg"]


def test_no_agent_comes_and_the_script_goes_on() -> None:
    with Rehearsal(TINY) as call:
        call.play_out()
        answer(call, "人工")
        call.agents.tell(HandoffFailed("busy"))
        call.settle()
        assert call.spoken[-1] == "没有人"
        call.play_out()
    (talk,) = call.writer.calls
    assert talk.ending is Code.TRANSFER_FAILED
    assert [each.outcome for each in talk.handoffs] == ["busy"]


def test_the_customer_leaves_while_the_agent_rings() -> None:
    with Rehearsal(TINY) as call:
        call.play_out()
        answer(call, "人工")
        call.session.end("NORMAL_CLEARING", "recv_bye")
        call.settle()
    assert call.agents.released == ["agent-leg"]
    assert call.writer.results[0].code is Code.CUSTOMER_HANGUP


def test_an_announcement_before_the_answer_is_kept_and_gives_the_code() -> None:
    with Rehearsal(TINY, answer_state="early") as call:
        call.frames(5)
        call.hear(Ended(2000, 100, 1400, "您拨打的用户", 0.9, 5.0))
        call.hear(Partial(3000, "已关"))
        call.hear(Partial(3100, "已关机"))
        call.session.end("NO_USER_RESPONSE", "recv_refuse", variable_sip_term_status="480")
        call.settle()
    (result,) = call.writer.results
    assert (result.code, result.sip_status) == (Code.POWER_OFF, 480)
    assert result.early_media_text == "您拨打的用户已关机"
    assert call.writer.calls == []


def test_answered_after_early_media_time_begins_at_the_answer() -> None:
    with Rehearsal(TINY, answer_state="early") as call:
        assert call.frames(3) == [FRAME] * 3
        call.session.event("CHANNEL_ANSWER")
        call.settle()
        assert call.spoken == ["可以吗？"]
        call.play_out()
        call.session.end("NORMAL_CLEARING", "recv_bye")
        call.settle()
    assert call.writer.calls[0].said[0].started_ms == 0
    assert call.session.told.count(("start_audio",)) == 1


def test_audio_that_stopped_is_renewed_and_the_talk_goes_on() -> None:
    with Rehearsal(TINY) as call:
        call.frames(3)
        assert call.session.audio is not None
        call.session.audio._on_stall()
        call.settle()
        assert ("renew_audio",) in call.session.told
        call.play_out()
        answer(call, "可以")
        call.play_out()
    assert call.writer.results[0].code is Code.ROBOT_END


def test_audio_that_does_not_come_back_is_our_fault() -> None:
    with Rehearsal(TINY) as call:
        call.session.renewals.append(SwitchUnreachable("no CHANNEL_PARK"))
        assert call.session.audio is not None
        call.session.audio._on_stall()
        call.settle()
    assert call.writer.results[0].code is Code.ROBOT_FAULT


def test_a_socket_that_closes_without_a_word_still_gives_a_result() -> None:
    with Rehearsal(TINY) as call:
        call.frames(2)
        call.session.lose()
    (result,) = call.writer.results
    assert (result.code, result.cause) == (Code.ROBOT_FAULT, "")
    assert result.who_hung_up == "switch"


def test_a_call_that_nobody_planned_is_rejected() -> None:
    with Rehearsal(TINY, known=False) as call:
        pass
    assert ("hangup", "CALL_REJECTED") in call.session.told
    assert call.writer.results == []


def test_a_fault_of_ours_in_the_middle_still_writes_the_call_down() -> None:
    with Rehearsal(TINY) as call:
        call.frames(2)
        call.session.renewals.append(RuntimeError("a bug"))
        assert call.session.audio is not None
        call.session.audio._on_stall()
    assert ("close",) in call.session.told
    assert call.writer.results[0].code is Code.ROBOT_FAULT


def test_ringing_with_early_media_has_a_limit_too() -> None:
    with Rehearsal(TINY, answer_state="early") as call:
        call.frames(2)
        _, ringing = call.actor._timers._running["ringing"]
        ringing.kill()
        call.mailbox.post(RanOut("ringing", 1))
        call.settle()
    assert ("hangup", "NO_ANSWER") in call.session.told
    (result,) = call.writer.results
    assert (result.code, result.who_hung_up) == (Code.NO_ANSWER, None)


BEGUN = (Answered(0), PromptFinished(2000, 1, 2000))


def test_a_talk_that_another_call_server_lost_goes_on_with_its_question() -> None:
    with Rehearsal(TINY, happened=BEGUN) as call:
        assert call.spoken == ["可以吗？"]
        call.play_out()
        now = call.actor._line.now
        answer(call, "可以", now + 100, now + 300)
        call.play_out()
    (result,), (talk,) = call.writer.results, call.writer.calls
    assert (result.code, talk.grade) == (Code.ROBOT_END, "A")
    assert [(said.text, said.started_ms >= 2000) for said in talk.said] == [
        ("可以吗？", False),
        ("可以吗？", True),
        ("再见", True),
    ]
    assert [visit.node for visit in talk.visits] == ["ask", "bye"]
    assert call.writer.events[0]["event"] == "Resumed"


def test_the_clock_of_a_resumed_talk_is_the_switchs() -> None:
    call = Rehearsal(TINY, happened=BEGUN)
    call.session.headers = Headers(
        (("Event-Date-Timestamp", "1795309713813120"), ("Caller-Channel-Answered-Time", "1795309708813120"))
    )
    with call:
        call.play_out()
        call.session.end("NORMAL_CLEARING", "recv_bye")
        call.settle()
    assert [said.started_ms for said in call.writer.calls[0].said] == [0, 5000]


def test_a_talk_whose_end_was_written_down_is_not_begun_again() -> None:
    with Rehearsal(TINY, happened=(*BEGUN, HungUp(2500, "switch", "CONNECTION_LOST"))) as call:
        pass
    assert ("hangup", "NORMAL_TEMPORARY_FAILURE") in call.session.told
    assert (call.spoken, call.writer.results) == ([], [])


def test_a_lost_connection_is_not_the_end_of_a_call_that_has_a_spare_server() -> None:
    with Rehearsal(TINY, settings=replace(NO_FILES, dial_extension="robot:XML:robot")) as call:
        call.frames(2)
        call.session.lose()
    assert (call.writer.results, call.writer.calls) == ([], [])
    assert [event["event"] for event in call.writer.events] == ["Answered"]


def test_a_lost_connection_in_the_talk_with_an_agent_is_the_end_of_ours() -> None:
    with Rehearsal(TINY, settings=replace(NO_FILES, dial_extension="robot:XML:robot")) as call:
        call.play_out()
        answer(call, "人工")
        call.agents.tell(AgentAnswered("agent-leg"))
        call.settle()
        call.session.lose()
    assert call.writer.results[0].code is Code.TRANSFERRED
    assert call.agents.released == []  # they go on talking
