"""A gateway's own reading of causes, what the switch tells of it, the order of lines, strategies by name."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.campaign.policy.caller_numbers import STRATEGIES, CallerNumber, NumberState
from voicebot.campaign.policy.cause_rules import MAX_RULES, rules_of
from voicebot.campaign.policy.causes import DialOutcome, result_code
from voicebot.campaign.policy.codes import Code, Layer
from voicebot.campaign.policy.gateway_state import GatewayNews, gateway_news
from voicebot.campaign.policy.line_choice import Gateway, Lacking, Node, Wish, ways
from voicebot.campaign.policy.plan import Lines
from voicebot.errors import UsageError

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
OUTCOMES = st.builds(
    DialOutcome,
    cause=st.sampled_from(["DESTINATION_OUT_OF_ORDER", "GATEWAY_DOWN", "USER_BUSY", "CALL_REJECTED", "NO_ANSWER"]),
    channel_seen=st.just(False),
)
RULES = st.fixed_dictionaries(
    {"code": st.sampled_from([str(code) for code in Code if code.layer in (Layer.NETWORK, Layer.OURS)])},
    optional={"cause": st.sampled_from(["DESTINATION_OUT_OF_ORDER", "GATEWAY_DOWN", "USER_BUSY"])},
).filter(lambda rule: len(rule) > 1)


@given(OUTCOMES, st.lists(RULES, max_size=4))
def test_no_rule_of_a_gateway_makes_an_over_rate_answer_the_callees(outcome, items):
    assert result_code(outcome, rules_of(items, "x")).layer is Layer.OURS


def test_a_rule_of_a_gateway_speaks_of_what_it_names_and_never_of_an_answered_call():
    rules = rules_of([{"code": "POWER_OFF", "sip_status": 480, "rang": False}, {"code": "THROTTLED", "q850": 42}], "x")
    unheard = DialOutcome("NO_USER_RESPONSE", channel_seen=True, sip_status=480, q850=18)
    assert result_code(unheard, rules) is Code.POWER_OFF
    assert result_code(replace(unheard, rang=True), rules) is Code.NO_ANSWER
    assert result_code(DialOutcome("SWITCH_CONGESTION", channel_seen=True, q850=42), rules) is Code.THROTTLED
    answered = DialOutcome(
        "NORMAL_CLEARING", channel_seen=True, rang=False, answered=True, sip_status=480, q850=42, hung_up_by="customer"
    )
    assert result_code(answered, rules) is Code.CUSTOMER_HANGUP


@pytest.mark.parametrize(
    ("items", "fault"),
    [
        ({"code": "BUSY"}, "gateway 'x': its causes are a list of rules, not dict"),
        (["BUSY"], "gateway 'x', rule 1: 'BUSY' is no rule; for example"),
        ([{"code": "BUSY", "q850": 17}, {"code": "BUSI", "q850": 17}], "rule 2: 'BUSI' is no result code .* 'BUSY'"),
        ([{"code": "STOP_LIST", "q850": 17}], "'STOP_LIST' is no result code of an attempt without a talk"),
        ([{"q850": 17}], "None is no result code"),
        ([{"code": "BUSY"}], "it would hold for every answer; give it one of cause, sip_status, q850, rang"),
        ([{"code": "BUSY", "sip": 486}], "nothing is called 'sip'"),
        ([{"code": "BUSY", "cause": "busy"}], "cause 'busy' is none of the switch's"),
        ([{"code": "BUSY", "sip_status": 200}], "sip_status 200 is not a whole number from 300 to 699"),
        ([{"code": "BUSY", "q850": True}], "q850 True is not a whole number from 1 to 127"),
        ([{"code": "BUSY", "q850": "17"}], "q850 '17' is not a whole number"),
        ([{"code": "BUSY", "rang": 1}], "rang 1 is neither true nor false"),
        ([{"code": "BUSY", "q850": 17}] * (MAX_RULES + 1), "101 rules for causes; at most 100"),
    ],
)
def test_faulty_rules_are_told_with_their_place(items, fault):
    with pytest.raises(UsageError, match=fault):
        rules_of(items, "x")


@pytest.mark.parametrize(
    ("headers", "news"),
    [
        (
            {"Gateway": "a", "State": "NOREG", "Ping-Status": "UP"},
            GatewayNews("a", True, "status UP, registration NOREG"),
        ),
        (
            {"Gateway": "a", "State": "FAIL_WAIT", "Ping-Status": "DOWN"},
            GatewayNews("a", False, "status DOWN, registration FAIL_WAIT"),
        ),
        (
            {"Gateway": "a", "State": "UNREGED", "Ping-Status": "UP"},  # between two registrations
            GatewayNews("a", True, "status UP, registration UNREGED"),
        ),
        ({"Gateway": "a", "State": "TRYING", "Ping-Status": "INVALID"}, None),
        ({"State": "NOREG", "Ping-Status": "UP"}, None),
    ],
)
def test_what_the_switch_tells_of_a_gateway(headers, news):
    assert gateway_news(headers) == news


NODE = Node("one", 10, 10.0)
CHEAP, DEAR = Gateway("cheap", 5, 5.0), Gateway("dear", 5, 5.0, rank=1)


def tried(
    numbers, lacking_of=lambda way: (), lines: Lines | None = None, wish: Wish | None = None
) -> list[tuple[str, str]]:
    """All ways in their order; after each, what `lacking_of` names was full."""
    lacking, found = Lacking(), []
    for way in ways(NODE, [DEAR, CHEAP], numbers, lines or Lines(), wish or Wish(), NOW, lacking):
        found.append((way.gateway.name, way.number.number if way.number else ""))
        lacking.why |= dict.fromkeys(lacking_of(way), "full")
    return found


def test_every_number_of_a_gateway_then_the_next_gateway():
    numbers = [CallerNumber("1"), CallerNumber("2", gateway="cheap"), CallerNumber("3", gateway="dear")]
    number_full = lambda way: [f"number {way.number.number}"]  # noqa: E731
    assert sorted(tried(numbers, number_full)) == [("cheap", "1"), ("cheap", "2"), ("dear", "3")]
    assert [name for name, _ in tried(numbers, number_full)] == ["cheap", "cheap", "dear"]
    assert tried(None) == [("cheap", ""), ("dear", "")]
    assert [name for name, _ in tried(numbers, lambda way: [f"gateway {way.gateway.name}"])] == ["cheap", "dear"]
    assert len(tried(numbers, lambda way: ["node one"])) == 1
    assert len(tried(numbers)) == 2, "nothing was told to be full: the same way is not proposed twice"


def test_strategies_are_found_by_name_and_what_is_out_is_not_given_to_them():
    sick = CallerNumber("9", state=NumberState.QUARANTINED, day=0)
    numbers = [CallerNumber("1", weight=1, day=5), CallerNumber("2", weight=9, day=9), sick]
    assert {tried(numbers, lines=Lines(strategy="least_used"), wish=Wish(draw=n))[0][1] for n in range(9)} == {"2"}
    by_weight = [tried(numbers, wish=Wish(draw=n))[0][1] for n in range(10)]
    assert (by_weight.count("1"), by_weight.count("2")) == (1, 9)
    assert STRATEGIES["least_used"]([CallerNumber("1"), CallerNumber("2")], "", 3).number == "2"
