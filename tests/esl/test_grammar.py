import pytest

from voicebot.errors import UsageError
from voicebot.esl import grammar


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("answer", ""),
        ("set", "RECORD_STEREO=true"),
        ("set", "transfer_after_bridge=robot:XML:robot"),
        ("set", "empty="),
        ("unset", "transfer_after_bridge"),
        ("sched_hangup", "+60 ALLOTTED_TIMEOUT"),
        ("record_session", "/home/a/.local/share/voicebot/recordings/94e805d0-e31a-4aa0-b01f-7156cade2d80.wav"),
        ("callcenter", "sales@default"),
    ],
)
def test_allowed_applications(name: str, argument: str) -> None:
    assert grammar.application(name, argument) == (name, argument)


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("answer", "x"),
        ("set", "a b=c"),
        ("set", "=c"),
        ("set", "name"),
        ("set", "a=b c"),
        ("record_session", "/a/../../etc/passwd.wav"),
        ("record_session", "/tmp/x.sh"),
        ("record_session", "/tmp/a b.wav"),
        ("system", "reboot"),
        ("playback", "/tmp/x.wav"),
        ("bridge", "sofia/gateway/demo/1"),
        ("park", ""),
        ("lua", "x"),
        ("Set", "a=b"),
        ("", ""),
    ],
)
def test_other_applications_are_refused(name: str, argument: str) -> None:
    with pytest.raises(UsageError):
        grammar.application(name, argument)


@pytest.mark.parametrize(
    "command",
    [
        "status",
        "show channels as json",
        "sofia status gateway demo",
        "uuid_transfer 94e805d0-e31a-4aa0-b01f-7156cade2d80 park inline",
        "uuid_record 94e805d0-e31a-4aa0-b01f-7156cade2d80 start /var/rec/x.wav",
        "module_exists mod_callcenter",
        "sched_del 94e805d0-e31a-4aa0-b01f-7156cade2d80",
        "sched_hangup +3600 94e805d0-e31a-4aa0-b01f-7156cade2d80 ALLOTTED_TIMEOUT",
        "callcenter_config queue list agents sales@default",
        "global_getvar sound_prefix",
    ],
)
def test_allowed_api_commands(command: str) -> None:
    assert grammar.api_command(command) == command


@pytest.mark.parametrize(
    "command",
    [
        "",
        "system reboot",
        "originate sofia/gateway/demo/1 &park",
        "uuid_park 94e805d0-e31a-4aa0-b01f-7156cade2d80",
        "uuid_broadcast x y",
        "sched_del core",
        "sched_del 1",
        "sched_hangup 94e805d0-e31a-4aa0-b01f-7156cade2d80",
        "sched_api +1 none system",
        "expand status",
        "eval x",
        "status\nexit",
        "status ",
        "status  x",
        "statusx",
        "uuid_setvar x y ${z}",
        "show channels like '%'",
    ],
)
def test_other_api_commands_are_refused(command: str) -> None:
    with pytest.raises(UsageError, match="may not travel to the switch"):
        grammar.api_command(command)


@pytest.mark.parametrize("uuid", ["", "x", "94E805D0-e31a-4aa0-b01f-7156cade2d80", "94e805d0e31a4aa0b01f7156cade2d80"])
def test_channel_uuid_has_one_form(uuid: str) -> None:
    with pytest.raises(UsageError, match="channel UUID"):
        grammar.channel_uuid(uuid)


def test_error_names_kind_value_and_remedy() -> None:
    with pytest.raises(UsageError) as caught:
        grammar.hangup_cause("normal clearing")
    assert str(caught.value) == (
        "hang-up cause 'normal clearing' may not travel to the switch: give a cause name such as NORMAL_CLEARING"
    )
