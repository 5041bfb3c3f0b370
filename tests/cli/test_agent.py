"""`voicebot agent` as it is typed."""

import json

import pytest

from tests.cli.typed import Voicebot

CHEN = ("agent", "add", "chen", "--dial", "sofia/gateway/office/1001", "--team", "sales", "--wrap-up-s", "20")


def agents(type_in: Voicebot) -> list[dict[str, object]]:
    return json.loads(type_in("agent", "list", "--json").out)["agents"]


def test_an_agent_through_its_day(type_in: Voicebot) -> None:
    assert type_in(*CHEN, "--title", "陈顾问").out == "agent chen is added\n"
    assert type_in("agent", "update", "chen", "--wrap-up-s", "5").out == "agent chen is changed\n"
    assert [type_in("agent", "idle", "chen").status for _ in range(2)] == [0, 1]
    (one,) = agents(type_in)
    assert {key: one[key] for key in ("agent", "title", "team", "state", "wrap_up_s", "dial")} == {
        "agent": "chen",
        "title": "陈顾问",
        "team": "sales",
        "state": "idle",
        "wrap_up_s": 5,
        "dial": "sofia/gateway/office/1001",
    }
    assert type_in("agent", "pause", "chen", "--why", "lunch").out == "agent chen is pause\n"
    assert type_in("agent", "offline", "chen").status == 0
    spells = json.loads(type_in("agent", "show", "chen", "--json").out)["spells"]
    assert [(spell["state"], spell["why"]) for spell in spells] == [
        ("offline", ""),
        ("pause", "lunch"),
        ("idle", ""),
        ("offline", ""),
    ]
    assert "chen" in type_in("agent", "list", "--team", "sales").out
    assert type_in("agent", "list", "--team", "service").out == "0 agents\n"
    assert type_in("agent", "remove", "chen").out == "agent chen is removed\n"
    assert agents(type_in) == []


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("add", "chen"), "agent 'chen' needs a dial string"),
        (("add", "chen", "--dial", "user/1001,user/1002"), "agent 'chen': dial string 'user/1001,user/1002'"),
        (("add", "chen", "--dial", "{a=b}user/1001"), "without any options"),
        (("update", "chen"), "nothing to change of agent 'chen'"),
        (("idle", "chen"), "there is no agent 'chen'; there are: none"),
        (("show", "chen"), "there is no agent 'chen'; there are: none"),
    ],
)
def test_what_is_wrong_is_told(type_in: Voicebot, arguments: tuple[str, ...], fault: str) -> None:
    ended = type_in("agent", *arguments)
    assert ended.status == 2
    assert fault in ended.complaint


def test_without_a_switch_nobody_is_called(type_in: Voicebot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEBOT_SWITCH_PORT", "1")
    type_in(*CHEN)
    ended = type_in("agent", "call", "chen", "--campaign", "spring", "--lead", "1")
    assert ended.status == 3
    assert "no event socket at 127.0.0.1:1" in ended.complaint
