from collections import Counter

import pytest

from voicebot.errors import UsageError
from voicebot.sim.personas import bench_leads, plan_of, population

SCRIPTS = ("wecom_invite", "lead_cleaning", "appointment", "some_other")


def test_same_seed_same_people_with_the_same_plans() -> None:
    once, again = population(7, 40), population(7, 40)
    assert once == again
    assert [plan_of(lead, "wecom_invite") for lead in once] == [plan_of(lead, "wecom_invite") for lead in again]


def test_another_seed_other_people() -> None:
    assert {lead.number for lead in population(7, 40)}.isdisjoint(lead.number for lead in population(8, 40))
    assert [lead.persona for lead in population(7, 40)] != [lead.persona for lead in population(8, 40)]


def test_every_seed_draws_the_same_shares() -> None:
    first, second = (Counter(lead.persona for lead in population(seed, 40)) for seed in (1, 2))
    assert first == second
    assert len(first) >= 20
    assert Counter(plan_of(lead, "wecom_invite").ending for lead in population(1, 40))["answer"] >= 24


def test_numbers_are_distinct_e164_of_a_mobile_range() -> None:
    numbers = [lead.number for lead in population(12_345, 300)]
    assert len(set(numbers)) == 300
    assert all(number.startswith("+86199") and len(number) == 14 for number in numbers)


@pytest.mark.parametrize("script", SCRIPTS)
def test_everybody_has_a_plan_for_every_script(script: str) -> None:
    for lead in (*population(3, 100), *bench_leads()):
        plan = plan_of(lead, script)
        assert plan.persona == lead.persona
        assert not any("{" in text for text in plan.texts)


def test_variables_are_those_that_the_scripts_need() -> None:
    names = {name for lead in population(3, 5) for name in lead.variables}
    assert names == {"surname", "title", "shop", "channel", "benefit", "product", "city"}


@pytest.mark.parametrize("count", [0, -1, 10_001])
def test_a_count_that_cannot_be_is_refused(count: int) -> None:
    with pytest.raises(UsageError, match=str(count)):
        population(1, count)


def test_customers_of_a_script_in_english_speak_english_and_so_does_their_network() -> None:
    plans = [plan_of(lead, "appointment") for lead in population(3, 100)]
    assert {plan.language for plan in plans} == {"en-us"}
    said = {text for plan in plans for text in (*plan.texts, plan.announcement)}
    assert len(said) > 20
    assert all(text.isascii() for text in said)
    assert {plan_of(lead, "wecom_invite").language for lead in population(3, 10)} == {"cmn"}
