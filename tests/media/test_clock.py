import itertools

from hypothesis import given
from hypothesis import strategies as st

from voicebot.media.clock import TOLERANCE_MS, WINDOW_MS, AudioClock


def run(clock: AudioClock, arrivals_ms: list[int], ms: int = 20) -> list[int]:
    return [clock.tick(at, ms) for at in arrivals_ms]


def test_frames_on_time_are_counted() -> None:
    clock = AudioClock()
    assert run(clock, [1000 + 20 * n for n in range(100)]) == [1000 + 20 * n for n in range(100)]


@given(st.lists(st.integers(0, 35), min_size=1, max_size=200))
def test_jitter_is_not_a_hole(jitter: list[int]) -> None:
    clock = AudioClock()
    first = jitter[0]
    assert run(clock, [20 * n + late for n, late in enumerate(jitter)]) == [20 * n + first for n in range(len(jitter))]


def test_a_burst_after_a_stall_is_not_a_hole() -> None:
    clock = AudioClock()
    stalled = [20 * n if n < 50 else max(20 * n, 1300) for n in range(100)]  # 300 ms late, then all at once
    assert run(clock, stalled) == [20 * n for n in range(100)]


def test_frames_that_never_come_are_jumped_over() -> None:
    clock = AudioClock()
    before = run(clock, [20 * n for n in range(50)])
    after = run(clock, [1500 + 20 * n for n in range(50)])  # 500 ms were skipped
    assert before[-1] == 980
    assert after[0] == 1000
    assert after[-1] == 1500 + 20 * 49
    jumps = [late - early for early, late in itertools.pairwise(after) if late - early != 20]
    assert jumps == [520]


def test_a_late_first_frame_does_not_shift_the_call() -> None:
    clock = AudioClock()
    assert run(clock, [100, *(20 * n + 40 for n in range(1, 50))]) == [100 + 20 * n for n in range(50)]


@given(st.lists(st.tuples(st.integers(0, 3000), st.sampled_from([10, 20, 30, 40])), min_size=1, max_size=200))
def test_whatever_the_arrivals_frames_never_overlap(steps: list[tuple[int, int]]) -> None:
    clock, now, end = AudioClock(), 0, 0
    for gap, ms in steps:
        now += gap
        begins = clock.tick(now, ms)
        assert begins >= end
        end = begins + ms


def test_a_hole_is_filled_within_the_window_up_to_the_tolerance() -> None:
    clock = AudioClock()
    run(clock, [20 * n for n in range(50)])
    arrivals = [3000 + 20 * n for n in range(WINDOW_MS // 20 + 2)]
    last = run(clock, arrivals)[-1]
    assert arrivals[-1] - last <= TOLERANCE_MS + 20
