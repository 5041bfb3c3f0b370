"""The figures of a round, counted by hand: calls 4 and 5 are E, 6 is D, 7 is A, 8 and 9 are B by the robot."""

import pytest

from tests.qa.judged import judge, round_of
from tests.reports.counted import count_by_hand
from tests.store.samples import attempt_id
from voicebot.qa.accuracy import accuracy
from voicebot.qa.samples import samples
from voicebot.reports.stats import rate
from voicebot.store.grades import NewGrade, add_grades


def settle(store, within, calls: dict[int, str]) -> None:
    for number, grade in calls.items():
        for reviewer in ("li", "wu"):
            judge(store, within, attempt_id(number), reviewer, grade)


def test_every_figure_of_a_round_by_hand(store):
    count_by_hand(store)
    within = round_of(store)
    settle(store, within, {4: "E", 5: "E", 6: "D", 8: "A"})
    judge(store, within, attempt_id(7), "li", "A")
    judge(store, within, attempt_id(7), "wu", "B", passed=False)
    found = accuracy(store, within)
    assert (found.population, found.sampled, found.settled, found.open, found.random) == (6, 6, 4, 1, True)
    assert len(found.disputed) == 1
    assert found.more is None  # no settled A

    judge(store, within, attempt_id(7), "sun", "A", final=True)
    found = accuracy(store, within)
    assert (found.settled, found.disputed, found.open) == (5, (), 1)
    assert (found.a_intent.hits, found.a_intent.of, found.a_intent.ratio) == (1, 1, 1.0)
    assert found.a_intent.low == pytest.approx(rate(1, 1).low)
    assert (found.grade_right.hits, found.grade_right.of) == (4, 5)
    by_grade = {row.grade: row for row in found.grades}
    assert (by_grade["A"].robot, by_grade["A"].human, by_grade["A"].both) == (1, 2, 1)
    assert (by_grade["A"].precision.ratio, by_grade["A"].recall.ratio) == (1.0, 0.5)
    assert (by_grade["B"].precision.ratio, by_grade["B"].recall.ratio) == (0.0, None)
    assert {(cell.robot, cell.human): cell.calls for cell in found.matrix} == {
        ("A", "A"): 1,
        ("B", "A"): 1,
        ("D", "D"): 1,
        ("E", "E"): 2,
    }
    assert sum(cell.share for cell in found.matrix) == pytest.approx(1)
    assert found.passed == rate(5, 5)
    assert found.reasons == {}
    # Pairs: EE EE DD AA AB: 4 of 5; by chance 2/5 x 2/5 + 1/5 x 1/5 + 2/5 x 1/5 + 0 = 7/25; (20/25 - 7/25) / (18/25).
    assert found.agreement.calls == 5
    assert found.agreement.kappa == pytest.approx(13 / 18)
    assert found.reviewers == ("li", "sun", "wu")
    assert found.more == 1  # one more A call is wanted at least, and the population has one call left


def test_strata_are_weighed_back_also_while_calls_are_missing(store):
    """One A of one, two B, one D, two E, equal shares of one call each: B and E stand for two."""
    count_by_hand(store)
    within = round_of(store, size=4, strata=("grade",), allocation="equal")
    for one in accuracy(store, within).unseen:
        assert one in "ABDE"
    for one in samples(store, within):
        human = "A" if one.stratum in "AB" else one.stratum
        for reviewer in ("li", "wu"):
            judge(store, within, one.attempt_id, reviewer, human)
    found = accuracy(store, within)
    by_grade = {row.grade: row for row in found.grades}
    assert by_grade["A"].recall.ratio == pytest.approx(1 / 3)  # the B that is an A stands for two calls
    assert by_grade["A"].recall.effective == pytest.approx(9 / 5)
    assert found.grade_right.ratio == pytest.approx(4 / 6)
    assert found.unseen == ()
    assert {(cell.robot, cell.human): cell.share for cell in found.matrix}["B", "A"] == pytest.approx(2 / 6)


def test_a_stratum_without_a_settled_call_is_named(store):
    count_by_hand(store)
    within = round_of(store, strata=("grade",))
    settle(store, within, {7: "A"})
    assert accuracy(store, within).unseen == ("B", "D", "E")


def test_one_reviewer_is_enough_when_the_round_says_so(store):
    count_by_hand(store)
    within = round_of(store, reviews=1)
    judge(store, within, attempt_id(7), "li", "A", passed=False)
    found = accuracy(store, within)
    assert (found.settled, found.passed) == (1, rate(0, 1))
    assert found.reasons == {"misheard": 1}
    assert found.agreement.observed is None


def test_the_grades_of_other_rules_are_measured_with_the_same_verdicts(store):
    count_by_hand(store)
    within = round_of(store, reviews=1)
    judge(store, within, attempt_id(7), "li", "A")
    judge(store, within, attempt_id(8), "li", "A")
    add_grades(store, 2, [NewGrade(attempt_id(8), "A", "new rule", ())])
    assert accuracy(store, within).grade_right.hits == 1
    by_others = accuracy(store, within, graded_by=2)
    assert (by_others.a_intent.hits, by_others.a_intent.of) == (1, 1)


def test_nothing_judged_yet(store):
    count_by_hand(store)
    found = accuracy(store, round_of(store))
    assert (found.settled, found.open) == (0, 6)
    assert found.a_intent.ratio is found.grade_right.ratio is None
    assert (found.matrix, found.more) == ((), None)
