"""Arms of a campaign: who gets which version, and that a lead never moves."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from voicebot.errors import UsageError
from voicebot.store.arms import NewArm, arms_of, assigned_version, set_arms
from voicebot.store.store import NewLead, Store
from voicebot.store.tables import Lead

LEADS = 60


@pytest.fixture
def leads(store: Store) -> tuple[int, ...]:
    store.add_campaign("spring", "春季邀约", simulated=True)
    return store.add_leads("spring", [NewLead(str(n), f"+86138000{n:05}") for n in range(LEADS)])


@pytest.fixture
def versions(store: Store) -> tuple[int, int]:
    one, two = (store.add_script_version("invite", v, "邀约", f"script: invite\n# {v}\n") for v in "12")
    return one, two


def arm_names(store: Store) -> list[str | None]:
    with store.reading() as connection:
        return list(connection.scalars(select(Lead.arm).order_by(Lead.id)))


def test_a_campaign_without_arms_names_no_version(store, leads):
    assert arms_of(store, "spring") == ()
    assert assigned_version(store, leads[0]) is None
    assert arm_names(store) == [None] * LEADS


def test_leads_are_spread_over_the_arms_and_stay(store, leads, versions):
    set_arms(store, "spring", [NewArm("a", 50, versions[0]), NewArm("b", 50, versions[1])])
    first = [assigned_version(store, lead) for lead in leads]
    assert set(first) == set(versions)
    names = arm_names(store)
    assert [dict(zip("ab", versions, strict=True))[name] for name in names] == first
    set_arms(store, "spring", [NewArm("a", 0), NewArm("b", 100)])
    assert [assigned_version(store, lead) for lead in leads] == first
    assert arm_names(store) == names
    (late,) = store.add_leads("spring", [NewLead("late", "+8613900000000")])
    assert assigned_version(store, late) == versions[1]
    assert [arm.leads for arm in arms_of(store, "spring")] == [names.count("a"), names.count("b") + 1]


def test_one_arm_is_the_plain_case(store, leads, versions):
    (arm,) = set_arms(store, "spring", [NewArm("all", 1, versions[1])])
    assert (arm.name, arm.version_id, arm.version, arm.share, arm.leads) == ("all", versions[1], "2", 1, 0)
    assert {assigned_version(store, lead) for lead in leads} == {versions[1]}


def test_many_processes_that_ask_at_once_agree(store, leads, versions):
    set_arms(store, "spring", [NewArm("a", 1, versions[0]), NewArm("b", 1, versions[1])])
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda lead: assigned_version(store, lead), [*leads[:10]] * 4))
    assert answers[:10] * 4 == answers


def test_an_arm_with_leads_keeps_its_version(store, leads, versions):
    set_arms(store, "spring", [NewArm("a", 1, versions[0])])
    set_arms(store, "spring", [NewArm("a", 2, versions[1])])  # nobody has it yet
    assigned_version(store, leads[0])
    with pytest.raises(UsageError, match=r"arm 'a'.*has 1 leads.*new arm.*a=0"):
        set_arms(store, "spring", [NewArm("a", 1, versions[0])])
    assert [(arm.version_id, arm.share) for arm in arms_of(store, "spring")] == [(versions[1], 2)]


def test_wrong_wishes_are_refused_before_anything_is_written(store, leads, versions):
    with pytest.raises(UsageError, match=r"no campaign 'autumn'.*spring"):
        set_arms(store, "autumn", [NewArm("a", 1, versions[0])])
    with pytest.raises(UsageError, match=r"arm 'a' .* is new; give it a script: a=SCRIPT:50"):
        set_arms(store, "spring", [NewArm("a", 1)])
    with pytest.raises(UsageError, match="no arm has a share"):
        set_arms(store, "spring", [NewArm("a", 0, versions[0])])
    assert arms_of(store, "spring") == ()
