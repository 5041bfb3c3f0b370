"""The same clips called on both switches: the same codes, the same taken for the same, the message after the beep.

The switch's own ear for beeps is on: it tells a beep while it sounds, and the message waits for its end all the same.
The real one: VOICEBOT_TEST_FREESWITCH=HOST:PORT[:PASSWORD] pytest -m freeswitch, a FreeSWITCH with freeswitch_conf/ and
the ports 8084 and 8086 free.
"""

import os
from collections.abc import Iterator

import numpy as np
import pytest

from tests.whole_calls import clips
from tests.whole_calls.conftest import Finished, Pcm, finished_run

REAL = "VOICEBOT_TEST_FREESWITCH"
PER_MS = 8
LOUD = 300
"""RMS of speech at least."""
WINDOW_MS = 20
RING_TIMEOUT_S = "25"
"""Announcements are said twice within it."""


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(False, id="simulated", marks=pytest.mark.audio),
        pytest.param(
            True,
            id="freeswitch",
            marks=[pytest.mark.freeswitch, pytest.mark.skipif(REAL not in os.environ, reason="no FreeSWITCH is named")],
        ),
    ],
)
def called(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    directory = tmp_path_factory.mktemp("clips")
    clips.write(directory / "clips")
    arguments, more = [str(directory / "clips")], {"ring_timeout_s": RING_TIMEOUT_S, "avmd": "yes"}
    if request.param:
        host, port, *password = os.environ[REAL].split(":")
        arguments.append(f"{host}:{port}")
        more |= {"switch_password": password[0]} if password else {}
    with finished_run(directory, *arguments, program="tests.whole_calls.run_clips", **more) as run:
        assert run.figures["fault"] is None
        yield run


@pytest.mark.parametrize("code", [label for phase, label in clips.SPOKEN if phase == "early"])
def test_what_the_network_says_is_the_code_whatever_status_it_sends(called: Finished, code: str) -> None:
    assert called.attempt(f"early:{code}")["code"] == code
    (heard,) = called.of_call("pick_up", f"early:{code}")
    assert (heard["phase"], heard["code"]) == ("early", code)
    assert called.of_call("call", f"early:{code}") == []


@pytest.mark.parametrize("code", [label for phase, label in clips.SPOKEN if phase == "answer"])
def test_who_picks_up_is_taken_for_what_it_is(called: Finished, code: str) -> None:
    assert called.call(f"answer:{code}")["answered_by"] == code
    (heard,) = (row for row in called.of_call("pick_up", f"answer:{code}") if row["phase"] == "answer")
    assert heard["code"] == code


def test_a_mailbox_gets_the_message_after_its_beep_and_a_person_none(called: Finished) -> None:
    assert {"MACHINE", "MESSAGE_LEFT"} <= set(called.call("answer:VOICEMAIL")["tags"])
    assert called.attempt("answer:VOICEMAIL")["code"] == "VOICEMAIL"
    assert "MESSAGE_LEFT" not in called.call("answer:HUMAN")["tags"]
    customer, robot = called.recorded("answer:VOICEMAIL")
    over_ms = beep_over_ms(customer)
    said = loud_ms(robot)
    assert not [at for at in said if over_ms - clips.BEEP_MS <= at < over_ms], "nobody speaks into the beep"
    assert sum(at >= over_ms for at in said) * WINDOW_MS > 1000, "the message is on the line after it"


def loud_ms(pcm: Pcm) -> list[int]:
    """Where somebody speaks: the beginnings of loud windows."""
    size = WINDOW_MS * PER_MS
    return [
        start // PER_MS
        for start in range(0, len(pcm) - size, size)
        if np.sqrt((pcm[start : start + size] ** 2).mean()) > LOUD
    ]


def beep_over_ms(pcm: Pcm) -> int:
    """The end of the last window in which there is nearly nothing but the beep's tone."""
    size = WINDOW_MS * PER_MS
    pure = []
    for start in range(0, len(pcm) - size, size):
        power = np.abs(np.fft.rfft(pcm[start : start + size] * np.hanning(size))) ** 2
        place = round(clips.BEEP_HZ * size / 8000)
        if power.sum() > (LOUD * size) ** 2 / 100 and power[place - 2 : place + 3].sum() > 0.95 * power.sum():
            pure.append(start // PER_MS + WINDOW_MS)
    assert len(pure) * WINDOW_MS >= clips.BEEP_MS / 2, "the beep is in the recording"
    return pure[-1]
