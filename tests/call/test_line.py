"""Frames of one call: one out for each one in, prompts at the right moment, time by arrival."""

from voicebot.call.line import Line
from voicebot.media.frames import FRAME_BYTES


class Recording:
    """An ear that only notes."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, int]] = []

    def push(self, frame: bytes, at_ms: int) -> None:
        self.heard.append((len(frame), at_ms))


def make_line() -> tuple[Line, Recording, list[tuple[int, int]], list[tuple[int, int]]]:
    ear, began, finished = Recording(), list[tuple[int, int]](), list[tuple[int, int]]()
    line = Line(ear, lambda *at: began.append(at), lambda *over: finished.append(over))
    return line, ear, began, finished


FRAME = bytes(FRAME_BYTES)
LOUD = b"\x10\x20" * (FRAME_BYTES // 2)


def test_every_frame_is_heard_and_answered_by_one_of_its_size() -> None:
    line, ear, _, _ = make_line()
    assert line.frame(FRAME, 5.0) == FRAME
    assert len(line.frame(FRAME * 2, 5.02)) == 2 * FRAME_BYTES
    assert ear.heard == [(320, 0), (640, 20)]


def test_time_counts_by_arrival_where_the_switch_skipped_frames() -> None:
    line, ear, _, _ = make_line()
    line.frame(FRAME, 1.0)
    line.frame(FRAME, 1.2)
    assert line.now == 200
    assert ear.heard[-1] == (320, 200)


def test_a_prompt_begins_with_the_next_frame_and_is_told_when_it_ends() -> None:
    line, _, began, finished = make_line()
    line.frame(FRAME, 0.0)
    line.play(LOUD * 2, say_id=7)
    assert line.playing == 7
    assert line.frame(FRAME, 0.02) == LOUD
    assert began == [(7, 20)]
    assert finished == []
    line.frame(FRAME, 0.04)
    assert finished == [(7, 40)]
    assert line.playing is None


def test_the_same_prompt_played_again_begins_again() -> None:
    line, _, began, _ = make_line()
    line.frame(FRAME, 0.0)
    line.play(LOUD, say_id=1)
    line.frame(FRAME, 0.02)
    line.play(LOUD, say_id=1)
    line.frame(FRAME, 0.04)
    assert began == [(1, 20), (1, 40)]


def test_stop_is_silence_from_the_next_frame_and_tells_what_was_sent() -> None:
    line, _, _, finished = make_line()
    line.frame(FRAME, 0.0)
    line.play(LOUD * 50, say_id=3)
    line.frame(FRAME, 0.02)
    line.frame(FRAME, 0.04)
    assert line.stop() == 40
    line.frame(FRAME, 0.06)  # the fade
    assert line.frame(FRAME, 0.08) == FRAME
    assert finished == []
