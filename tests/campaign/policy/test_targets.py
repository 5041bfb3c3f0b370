"""The calculator both ways: the documents' numbers, any one unknown, and what does not fit."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaign.policy.targets import QUANTITIES, following, one_more, smallest_completion, solve
from voicebot.errors import UsageError

F = Fraction
DOCUMENT = {"leads": F(600_000), "connect_rate": F("0.65")}


def test_the_numbers_of_the_documents() -> None:
    back = solve(DOCUMENT, F(70_000))
    assert back.values["connected"] == 390_000
    assert back.values["add_rate"] == F(7, 39)
    assert round(float(back.values["add_rate"]), 2) == 0.18
    assert back.how == {"connected": "leads × connect rate", "adds": "target", "add_rate": "adds ÷ connected"}
    forth = solve(DOCUMENT | {"intent_rate": F("0.40"), "accept_rate": F("0.45")})
    assert forth.values["add_rate"] == F("0.18")
    assert forth.values["adds"] == 70_200


def test_a_forecast_is_held_against_the_target() -> None:
    found = solve(DOCUMENT | {"add_rate": F("0.10")}, F(70_000))
    assert (found.values["adds"], found.gap) == (39_000, -31_000)
    assert found.needed == {"leads": F(70_000) / F("0.065"), "add_rate": F(7, 39)}
    assert solve(DOCUMENT, F(70_000)).needed == {}
    assert solve(DOCUMENT).gap is None


rates = st.fractions(F(1, 1000), F(1), max_denominator=1000)


@given(st.integers(1, 10**7), rates, rates, rates)
def test_every_unknown_follows_from_the_others_again(
    leads: int, connect_rate: Fraction, intent_rate: Fraction, accept_rate: Fraction
) -> None:
    base = {
        "leads": F(leads),
        "connect_rate": connect_rate,
        "intent_rate": intent_rate,
        "accept_rate": accept_rate,
    }
    known = dict(solve(base).values)
    adds = known["adds"]
    for missing in base:
        others = {name: value for name, value in base.items() if name != missing}
        # Wanted people are whole; the equations hold for any number, so the target is scaled to be one.
        scaled = {name: value * adds.denominator if name == "leads" else value for name, value in others.items()}
        value = solve(scaled, adds * adds.denominator).values[missing]
        assert value == (known[missing] * adds.denominator if missing == "leads" else known[missing])


@given(st.integers(1, 10**7), rates, rates, st.integers(0, 10**6), rates)
def test_more_leads_or_better_rates_never_give_fewer_adds(
    leads: int, connect_rate: Fraction, add_rate: Fraction, more: int, other: Fraction
) -> None:
    def adds(leads: int, connect_rate: Fraction, add_rate: Fraction) -> Fraction:
        return solve({"leads": F(leads), "connect_rate": connect_rate, "add_rate": add_rate}).values["adds"]

    usual = adds(leads, connect_rate, add_rate)
    assert adds(leads + more, connect_rate, add_rate) >= usual
    assert adds(leads, max(connect_rate, other), add_rate) >= usual
    assert adds(leads, connect_rate, max(add_rate, other)) >= usual


@given(st.sets(st.sampled_from(sorted(QUANTITIES))))
def test_what_is_said_to_be_missing_is_what_completes(names: set[str]) -> None:
    wanted = {"leads", "connect_rate", "connected", "add_rate", "adds"}
    ways = smallest_completion(names)
    assert bool(ways) == (not wanted <= following(names))
    assert all(wanted <= following({*names, *way}) for way in ways)
    assert all(len(following({*names, name})) > len(following(names)) + 1 for name in one_more(names))


@pytest.mark.parametrize(
    ("given_", "target", "words"),
    [
        ({"connect_rate": F(65)}, None, "--connect-rate: connect rate 65 is above 1; 65 of a hundred are written 0.65"),
        ({"add_rate": F(0)}, None, "--add-rate: add rate 0 leads to nothing"),
        ({"leads": F(0)}, None, "--leads: leads 0 leads to nothing"),
        ({"leads": F("1.5")}, None, "leads 1.5 is no whole number"),
        ({}, F(0), "--target-adds: adds 0 leads to nothing"),
        (
            DOCUMENT | {"connected": F(390_001)},
            None,
            "leads 600,000 × connect rate 65 % is 390,000, but connected is 390,001",
        ),
        (
            {"intent_rate": F("0.4"), "accept_rate": F("0.45"), "add_rate": F("0.2")},
            None,
            "intent rate 40 % × accept rate 45 % is 18 %, but add rate is 20 %",
        ),
        (
            {"leads": F(60_000), "connect_rate": F("0.65")},
            F(70_000),
            r"add rate would have to be 179.49 % \(adds 70,000 ÷ connected 39,000\).*raise the connected",
        ),
        ({"leads": F(100)}, F(70_000), "70,000 adds of 100 leads cannot be"),
    ],
)
def test_what_does_not_fit_is_told(given_: dict[str, Fraction], target: Fraction | None, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        solve(given_, target)
