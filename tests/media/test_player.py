import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.media.frames import FRAME_BYTES, bytes_of
from voicebot.media.player import FADE_MS, Finished, Player

LOUD = np.full(8000, 10_000, np.int16).tobytes()  # one second
SIZES = st.integers(1, 500).map(lambda samples: 2 * samples)


def heard(player: Player, frames: int, size: int = FRAME_BYTES) -> np.ndarray:
    return np.frombuffer(b"".join(player.next_frame(size) for _ in range(frames)), np.int16)


def test_silence_where_nothing_runs() -> None:
    player = Player()
    assert player.next_frame(640) == bytes(640)
    assert (player.playing, player.played_ms, player.finished(), player.stop()) == (None, None, None, 0)


@given(st.binary(max_size=4000).map(lambda data: data[: len(data) // 2 * 2]), st.lists(SIZES, min_size=1))
def test_bytes_out_are_always_the_size_asked_for_and_the_prompt_comes_whole(pcm: bytes, sizes: list[int]) -> None:
    player = Player()
    player.play(pcm, 7)
    out = b""
    for size in sizes:
        frame = player.next_frame(size)
        assert len(frame) == size
        out += frame
    assert out == (pcm + bytes(len(out)))[: len(out)]
    done = sum(sizes) >= len(pcm)
    assert player.finished() == (Finished(7, len(pcm) // 16) if done else None)
    assert player.playing == (None if done else 7)


def test_played_ms_is_what_was_handed_out() -> None:
    player = Player()
    player.play(LOUD, 1)
    assert player.played_ms == 0
    for frames in range(1, 5):
        player.next_frame(FRAME_BYTES)
        assert player.played_ms == 20 * frames
    assert player.stop() == 80


def test_the_end_is_told_once_after_the_frame_that_holds_it() -> None:
    player = Player()
    player.play(LOUD[: bytes_of(50)], 3)
    assert [player.next_frame(FRAME_BYTES) and player.finished() for _ in range(4)] == [
        None,
        None,
        Finished(3, 50),
        None,
    ]


def test_an_empty_prompt_is_over_with_the_next_frame() -> None:
    player = Player()
    player.play(b"", 4)
    assert player.next_frame(FRAME_BYTES) == bytes(FRAME_BYTES)
    assert player.finished() == Finished(4, 0)


def test_stopped_within_a_frame_without_a_click() -> None:
    player = Player()
    player.play(LOUD, 1)
    heard(player, 3)
    assert player.stop() == 60
    after = heard(player, 2)
    fade = after[: 8 * FADE_MS]
    assert np.all(np.diff(fade.astype(int)) <= 0)
    assert fade[0] == 10_000
    assert not after[8 * FADE_MS :].any()
    assert player.finished() is None


def test_a_fade_longer_than_the_frame_goes_on_in_the_next() -> None:
    player = Player()
    player.play(LOUD, 1)
    player.stop()
    assert heard(player, 40, size=2)[: 8 * FADE_MS].tolist() == sorted(heard_fade(), reverse=True)


def heard_fade() -> list[int]:
    player = Player()
    player.play(LOUD, 1)
    player.stop()
    return heard(player, 1)[: 8 * FADE_MS].tolist()


def test_from_ms_enters_there_and_counts_from_the_beginning() -> None:
    ramp = np.arange(8000, dtype=np.int16)
    player = Player()
    player.play(ramp.tobytes(), 2, from_ms=100)
    assert player.played_ms == 100
    frame = heard(player, 1)
    assert frame[0] == 0  # faded in
    assert frame[8 * FADE_MS :].tolist() == ramp[800 + 8 * FADE_MS : 960].tolist()
    assert player.played_ms == 120


def test_from_ms_beyond_the_end_finishes_at_once() -> None:
    player = Player()
    player.play(LOUD, 2, from_ms=5000)
    assert not heard(player, 1).any()
    assert player.finished() == Finished(2, 1000)


def test_a_new_prompt_replaces_the_old_one_which_is_faded_under_it() -> None:
    player = Player()
    player.play(LOUD, 1)
    heard(player, 1)
    player.play(LOUD, 2)
    frame = heard(player, 1)
    assert frame[0] == 20_000
    assert frame[8 * FADE_MS :].tolist() == [10_000] * (160 - 8 * FADE_MS)
    assert player.playing == 2
    assert player.finished() is None


@pytest.mark.parametrize(("pcm", "from_ms", "named"), [(b"123", 0, "3 bytes"), (b"12", -1, "-1")])
def test_half_samples_and_negative_positions_are_refused(pcm: bytes, from_ms: int, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Player().play(pcm, 9, from_ms)
