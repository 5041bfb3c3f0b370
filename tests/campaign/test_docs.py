"""docs/campaigns.md says what is so: every key of a plan with its default, every state, every result code and event."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from voicebot.campaign.policy.codes import Code
from voicebot.campaign.policy.plan_reader import read_plan
from voicebot.campaign.policy.states import NEXT
from voicebot.cli.campaign import command
from voicebot.store.outbox import EVENTS
from voicebot.understanding.yaml_reader import Reader

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "campaigns.md").read_text(encoding="utf-8")
EVERY_KEY = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)[0]
MINIMAL = "campaign: spring\nscript: wecom_invite\n"


def test_every_default_is_the_one_that_holds() -> None:
    told, so = read_plan(EVERY_KEY, "docs"), read_plan(MINIMAL, "plan")
    # The two texts that are empty by default, and the wait that the script decides.
    lines = replace(told.lines, pool=so.lines.pool, longest_wait=so.lines.longest_wait)
    costs = replace(told.costs, minute=so.costs.minute)  # the one price that is not known by default
    assert replace(told, place=so.place, purpose=so.purpose, lines=lines, costs=costs) == so


def test_every_key_that_is_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    absent: set[str] = set()
    take, has = Reader.take, Reader.has

    def seen(reader: Reader, key: str) -> None:
        if not has(reader, key):
            absent.add(key)

    def take_seen(reader: Reader, key: str):
        seen(reader, key)
        return take(reader, key)

    def has_seen(reader: Reader, key: str) -> bool:
        seen(reader, key)
        return has(reader, key)

    monkeypatch.setattr(Reader, "take", take_seen)
    monkeypatch.setattr(Reader, "has", has_seen)
    read_plan(EVERY_KEY, "docs")
    assert absent == {"arms"}, "these keys of a plan are not in docs/campaigns.md"


def test_the_example_is_a_plan() -> None:
    plan = read_plan((DOCS / "example-campaign.yaml").read_text(encoding="utf-8"), "example-campaign.yaml")
    assert plan.name == "autumn-invite"


def test_arms_as_they_are_shown() -> None:
    (shown,) = re.findall(r"`(arms: \{.*?\}\})`", TEXT)
    assert [arm.share for arm in read_plan(f"campaign: x\n{shown}\n", "docs").arms] == [50, 50]


@pytest.mark.parametrize("state", NEXT)
def test_states_and_what_may_follow(state) -> None:
    (row,) = re.findall(rf"^\| `{state}` \|[^|]*\|([^|]*)\|$", TEXT, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", row)) == {str(one) for one in NEXT[state]}


@pytest.mark.parametrize("code", Code)
def test_codes(code) -> None:
    used = "yes" if code.uses_up_attempt else "no"
    assert f"| `{code}` | {code.label} | {code.layer} | {used} |" in TEXT


def test_events_and_commands() -> None:
    assert set(re.findall(r"^\| `(\w+\.\w+)` \|", TEXT, re.MULTILINE)) == set(EVENTS)
    for name in re.findall(r"voicebot campaign ([a-z-]+)", TEXT):
        assert name in command.commands, name
