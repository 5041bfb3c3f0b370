"""What came of the arms of a campaign, counted from rows that are known; on SQLite and PostgreSQL."""

import json
import uuid

import pytest
from click.testing import CliRunner

from tests.store.samples import NOON
from voicebot.campaign.policy.codes import Code
from voicebot.cli import campaign, report
from voicebot.errors import UsageError
from voicebot.reports.arms import arm_report
from voicebot.store.arms import NewArm, assigned_version, set_arms
from voicebot.store.records import AttemptResult, AttemptStarted, CallResult, Record
from voicebot.store.rows import write
from voicebot.store.store import NewLead, Store


@pytest.fixture
def versions(store: Store) -> tuple[int, int]:
    one, two = (store.add_script_version("invite", v, "邀约", f"script: invite\n# {v}\n") for v in "12")
    store.add_campaign("spring", "春季邀约", simulated=True)
    return one, two


class Calls:
    """Calls of a campaign as they are recorded, with a chosen share of A grades in each arm."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.records: list[Record] = []

    def call(self, lead: int, version: int, grade: str, ending: Code = Code.ROBOT_END, human: bool = True) -> None:
        key = str(uuid.uuid4())
        self.records.append(AttemptStarted(key, "spring", lead, "+8613800000000", "demo", NOON))
        answered_by = Code.HUMAN if human else Code.VOICEMAIL
        self.records.append(
            CallResult(key, version, ending, "customer", "bye", 1000, grade, "rule", answered_by=answered_by)
        )
        self.records.append(AttemptResult(key, ending, NOON, answered_at=NOON))

    def unanswered(self, lead: int) -> None:
        key = str(uuid.uuid4())
        self.records.append(AttemptStarted(key, "spring", lead, "+8613800000000", "demo", NOON))
        self.records.append(AttemptResult(key, Code.NO_ANSWER, NOON))

    def write(self) -> None:
        with self.store.writing() as connection:
            write(connection, self.records)


def lead(store: Store, name: str) -> int:
    return store.add_leads("spring", [NewLead(name, "+8613800000000")])[0]


def test_leads_are_counted_once_and_for_the_arm_they_were_drawn_for(store, versions):
    set_arms(store, "spring", [NewArm("a", 1, versions[0])])
    calls = Calls(store)
    one, two, three = (lead(store, name) for name in "123")
    for each in (one, two, three):
        assigned_version(store, each)
    calls.unanswered(one)
    calls.call(one, versions[0], "B", Code.CUSTOMER_HANGUP)
    calls.call(one, versions[0], "A")
    calls.call(two, versions[1], "E", human=False)
    calls.unanswered(three)
    calls.unanswered(lead(store, "never drawn"))
    calls.write()
    (row,) = arm_report(store, "spring").arms
    assert (row.arm, row.attempts, row.leads, row.other_version) == ("a", 5, 3, 1)
    assert (row.connected.hits, row.intent.hits, row.intent.of, row.hung_up.hits) == (1, 1, 1, 1)


def compared(store: Store, versions: tuple[int, int], good: tuple[int, int], of: int) -> None:
    """Two arms with so many leads each, of which so many were graded A."""
    set_arms(store, "spring", [NewArm("a", 1, versions[0])])
    calls = Calls(store)
    for arm, version, hits in zip("ab", versions, good, strict=True):
        if arm == "b":
            set_arms(store, "spring", [NewArm("a", 0), NewArm("b", 1, versions[1])])
        for number, each in enumerate(store.add_leads("spring", [NewLead(f"{arm}{n}", "+86138") for n in range(of)])):
            assigned_version(store, each)
            calls.call(each, version, "A" if number < hits else "D")
    calls.write()


def test_a_clear_difference_is_decided(store, versions):
    compared(store, versions, (10, 60), 100)
    found = arm_report(store, "spring", detect=0.2)
    assert (found.better, found.missing) == ("b", 0)
    first, second = found.arms
    assert first.intent_difference is None
    assert second.intent_difference.low > 0.3
    assert second.intent_at_any_time.low < second.intent_difference.low


def test_the_first_arm_can_be_the_better_one(store, versions):
    compared(store, versions, (60, 10), 100)
    assert arm_report(store, "spring").better == "a"


def test_a_small_difference_is_not_decided_and_the_missing_calls_are_told(store, versions):
    compared(store, versions, (20, 24), 60)
    found = arm_report(store, "spring")
    assert found.better is None
    assert found.missing == found.needed - 60 > 0
    assert found.needed > found.needed_once


def test_a_campaign_without_arms_or_calls(store, versions):
    assert arm_report(store, "spring").arms == ()
    set_arms(store, "spring", [NewArm("a", 1, versions[0]), NewArm("b", 1, versions[1])])
    found = arm_report(store, "spring")
    assert (found.better, found.missing) == (None, found.needed)
    with pytest.raises(UsageError, match="no campaign 'autumn'"):
        arm_report(store, "autumn")


@pytest.fixture
def typed(database, tmp_path, monkeypatch):
    monkeypatch.setenv("VOICEBOT_DATABASE_URL", database)
    monkeypatch.setenv("VOICEBOT_DATA_DIR", str(tmp_path / "data"))

    def run(command, *arguments: str) -> str:
        return CliRunner().invoke(command, arguments, catch_exceptions=False).stdout

    return run


def test_the_report_as_it_is_typed(typed, store, versions):
    compared(store, versions, (20, 24), 60)
    shown = typed(report.command, "arms", "spring")
    assert "not decided yet" in shown
    told = json.loads(typed(report.command, "arms", "spring", "--detect", "0.1", "--json"))
    assert [arm["arm"] for arm in told["arms"]] == ["a", "b"]
    assert told["detect"] == 0.1


def test_arms_as_they_are_typed(typed, store, versions):
    assert "has no arms" in typed(campaign.command, "arms", "spring")
    set_by = json.loads(
        typed(campaign.command, "arms", "spring", "old=wecom_invite:70", "new=lead_cleaning:30", "--json")
    )
    assert [(arm["name"], arm["script"], arm["share"]) for arm in set_by] == [
        ("new", "lead_cleaning", 30),
        ("old", "wecom_invite", 70),
    ]
    changed = typed(campaign.command, "arms", "spring", "new=100")
    assert "100" in changed
    with pytest.raises(UsageError, match=r"'new' is no arm; for example a=wecom_invite@published:50"):
        typed(campaign.command, "arms", "spring", "new")
    with pytest.raises(UsageError, match="no campaign 'autumn'"):
        typed(campaign.command, "arms", "autumn", "a=wecom_invite:1")
