"""The language of `if` and `=`: what each construct comes to, and that nothing written in it can break a call."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.dialog.expression import MAX_CHARS, MAX_DEPTH, Value, parse_expression
from voicebot.dialog.expression_values import MAX_DIGITS, as_number, holds, worked_out
from voicebot.errors import InputFault
from voicebot.understanding.yaml_source import Place

PLACE = Place("s.yaml", 3, 5)
SLOTS = {"guests": "12", "city": "上海", "day": "2026-11-23", "agreed": "no", "order": "x", "half": "0.5", "zero": "0"}


class Known:
    """Facts from a mapping: tag A, two visits of the node n."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.values = values

    def value(self, name: str) -> Value:
        return self.values.get(name) or None

    def tagged(self, tag: str) -> bool:
        return tag == "A"

    def visits(self, node: str) -> int:
        return 2 if node == "n" else 0


def value(text: str) -> str:
    return worked_out(parse_expression(text, PLACE), Known(SLOTS))


def true(text: str) -> bool:
    return holds(parse_expression(text, PLACE), Known(SLOTS))


@pytest.mark.parametrize(
    ("text", "comes_to"),
    [
        ("guests * 50", "600"),
        ("guests + 1 - 2 * 3", "7"),
        ("(guests + 1) / 2", "6.5"),
        ("-guests", "-12"),
        ("1 / 3", "0.333333"),
        ("0.1 + 0.2", "0.3"),
        ("100 * 1", "100"),
        ("-0.0000001", "0"),
        ("half + half", "1"),
        ("city", "上海"),
        ("len(city)", "2"),
        ("number('3.50')", "3.5"),
        ("visits('n') + 1", "3"),
        ("guests > 3", "true"),
        ("none", ""),
        ("1 / 0", ""),
        ("0 / 0", ""),
        ("nobody + 1", ""),
        ("city + 1", ""),
        ("(1 > 0) + 1", ""),
        ("len(guests + 1)", ""),
        ("number(city)", ""),
        ("999999999999999 * 10", ""),
    ],
)
def test_what_a_sum_comes_to(text: str, comes_to: str) -> None:
    assert value(text) == comes_to


@pytest.mark.parametrize(
    "text",
    [
        "guests > 3 and city == '上海'",
        "guests > 99 or city != '苏州'",
        "not guests > 99",
        "city in ['苏州', '上海']",
        "guests in [1, 12.0]",
        "guests == '12.0'",
        "guests <= 12 and guests >= 12",
        "'9' < '10'",
        "day < '2026-12-01'",
        "nobody == none",
        "city != none",
        "tag('A') and not tag('B')",
        "visits('n') >= 2 and reached('n') and not reached('m')",
        "filled('city') and not filled('nobody')",
        "agreed == false",
        "not agreed",
        "not zero",
        "guests",
        "order == 'x'",  # begins as the word `or` does
        "true != false",
        "(1 < 2) == true",
    ],
)
def test_what_holds(text: str) -> None:
    assert true(text)


@pytest.mark.parametrize("operator", ["==", "!=", "<", "<=", ">", ">="])
def test_a_comparison_with_a_missing_value_is_false(operator: str) -> None:
    assert not true(f"nobody {operator} 1")
    assert not true(f"1 {operator} 1 / 0")
    assert not true(f"nobody {operator} nobody")


@pytest.mark.parametrize(
    "text", ["nobody in [1]", "city < 3", "(1 > 0) > 3", "nobody", "0", "''", "agreed", "tag('B')"]
)
def test_what_does_not_hold(text: str) -> None:
    assert not true(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "its end is missing"),
        ("(1", "its end is missing"),
        ("1 +", "its end is missing"),
        ("a $ b", "'$ b' cannot stand there"),
        ("1 2", "'2' cannot stand there"),
        ("a = 1", "'= 1' cannot stand there"),
        ("a.b", "'.b' cannot stand there"),
        ("__import__('os')", "there is no function '__import__'"),
        ("visit('n')", "did you mean 'visits'"),
        ("tag(x)", "needs a name in single quotes"),
        ("not " * 40 + "x", f"the limit is {MAX_DEPTH}"),
        ("-" * 290 + "1", f"the limit is {MAX_DEPTH}"),
        ("1+" * MAX_CHARS + "1", f"the limit is {MAX_CHARS}"),
    ],
)
def test_faults_have_place_and_reason(text: str, says: str) -> None:
    with pytest.raises(InputFault) as caught:
        parse_expression(text, PLACE)
    assert str(caught.value).startswith("s.yaml:3:5: ")
    assert says in str(caught.value)


def test_long_chains_and_many_brackets_are_not_deep() -> None:
    assert value("+".join(["1"] * 150)) == "150"
    assert value("(" * 140 + "1" + ")" * 140) == "1"


ATOMS = st.one_of(
    st.integers(0, 10**MAX_DIGITS - 1).map(str),
    st.sampled_from([*SLOTS, "nobody", "true", "false", "none", "'x'", "'12'", "tag('A')", "visits('n')"]),
)
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(inner, st.sampled_from(["==", "!=", "<", ">", "and", "or"]), inner).map(
            lambda t: f"({t[0]} {t[1]} {t[2]})"
        ),
        inner.map(lambda text: f"(not {text})"),
        inner.map(lambda text: f"len({text})"),
        st.tuples(inner, inner).map(lambda t: f"({t[0]} in [{t[1]}])"),
    ),
    max_leaves=6,
)


@given(EXPRESSIONS, st.dictionaries(st.sampled_from(list(SLOTS)), st.text(max_size=20)))
def test_nothing_raises_and_numbers_stay_short(text: str, slots: dict[str, str]) -> None:
    expression = parse_expression(text, PLACE)
    assert holds(expression, Known(slots)) in (True, False)
    found = worked_out(expression, Known(slots))
    number = as_number(found)
    assert number is None or abs(number) < 10**MAX_DIGITS


@given(st.text(max_size=40))
def test_any_text_is_an_expression_or_a_fault(text: str) -> None:
    try:
        expression = parse_expression(text, PLACE)
    except InputFault as fault:
        assert str(fault).startswith("s.yaml:3:5: ")
    else:
        assert holds(expression, Known(SLOTS)) in (True, False)
