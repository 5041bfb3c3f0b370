from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.esl import traces
from tests.esl.reference import Command, read_commands
from voicebot.errors import ProtocolError
from voicebot.esl.codec import Decoder, Frame, Headers, encode

RECORDING = "01_answered_bot_hangs_up"
OUTBOUND = traces.received(RECORDING, "outbound")
FRAMES = Decoder().feed(OUTBOUND)


def event_frame(body: bytes) -> bytes:
    return b"Content-Length: %d\nContent-Type: text/event-plain\n\n%b" % (len(body), body)


def test_recording_decodes_to_what_was_recorded() -> None:
    wanted = [message for message in traces.load(RECORDING, "outbound") if not message.sent]
    assert [(dict(frame.headers), frame.body) for frame in FRAMES] == [(dict(m.headers), m.body) for m in wanted]


def test_byte_by_byte_gives_the_same_frames() -> None:
    decoder = Decoder()
    assert [frame for byte in OUTBOUND for frame in decoder.feed(bytes([byte]))] == FRAMES
    decoder.finish()


@given(st.lists(st.integers(0, len(OUTBOUND)), max_size=20))
def test_any_pieces_give_the_same_frames(cuts: list[int]) -> None:
    decoder, frames, last = Decoder(), [], 0
    for cut in [*sorted(cuts), len(OUTBOUND)]:
        frames += decoder.feed(OUTBOUND[last:cut])
        last = cut
    assert frames == FRAMES


def test_trailing_bytes_wait_for_their_rest() -> None:
    decoder = Decoder()
    assert len(decoder.feed(b"Content-Type: auth/request\n\nContent-Type: comm")) == 1
    (frame,) = decoder.feed(b"and/reply\nReply-Text: +OK accepted\n\n")
    assert frame.reply == "+OK accepted"


def test_connect_reply_is_url_encoded_itself() -> None:
    data = FRAMES[0].channel_data()
    assert FRAMES[0].headers.get("Reply-Text") == "%2BOK%0A"
    assert data.get("Reply-Text") == "+OK\n"
    assert data.get("Channel-Caller-ID-Name") == "Outbound Call"
    assert (data.get("Socket-Mode"), data.get("Control")) == ("async", "full")


def test_duplicate_headers_are_kept() -> None:
    (hangup,) = [f.event() for f in FRAMES if f.body.startswith(b"Event-Name: CHANNEL_HANGUP\n")]
    raw = event_frame(b"Event-Name: CHANNEL_HANGUP\nHangup-Cause: NORMAL_CLEARING\nHangup-Cause: USER_BUSY\n\n")
    (frame,) = Decoder().feed(raw)
    assert hangup.headers.get("Hangup-Cause") == "NORMAL_CLEARING"
    assert frame.event().headers.all("hangup-cause") == ("NORMAL_CLEARING", "USER_BUSY")
    assert frame.event().headers.get("HANGUP-CAUSE") == "NORMAL_CLEARING"


def test_body_of_a_job_is_kept() -> None:
    inbound = Decoder().feed(traces.received("03_busy_486", "inbound"))
    (job,) = [f.event() for f in inbound if f.kind == "text/event-plain" and b"BACKGROUND_JOB" in f.body[:30]]
    assert job.body == "-ERR USER_BUSY\n"


@given(st.text(max_size=60))
def test_no_value_forges_a_header(value: str) -> None:
    """The switch encodes a caller's name; whatever it is, it stays one value of one header."""
    encoded = quote(value.encode("utf-8", errors="replace"), safe="")
    raw = event_frame(f"Event-Name: CUSTOM\nCaller-Caller-ID-Name: {encoded}\nUnique-ID: mine\n\n".encode())
    event = Decoder().feed(raw)[0].event()
    assert [name for name, _ in event.headers] == ["Event-Name", "Caller-Caller-ID-Name", "Unique-ID"]
    assert event.headers.get("Caller-Caller-ID-Name") == value.encode("utf-8", errors="replace").decode()


def test_empty_lines_between_frames_are_skipped() -> None:
    first, second = Decoder().feed(
        b"\n\nContent-Type: command/reply\nReply-Text: +OK\n\n\n\nContent-Type: auth/request\n\n"
    )
    assert (first.kind, second.kind) == ("command/reply", "auth/request")


@pytest.mark.parametrize(
    "data", [b"Content-Type: api/response\nContent-Length: 5\n\nab", b"Content-Type: api/resp", OUTBOUND[:-3]]
)
def test_end_inside_a_frame_is_an_error(data: bytes) -> None:
    decoder = Decoder()
    decoder.feed(data)
    with pytest.raises(ProtocolError, match="inside a frame"):
        decoder.finish()


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 400 Bad Request\nDate\n\n",
        b"Content-Length: -1\n\n",
        b"Content-Length: 1e3\n\n",
        b"Content-Length: 4\nContent-Length: 5\n\nabcde",
        "Content-Length: ٣\n\n".encode(),
        b"Content-Length: 9999999999999999999\n\n",
    ],
)
def test_nonsense_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        Decoder().feed(data)


@pytest.mark.parametrize("piece", [1, 7, 4096])
def test_headers_without_end_are_refused_at_the_cap(piece: int) -> None:
    decoder = Decoder(max_header=1000)
    with pytest.raises(ProtocolError, match="1000 bytes"):
        for _ in range(2000):
            decoder.feed(b"a" * piece)


def test_oversized_body_is_refused_before_it_comes() -> None:
    with pytest.raises(ProtocolError, match="101 bytes"):
        Decoder(max_body=100).feed(b"Content-Length: 101\n\n")


def test_event_shorter_than_its_own_length_is_refused() -> None:
    frame = Frame(Headers((("Content-Type", "text/event-plain"),)), b"Event-Name: X\nContent-Length: 9\n\nabc")
    with pytest.raises(ProtocolError, match="3 bytes of a body of 9"):
        frame.event()


HOSTILE = [
    "a\nb", "a\r\nb", "a\rb", "a\0b", "\n", "a\n\nsendmsg\ncall-command: hangup",
    "%0A%0Aexit", "a,b", "a'b", 'a"b', "{x", "x}", "^^;a=1;b=2", "tail\\", "${create_uuid()}", "$${x}",
    "张三", "x" * 10_000, "x" * 100_000, "a: b", "content-length: 5", "\ud800", " edge", "edge\t", "",
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_stay_one_command(value: str) -> None:
    check_one_command(value)


@given(st.text() | st.text(alphabet="\r\n\0 ab:%{}'\\$^,", max_size=30))
def test_any_value_stays_one_command(value: str) -> None:
    check_one_command(value)


def check_one_command(value: str) -> None:
    """In each place the value is refused, or it arrives as it is and nothing else does."""
    places = {
        "command": lambda: encode(f"api {value}"),
        "header": lambda: encode("sendmsg", [("call-command", "execute"), ("execute-app-arg", value)]),
        "body": lambda: encode("sendmsg", [("call-command", "execute")], value),
    }
    for place, build in places.items():
        try:
            data = build()
        except ValueError:
            continue
        (seen,) = read_commands(data)
        if place == "command":
            assert seen == Command(f"api {value}", (), "")
        elif place == "header":
            assert seen == Command("sendmsg", (("call-command", "execute"), ("execute-app-arg", value)), "")
        else:
            assert (seen.line, seen.body) == ("sendmsg", value)


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a\nb", "Content-Length", "content-type", "ключ", "-"])
def test_header_names_are_checked(name: str) -> None:
    with pytest.raises(ValueError, match="no header name"):
        encode("sendmsg", [(name, "x")])


def test_errors_name_the_part() -> None:
    with pytest.raises(ValueError, match=r"header execute-app-arg has '\\n' in it"):
        encode("sendmsg", [("execute-app-arg", "a\nb")])
    with pytest.raises(ValueError, match="the command is empty"):
        encode("")


def test_recorded_commands_encode_to_the_same_bytes() -> None:
    sent = [message for message in traces.load(RECORDING, "outbound") if message.sent]
    assert sent
    assert [encode(message.command, message.headers) for message in sent] == [message.raw for message in sent]


@pytest.mark.parametrize(
    ("text", "number"),
    [("480", 480), ("0", 0), ("", None), ("-1", None), ("4.5", None), ("²", None), ("٤", None), ("9" * 5000, None)],
)
def test_a_number_is_plain_digits_or_none(text, number):
    assert Headers((("Status", text),)).number("status") == number
    assert Headers().number("status") is None
