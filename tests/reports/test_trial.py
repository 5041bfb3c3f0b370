"""The statistics of a comparison against published figures, and against simulated campaigns with a known difference."""

import numpy as np
import pytest

from voicebot.reports.trial import Span, at_any_time, difference, needed_at_any_time, needed_once

TRIALS = 2000


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [  # R. G. Newcombe 1998, table II, method 10; his differences are first minus second
        ((48, 56), (80, 70), 0.0524, 0.3339),
        ((3, 9), (10, 10), 0.1705, 0.8090),
        ((0, 5), (29, 56), -0.0381, 0.1926),
        ((0, 0), (10, 10), -0.2775, 0.2775),
    ],
)
def test_newcombes_own_examples(hits: tuple[int, int], of: tuple[int, int], low: float, high: float) -> None:
    span = difference(hits, of)
    assert span is not None
    assert (span.low, span.high) == pytest.approx((low, high), abs=6e-5)


def test_without_calls_there_is_no_interval() -> None:
    assert difference((0, 1), (0, 5)) is None
    assert difference((1, 0), (5, 0)) is None
    assert at_any_time((0, 0), (0, 5), 0.05, 0.05) is None


def test_a_known_difference_lies_in_the_interval_as_often_as_it_should() -> None:
    """95 % of simulated campaigns, within three standard deviations of so many."""
    dice = np.random.default_rng(7)
    one, two = dice.binomial(400, 0.20, TRIALS), dice.binomial(300, 0.30, TRIALS)
    covered = sum(
        span.low <= 0.1 <= span.high
        for a, b in zip(one.tolist(), two.tolist(), strict=True)
        if (span := difference((a, b), (400, 300))) is not None
    )
    assert covered / TRIALS == pytest.approx(0.95, abs=3 * (0.95 * 0.05 / TRIALS) ** 0.5)


def looks(first: float, second: float, calls: int, every: int, seed: int) -> tuple[list[bool], list[bool]]:
    """Of campaigns that are looked at after each `every` calls an arm: whether any look decided, by both intervals."""
    dice = np.random.default_rng(seed)
    hits = [dice.binomial(every, p, (TRIALS // 4, calls // every)).cumsum(axis=1).tolist() for p in (first, second)]
    common, safe = [], []
    for one, two in zip(*hits, strict=True):
        pairs = [((a, b), (n * every, n * every)) for n, (a, b) in enumerate(zip(one, two, strict=True), 1)]
        common.append(any(_decides(difference(*pair)) for pair in pairs))
        safe.append(any(_decides(at_any_time(*pair, 0.1, 0.05)) for pair in pairs))
    return common, safe


def _decides(span: Span | None) -> bool:
    return span is not None and span.decided


def test_two_equal_versions_looked_at_every_day_are_told_apart_wrongly_in_at_most_five_of_a_hundred() -> None:
    """The error of the first kind; with the common interval a daily look makes several times as many errors."""
    common, safe = looks(0.2, 0.2, 2000, 40, seed=11)
    assert np.mean(safe) <= 0.05
    assert np.mean(common) > 0.15


def test_one_look_at_equal_versions_errs_in_about_five_of_a_hundred() -> None:
    common, _ = looks(0.2, 0.2, 400, 400, seed=13)
    assert np.mean(common) == pytest.approx(0.05, abs=3 * (0.05 * 0.95 / (TRIALS // 4)) ** 0.5)


def test_a_difference_as_large_as_looked_for_is_found_with_the_calls_that_are_said_to_be_needed() -> None:
    calls = needed_at_any_time(0.3, 0.1, 0.05)
    _, safe = looks(0.3, 0.4, calls, calls, seed=17)
    assert np.mean(safe) == pytest.approx(0.8, abs=0.06)


def test_the_textbook_size_of_two_groups() -> None:
    """60 % against 70 %: 356 in each group (Fleiss, Levin, Paik 2003); from 60 % the other way it takes 388."""
    assert needed_once(0.7, 0.1, 0.05) == 356
    assert needed_once(0.6, 0.1, 0.05) == 388
    assert needed_at_any_time(0.6, 0.1, 0.05) > needed_once(0.6, 0.1, 0.05)


def test_a_smaller_difference_needs_more_and_the_edges_hold() -> None:
    assert needed_once(0.2, 0.02, 0.05) > needed_once(0.2, 0.1, 0.05)
    assert needed_once(0.0, 0.1, 0.05) > 0
    assert needed_once(1.0, 0.1, 0.05) > 0
    assert needed_at_any_time(0.5, 0.9, 0.05) > 0
