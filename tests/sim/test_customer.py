import numpy as np
import pytest

from voicebot.media.frames import FRAME_BYTES
from voicebot.sim.callees import SILENCE, CalleeAction, HangUp, Line, Press
from voicebot.sim.customer import TONE, Customer, line_of
from voicebot.sim.plan import LineSound, Plan, Step

SPEECH = (4000 * np.sin(np.arange(160) * 0.3)).astype("<i2").tobytes()
ANSWERED = Line(200, 1000, 200)
SOUNDS = {"可以": b"\x11\x00" * 1600, "嗯": b"\x22\x00" * 320, "你好": b"\x33\x00" * 800}


class Call:
    """Plays the robot to a customer and notes what it does, in milliseconds of audio."""

    def __init__(self, *steps: Step, **plan: object) -> None:
        self.customer = Customer(Plan("someone", "answer", 1000, steps, **plan), SOUNDS, ANSWERED)  # type: ignore[arg-type]
        self.at_ms = 0
        self.spoke: list[tuple[int, str]] = []
        self.did: list[tuple[int, CalleeAction]] = []
        self._last = ""

    def robot(self, speaks_ms: int = 0, silent_ms: int = 0) -> "Call":
        for frame in [SPEECH] * (speaks_ms // 20) + [SILENCE] * (silent_ms // 20):
            self._exchange(frame)
        return self

    def _exchange(self, frame: bytes) -> None:
        said = self.customer.on_frame(frame)
        assert len(said) == FRAME_BYTES
        text = next((name for name, sound in SOUNDS.items() if said[:2] == sound[:2]), "")
        if text and text != self._last:
            self.spoke.append((self.at_ms, text))
        self._last = text
        self.did += [(self.at_ms, action) for action in self.customer.actions()]
        self.at_ms += 20


def test_answers_when_the_robot_has_been_silent_for_its_reaction_time() -> None:
    call = Call(Step(700, say="可以")).robot(speaks_ms=2000, silent_ms=1500)
    assert call.spoke == [(2000 + 700 - 20, "可以")]


def test_a_pause_shorter_than_its_reaction_does_not_make_it_speak() -> None:
    call = Call(Step(700, say="可以")).robot(1000, 600).robot(1000, 600)
    assert call.spoke == []


def test_the_kth_step_answers_the_kth_utterance() -> None:
    call = Call(Step(700, say="可以"), Step(700), Step(700, say="嗯"))
    for _ in range(3):
        call.robot(1000, 1000)
    assert [text for _, text in call.spoke] == ["可以", "嗯"]


def test_barges_in_at_its_moment_and_not_again_when_the_robot_stops() -> None:
    call = Call(Step(700, say="可以", barge_in_ms=1200)).robot(speaks_ms=1400, silent_ms=2000)
    assert call.spoke == [(1180, "可以")]


def test_nods_along_and_still_answers() -> None:
    call = Call(Step(700, say="可以", during="嗯", barge_in_ms=600)).robot(2000, 1000)
    assert [text for _, text in call.spoke] == ["嗯", "可以"]


def test_hangs_up_inside_the_utterance() -> None:
    call = Call(Step(700, say="可以"), Step(700, hang_up_ms=800)).robot(1000, 1000).robot(2000)
    assert call.did[0] == (2000 + 780, HangUp())


def test_presses_its_keys_in_order() -> None:
    call = Call(Step(700, press="12#")).robot(500, 1000)
    assert [action for _, action in call.did] == [Press("1"), Press("2"), Press("#")]


def test_greets_before_the_robot_speaks() -> None:
    call = Call(greeting="你好", greeting_ms=400).robot(silent_ms=1000)
    assert call.spoke == [(400, "你好")]


def test_leaves_when_nobody_speaks() -> None:
    call = Call(lonely_ms=3000).robot(silent_ms=3000)
    assert call.did == [(2980, HangUp())]


def test_leaves_after_bearing_the_robot_in_silence() -> None:
    call = Call(Step(700, say="可以"), patience=2)
    for _ in range(4):
        call.robot(500, 1000)
    assert [action for _, action in call.did] == [HangUp()]
    assert call.did[0][0] > 3 * 1500


def test_clicks_and_line_noise_are_not_speech() -> None:
    call = Call(Step(700, say="可以"))
    for _ in range(20):
        call.robot(speaks_ms=40, silent_ms=800)
    assert call.spoke == []


def test_frames_of_another_length_are_answered_in_kind() -> None:
    customer = Customer(Plan("someone", "answer", 1000, greeting="你好"), SOUNDS, ANSWERED)
    assert {len(customer.on_frame(SILENCE * 2)) for _ in range(10)} == {2 * FRAME_BYTES}


@pytest.mark.parametrize(
    ("ending", "line"),
    [
        ("answer", Line(200, 1500, 200)),
        ("busy", Line(None, 1500, 486)),
        ("reject", Line(200, 1500, 603)),
        ("no_answer", Line(200, 1500, 0)),
        ("unreachable", Line(None, 1500, 503)),
    ],
)
def test_the_network_tells_each_ending(ending: str, line: Line) -> None:
    assert line_of(Plan("someone", ending, 1500)) == line  # type: ignore[arg-type]


def test_a_carrier_may_send_another_status_than_it_announces() -> None:
    plan = Plan("someone", "power_off", 0, announcement="已关机", status=404)
    assert line_of(plan, bytes(16_000)).status == 404


def test_a_machine_without_words_is_heard_from_its_moment_on() -> None:
    plan = Plan("fax", "answer", 0, tone=LineSound("fax", 60), greeting_ms=40)
    customer = Customer(plan, {TONE: b"\x05\x00" * 480}, ANSWERED)
    assert [b"\x05" in customer.on_frame(SILENCE) for _ in range(6)] == [False, False, True, True, True, False]


def test_a_dead_number_is_announced_before_its_404() -> None:
    line = line_of(Plan("someone", "dead_number", 0, announcement="空号"), bytes(16_000))
    assert (line.ringing_ms, line.final_ms, line.status) == (200, 200 + 1000 + 300, 404)
