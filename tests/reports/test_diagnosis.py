"""Planted causes are found, in order of ease; worlds without a cause are told one no more often than stated."""

import random
from collections.abc import Mapping

import pytest

from voicebot.reports.diagnosis import Ease, Kind, Miss, Split, diagnose, missed_rates
from voicebot.reports.looks import ERROR

NUMBER = Kind("caller number", "外显号码", Ease.LINE, lambda name: ("--caller-number", name))
HOUR = Kind("hour", "时段", Ease.TIME, lambda name: ("--hour", name))
SOURCE = Kind("source", "来源", Ease.SEGMENT, lambda name: ("--segment", f"source={name}"))
SIZES = {NUMBER: 10, HOUR: 11, SOURCE: 4}


def world(seed: int, bad: Mapping[tuple[Kind, str], float], calls: int = 4_000, rate: float = 0.4) -> list[Split]:
    """Calls that fall into groups by chance; those in a bad group connect less by so much."""
    dice = random.Random(seed)
    counts: dict[Kind, dict[str, tuple[int, int]]] = {kind: {} for kind in SIZES}
    for _ in range(calls):
        mine = {kind: f"{dice.randrange(size)}" for kind, size in SIZES.items()}
        worse = sum(bad.get(pair, 0.0) for pair in mine.items())
        hit = dice.random() < rate - worse
        for kind, name in mine.items():
            hits, of = counts[kind].get(name, (0, 0))
            counts[kind][name] = hits + hit, of + 1
    return [Split(kind, found) for kind, found in counts.items()]


def told(splits: list[Split]) -> list[tuple[str, str]]:
    (missed,) = diagnose("spring", [Miss("connect_rate", 0.5, 0.4, splits)])
    return [(cause.kind.name, cause.name) for cause in missed.causes]


@pytest.mark.parametrize("seed", range(10))
def test_planted_causes_are_found_the_easiest_first(seed: int) -> None:
    bad = {(SOURCE, "2"): 0.15, (NUMBER, "7"): 0.3, (HOUR, "9"): 0.25}
    assert told(world(seed, bad)) == [("caller number", "7"), ("hour", "9"), ("source", "2")]


def test_without_a_cause_one_is_told_no_more_often_than_stated() -> None:
    named = sum(bool(told(world(seed, {}, calls=1_500))) for seed in range(400))
    assert named <= 400 * ERROR + 3 * (400 * ERROR * (1 - ERROR)) ** 0.5


def test_a_cause_has_its_effect_and_its_calls() -> None:
    splits = [Split(NUMBER, {"a b": (10, 100), "+861": (400, 900)}, {"a b": "2 complaints"})]
    (missed,) = diagnose("spring", [Miss("connect_rate", 0.5, 0.41, splits)])
    assert (missed.metric, missed.target, missed.actual, missed.looked) == ("connect_rate", 0.5, 0.41, 2)
    (cause,) = missed.causes
    assert (cause.group.hits, cause.group.of, cause.rest.hits, cause.rest.of) == (10, 100, 400, 900)
    assert cause.effect.value == pytest.approx(0.1 - 400 / 900)
    assert (cause.lost, cause.points) == (34, pytest.approx((400 / 900 - 0.1) * 0.1))
    assert cause.note == "2 complaints"
    assert cause.calls == "voicebot report calls --campaign spring --caller-number 'a b'"


def test_the_looks_of_all_misses_share_the_error() -> None:
    """The same split is enough evidence alone, and not among many that show nothing."""
    thin = Split(NUMBER, {"1": (4, 30), "2": (300, 900)})
    alone = diagnose("spring", [Miss("connect_rate", 0.5, 0.3, [thin])])
    assert alone[0].causes
    nothing = [Split(HOUR, {str(n): (30, 100) for n in range(24)}) for _ in range(5)]
    among = diagnose("spring", [Miss("connect_rate", 0.5, 0.3, [thin]), Miss("intent_rate", 0.5, 0.3, nothing)])
    assert not among[0].causes


def test_which_rates_are_missed() -> None:
    reached = {"leads": 1_000, "connected": 500, "connect_rate": 0.5, "intent_rate": 0.3, "add_rate": 0.1, "adds": 50}

    def missed(**targets: float) -> dict[str, tuple[float, float]]:
        return missed_rates(targets, reached, loaded=2_000)

    assert missed(connect_rate=0.6, intent_rate=0.3) == {"connect_rate": (0.6, 0.5)}
    assert missed(accept_rate=0.4) == {}  # nobody counts them yet
    # 2,000 leads loaded at 0.5 give 1,000 people: 100 adds are 0.1 of them, 200 would be 0.2
    assert missed(adds=100) == {}
    assert missed(adds=200) == {"add_rate": (0.2, 0.1)}
    assert missed(adds=200, add_rate=0.1) == {}
    assert missed(adds=100, connected=1_200) == {"connect_rate": (0.6, 0.5)}
    assert missed(connected=1_200, leads=2_400) == {}
