"""What tells who answered: the listener's verdict with what was said in the whole talk."""

import pytest

from voicebot.answering.evidence import Evidence, Heard, Verdict
from voicebot.call.pick_up import HeardPhase
from voicebot.call.pick_up_records import answered_talk
from voicebot.campaign.policy.answered import who_answered
from voicebot.campaign.policy.codes import Code
from voicebot.dialog.state import Ending, State

DEADLINE = Verdict("HUMAN", 1.0, 2500, (Evidence("deadline", 2500, 2500, 0.0),))


@pytest.mark.parametrize(("words", "who"), [("", Code.SILENT), ("喂", Code.HUMAN)])
def test_words_that_became_no_turn_tell_a_person_too(words: str, who: Code) -> None:
    heard = HeardPhase("answer", DEADLINE, Heard(words, (), ()))
    talk = answered_talk((heard,), State("s", "d", {}, ending=Ending("SILENCE", "ask", 20_000)))
    assert who_answered(talk) is who
