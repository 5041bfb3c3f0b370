"""Lines shared among campaigns: never more than there are, guarantees kept, what is idle borrowed."""

from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaign.policy.shares import Demand, allot


@st.composite
def moments(draw: st.DrawFn) -> tuple[int, list[Demand]]:
    lines = draw(st.integers(0, 60))
    count = draw(st.integers(0, 5))
    return lines, [
        Demand(f"c{n}", draw(st.integers(0, 20)), draw(st.integers(0, 20)), draw(st.integers(0, 40)))
        for n in range(count)
    ]


@given(moments())
def test_no_more_than_the_lines_and_no_more_than_is_wanted(moment: tuple[int, list[Demand]]) -> None:
    lines, demands = moment
    given_lines = allot(lines, demands)
    live = sum(one.live for one in demands)
    assert set(given_lines) == {one.campaign for one in demands}
    assert live + sum(given_lines.values()) <= max(lines, live)
    assert all(0 <= given_lines[one.campaign] <= one.wanted for one in demands)


@given(moments())
def test_no_line_stays_idle_while_somebody_wants_it(moment: tuple[int, list[Demand]]) -> None:
    lines, demands = moment
    given_lines = allot(lines, demands)
    free = max(0, lines - sum(one.live for one in demands))
    assert sum(given_lines.values()) == min(free, sum(one.wanted for one in demands))


@given(moments())
def test_nobody_borrows_while_a_guarantee_is_not_met(moment: tuple[int, list[Demand]]) -> None:
    lines, demands = moment
    given_lines = allot(lines, demands)
    short = [
        one
        for one in demands
        if given_lines[one.campaign] < one.wanted and one.live + given_lines[one.campaign] < one.guaranteed
    ]
    borrowed = [
        one for one in demands if given_lines[one.campaign] and one.live + given_lines[one.campaign] > one.guaranteed
    ]
    assert not (short and borrowed)


def test_the_idle_share_of_one_is_the_other_s_until_it_wants_it_back() -> None:
    idle = Demand("spring", 0, 6, 0)
    assert allot(10, [idle, Demand("autumn", 0, 4, 30)]) == {"spring": 0, "autumn": 10}
    assert allot(10, [Demand("spring", 0, 6, 30), Demand("autumn", 8, 4, 30)]) == {"spring": 2, "autumn": 0}


def test_what_is_left_goes_evenly_to_those_without_a_guarantee() -> None:
    assert allot(6, [Demand("a", 0, 0, 9), Demand("b", 2, 0, 9)]) == {"a": 3, "b": 1}


def test_guarantees_above_the_lines_are_met_in_proportion() -> None:
    assert allot(6, [Demand("a", 0, 8, 9), Demand("b", 0, 4, 9)]) == {"a": 4, "b": 2}
