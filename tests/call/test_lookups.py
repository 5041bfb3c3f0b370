"""A call that asks a service: what is said meanwhile, and that its answer comes into the talk."""

from tests.call.rehearsal import PROMPT_FRAMES, Rehearsal
from voicebot.call.service_answers import MISSING, ServiceAnswer
from voicebot.call.timers import RanOut
from voicebot.dialog.events import Answered
from voicebot.dialog.loader import load_text
from voicebot.dialog.script import Script


def script() -> Script:
    return load_text(
        """
script: asks
start: known
services:
  crm: {url: "https://crm.example.com/x", fill: {vip: level}, wait: 请稍等, deadline_ms: 1500}
nodes:
  known:
    lookup: {http: crm, with: {id: "7"}, else: bye}
    say: "您是{vip}客户"
    then: {hang_up: ROBOT_END}
  bye:
    say: 再见
    then: {hang_up: ROBOT_END}
""",
        "asks.yaml",
    )


def test_the_answer_comes_into_the_talk_and_is_kept() -> None:
    with Rehearsal(script()) as call:
        assert call.spoken == []
        (fetch,) = call.services.asked
        assert (fetch.service, fetch.params, fetch.fields) == ("crm", {"id": "7"}, ("level",))
        call.services.tell(ServiceAnswer("found", {"level": "金卡"}))
        call.settle()
        assert call.spoken == ["您是金卡客户"]
        call.play_out()
    events = [event for event in call.writer.events if event["event"] == "Fetched"]
    assert [(one["request"], one["outcome"], one["values"]) for one in events] == [(1, "found", {"level": "金卡"})]
    (talk,) = call.writer.calls
    assert talk.slots == {"vip": "金卡"}


def test_while_nothing_comes_the_customer_is_told_to_wait() -> None:
    with Rehearsal(script()) as call:
        number, _ = call.actor._timers._running["fetch_wait"]
        call.mailbox.post(RanOut("fetch_wait", number))
        call.settle()
        assert call.spoken == ["请稍等"]
        call.services.tell(MISSING)
        call.settle()
        call.frames(PROMPT_FRAMES)
        call.frames(1)
        assert call.spoken == ["请稍等", "再见"]
        call.play_out()


def test_an_answer_to_a_call_that_is_over_is_no_harm() -> None:
    with Rehearsal(script()) as call:
        call.session.end("NORMAL_CLEARING", "recv_bye")
        call.settle()
    call.services.tell(MISSING)
    (talk,) = call.writer.calls
    assert (talk.ended_node, talk.visits[0].ended_by) == ("known", "hangup")


def test_a_talk_that_is_taken_over_asks_again() -> None:
    with Rehearsal(script(), happened=(Answered(0),)) as call:
        assert [fetch.request for fetch in call.services.asked] == [1]
        call.services.tell(ServiceAnswer("found", {"level": "金卡"}))
        call.settle()
        assert call.spoken == ["您是金卡客户"]
        call.play_out()
