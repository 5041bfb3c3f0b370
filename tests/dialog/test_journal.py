"""The stored spelling of events and states: fixed, complete, refused when it is something else."""

from typing import get_args

import pytest

from voicebot.dialog.events import Answered, DigitPressed, Event, Heard
from voicebot.dialog.journal import from_dict, to_dict
from voicebot.understanding.types import Match


def test_the_spelling_of_an_event_is_fixed() -> None:
    event = Heard(9500, "可以", Match("yes", "affirm", 1.0, "keyword", "可以"), 8800, 9300, 0.9, None)
    assert to_dict(event) == {
        "event": "Heard",
        "at": 9500,
        "text": "可以",
        "match": {
            "choice": "yes",
            "intent": "affirm",
            "score": 1.0,
            "by": "keyword",
            "evidence": "可以",
            "slots": {},
            "engine": "",
            "refused": "",
        },
        "began": 8800,
        "ended": 9300,
        "confidence": 0.9,
        "played_ms": None,
    }
    assert from_dict(to_dict(event)) == event


def test_an_event_of_before_there_was_a_second_engine_is_readable() -> None:
    stored = to_dict(Heard(9500, "可以", Match("yes", "affirm", 1.0, "keyword", "可以"), 8800, 9300))
    del stored["match"]["engine"]
    event = from_dict(stored)
    assert isinstance(event, Heard)
    assert event.match.engine == ""


def test_a_call_that_was_stored_without_a_wall_clock_is_readable() -> None:
    assert from_dict({"event": "Answered", "at": 0}) == Answered(0)
    assert from_dict(to_dict(Answered(0, "2026-11-22T10:00"))) == Answered(0, "2026-11-22T10:00")


def test_every_kind_of_event_can_be_named() -> None:
    for kind in get_args(Event):
        with pytest.raises(ValueError, match=f"not a stored {kind.__name__}"):
            from_dict({"event": kind.__name__})


def test_what_is_no_event_is_refused() -> None:
    with pytest.raises(ValueError, match="'Herd' is no kind of event"):
        from_dict({"event": "Herd"})
    with pytest.raises(ValueError, match="not a stored DigitPressed"):
        from_dict({**to_dict(DigitPressed(1, "1")), "at": "soon"})
