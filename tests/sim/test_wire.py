import pytest

from voicebot.errors import ProtocolError
from voicebot.esl.codec import Decoder, encode
from voicebot.sim import wire
from voicebot.sim.wire import Command, CommandDecoder

COMMANDS = [
    encode("auth ClueCon"),
    encode("bgapi originate sofia/gateway/demo/1 &park", [("Job-UUID", "job-1")]),
    encode("sendmsg", [("call-command", "execute"), ("execute-app-name", "set")], "a=b"),
    encode("exit"),
]
DECODED = [
    Command("auth ClueCon"),
    Command("bgapi originate sofia/gateway/demo/1 &park", {"job-uuid": "job-1"}),
    Command(
        "sendmsg",
        {
            "call-command": "execute",
            "execute-app-name": "set",
            "content-type": "text/plain",
            "content-length": "3",
        },
        "a=b",
    ),
    Command("exit"),
]


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_commands_come_out_whole_whatever_the_pieces(size: int) -> None:
    data = b"".join(COMMANDS)
    decoder = CommandDecoder()
    decoded = [command for start in range(0, len(data), size) for command in decoder.feed(data[start : start + size])]
    assert decoded == DECODED


def test_lines_of_either_kind_end_a_command() -> None:
    assert CommandDecoder().feed(b"api status\r\n\r\nexit\n\n") == [Command("api status"), Command("exit")]


def test_a_command_without_end_is_given_up() -> None:
    with pytest.raises(ProtocolError, match="more than"):
        CommandDecoder().feed(b"x" * (wire.MAX_COMMAND_BYTES + 1))


def test_values_of_events_are_escaped_as_the_real_switch_does() -> None:
    assert wire.escape("sip:1000@127.0.0.1:5090") == "sip%3A1000%40127.0.0.1%3A5090"
    assert wire.escape("Sun, 22 Nov 2026") == "Sun,%2022%20Nov%202026"
    assert wire.escape("a'(b)/c+%0A\n王") == "a'(b)/c%2B%250A%0A%E7%8E%8B"


def test_what_is_written_is_read_back_by_the_robots_decoder() -> None:
    data = wire.event([("Event-Name", "BACKGROUND_JOB"), ("Job-Command-Arg", "a b: c\n")], "+OK\n")
    (frame,) = Decoder().feed(data)
    event = frame.event()
    assert (event.name, event.headers.get("Job-Command-Arg"), event.body) == ("BACKGROUND_JOB", "a b: c\n", "+OK\n")


def test_an_empty_api_answer_still_has_a_length() -> None:
    (frame,) = Decoder().feed(wire.api_response(""))
    assert (frame.kind, frame.text) == ("api/response", "")
