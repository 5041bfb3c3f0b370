from hypothesis import given
from hypothesis import strategies as st

from voicebot.esl.histogram import STEP_MS, STEPS, LagHistogram


@given(st.lists(st.floats(0, 600), min_size=1), st.sampled_from([0.0, 0.5, 0.9, 0.99, 1.0]))
def test_quantile_is_right_to_the_step(values: list[float], share: float) -> None:
    lags = LagHistogram()
    for value in values:
        lags.add(value)
    right = sorted(values)[max(0, -int(-share * len(values) // 1) - 1)]
    got = lags.quantile(share)
    if right < STEPS * STEP_MS:
        assert right - 1e-9 <= got <= right + STEP_MS + 1e-9
    else:
        assert got == max(values)


def test_nothing_counted() -> None:
    assert (LagHistogram().quantile(0.99), LagHistogram().max_ms) == (0.0, 0.0)


def test_below_zero_counts_as_zero() -> None:
    lags = LagHistogram()
    lags.add(-1.0)
    assert lags.count == 1
    assert lags.quantile(1.0) == 0.0
