"""The table of what `originate` does with hostile values, as measured on FreeSWITCH 1.10.12."""

import pytest

from voicebot.sim.dialstring import Action, DialRefused, parse_inline, parse_originate

REST = "sofia/gateway/trunk/1000 '&park'"


def variables(block: str) -> dict[str, str]:
    return dict(parse_originate(f"{{{block}}}{REST}").variables)


def test_the_robots_own_command() -> None:
    request = parse_originate(
        "{origination_uuid=abc,execute_on_answer='sched_hangup +4 ALLOTTED_TIMEOUT'}sofia/gateway/demo/8619900000001"
        " '&socket(127.0.0.1:8084 async full)'"
    )
    assert dict(request.variables)["execute_on_answer"] == "sched_hangup +4 ALLOTTED_TIMEOUT"
    assert request.endpoint == "sofia/gateway/demo/8619900000001"
    assert request.actions == (Action("socket", "127.0.0.1:8084 async full"),)


def test_an_unquoted_application_loses_what_is_behind_the_blank() -> None:
    request = parse_originate("sofia/gateway/trunk/1000 &socket(127.0.0.1:8084 async full)")
    assert request.actions == (Action("socket", "127.0.0.1:8084"),)


@pytest.mark.parametrize(
    ("value", "arrives"),
    [
        ("abc", "abc"),
        ("Иван", "Иван"),
        ("a=b;c|d&e*f", "a=b;c|d&e*f"),
        ('a"b', 'a"b'),
        ("a{x}b", "a{x}b"),
        ("a%2Cb%0Ac", "a%2Cb%0Ac"),
        (r"a\,b", "a,b"),
        (r"it\'s", "it's"),
        (r"a\b", r"a\b"),
        (r"a\nb", "a\nb"),
        ("${uuid}", "_undef_"),
        ("x" * 2000, "x" * 2000),
    ],
)
def test_what_becomes_of_a_value(value: str, arrives: str) -> None:
    assert variables(f"robot_x={value},robot_z=zz") == {"robot_x": arrives, "robot_z": "zz"}


def test_a_comma_cuts_the_value() -> None:
    assert variables("robot_x=a,b=c,robot_z=zz") == {"robot_x": "a", "b": "c", "robot_z": "zz"}


def test_a_trailing_backslash_swallows_the_next_variable() -> None:
    assert variables("robot_x=a\\,robot_z=zz") == {"robot_x": "a,robot_z=zz"}


def test_another_separator() -> None:
    assert variables("^^;robot_x=a,b;robot_z=zz") == {"robot_x": "a,b", "robot_z": "zz"}


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ("a b", "-ERR DESTINATION_OUT_OF_ORDER\n"),
        ("it's", "-USAGE"),
        ("a{b", "-ERR DESTINATION_OUT_OF_ORDER\n"),
        ("a}b", "-ERR CHAN_NOT_IMPLEMENTED\n"),
    ],
)
def test_what_makes_the_call_fail(value: str, answer: str) -> None:
    with pytest.raises(DialRefused) as refused:
        variables(f"robot_x={value},robot_z=zz")
    assert refused.value.answer.startswith(answer)


def test_inline_dialplans() -> None:
    assert parse_inline("park") == (Action("park"),)
    assert parse_inline("set:a=b,socket:127.0.0.1:8084 async full") == (
        Action("set", "a=b"),
        Action("socket", "127.0.0.1:8084 async full"),
    )
    assert parse_inline("m:^:set:a=b,c^park") == (Action("set", "a=b,c"), Action("park"))


def test_an_extension_is_left_to_the_dialplan() -> None:
    request = parse_originate("sofia/gateway/trunk/1000 two XML default")
    assert (request.extension, request.context, request.actions) == ("two", "default", ())
