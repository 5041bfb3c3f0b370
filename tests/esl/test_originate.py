import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.esl.reference import read_commands
from tests.esl.test_codec import HOSTILE
from voicebot.errors import UsageError
from voicebot.esl.codec import encode
from voicebot.esl.originate import Originate, OriginateAgent

UUID = "94e805d0-e31a-4aa0-b01f-7156cade2d80"


def split(line: str) -> tuple[dict[str, str], str, str]:
    """Variables, destination and application as the switch's originate takes them apart, quotes included."""
    matched = re.fullmatch(r"bgapi originate \{((?:[^{}']|'[^']*')*)\}(\S+) ('[^']*'|\S+)", line)
    assert matched, line
    pairs = re.findall(r"([^=,]+)=('[^']*'|[^,]*)", matched[1])
    return {name: value.strip("'") for name, value in pairs}, matched[2], matched[3].strip("'")


def attempt(**changed: object) -> Originate:
    parts: dict[str, object] = {
        "attempt_id": UUID,
        "dial": "sofia/gateway/demo/8613800138000",
        "socket": ("10.0.0.1", 8084),
    }
    return Originate(**(parts | changed))  # type: ignore[arg-type]


def test_the_whole_command() -> None:
    assert attempt(caller_number="4950000", ring_timeout_s=25, max_call_s=240).command == (
        f"bgapi originate {{origination_uuid={UUID},originate_timeout=25,ignore_early_media=false,"
        "hangup_after_bridge=true,execute_on_answer='sched_hangup +240 ALLOTTED_TIMEOUT',"
        "origination_caller_id_number=4950000}"
        "sofia/gateway/demo/8613800138000 '&socket(10.0.0.1:8084 async full)'"
    )


def test_a_place_in_the_dialplan_instead_of_the_socket() -> None:
    _, destination, application = split(attempt(place="robot:XML:robot").command.replace(" XML ", "_XML_"))
    assert (destination, application) == ("sofia/gateway/demo/8613800138000", "robot_XML_robot")


def test_a_customer_whom_an_agent_calls_is_parked_when_he_answers_and_not_for_ever() -> None:
    variables, destination, application = split(attempt(parked=True, place="robot:XML:robot").command)
    assert (destination, application) == ("sofia/gateway/demo/8613800138000", "&park")
    assert variables["ignore_early_media"] == "true"
    assert variables["hangup_after_bridge"] == "true"
    assert variables["park_timeout"] == "15"


@pytest.mark.parametrize("place", ["robot", "robot:inline:robot", "&park():XML:robot", "a b:XML:robot", "r:XML:'x'"])
def test_other_places_are_refused(place: str) -> None:
    with pytest.raises(UsageError, match="dialplan place"):
        attempt(place=place)


def test_an_agent_is_parked_when_answered_and_not_for_ever() -> None:
    variables, destination, application = split(OriginateAgent(UUID, "user/1001@pbx.example").command)
    assert variables["ignore_early_media"] == "true"
    assert variables["park_timeout"] == "15"
    assert variables["execute_on_answer"] == "sched_hangup +3600 ALLOTTED_TIMEOUT"
    assert (destination, application) == ("user/1001@pbx.example", "&park")


@pytest.mark.parametrize(
    "dial",
    [
        "sofia/gateway/demo/8613800138000",
        "sofia/gateway/demo/+8613800138000",
        "sofia/internal/agent@127.0.0.1:5091",
        "sofia/external/1000@sip.example.com",
        "user/1001",
        "loopback/1000/default",
    ],
)
def test_dial_strings(dial: str) -> None:
    assert split(attempt(dial=dial).command)[1] == dial


@pytest.mark.parametrize(
    "dial",
    [
        "",
        "8613800138000",
        "sofia/gateway/demo/",
        "sofia/gateway//1",
        "[leg=1]sofia/gateway/demo/1",
        "{x=1}sofia/gateway/demo/1",
        "sofia/gateway/demo/1,sofia/gateway/demo/2",
        "sofia/gateway/demo/1|sofia/gateway/demo/2",
        "sofia/gateway/demo/1:_:sofia/gateway/demo/2",
        "sofia/gateway/demo/1 &system(reboot)",
        "sofia/gateway/demo/１",
        "sofia/gateway/demo/1\n",
        "error/user_busy",
        "sofia/internal/a@b;transport=tcp",
    ],
)
def test_other_dial_strings_are_refused(dial: str) -> None:
    with pytest.raises(UsageError, match=r"dial string .* may not travel to the switch: give for example"):
        attempt(dial=dial)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["attempt_id", "dial", "caller_number", "host"])
def test_hostile_parts_are_refused(field: str, text: str) -> None:
    if field == "caller_number" and not text:
        assert "caller_id" not in attempt(caller_number="").command
        return
    with pytest.raises(UsageError):
        attempt(**({"socket": (text, 8084)} if field == "host" else {field: text}))


@given(
    field=st.sampled_from(["attempt_id", "dial", "caller_number", "host"]),
    text=st.text(max_size=50)
    | st.from_regex(r"sofia/gateway/[!-~ ]{1,20}/[!-~ ]{1,20}")
    | st.from_regex(r"\+?[0-9]{0,22}.?")
    | st.from_regex(r"[a-z0-9.:-]{1,20}"),
)
def test_any_part_arrives_as_it_is_or_not_at_all(field: str, text: str) -> None:
    try:
        built = attempt(**({"socket": (text, 8084)} if field == "host" else {field: text}))
    except UsageError:
        return
    (seen,) = read_commands(encode(built.command, [("Job-UUID", UUID)]))
    variables, destination, application = split(seen.line)
    assert seen.headers == (("Job-UUID", UUID),)
    assert variables["origination_uuid"] == built.attempt_id
    assert variables.get("origination_caller_id_number", "") == built.caller_number
    assert destination == built.dial
    assert application == f"&socket({built.socket[0]}:8084 async full)"
    assert len(variables) == 5 + bool(built.caller_number)


@pytest.mark.parametrize(
    "changed",
    [
        {"ring_timeout_s": 1},
        {"ring_timeout_s": 601},
        {"max_call_s": 0},
        {"max_call_s": 10**6},
        {"max_call_s": "60} x"},
        {"max_call_s": True},
        {"ring_timeout_s": 3.5},
        {"socket": ("127.0.0.1", 0)},
        {"socket": ("127.0.0.1", 65536)},
    ],
)
def test_numbers_out_of_range_are_refused(changed: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="is not in"):
        attempt(**changed)
