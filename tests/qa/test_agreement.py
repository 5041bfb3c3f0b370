"""Cohen's kappa against examples worked out by hand."""

import pytest

from voicebot.qa.agreement import cohens_kappa


def pairs(**cells: int) -> list[tuple[str, str]]:
    return [(cell[0], cell[1]) for cell, count in cells.items() for _ in range(count)]


def test_kappa_by_hand():
    """Fifty calls: both A 20, both B 15, A then B 5, B then A 10.

    po = 35/50 = 0.7; pe = 0.5 x 0.6 + 0.5 x 0.4 = 0.5; kappa = 0.2 / 0.5 = 0.4.
    same  = 0.4 (1 - 1.1 x 0.6)^2 + 0.3 (1 - 0.9 x 0.6)^2 = 0.04624 + 0.06348 = 0.10972
    apart = 0.1 (0.6 + 0.5)^2 + 0.2 (0.4 + 0.5)^2 = 0.121 + 0.162 = 0.283, by 0.6^2: 0.10188
    variance = (0.10972 + 0.10188 - (0.4 - 0.5 x 0.6)^2) / (50 x 0.25) = 0.016128; standard error 0.126996.
    """
    found = cohens_kappa(pairs(AA=20, BB=15, AB=5, BA=10))
    assert (found.calls, found.observed, found.expected) == (50, 0.7, 0.5)
    assert found.kappa == pytest.approx(0.4)
    assert found.low == pytest.approx(0.4 - 1.959964 * 0.126996, abs=1e-5)
    assert found.high == pytest.approx(0.4 + 1.959964 * 0.126996, abs=1e-5)


def test_three_grades_by_hand():
    """A hundred calls (Fleiss, Levin and Paik, ch. 18): kappa (0.89 - 0.66) / 0.34 = 0.676, standard error 0.088."""
    found = cohens_kappa(pairs(AA=75, AB=1, AC=4, BA=5, BB=4, BC=1, CC=10))
    assert found.observed == pytest.approx(0.89)
    assert found.expected == pytest.approx(0.80 * 0.80 + 0.10 * 0.05 + 0.10 * 0.15)
    assert found.kappa == pytest.approx(0.23 / 0.34)
    assert (found.high - found.low) / 2 / 1.959964 == pytest.approx(0.088, abs=0.0005)


def test_agreement_that_chance_explains_has_no_kappa():
    assert cohens_kappa(pairs(AA=8)).kappa is None
    assert cohens_kappa(pairs(AA=8)).observed == 1.0
    assert cohens_kappa([]).observed is None


def test_whole_agreement_and_none():
    assert cohens_kappa(pairs(AA=5, BB=5)).kappa == 1.0
    assert cohens_kappa(pairs(AB=5, BA=5)).kappa == pytest.approx(-1.0)
