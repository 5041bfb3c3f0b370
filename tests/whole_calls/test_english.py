"""Whole calls in English with real audio: the script's language decides which model hears, before the answer too."""

from collections.abc import Iterator

import pytest

from tests.whole_calls.conftest import Finished, finished_run

pytestmark = pytest.mark.audio

PERSONAS = ("agrees", "asks_what_for", "in_a_meeting", "stop_calling", "voicemail", "dead_number", "busy_told")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    # The model of Mandarin is not there: nothing in English may ask for it.
    with finished_run(tmp_path_factory.mktemp("english"), "appointment", *PERSONAS, model="no-such-model") as run:
        yield run


def answers(ran: Finished, persona: str) -> list[str]:
    """What the customer's words were taken for."""
    return [turn["choice"] for turn in ran.of_call("turn", persona) if not turn["aside"]]


def test_who_keeps_the_appointment_is_understood(ran: Finished) -> None:
    call = ran.call("agrees")
    assert (call["grade"], call["ending"], call["tags"]) == ("A", "ROBOT_END", ["KEPT"])
    assert [visit["node"] for visit in ran.of_call("node_visit", "agrees")] == ["opening", "reminder", "kept"]
    said = [turn["text"] for turn in ran.of_call("turn", "agrees")]
    assert all(text.isascii() and text for text in said)


def test_a_day_and_an_hour_are_taken_out_of_spoken_words(ran: Finished) -> None:
    call = ran.call("asks_what_for")
    assert (call["grade"], call["tags"]) == ("A", ["MOVED"])
    assert "moment" in answers(ran, "asks_what_for")


@pytest.mark.parametrize(("persona", "tag"), [("in_a_meeting", "CALLBACK"), ("stop_calling", "STOP_REQUEST")])
def test_who_has_no_time_and_who_wants_no_calls(ran: Finished, persona: str, tag: str) -> None:
    assert tag in ran.call(persona)["tags"]


def test_a_voicemail_is_known_by_its_greeting(ran: Finished) -> None:
    assert ran.attempt("voicemail")["code"] == "VOICEMAIL"


@pytest.mark.parametrize(("persona", "code"), [("dead_number", "EMPTY"), ("busy_told", "BUSY")])
def test_announcements_before_the_answer_are_read(ran: Finished, persona: str, code: str) -> None:
    attempt = ran.attempt(persona)
    assert (attempt["code"], attempt["answered_at"]) == (code, None)
    assert "dialed" in attempt["early_media_text"]
