"""Scores against responses: by hand, and in worlds where they are right or wrong."""

import random

import pytest

from voicebot.reports.calibration import ERROR, auc_of, calibration


def world(seed: int, wrong: float = 0.0, leads: int = 5_000, scale: float = 1.0) -> dict[float, tuple[int, int]]:
    """Leads whose scores are their rates, but for `wrong`; scores are told multiplied by `scale`."""
    dice = random.Random(seed)
    scored: dict[float, tuple[int, int]] = {}
    for _ in range(leads):
        rate = dice.randrange(5, 60) / 100
        of, hits = scored.get(rate * scale, (0, 0))
        scored[rate * scale] = of + 1, hits + (dice.random() < max(0.0, rate - wrong))
    return scored


def test_order_by_hand() -> None:
    # Three responded, two did not; of the six pairs: .9 over .5 and .1; .5 ties with .5, over .1; .3 under .5, over .1
    found = auc_of({0.9: (1, 1), 0.5: (2, 1), 0.3: (1, 1), 0.1: (1, 0)})
    assert found is not None
    assert found.value == pytest.approx((2 + 1.5 + 1) / 6)
    assert auc_of({0.5: (3, 3)}) is None


def test_tenths_by_hand() -> None:
    scored = {n / 20: (10, n // 2) for n in range(20)}  # 200 leads, 20 to a tenth: two scores each
    found = calibration(scored)
    assert [tenth.actual.of for tenth in found.tenths] == [20] * 10
    first = found.tenths[0]
    assert (first.low, first.high, first.actual.hits) == (0.0, 0.05, 0)
    assert first.gap == pytest.approx(-0.025)
    assert found.predicted == pytest.approx(sum(n / 20 for n in range(20)) / 20)


def test_right_scores_are_flagged_no_more_often_than_stated() -> None:
    flagged = sum(bool(calibration(world(seed)).flag) for seed in range(200))
    assert flagged <= 200 * ERROR + 3 * (200 * ERROR) ** 0.5


def test_wrong_scores_are_flagged() -> None:
    found = calibration(world(1, wrong=0.15))
    assert found.flag.startswith("predicted 3")
    assert found.p is not None and found.p < 1e-6
    assert found.gap is not None and found.gap > 0.08


def test_a_small_sure_gap_is_no_flag() -> None:
    found = calibration(world(1, wrong=0.02, leads=100_000))
    assert found.p is not None and found.p < ERROR
    assert found.flag == ""


def test_points_are_only_held_against_the_order() -> None:
    found = calibration(world(1, wrong=0.15, scale=100))
    assert (found.rates, found.predicted, found.gap, found.p, found.flag) == (False, None, None, None, "")
    assert found.auc is not None and found.auc.low > 0.5
    noise = dict.fromkeys((10.0, 20.0, 30.0), (100, 30))
    assert "no better than chance: AUC 0.50" in calibration(noise).flag


def test_scores_that_nobody_gave() -> None:
    assert calibration({0.0: (100, 30)}).rates is False  # the default of a list without scores
    assert calibration({}).tenths == ()
