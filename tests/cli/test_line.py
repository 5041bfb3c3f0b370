"""`voicebot line` as it is typed."""

import json
from pathlib import Path

import pytest

from tests.cli.typed import Voicebot

NORTH = ("line", "gateway", "add", "north", "--max-calls", "30", "--calls-per-second", "5")


def gateways(type_in: Voicebot) -> list[dict[str, object]]:
    return json.loads(type_in("line", "gateway", "list", "--json").out)["gateways"]


def numbers(type_in: Voicebot, *more: str) -> list[dict[str, object]]:
    return json.loads(type_in("line", "number", "list", "--json", *more).out)["numbers"]


def test_a_gateway_is_added_changed_taken_down_and_brought_back(type_in: Voicebot) -> None:
    assert type_in(*NORTH, "--causes", '[{"code": "BUSY", "sip_status": 480}]').out == "gateway north is added\n"
    assert type_in("line", "gateway", "set", "north", "--rank", "2", "--by", "wang").status == 0
    down = ("line", "gateway", "down", "north", "--why", "contract ended")
    assert [type_in(*down).status for _ in range(2)] == [0, 1]
    (one,) = gateways(type_in)
    assert (one["rank"], one["max_calls"], one["own_causes"]) == (2, 30, 1)
    assert (one["up"], one["because"]) == (False, "contract ended")
    up = ("line", "gateway", "up", "north", "--why", "new contract")
    assert [type_in(*up).out for _ in range(2)] == ["gateway north is up\n", "gateway north was up already\n"]
    assert "north" in type_in("line", "gateway", "list").out


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("add", "north", "--max-calls", "3"), "gateway 'north' needs --calls-per-second: what the carrier's contract"),
        (("set", "north"), "nothing to change of gateway 'north'"),
        (("set", "north", "--rank", "1"), "there is no gateway 'north'; there are: none"),
        (("set", "north", "--causes", "["), "--causes is not JSON"),
        (("set", "north", "--causes", '[{"code": "BUSY"}]'), "rule 1: it would hold for every answer"),
    ],
)
def test_what_is_wrong_with_a_gateway_is_told(type_in: Voicebot, arguments: tuple[str, ...], fault: str) -> None:
    ended = type_in("line", "gateway", *arguments)
    assert ended.status == 2
    assert fault in ended.complaint


def test_numbers_through_their_life(type_in: Voicebot) -> None:
    assert type_in("line", "number", "add", "051288880001", "051288880002", "--pool", "vip").out == "2 added\n"
    assert type_in("line", "number", "set", "051288880001", "--daily-cap", "300", "--area", "苏州").status == 0
    assert type_in("line", "number", "set", "051288880009", "--weight", "2").status == 2
    assert type_in("line", "number", "set", "051288880001").status == 2
    step = ("--why", "asked by the carrier", "--by", "wang")
    assert type_in("line", "number", "quarantine", "051288880001", *step).out == "1 quarantined, 0 were so already\n"
    assert type_in("line", "number", "quarantine", "051288880001", *step).status == 1
    one, other = numbers(type_in, "--pool", "vip")
    assert (one["state"], one["because"], one["daily_cap"], one["area"]) == (
        "quarantined",
        "asked by the carrier",
        300,
        "苏州",
    )
    assert other["state"] == "active"
    assert type_in("line", "number", "restore", "051288880001", *step).status == 0
    assert type_in("line", "number", "retire", "051288880002", *step).status == 0
    assert [one["state"] for one in numbers(type_in)] == ["active", "retired"]
    assert numbers(type_in, "--pool", "x") == []
    health = type_in("line", "number", "health", "--json")
    assert health.status == 0
    assert [(one["number"], one["attempts"], one["ill"]) for one in json.loads(health.out)["numbers"]] == [
        ("051288880001", 0, ""),
        ("051288880002", 0, ""),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_numbers_are_imported_as_often_as_one_likes(type_in: Voicebot, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "numbers.csv"
    file.write_bytes("Number,area,daily_cap\n051288880001,苏州,300\n051288880002,,\n".encode(encoding))
    assert type_in("line", "number", "import", str(file)).out == "2 added, 0 changed\n"
    assert type_in("line", "number", "import", str(file)).out == "0 added, 2 changed\n"
    assert [(one["area"], one["daily_cap"]) for one in numbers(type_in)] == [("苏州", 300), ("", None)]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("phone\n1\n", ":1:1: no column 'number'; there are: phone"),
        ("number,wieght\n1001,2\n", ":1:1: unknown column 'wieght'; did you mean 'weight'?"),
        ("number,weight\n1001,2\n1002,two\n", ":3:1: weight is 'two', not a whole number"),
        ("number\n1001\n1001\n", ":3:1: 1001 stands twice"),
        ("number,weight\n,2\n", ":2:1: the number is empty"),
        ("number\n1001\nabc\n", ":3:1: 'abc' is no number to show"),
        ("", ":1:1: no column 'number'; there are: none"),
    ],
)
def test_a_faulty_file_is_refused_whole_with_its_line(type_in: Voicebot, tmp_path: Path, text: str, fault: str) -> None:
    file = tmp_path / "numbers.csv"
    file.write_text(text, encoding="utf-8")
    ended = type_in("line", "number", "import", str(file))
    assert ended.status == 1
    assert f"{file}{fault}" in ended.complaint
    assert numbers(type_in) == []
