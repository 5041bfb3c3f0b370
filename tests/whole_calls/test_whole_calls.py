"""Whole calls with real audio: what comes of each kind of customer, what they heard, what was recorded."""

import json
from statistics import median
from typing import Any

import numpy as np
import pytest

from tests.whole_calls.conftest import Finished, Pcm, samples
from tests.whole_calls.run import PERSONAS
from voicebot.media.pcm import decode_wav

pytestmark = pytest.mark.audio

PER_MS = 8
LOUD = 300
SILENT = 20
"""RMS of speech at least, and of a line on which nobody speaks at most."""
SAME = 0.9
"""Correlation of a prompt with itself behind a telephone codec; with any other speech it stays under 0.3."""
SLACK_MS = 300
"""How far the dialog's clock may be from the customer's."""
SOON_MS = 300
"""By when the robot is silent after the moment that the dialog holds for its last."""
EDGE_MS = 60
EDGES_MS = 200
"""By how much a recording and its talk differ: the switch begins it a few frames after the answer and ends it a few
after the last words. Measured: -80 to 120 ms on FreeSWITCH, 0 to 40 ms on the simulated switch."""
RECORD_MIN_MS = 3_000
"""A switch drops shorter recordings unless it is told to keep them."""
GREETED_MS = 1500
"""By then whoever picks up has said 喂."""


def part(pcm: Pcm, begin_ms: int, end_ms: int) -> Pcm:
    return pcm[begin_ms * PER_MS : end_ms * PER_MS]


def loudness(pcm: Pcm) -> float:
    return float(np.sqrt((pcm**2).mean()))


def likeness(piece: Pcm, whole: Pcm) -> float:
    """The best normalised correlation of `piece` anywhere in `whole`."""
    size = 1 << (len(whole) + len(piece)).bit_length()
    found = np.fft.irfft(np.fft.rfft(whole, size) * np.conj(np.fft.rfft(piece, size)), size)
    found = found[: len(whole) - len(piece) + 1]
    energy = np.cumsum(np.concatenate([[0.0], whole**2]))
    windows = energy[len(piece) :] - energy[: -len(piece)]
    return float((found / np.sqrt(np.maximum(windows, 1.0) * (piece**2).sum())).max())


def seconds(prompt: Pcm) -> list[Pcm]:
    """Its whole seconds, without the edges: a frame that a busy machine brings late shifts all that comes after it."""
    last_ms = len(prompt) // PER_MS - SLACK_MS
    return [part(prompt, begin, begin + 1000) for begin in range(SLACK_MS, last_ms - 1000 + 1, 1000)]


def answers(finished: Finished, persona: str) -> list[dict[str, Any]]:
    """What the customer said to the robot; the 喂 at the pick-up is none of it."""
    return [turn for turn in finished.of_call("turn", persona) if not turn["aside"]]


def prompt_files(finished: Finished) -> list[Pcm]:
    """Every prompt that was rendered for the run."""
    files = (finished.directory / "prompts").rglob("*.wav")
    return [decode_wav(path.read_bytes())[0].astype(np.float64) for path in files]


def test_every_attempt_has_one_result_and_the_figures_say_the_same(finished: Finished) -> None:
    codes = [finished.attempt(persona)["code"] for persona in PERSONAS]
    assert finished.figures["attempts"] == len(codes)
    assert finished.figures["results"] == {code: codes.count(code) for code in codes}
    assert finished.figures["store_errors"] == []
    assert finished.figures["fault"] is None


def test_who_agrees_is_graded_a(finished: Finished) -> None:
    call = finished.call("agrees")
    assert (call["grade"], call["ending"], call["ended_node"]) == ("A", "ROBOT_END", "agreed")
    visits = finished.of_call("node_visit", "agrees")
    assert visits[0]["node"] == "opening"
    assert visits[-1]["ended_by"] == "finished"


def test_every_turn_that_the_robot_answered_has_its_latency(finished: Finished) -> None:
    latencies = [turn["latency_ms"] for turn in answers(finished, "agrees")[:-1]]
    assert latencies
    assert all(0 < latency < 5000 for latency in latencies)


def test_who_wants_no_more_calls_is_noted(finished: Finished) -> None:
    call = finished.call("stop_calling")
    assert call["grade"] == "D"
    assert "STOP_REQUEST" in call["tags"]


def test_who_wants_no_more_calls_is_on_the_stop_list_before_the_call_has_ended(finished: Finished) -> None:
    attempt = finished.attempt("stop_calling")
    (words,) = [turn["text"] for turn in finished.of_call("turn", "stop_calling") if not turn["aside"]]
    (entry,) = finished.of_call("stop_list", "stop_calling")
    assert (entry["number"], entry["scope"], entry["source"]) == (attempt["number"], "*", "call")
    assert entry["reason"] == f"stop_request: {words}"
    assert attempt["id"] in finished.figures["stopped_before_the_end"]
    assert set(finished.figures["stopped_before_the_end"]) == {attempt["id"]}


def test_who_agrees_leaves_a_task(finished: Finished) -> None:
    (task,) = finished.of_call("follow_up", "agrees")
    assert (task["type"], task["node"], task["status"]) == ("wechat", "agreed", "open")


def test_who_leaves_in_the_opening_is_known_by_node_and_offset(finished: Finished) -> None:
    attempt = finished.attempt("leaves_at_once")
    assert (attempt["code"], attempt["who_hung_up"]) == ("CUSTOMER_HANGUP", "customer")
    (visit,) = finished.of_call("node_visit", "leaves_at_once")
    assert (visit["node"], visit["ended_by"], visit["hangup_phase"]) == ("opening", "hangup", "playing")
    (said,) = finished.of_call("said", "leaves_at_once")
    assert 0 < visit["offset_ms"] == said["heard_ms"] < 6000
    assert said["text"].startswith(said["heard_text"])
    assert said["text"] != said["heard_text"]
    heard_ms = len(finished.heard("leaves_at_once")) / PER_MS
    assert abs(said["heard_ms"] - heard_ms) < 500


def test_a_dead_number_is_known_by_its_announcement(finished: Finished) -> None:
    attempt = finished.attempt("dead_number")
    assert (attempt["code"], attempt["answered_at"]) == ("EMPTY", None)
    assert "空号" in attempt["early_media_text"]
    assert finished.of_call("call", "dead_number") == []


def test_an_announcement_ends_the_ringing_whatever_status_would_have_come(finished: Finished) -> None:
    """The carrier of this customer says busy and would send a 503 after it."""
    attempt = finished.attempt("busy_told")
    (heard,) = finished.of_call("pick_up", "busy_told")
    assert (attempt["code"], heard["code"], heard["phase"]) == ("BUSY", "BUSY", "early")
    assert "正在通话" in attempt["early_media_text"] == heard["text"]
    assert heard["saved_ms"] > 0 or attempt["sip_status"] == 503
    assert (finished.directory / "recordings" / heard["path"]).stat().st_size > 16_000


@pytest.mark.parametrize(("persona", "code"), [("voicemail", "VOICEMAIL"), ("assistant", "ASSISTANT")])
def test_machines_are_known_in_the_opening_and_left(finished: Finished, persona: str, code: str) -> None:
    attempt, call = finished.attempt(persona), finished.call(persona)
    (heard,) = finished.of_call("pick_up", persona)
    assert (attempt["code"], call["answered_by"], heard["code"]) == (code, code, code)
    assert (call["grade"], call["ending"], "MACHINE" in call["tags"]) == ("E", "ROBOT_END", True)
    assert 0 < heard["decided_ms"] < 6000
    assert len(json.loads(heard["evidence"])) >= 2
    (said,) = finished.of_call("said", persona)
    assert said["heard_ms"] < 7000


def test_people_are_people(finished: Finished) -> None:
    for persona in ("agrees", "leaves_at_once", "stop_calling", "wants_human"):
        assert finished.call(persona)["answered_by"] == "HUMAN"


@pytest.mark.parametrize(("persona", "code"), [("busy", "BUSY"), ("no_answer", "NO_ANSWER")])
def test_who_does_not_pick_up(finished: Finished, persona: str, code: str) -> None:
    attempt = finished.attempt(persona)
    assert (attempt["code"], attempt["answered_at"], attempt["who_hung_up"]) == (code, None, None)
    assert finished.of_call("call", persona) == []


def test_who_asks_for_a_human_gets_one(finished: Finished) -> None:
    assert finished.attempt("wants_human")["code"] == "TRANSFERRED"
    (handoff,) = finished.of_call("handoff", "wants_human")
    assert handoff["outcome"] == "answered"
    assert handoff["talked_ms"] > 0


def test_keys_are_answers(finished: Finished) -> None:
    call = finished.call("presses_keys")
    assert (call["grade"], call["ending"]) == ("A", "ROBOT_END")
    assert answers(finished, "presses_keys")[0]["matched_by"] == "digits"


def test_who_talks_over_the_robot_silences_it(finished: Finished) -> None:
    barged = [turn for turn in finished.of_call("turn", "talks_over") if turn["barge_in"]]
    assert barged
    assert 0 < barged[0]["barge_in_ms"] < 2000
    cut = next(said for said in finished.of_call("said", "talks_over") if said["total_ms"] is None)
    stopped = cut["started_ms"] + cut["heard_ms"]
    heard = finished.heard("talks_over")
    assert loudness(part(heard, cut["started_ms"], stopped)) > LOUD
    assert loudness(part(heard, stopped + SOON_MS, stopped + SOON_MS + 200)) < SILENT
    assert cut["text"].startswith(cut["heard_text"])
    assert len(cut["heard_text"]) < len(cut["text"])


def test_the_customer_hears_the_prompts_as_they_were_rendered(finished: Finished) -> None:
    heard = finished.heard("agrees")
    whole = [said for said in finished.of_call("said", "agrees") if said["total_ms"] == said["heard_ms"]]
    assert len(whole) >= 2
    for said in whole:
        begin, end = said["started_ms"] - SLACK_MS, said["started_ms"] + said["heard_ms"] + SLACK_MS
        spoken = part(heard, max(0, begin), end)
        likely = [prompt for prompt in prompt_files(finished) if abs(len(prompt) / PER_MS - said["total_ms"]) <= 20]
        assert max(median(likeness(piece, spoken) for piece in seconds(prompt)) for prompt in likely) > SAME


def test_a_recording_has_the_customer_left_and_the_robot_right(finished: Finished) -> None:
    left, right = finished.recorded("agrees")
    answer = answers(finished, "agrees")[0]
    assert loudness(part(left, answer["began_ms"], answer["ended_ms"])) > LOUD
    assert loudness(part(right, answer["began_ms"] + EDGE_MS, answer["ended_ms"] - EDGE_MS)) < LOUD
    opening = finished.of_call("said", "agrees")[0]
    spoken = part(right, 0, opening["heard_ms"])
    assert likeness(part(finished.heard("agrees"), 500, 4000), spoken) > SAME
    assert loudness(part(left, GREETED_MS, 4000)) < LOUD


def test_the_whole_call_is_in_its_recording(finished: Finished) -> None:
    (recording,) = finished.of_call("recording", "agrees")
    talk_ms = finished.call("agrees")["talk_ms"]
    assert recording["channels"] == 2
    assert abs(recording["length_ms"] - talk_ms) <= EDGES_MS


def test_every_answered_call_is_recorded_however_short(finished: Finished) -> None:
    with finished.store.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT call.talk_ms, recording.length_ms, recording.channels, recording.path FROM call"
            " LEFT JOIN recording ON recording.attempt_id = call.attempt_id ORDER BY call.talk_ms"
        ).all()
    assert rows[0].talk_ms < RECORD_MIN_MS, "no call was short"
    for row in rows:
        assert row.channels == 2
        assert abs(row.length_ms - row.talk_ms) <= EDGES_MS
        assert len(samples(finished.directory / "recordings" / row.path)) == row.length_ms * PER_MS
