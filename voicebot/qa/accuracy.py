"""The figures of a round: is an A an A, precision and recall of every grade, agreement, passing, what is missing."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from sqlalchemy import select

from voicebot.dialog.load_grading import GRADES
from voicebot.qa.agreement import Agreement, cohens_kappa
from voicebot.qa.rounds import Round
from voicebot.qa.samples import differs, samples, verdicts
from voicebot.qa.verdicts import Verdict
from voicebot.qa.weighted import WeightedRate, more_needed, weighted_rate
from voicebot.reports.stats import Rate, rate
from voicebot.store.store import Store
from voicebot.store.tables import Call, CallGrade
from voicebot.store.tables_quality import QaSample

WANTED_HALF = 0.05
"""Half width of the interval that is wanted unless another is named: 5 points to each side."""


@dataclass(frozen=True)
class Judged:
    """A call whose grade people agree on, or a third person settled. `weight`: calls of the population for it."""

    robot: str
    human: str
    stratum: str
    weight: float = 1.0


@dataclass(frozen=True)
class GradeRow:
    """One grade. `robot`, `human`: calls that either gave it, `both` those that both did. precision: of the robot's,
    how many people give it too; recall: of the people's, how many the robot found.
    """

    grade: str
    robot: int
    human: int
    both: int
    precision: WeightedRate
    recall: WeightedRate


@dataclass(frozen=True)
class Cell:
    """One cell of the confusion matrix: `calls` of the sample, `share` of the population, 0 to 1."""

    robot: str
    human: str
    calls: int
    share: float


@dataclass(frozen=True)
class Accuracy:
    """All figures of a round. `random` False: the calls were picked, the figures hold for them alone.

    `settled`: calls with a grade that people agree on; `closed`: no verdict is taken any more; `open`: those that wait
    for verdicts, `disputed` for a third person (numbers in the round). `unseen`: strata without a settled call, for
    which nothing stands. `passed`: the monitoring pass rate. `more`: calls that the interval of the A accuracy takes
    beyond the settled ones, None when that cannot be told yet; `half`: its wanted half width.
    """

    round: str
    goal: str
    random: bool
    population: int
    sampled: int
    settled: int
    closed: bool
    open: int
    disputed: tuple[int, ...]
    unseen: tuple[str, ...]
    a_intent: WeightedRate
    grade_right: WeightedRate
    grades: tuple[GradeRow, ...]
    matrix: tuple[Cell, ...]
    agreement: Agreement
    reviewers: tuple[str, ...]
    passed: Rate
    reasons: Mapping[str, int]
    half: float
    more: int | None


def accuracy(store: Store, within: Round, half: float = WANTED_HALF, graded_by: int | None = None) -> Accuracy:
    """The figures of the round as it stands. `graded_by`: the robot's grades by that version's rules in place of the
    calls' own; calls that it has not graded are left out. Raises StoreError.
    """
    sampled = samples(store, within)
    given = verdicts(store, within)
    robot = _robot(store, within, graded_by)
    settled = {one.id: word for one in sampled if (word := settled_by(within, given.get(one.id, ()))) is not None}
    disputed = tuple(one.number for one in sampled if differs(within, given.get(one.id, ())))
    population = within.population if within.asked.random else Counter(one.stratum for one in sampled)
    both = [one for one in sampled if one.id in settled and one.id in robot]
    judged = _weighed([Judged(robot[one.id], settled[one.id].grade, one.stratum) for one in both], population)
    a_intent = weighted_rate((one.human == "A", one.weight) for one in judged if one.robot == "A")
    every = [verdict for each in given.values() for verdict in each]
    return Accuracy(
        round=within.name,
        goal=str(within.asked.goal),
        random=within.asked.random,
        population=sum(population.values()),
        sampled=len(sampled),
        settled=len(settled),
        closed=within.closed_at is not None,
        open=len(sampled) - len(settled) - len(disputed),
        disputed=disputed,
        unseen=tuple(sorted(set(population) - {one.stratum for one in judged})),
        a_intent=a_intent,
        grade_right=weighted_rate((one.robot == one.human, one.weight) for one in judged),
        grades=tuple(_grade_row(grade, judged) for grade in GRADES),
        matrix=_matrix(judged),
        agreement=cohens_kappa(_pairs(given)),
        reviewers=tuple(sorted({verdict.reviewer for verdict in every})),
        passed=rate(sum(word.passed for word in settled.values()), len(settled)),
        reasons=dict(Counter(reason for word in settled.values() for reason in word.reasons).most_common()),
        half=half,
        more=_more(a_intent, judged, half, sum(population.values())),
    )


def settled_by(within: Round, given: Sequence[Verdict]) -> Verdict | None:
    """The verdict that holds: the third person's, or the first of those that agree; None while there is none."""
    final = next((verdict for verdict in given if verdict.final), None)
    if final is not None:
        return final
    return None if len(given) < within.reviews or differs(within, tuple(given)) else given[0]


def _robot(store: Store, within: Round, graded_by: int | None) -> Mapping[int, str]:
    query = select(QaSample.id, Call.grade).join(Call, Call.attempt_id == QaSample.attempt_id)
    if graded_by is not None:
        query = select(QaSample.id, CallGrade.grade).join(CallGrade, CallGrade.attempt_id == QaSample.attempt_id)
        query = query.where(CallGrade.script_version_id == graded_by)
    with store.reading() as connection:
        rows = connection.execute(query.where(QaSample.round_id == within.id))
        return {sample: grade for sample, grade in rows}  # noqa: C416 - rows are not pairs to the type checker


def _weighed(judged: Sequence[Judged], population: Mapping[str, int]) -> list[Judged]:
    """Each settled call stands for its part of its stratum, so that what is not settled yet bends no figure."""
    per_stratum = Counter(one.stratum for one in judged)
    return [replace(one, weight=population[one.stratum] / per_stratum[one.stratum]) for one in judged]


def _grade_row(grade: str, judged: Sequence[Judged]) -> GradeRow:
    robot = [one for one in judged if one.robot == grade]
    human = [one for one in judged if one.human == grade]
    return GradeRow(
        grade,
        len(robot),
        len(human),
        sum(one.human == grade for one in robot),
        weighted_rate((one.human == grade, one.weight) for one in robot),
        weighted_rate((one.robot == grade, one.weight) for one in human),
    )


def _matrix(judged: Sequence[Judged]) -> tuple[Cell, ...]:
    whole = sum(one.weight for one in judged)
    counts = Counter((one.robot, one.human) for one in judged)
    weights: dict[tuple[str, str], float] = defaultdict(float)
    for one in judged:
        weights[one.robot, one.human] += one.weight
    return tuple(Cell(*pair, counts[pair], weights[pair] / whole) for pair in sorted(counts))


def _pairs(given: Mapping[int, Sequence[Verdict]]) -> list[tuple[str, str]]:
    """The grades of the two first verdicts of each call, in the order of the reviewers' names."""
    found = []
    for each in given.values():
        firsts = sorted([verdict for verdict in each if not verdict.final][:2], key=lambda one: one.reviewer)
        if len(firsts) == 2:
            found.append((firsts[0].grade, firsts[1].grade))
    return found


def _more(a_intent: WeightedRate, judged: Sequence[Judged], half: float, population: int) -> int | None:
    """Calls of the round's kind beyond the settled ones: as many more A calls as are wanting, at the share they had."""
    if a_intent.of == 0:
        return None
    wanting = more_needed(a_intent, half, population)
    return min(ceil(wanting * len(judged) / a_intent.of), population - len(judged))
