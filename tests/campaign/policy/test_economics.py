"""Money: what one lead, one add, one order costs, and where it breaks even."""

from fractions import Fraction

import pytest

from voicebot.campaign.policy.economics import economics, total_cost
from voicebot.campaign.policy.exact import nearest
from voicebot.errors import UsageError

F = Fraction


def test_the_text_messages_of_the_documents() -> None:
    responses = F(100_000) * F("0.00028")
    found = economics(F(3_000), {"messages": F(100_000), "responses": responses}, responses * F("0.03"))
    assert (responses, found.orders) == (28, F("0.84"))
    assert found.break_even == F(3_000) / F("0.84")
    assert nearest(found.break_even) == 3_571
    assert found.each["messages"] == F("0.03")
    assert found.result is None


def test_orders_that_bring_the_break_even_pay_just_the_cost() -> None:
    usual = economics(F(90_000), {"leads": F(600_000)}, F(2_106))
    assert usual.break_even is not None
    assert economics(F(90_000), {}, F(2_106), usual.break_even).result == 0
    assert usual.each["leads"] == F("0.15")


def test_nothing_is_divided_by_nobody() -> None:
    found = economics(F(10), {"adds": F(0)}, F(0))
    assert (dict(found.each), found.break_even) == ({}, None)


def test_a_price_and_a_cost_that_contradict_each_other_are_told() -> None:
    assert total_cost(F(100_000), None, F("0.03"), "messages") == 3_000
    assert total_cost(F(100_000), F(3_000), F("0.03"), "messages") == 3_000
    assert total_cost(F(5), None, None, "messages") is None
    with pytest.raises(UsageError, match=r"100,000 messages at 0.03 each cost 3,000, not 4,000"):
        total_cost(F(100_000), F(4_000), F("0.03"), "messages")
