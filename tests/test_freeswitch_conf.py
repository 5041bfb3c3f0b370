"""The configuration in freeswitch_conf/: read as FreeSWITCH reads it (include, set, $${name}), then judged.

What a running switch does with it is not tested here: see tests/doctor/test_switch.py (marker `freeswitch`).
"""

import ipaddress
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest

from voicebot.settings import REPOSITORY, Settings

CONF = REPOSITORY / "freeswitch_conf"
PRE_PROCESS = re.compile(r'<X-PRE-PROCESS\s+cmd="([\w-]+)"\s+data="([^"]*)"\s*/>')
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
VARIABLE = re.compile(r"\$\$\{(\w+)\}")


class Reader:
    """The switch's pre-processor, as far as these files use it; the environment is taken as empty."""

    def __init__(self) -> None:
        self.variables: dict[str, str] = {}
        self.from_environment: dict[str, str] = {}

    def expand(self, path: Path) -> str:
        lines = COMMENT.sub("", path.read_text(encoding="utf-8")).splitlines()
        return "\n".join(self._line(line, path.parent) for line in lines)

    def _line(self, line: str, folder: Path) -> str:
        command = PRE_PROCESS.search(line)
        if command is None:
            return VARIABLE.sub(lambda found: self.variables[found[1]], line)
        what, data = command.groups()
        name, _, value = data.partition("=")
        if what == "set":
            self.variables[name] = value
        elif what == "env-set":
            self.from_environment[name] = value
        elif what == "include":
            return "\n".join(_body(self.expand(found)) for found in sorted(folder.glob(data)))
        else:
            raise AssertionError(f"X-PRE-PROCESS {what} is not used by this configuration")
        return ""


def _body(text: str) -> str:
    return text.replace("<include>", "").replace("</include>", "")


@pytest.fixture(scope="module")
def reader() -> Reader:
    found = Reader()
    found.expand(CONF / "freeswitch.xml")
    return found


@pytest.fixture(scope="module")
def document() -> ElementTree.Element:
    return ElementTree.fromstring(Reader().expand(CONF / "freeswitch.xml"))


def params(parent: ElementTree.Element) -> dict[str, str]:
    return {item.attrib["name"]: item.attrib["value"] for item in parent.iter("param")}


def configuration(document: ElementTree.Element, name: str) -> ElementTree.Element:
    found = document.find(f".//configuration[@name='{name}']")
    assert found is not None, f"no configuration {name}"
    return found


def profiles(document: ElementTree.Element) -> Iterator[tuple[str, dict[str, str]]]:
    for profile in configuration(document, "sofia.conf").iter("profile"):
        settings = profile.find("settings")
        assert settings is not None
        yield profile.attrib["name"], params(settings)


def every_gateway(document: ElementTree.Element) -> dict[str, dict[str, str]]:
    """Gateways of the configuration and of the templates."""
    templates = [ElementTree.parse(found).getroot() for found in CONF.rglob("*.xml.example")]
    return {
        gateway.attrib["name"]: params(gateway) for root in [document, *templates] for gateway in root.iter("gateway")
    }


@pytest.mark.parametrize("path", sorted(CONF.rglob("*.xml*")), ids=lambda path: path.name)
def test_each_file_is_well_formed(path: Path) -> None:
    ElementTree.parse(path)


def test_the_readme_names_each_file() -> None:
    text = (CONF / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in CONF.rglob("*.xml*") if path.name not in text] == []


def test_nothing_listens_beyond_loopback_by_default(document: ElementTree.Element) -> None:
    listeners = [("event socket", params(configuration(document, "event_socket.conf"))["listen-ip"])]
    for name, settings in profiles(document):
        listeners += [(f"{name} sip", settings["sip-ip"]), (f"{name} rtp", settings["rtp-ip"])]
    assert len(listeners) == 7
    assert [who for who, address in listeners if not ipaddress.ip_address(address).is_loopback] == []


def test_calls_are_taken_from_listed_addresses_only(document: ElementTree.Element) -> None:
    for name, settings in profiles(document):
        assert settings["auth-calls"] == settings["auth-calls-acl-only"] == "true", name
        assert settings["apply-inbound-acl"] in {"trunks", "loopback.auto"}, name
        assert settings["disable-register"] == "true", name
    trunks = document.find(".//network-lists/list[@name='trunks']")
    assert trunks is not None
    assert trunks.attrib["default"] == "deny"
    assert [node.attrib["cidr"] for node in trunks] == ["127.0.0.0/8"]


def test_switch_and_robot_have_the_same_defaults(reader: Reader) -> None:
    settings = Settings()
    assert reader.variables["event_socket_port"] == str(settings.switch_port)
    assert reader.variables["event_socket_password"] == settings.switch_password
    assert reader.variables["event_socket_ip"] == settings.switch_host
    assert reader.variables["robot_host"] == settings.serve_host
    assert reader.variables["robot_port"] == str(settings.serve_port)
    assert reader.variables["max_call_s"] == str(settings.max_call_s)


def test_switch_and_robot_read_the_same_environment(reader: Reader) -> None:
    known = {f"$VOICEBOT_{name.upper()}" for name in Settings.__dataclass_fields__}
    assert reader.from_environment["event_socket_password"] == "$VOICEBOT_SWITCH_PASSWORD"
    assert set(reader.from_environment.values()) <= known


def test_each_socket_has_a_cap_before_it_and_a_rescue_behind_it(document: ElementTree.Element) -> None:
    with_socket = 0
    for extension in document.iter("extension"):
        actions = [(item.attrib["application"], item.attrib["data"]) for item in extension.iter("action")]
        applications = [application for application, _ in actions]
        if "socket" not in applications:
            continue
        with_socket += 1
        name = extension.attrib["name"]
        assert re.fullmatch(r"\+\d+ ALLOTTED_TIMEOUT", dict(actions)["sched_hangup"]), name
        assert applications.index("sched_hangup") < applications.index("socket"), name
        assert actions[-1] == ("hangup", "NORMAL_TEMPORARY_FAILURE"), name
        assert all(data.endswith(" async full") for application, data in actions if application == "socket"), name
    assert with_socket == 3


def test_the_robot_has_a_spare(document: ElementTree.Element) -> None:
    robot = document.find(".//context[@name='robot']/extension[@name='robot']")
    assert robot is not None
    sockets = [item.attrib["data"] for item in robot.iter("action") if item.attrib["application"] == "socket"]
    assert sockets == ["127.0.0.1:8084 async full", "127.0.0.1:8085 async full"]


@pytest.mark.parametrize(
    ("number", "context", "extension"),
    [
        ("8613800000001", "customers", "customer"),
        ("agent1", "customers", "agent"),
        ("02150001111", "robot", "robot"),
        ("+862150001111", "robot", "robot"),
        ("robot", "robot", "robot"),
        ("queue", "robot", "queue"),
        ("${system(id)}", "robot", None),
        ("agent1 x", "customers", None),
    ],
)
def test_where_a_number_leads(document: ElementTree.Element, number: str, context: str, extension: str | None) -> None:
    found = None
    for candidate in document.findall(f".//context[@name='{context}']/extension"):
        condition = candidate.find("condition")
        assert condition is not None
        if re.search(condition.attrib["expression"], number):
            found = candidate.attrib["name"]
            break
    assert found == extension


def test_every_gateway_is_watched(document: ElementTree.Element) -> None:
    gateways = every_gateway(document)
    assert set(gateways) == {"demo", "carrier"}
    for name, settings in gateways.items():
        assert 0 < int(settings["ping"]) <= 30, name
        assert int(settings["ping-min"]) < int(settings["ping-max"]), name


def test_the_demo_gateway_leads_to_the_customers(document: ElementTree.Element) -> None:
    customers = dict(profiles(document))["customers"]
    assert every_gateway(document)["demo"]["proxy"] == f"{customers['sip-ip']}:{customers['sip-port']}"
    assert customers["context"] == "customers"


def test_the_channel_carries_8_khz_frames_of_20_ms(document: ElementTree.Element) -> None:
    found = dict(profiles(document))
    assert {"customers", "trunk"} <= found.keys()
    for name, settings in found.items():
        assert settings["inbound-codec-prefs"] == settings["outbound-codec-prefs"] == "PCMA,PCMU", name
        assert settings["renegotiate-codec-on-reinvite"] == "false", name


def test_recordings_have_two_channels_and_are_kept_however_short(reader: Reader) -> None:
    assert reader.variables["RECORD_STEREO"] == "true"
    assert reader.variables["RECORD_MIN_SEC"] == "0"


def test_the_switch_writes_no_silence_beside_the_robots_frames(reader: Reader) -> None:
    assert reader.variables["send_silence_when_idle"] == "0"


def test_the_queue_has_an_agent(document: ElementTree.Element) -> None:
    callcenter = configuration(document, "callcenter.conf")
    queues = {item.attrib["name"] for item in callcenter.iter("queue")}
    agents = {item.attrib["name"] for item in callcenter.iter("agent")}
    tiers = {(item.attrib["queue"], item.attrib["agent"]) for item in callcenter.iter("tier")}
    assert queues == {"sales@default"}
    assert tiers == {("sales@default", agent) for agent in agents}
    assert agents


def test_limits_leave_room_for_a_demo_of_ten_calls_at_once(document: ElementTree.Element) -> None:
    """Robot's leg, customer's leg and, in the worst case, an agent's two legs a call, all in one second."""
    limits = params(configuration(document, "switch.conf"))
    assert int(limits["sessions-per-second"]) >= 10 * 4
    assert int(limits["max-sessions"]) >= 10 * 4
    ports = int(limits["rtp-end-port"]) - int(limits["rtp-start-port"])
    assert ports >= 2 * int(limits["max-sessions"])
