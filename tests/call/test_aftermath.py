"""What a talk leaves to be done is written while it goes on."""

from tests.call.rehearsal import UUID, Rehearsal
from voicebot.dialog.events import Answered, Heard, PromptFinished
from voicebot.dialog.loader import load_text
from voicebot.speech.hearing import Began, Ended
from voicebot.understanding.types import Match

SCRIPT = load_text(
    """
script: after
start: ask
nodes:
  ask:
    say: 可以吗？
    answers:
      - {id: back, keywords: [下午再打], follow_up: {type: call_back, at: "2026-11-23 15:30"}, return: ask}
      - {id: odd, keywords: [改天], follow_up: {type: call_back, at: 改天, text: 回电}, return: ask}
  bye:
    say: 再见
    then: {hang_up: ROBOT_END}
anywhere:
  - {id: stop, keywords: [别再打], stop_request: true, go: bye}
  - {id: angry, keywords: [投诉], complaint: 打扰, return: ask}
""",
    "after.yaml",
)
NUMBER = "+8619900000000"


def says(call: Rehearsal, text: str) -> None:
    now = call.actor._line.now
    call.hear(Began(now, now))
    call.hear(Ended(now + 600, now, now + 300, text, 0.9, 5.0))


def test_a_stop_wish_is_written_before_the_farewell_is_said() -> None:
    with Rehearsal(SCRIPT) as call:
        call.play_out()
        says(call, "你们别再打了")
        assert call.writer.calls == []
        (stop,) = call.writer.stops
        assert (stop.attempt_id, stop.number, stop.reason) == (UUID, NUMBER, "stop_request: 你们别再打了")
        call.play_out()
    assert len(call.writer.stops) == 1


def test_a_complaint_is_a_stop_wish_with_its_text() -> None:
    with Rehearsal(SCRIPT) as call:
        call.play_out()
        says(call, "我要投诉")
        assert [stop.reason for stop in call.writer.stops] == ["complaint: 打扰: 我要投诉"]
        call.session.end("NORMAL_CLEARING", "recv_bye")
        call.settle()


def test_tasks_are_written_with_the_moment_they_are_due() -> None:
    with Rehearsal(SCRIPT) as call:
        call.play_out()
        says(call, "下午再打吧")
        call.play_out()
        says(call, "改天吧")
        first, second = call.writer.follow_ups
        assert first.due_at is not None
        assert first.due_at.strftime("%Y-%m-%d %H:%M") == "2026-11-23 15:30"
        assert first.due_at.utcoffset() is not None
        assert (second.seq, second.text, second.due_at, second.details) == (1, "回电", None, {"at": "改天"})
        call.session.end("NORMAL_CLEARING", "recv_bye")
        call.settle()


def test_a_talk_that_is_taken_over_writes_its_wishes_anew() -> None:
    """The server before may have died between the event and its consequence; the store keeps one of each."""
    match = Match("anywhere/angry", None, 1.0, "keyword", "投诉")
    happened = (Answered(0), PromptFinished(900, 1, 900), Heard(2000, "我要投诉", match, 1000, 1500))
    with Rehearsal(SCRIPT, happened=happened) as call:
        assert [stop.reason for stop in call.writer.stops] == ["complaint: 打扰: 我要投诉"]
        call.session.end("NORMAL_CLEARING", "recv_bye")
        call.settle()
